//! What a stream's events amount to, as far as its summary tells.

use midstream::{Dialect, Error, ErrorKind, Event, Metrics, Timestamp, Usage, Verdict};

/// What the summary needs of a stream's events.
#[derive(Debug, Default)]
pub(super) struct Digest {
    pub(super) dialect: Option<Dialect>,
    pub(super) model: Option<String>,
    pub(super) preview: String,
    preview_chars: usize,
    pub(super) usage: Usage,
    /// What a guard found.
    pub(super) matches: u64,
    /// The bytes that come are not kept any more.
    pub(super) full: bool,
    /// The first fatal error since then.
    pub(super) unkept: Option<(Timestamp, Error)>,
    /// Why the stream did not end well: the first error that is fatal, or that the client left.
    pub(super) reason: Option<String>,
    pub(super) cancelled: bool,
    /// What `stream-end` said.
    pub(super) end: Option<(Verdict, Box<Metrics>)>,
}

impl Digest {
    pub(super) fn take(&mut self, at: Timestamp, event: Event) {
        match event {
            Event::StreamStart { dialect, .. } => self.dialect = Some(dialect),
            Event::ResponseMetadata { model: Some(model), .. } => self.model = Some(model),
            Event::TextDelta { choice: 0, delta, .. } if self.preview_chars < PREVIEW_CHARS => {
                let more = delta.chars().take(PREVIEW_CHARS - self.preview_chars);
                self.preview.extend(more.inspect(|_| self.preview_chars += 1));
            }
            Event::Usage(usage) => self.usage.update(&usage),
            Event::Error(error) => self.take_error(at, error),
            Event::StreamEnd { verdict, metrics } => self.end = Some((verdict, metrics)),
            _ => {}
        }
    }

    fn take_error(&mut self, at: Timestamp, error: Error) {
        self.cancelled |= error.kind == ErrorKind::Cancelled;
        if !error.is_fatal() && error.kind != ErrorKind::Cancelled {
            return;
        }
        self.reason.get_or_insert_with(|| error.message.chars().take(REASON_CHARS).collect());
        if self.full && self.unkept.is_none() {
            self.unkept = Some((at, error));
        }
    }
}

/// Length of [`StreamSummary::preview`].
const PREVIEW_CHARS: usize = 160;

/// Length of [`StreamSummary::reason`], which may be a provider's words.
const REASON_CHARS: usize = 400;
