//! What a reader finds on a record.

use bytes::Bytes;
use midstream::{Error, Event, Metrics, Timestamp, Verdict};

use super::Head;

/// Bytes that came together.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    /// When they came, since the stream began.
    pub(crate) at: Timestamp,
    pub(crate) bytes: Bytes,
    /// What a guard found in the words that these bytes were made from.
    pub(crate) findings: Box<[Event]>,
}

/// How the bytes ended.
#[derive(Debug, Clone)]
pub(crate) struct End {
    /// When, since the stream began.
    pub(crate) at: Timestamp,
    /// What cut them off; `None` where they ended by themselves or a time limit of the session passed.
    pub(crate) cut: Option<Cut>,
    pub(crate) verdict: Verdict,
    pub(crate) metrics: Box<Metrics>,
    /// The first fatal error among bytes that were not kept, when it was found, since no reader can find it there.
    pub(crate) unkept: Option<(Timestamp, Error)>,
}

/// What cut a stream off.
#[derive(Debug, Clone)]
pub(crate) enum Cut {
    /// It broke, on the upstream's side or on the gateway's.
    Failed(String),
    /// The client left.
    Cancelled(String),
}

/// A limit that was reached, after which bytes were passed on but not kept.
#[derive(Debug, Clone)]
pub(crate) struct Full {
    /// When, since the stream began.
    pub(crate) at: Timestamp,
    /// How many bytes had been kept.
    pub(crate) offset: u64,
    /// The setting and its value.
    pub(crate) limit: (&'static str, usize),
}

/// What a reader who has seen part of a record finds behind it.
#[derive(Debug)]
pub(crate) struct View {
    /// `None` until the response's head has come.
    pub(crate) head: Option<Head>,
    /// The next bytes.
    pub(crate) arrivals: Vec<Arrival>,
    /// There are more behind these.
    pub(crate) more: bool,
    pub(crate) full: Option<Full>,
    pub(crate) end: Option<End>,
    /// The time of looking, since the stream began. What comes later is not earlier than this.
    pub(crate) now: Timestamp,
}
