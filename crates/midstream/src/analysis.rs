//! What an analyser is: something that watches one stream's events and reports findings.

use std::fmt;

use crate::event::Event;
use crate::time::Timestamp;

/// A kind of analysis, configured once and started for every stream.
pub trait Analysis: fmt::Debug + Send + Sync {
    /// An analyser for a new stream.
    fn start(&self) -> Box<dyn Analyser>;
}

/// Watches one stream.
///
/// Findings must not depend on how a text is cut into deltas: the chunk-invariance law holds for them too. Memory must
/// be bounded by the analysis's own settings.
pub trait Analyser: fmt::Debug + Send {
    /// Sees an event as it passes, and appends findings.
    fn observe(&mut self, event: &Event, now: Timestamp, findings: &mut Vec<Event>);
}
