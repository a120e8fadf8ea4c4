//! # midstream
//!
//! Real-time LLM streaming with inflight analysis: decodes the stream of any provider while it is being written, finds
//! out what is in it, and says so in one language of [`Event`]s.
//!
//! **The law: cutting the input differently changes nothing.** `feed(ab, t)` gives the same events as `feed(a, t);
//! feed(b, t)`, adjacent deltas of one block merged, and the same error at the same byte offset.
//!
//! The engine is a pure machine: it has no socket, clock, randomness, thread or runtime. The host brings bytes and
//! time and takes events:
//!
//! ```
//! use midstream::{Config, Engine, Response, Timestamp};
//!
//! let engine = Engine::new(Config::default());
//! let mut session = engine.session(Timestamp::ZERO);
//! let mut response = Response::default();
//!
//! let body = b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n\n";
//! for (piece, millis) in body.chunks(7).zip(1..) {
//!     session.feed(piece, Timestamp::from_millis(millis));
//!     while let Some(event) = session.poll() {
//!         response.push(event);
//!     }
//! }
//! session.finish(Timestamp::from_millis(30));
//! while let Some(event) = session.poll() {
//!     response.push(event);
//! }
//! assert_eq!(response.choices[0].text, "Hello");
//! assert_eq!(response.verdict, Some(midstream::Verdict::Complete));
//! ```
//!
//! Primary types: [`Engine`] is a [`Config`] made ready, [`Session`] one stream, [`Event`] what it says, [`Response`]
//! what it amounts to.
//!
//! Layers, each knowing the one before it: [`wire`] cuts bytes into frames, [`dialect`] reads frames into deltas, the
//! session assembles deltas into events and shows them to its [`Analyser`]s.

#![forbid(unsafe_code)]

mod analysis;
mod assemble;
mod base64;
pub mod dialect;
mod engine;
#[cfg(feature = "entities")]
pub mod entity;
mod error;
mod event;
mod find;
#[cfg(feature = "graph")]
pub mod graph;
pub mod json;
#[cfg(any(feature = "entities", feature = "graph", feature = "pattern"))]
mod latin;
mod metrics;
mod outbox;
#[cfg(feature = "pattern")]
pub mod pattern;
#[cfg(feature = "entities")]
mod prose;
#[cfg(feature = "relations")]
pub mod relation;
mod response;
#[cfg(feature = "pattern")]
pub mod rewrite;
mod session;
mod shown;
#[cfg(feature = "entities")]
pub mod tagger;
mod time;
#[cfg(test)]
mod typescript;
pub mod wire;

pub use analysis::{Analyser, Analysis};
pub use dialect::{Dialect, Progress};
pub use engine::{Config, Engine, Limits, Timeouts};
pub use error::{Error, ErrorKind};
pub use event::{Channel, Event, FinishReason, Handling, JsonText, Severity, Span, Usage, Verdict};
pub use metrics::{Checked, Gaps, Histogram, Hold, HoldMeter, Metrics, Repetition};
#[cfg(any(feature = "entities", feature = "graph"))]
pub use midstream_values::Moment;
pub use response::{Choice, File, Response, Signature, Source, ToolCall, ToolResult};
pub use session::Session;
pub use time::Timestamp;
pub use wire::Framing;

/// Looks `name` up in a table of names; the error lists them.
fn named<T: Copy>(table: &[(&str, T)], what: &str, name: &str) -> Result<T, String> {
    if let Some((_, value)) = table.iter().find(|(known, _)| *known == name) {
        return Ok(*value);
    }
    let known: Vec<_> = table.iter().map(|(known, _)| *known).collect();
    Err(format!("expected a {what} ({}), found `{name}`", known.join(", ")))
}

/// The README's examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
