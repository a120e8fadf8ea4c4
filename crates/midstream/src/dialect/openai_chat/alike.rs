//! What the `choices` of one stream's chunks have in common around the piece of text that each of them says.
//!
//! Most chunks of an answer differ in nothing else. So what stands on either side of the text is compared with the latest
//! chunk of that kind, and read only where it differs. Nothing but a text may have come of what is compared: then reading it
//! again would give nothing else.

use std::ops::Range;

use crate::find::begins;
use crate::json::Cursor;

#[derive(Debug, Default)]
pub(super) struct Alike {
    /// The latest `choices` that said one text and nothing else: up to the text, and from there on.
    before: String,
    after: String,
    choice: u32,
    voice: Voice,
    /// How many things the `choices` at hand have said, and the latest: whose, how, and where its text stands.
    said: usize,
    latest: Option<(u32, Voice, Range<usize>)>,
}

/// How a text is meant.
#[derive(Debug, Default, Clone, Copy)]
pub(super) enum Voice {
    #[default]
    Text,
    Reasoning,
}

impl Alike {
    /// Passes over `choices` that differ from the latest in nothing but the text, and returns that.
    pub(super) fn pass<'a>(&self, choices: &mut Cursor<'a>) -> Option<(u32, Voice, &'a str)> {
        if self.before.is_empty() || !begins(choices.rest(), &self.before) {
            return None;
        }
        let mut ahead = *choices;
        ahead.seek(ahead.offset() + self.before.len());
        let text = ahead.string().ok()??;
        if !begins(ahead.rest(), &self.after) {
            return None;
        }
        ahead.seek(ahead.offset() + self.after.len());
        *choices = ahead;
        Some((self.choice, self.voice, text))
    }

    /// Takes note that answer `choice` says the text at `place`.
    pub(super) fn says(&mut self, choice: u32, voice: Voice, place: Range<usize>) {
        self.said += 1;
        self.latest = Some((choice, voice, place));
    }

    /// Takes note of anything else that may be more than nothing.
    pub(super) fn says_else(&mut self) {
        self.said += 2;
    }

    /// Forgets what the `choices` before have said.
    pub(super) fn begin(&mut self) {
        (self.said, self.latest) = (0, None);
    }

    /// Remembers the `choices` at `place` in `text`, if a text is all that they have said.
    pub(super) fn end(&mut self, text: &str, place: Range<usize>) {
        if let (1, Some((choice, voice, said))) = (self.said, self.latest.take()) {
            (self.choice, self.voice) = (choice, voice);
            self.before.clear();
            self.before.push_str(&text[place.start..said.start]);
            self.after.clear();
            self.after.push_str(&text[said.end..place.end]);
        }
    }
}
