//! The gateway on real sockets: one file a behaviour.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod concurrent;
mod demo;
mod failures;
mod graphs;
mod guarded_sockets;
mod guards;
mod limits;
mod origins;
mod passthrough;
mod replay;
mod support;
mod tls;
mod transports;
mod tunnel;
mod watching;
