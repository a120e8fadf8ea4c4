//! Plain text: what comes is what is said.

use super::{Decode, Delta, Progress, Sink};
use crate::json::SyntaxError;
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Text;

impl Decode for Text {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        out.delta(Delta::Text { choice: 0, text: frame.data });
        Ok(())
    }

    /// Plain text has no terminator: its end is the end.
    fn progress(&self) -> Progress {
        Progress::Complete
    }
}
