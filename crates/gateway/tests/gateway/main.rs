//! The gateway on real sockets: one file a behaviour.

mod concurrent;
mod demo;
mod failures;
mod limits;
mod origins;
mod passthrough;
mod replay;
mod support;
mod tls;
mod watching;
