//! A stream in no language that midstream knows: nothing is lost, errors are still recognised.

use super::{Decode, Out, Progress, error, wordy_error};
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Unknown;

impl Decode for Unknown {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let mut cursor = Cursor::new(frame.data, out.strings);
        if cursor.peek() != Kind::Object {
            if frame.event == "error" {
                out.delta(wordy_error(frame));
                return Ok(());
            }
            out.unknown(frame.event, frame.data);
            return Ok(());
        }
        let mut failed = false;
        cursor.object(|key, value| match key {
            "error" if value.peek() != Kind::Null => {
                failed = true;
                error(value, out)
            }
            _ => value.skip(),
        })?;
        cursor.end()?;
        if !failed {
            out.unknown(frame.event, frame.data);
        }
        Ok(())
    }

    fn progress(&self) -> Progress {
        Progress::Open
    }
}
