//! Plain text: what comes is what is said.

use super::{Decode, Out, Progress};
use crate::json::SyntaxError;
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Text;

impl Decode for Text {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        out.text(0, frame.data);
        Ok(())
    }

    /// Plain text has no terminator: its end is the end.
    fn progress(&self) -> Progress {
        Progress::Complete
    }
}
