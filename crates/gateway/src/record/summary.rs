//! What is told of a stream in a few words.

use midstream::{Dialect, Metrics, Usage, Verdict};
use serde::Serialize;

/// What `/streams` says of a stream.
#[derive(Debug, Clone, Serialize)]
pub struct StreamSummary {
    /// The stream's id.
    pub id: String,
    /// When the request came, in milliseconds since the Unix epoch.
    pub started_ms: u64,
    /// The name of the upstream that answers; `demo` for the demo model.
    pub upstream: String,
    /// The request's method.
    pub method: String,
    /// The request's path, without the query.
    pub path: String,
    /// The response's status; `None` until its head has come or where none came.
    pub status: Option<u16>,
    /// Whether the stream runs, and whether it was let run to its end.
    pub state: State,
    /// The dialect, once it is known.
    pub dialect: Option<Dialect>,
    /// The model that answers, once the provider has named it.
    pub model: Option<String>,
    /// How the stream ended.
    pub verdict: Option<Verdict>,
    /// Why it failed or was cancelled; `None` where it was not.
    pub reason: Option<String>,
    /// The beginning of the first answer's text, at most 160 characters; `None` before any came.
    pub preview: Option<String>,
    /// How often a rule of the gateway's covered words of the answer.
    pub matches: u64,
    /// Token counts, where the provider gave any.
    pub usage: Option<Usage>,
    /// What was measured so far.
    pub metrics: Metrics,
    /// Bytes of body so far.
    pub bytes: u64,
}

/// Whether a stream runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It runs.
    Live,
    /// It is over.
    Ended,
    /// It is over because the client left before the answer was whole.
    Cancelled,
}
