//! Redacts the JSON that a tool is called with, while it arrives: what comes out is JSON of the same types.
//!
//! Rules read the input with the escapes of its strings decoded, so that a value is found however it is written. What
//! they cover is replaced within strings, by text that is escaped as it must be. A digit of a number becomes `9`, since
//! anything else would not be a number any more. Braces, quotes, commas, literals and exponents stay.
//!
//! Input that begins with none of `{`, `[` and `"` is no JSON that an application could read (custom tools take plain
//! text): it is redacted as text. So is, within JSON, what could not stand there.

use std::collections::VecDeque;

use super::lexer::Lexer;
use super::mask::PseudonymKey;
use super::redactor::{Decision, Kind, Match, Passage, Redactor, Sink};
use super::set::Rules;
use crate::json::escape;

/// Redacts the input of one tool call, or any JSON text.
#[derive(Debug)]
pub struct JsonRedactor {
    redactor: Redactor,
    lexer: Lexer,
    output: Output,
    /// What the lexer made of the newest piece.
    decoded: String,
}

impl Rules {
    /// A redactor for the input of one tool call, or for JSON that belongs to another kind of text; `key` as for
    /// [`Rules::redactor_with_key`].
    pub fn json_redactor(&self, kind: Kind, key: Option<PseudonymKey>) -> JsonRedactor {
        JsonRedactor {
            redactor: self.redactor_with_key(kind, key),
            lexer: Lexer::default(),
            output: Output::default(),
            decoded: String::new(),
        }
    }
}

impl JsonRedactor {
    /// Takes more of the input and appends to `out` what passes now.
    pub fn push(&mut self, text: &str, out: &mut String) {
        self.lexer.push(text, &mut self.output, &mut self.decoded);
        self.redactor.push_to(&self.decoded, &mut Put { output: &mut self.output, out });
        self.decoded.clear();
        self.output.forget(self.redactor.base());
    }

    /// Takes the end of the input and appends to `out` all that was held, but for what a rule stops or holds.
    pub fn finish(&mut self, out: &mut String) {
        self.lexer.finish(&mut self.output, &mut self.decoded);
        self.redactor.push_to(&self.decoded, &mut Put { output: &mut self.output, out });
        self.decoded.clear();
        self.redactor.finish_to(&mut Put { output: &mut self.output, out });
    }

    /// What was found since this was last asked, in bytes of the input as it came.
    pub fn matches(&mut self) -> impl Iterator<Item = Match> {
        let output = &self.output;
        let place = |at| output.place(at);
        self.redactor.matches().map(move |found| Match { start: place(found.start), end: place(found.end), ..found })
    }

    /// Whether text passes.
    pub fn passage(&self) -> Passage {
        self.redactor.passage()
    }

    /// The text that came and was not put out or masked yet, its escapes decoded.
    pub fn held(&self) -> &str {
        self.redactor.held()
    }

    /// Whether something was masked.
    pub fn is_altered(&self) -> bool {
        self.redactor.is_altered()
    }

    /// See [`Redactor::decide`].
    pub fn decide(&mut self, decision: Decision, out: &mut String) {
        self.redactor.decide_to(decision, &mut Put { output: &mut self.output, out });
    }
}

/// What was read and not put out.
#[derive(Debug, Default)]
pub(super) struct Output {
    raw: String,
    runs: VecDeque<Run>,
    /// Bytes that were read ever: of the decoded text and of the input.
    read: (u64, u64),
    /// Behind each escape, the same pair: from there on both go on alike.
    places: VecDeque<(u64, u64)>,
}

/// A stretch of the input, all of one sort.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// Bytes of the decoded text.
    decoded: usize,
    /// Bytes of the input; as many, unless it is an escape, which is one character.
    raw: usize,
    sort: Sort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// The inside of a string, and text that is no JSON.
    Text,
    /// The digits of a number before its exponent.
    Number,
    /// What makes it JSON.
    Structure,
}

impl Output {
    /// Takes `raw` for `decoded`.
    pub(super) fn add(&mut self, raw: &str, decoded: usize, sort: Sort) {
        self.raw.push_str(raw);
        self.read = (self.read.0 + decoded as u64, self.read.1 + raw.len() as u64);
        let verbatim = decoded == raw.len();
        if !verbatim {
            self.places.push_back(self.read);
        }
        match self.runs.back_mut() {
            Some(run) if verbatim && run.decoded == run.raw && run.sort == sort => {
                run.decoded += decoded;
                run.raw += decoded;
            }
            _ => self.runs.push_back(Run { decoded, raw: raw.len(), sort }),
        }
    }

    /// Where in the input the place `at` of the decoded text is.
    fn place(&self, at: u64) -> u64 {
        let behind = self.places.partition_point(|(decoded, _)| *decoded <= at);
        let (decoded, raw) = behind.checked_sub(1).map_or((0, 0), |last| self.places[last]);
        raw + (at - decoded)
    }

    /// Drops the places that nothing from `base` on needs.
    fn forget(&mut self, base: u64) {
        while self.places.get(1).is_some_and(|(decoded, _)| *decoded <= base) {
            self.places.pop_front();
        }
    }

    /// Takes `decoded` bytes off the front and shows what they are: sort and input, in runs.
    fn take(&mut self, mut decoded: usize, mut show: impl FnMut(Sort, &str)) {
        let mut used = 0;
        while decoded > 0 {
            let Some(run) = self.runs.front_mut() else { break };
            let whole = run.decoded <= decoded;
            let (of_decoded, of_raw) = if whole { (run.decoded, run.raw) } else { (decoded, decoded) };
            show(run.sort, &self.raw[used..used + of_raw]);
            used += of_raw;
            decoded -= of_decoded;
            if whole {
                self.runs.pop_front();
            } else {
                run.decoded -= of_decoded;
                run.raw -= of_raw;
            }
        }
        self.raw.drain(..used);
    }
}

/// Where the redactor of the decoded text puts out.
struct Put<'a> {
    output: &'a mut Output,
    out: &'a mut String,
}

impl Sink for Put<'_> {
    fn pass(&mut self, _start: u64, text: &str) {
        let Self { output, out } = self;
        output.take(text.len(), |_, raw| out.push_str(raw));
    }

    fn mask(&mut self, start: u64, end: u64, mask: &str) {
        let Self { output, out } = self;
        let mut masked = false;
        output.take((end - start) as usize, |sort, raw| match sort {
            Sort::Structure => out.push_str(raw),
            Sort::Number => out.extend(raw.chars().map(|c| if c.is_ascii_digit() { '9' } else { c })),
            Sort::Text if !std::mem::replace(&mut masked, true) => escape(mask, out),
            Sort::Text => {}
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surrogate_pair_is_one_character_however_it_is_cut() {
        let input = r#"{"a":"x\ud83d\ude00\ud83dy\n"}"#;
        for cut in 0..input.len() {
            let (mut lexer, mut output, mut decoded) = (Lexer::default(), Output::default(), String::new());
            lexer.push(&input[..cut], &mut output, &mut decoded);
            lexer.push(&input[cut..], &mut output, &mut decoded);
            lexer.finish(&mut output, &mut decoded);
            assert_eq!(decoded, "{\"a\":\"x\u{1f600}\u{fffd}y\n\"}", "cut at {cut}");
            assert_eq!(output.raw, input);
            assert_eq!(output.place(decoded.len() as u64), input.len() as u64);
        }
    }
}
