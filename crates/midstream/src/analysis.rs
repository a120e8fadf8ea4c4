//! What an analyser is: something that watches one stream's events and reports findings.

use std::fmt;

use crate::event::Event;
use crate::time::Timestamp;

/// A kind of analysis, configured once and started for every stream.
pub trait Analysis: Send + Sync {
    /// An analyser for a new stream.
    fn start(&self) -> Box<dyn Analyser>;
}

/// Watches one stream.
///
/// Findings must not depend on how a text is cut into deltas: the chunk-invariance law holds for them too. Memory must
/// be bounded by the analysis's own settings.
pub trait Analyser: Send {
    /// Sees an event as it passes, and appends findings.
    fn observe(&mut self, event: &Event, now: Timestamp, findings: &mut Vec<Event>);
}

// The trait objects say only that they are there: as a bound, `Debug` would bring the code to print every analyser's
// state into every program, WASM included.
impl fmt::Debug for dyn Analysis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Analysis")
    }
}

impl fmt::Debug for dyn Analyser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Analyser")
    }
}
