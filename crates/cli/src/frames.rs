//! `midstream frames`: bytes in, frames out, as the framing's specification dispatches them.

use std::io;
use std::path::PathBuf;

use clap::Args;
use midstream::wire::{Decoder, Frame, Item, Origin};
use midstream::{ErrorKind, Limits};
use serde::Serialize;

use crate::exit::{Failure, Outcome, tell};
use crate::input::{Input, Piece};
use crate::output::Output;
use crate::reading::Bytes;

/// Cut a body into frames, one JSON line each: {event, data, id, retry}
///
/// Frames are those that the framing's specification dispatches. For server-sent events (WHATWG HTML 9.2) `event` is
/// the event's type (`message` where none is named), `id` the last event id and `retry` the reconnection time in
/// milliseconds where one was set since the frame before. What the specification drops, such as an event that the end
/// of the body cuts off or a line that is no field, is told on standard error.
///
/// Exits with 1 where something is wrong with the bytes, or they end inside a frame.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Frames {
    #[command(flatten)]
    bytes: Bytes,

    /// The body; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// A frame as it is printed.
#[derive(Serialize)]
struct Line<'a> {
    event: &'a str,
    data: &'a str,
    id: &'a str,
    retry: Option<u64>,
}

/// Prints items and remembers what went wrong.
struct Printer {
    output: Output,
    name: String,
    outcome: Outcome,
    /// The first failure to write; nothing is written after it.
    written: io::Result<()>,
}

impl Frames {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let mut input = Input::open(&self.file, self.bytes.granule())?;
        let mut decoder = Decoder::new(self.bytes.framing(), Limits::default().max_frame_bytes);
        let mut printer =
            Printer { output: Output::new(), name: input.name().to_owned(), outcome: Outcome::Good, written: Ok(()) };
        let live = input.is_live();
        let read = loop {
            match input.next(None) {
                Ok(Piece::Bytes(piece)) => {
                    for piece in self.bytes.cut(piece) {
                        decoder.feed(piece, &mut |_, item| printer.item(item));
                    }
                }
                Ok(Piece::Nothing) => {}
                Ok(Piece::End) => break Ok(()),
                Err(failure) => break Err(failure),
            }
            printer.written()?;
            if live {
                printer.output.flush()?;
            }
        };
        decoder.finish(&mut |_, item| printer.item(item));
        printer.written()?;
        printer.output.flush()?;
        read.map(|()| printer.outcome)
    }
}

impl Printer {
    fn item(&mut self, item: Item<'_>) {
        match item {
            Item::Frame(frame) => self.frame(&frame),
            Item::Fault(error) => {
                // The specification itself has lines ignored that are no fields.
                if error.kind != ErrorKind::IgnoredLines {
                    self.outcome = Outcome::Bad;
                }
                tell(&format_args!("{}: {error}", self.name));
            }
            _ => {}
        }
    }

    fn frame(&mut self, frame: &Frame<'_>) {
        let Frame { event, data, id, retry, offset, origin } = *frame;
        match origin {
            Origin::Message | Origin::Exception => {
                let event = if event.is_empty() { "message" } else { event };
                if self.written.is_ok() {
                    self.written = self.output.line(&Line { event, data, id, retry });
                }
            }
            Origin::Bare => self.omitted(&format!("JSON outside of the framing at byte {offset}"), data),
            Origin::Incomplete => {
                self.outcome = Outcome::Bad;
                let bytes = data.len();
                self.omitted(&format!("the input ended inside the frame at byte {offset}, after {bytes} bytes"), data);
            }
        }
    }

    /// Tells of something that the specification does not dispatch.
    fn omitted(&self, what: &str, data: &str) {
        let shown: String = data.chars().take(SHOWN).collect();
        let more = if shown.len() < data.len() { " ..." } else { "" };
        tell(&format_args!("{}: {what}, left out: `{}`{more}", self.name, shown.escape_debug()));
    }

    fn written(&mut self) -> io::Result<()> {
        std::mem::replace(&mut self.written, Ok(()))
    }
}

/// How much of something omitted is shown, in characters.
const SHOWN: usize = 80;

const EXAMPLES: &str = "\
Examples:
  midstream frames answer.sse
  curl -sN https://api.example.com/v1/responses -d @request.json | midstream frames - | jq -c .event
  midstream frames --framing event-stream bedrock.bin

Exit codes: 0 done, 1 something is wrong with the bytes, 2 wrong use.";
