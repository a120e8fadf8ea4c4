//! A gateway in front of any LLM API: passes streams on byte for byte, reads along beside them, and shows what it
//! read.
//!
//! ```no_run
//! use midstream_gateway::{GatewayConfig, serve};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let mut config = GatewayConfig::default();
//! config.upstreams.push("openai=https://api.openai.com".parse()?);
//! let listener = tokio::net::TcpListener::bind(config.listen).await?;
//! serve(config, listener, std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! A request finds its upstream by its path (`route`), goes there over a connection that the request's own task drives
//! (`upstream`), and its answer's body is written down on its way (`relay` into `record`). Who watches a stream decodes
//! the record again with a session of his own (`follow`): events are a function of bytes and times, so the record is
//! the only state. WebSockets pass through `tunnel`. Without an upstream the `demo` model answers. `transports` are
//! three ways in which a page can get a stream, to try and to measure its client.

mod api;
mod config;
mod demo;
mod follow;
mod graphs;
mod guard;
mod headers;
mod hosts;
mod knowledge;
mod listen;
mod log;
mod metrics;
mod origin;
mod paced;
mod proxy;
mod query;
mod record;
mod relay;
mod replay;
mod reply;
mod route;
mod segments;
mod server;
mod tls;
mod transports;
mod tunnel;
mod upstream;
mod web;
mod websocket;

pub use config::{ConfigError, DemoConfig, GatewayConfig, Limits, Upstream};
pub use guard::{GuardConfig, KeyDigest};
pub use record::{State, StreamSummary};
pub use replay::{ReplayConfig, count_recordings, replay, replay_router};
pub use server::{Gateway, serve};
