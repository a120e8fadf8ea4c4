//! Where sentences begin in a text that comes in pieces.

use std::collections::VecDeque;

/// Notes where sentences begin.
///
/// One ends with a line, or with a stop and white space before what is no small letter, unless the stop belongs to an
/// initial or a title (`J. Smith`, `Dr. Smith`).
#[derive(Debug)]
pub(super) struct Sentences {
    /// Bytes of the text so far.
    end: u64,
    /// Beginnings, in order; the first lies before all that may still be asked for.
    starts: VecDeque<u64>,
    /// The letters of the latest word, the first few of them.
    word: String,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Inside,
    /// Behind a stop, and closing marks.
    Stopped,
    /// Behind a stop and white space.
    Ended,
    /// At the beginning of a line.
    Line,
}

impl Default for Sentences {
    fn default() -> Self {
        Self { end: 0, starts: VecDeque::from([0]), word: String::new(), state: State::Line }
    }
}

impl Sentences {
    /// Takes the next piece of the text.
    pub(super) fn push(&mut self, text: &str) {
        let past = self.end.saturating_sub(MOST_LAG);
        while self.starts.get(1).is_some_and(|&start| start <= past) {
            self.starts.pop_front();
        }
        let begins = self.end;
        for (at, char) in text.char_indices() {
            self.char(char, begins + at as u64);
        }
        self.end += text.len() as u64;
    }

    /// Takes the end of a part of the text: what follows begins a sentence.
    pub(super) fn end(&mut self) {
        self.state = State::Line;
        self.word.clear();
    }

    /// Where the sentence begins that the byte at `offset` is in.
    pub(super) fn start(&self, offset: u64) -> u64 {
        let after = self.starts.partition_point(|&start| start <= offset);
        self.starts[after.saturating_sub(1)]
    }

    fn char(&mut self, char: char, at: u64) {
        if char.is_alphanumeric() {
            if self.state == State::Line || self.state == State::Ended && !char.is_lowercase() {
                self.begin(at);
            }
            self.state = State::Inside;
            if self.word.len() < LONGEST {
                self.word.push(char);
            }
            return;
        }
        self.state = match char {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => State::Line,
            '。' | '！' | '？' => State::Line,
            '!' | '?' | '…' => State::Stopped,
            '.' if !self.is_shortened() => State::Stopped,
            _ if char.is_whitespace() => match self.state {
                State::Stopped => State::Ended,
                state => state,
            },
            _ if is_closing(char) => self.state,
            // An opening mark may begin a sentence: the word behind it will tell.
            _ if matches!(self.state, State::Ended | State::Line) => self.state,
            _ => State::Inside,
        };
        self.word.clear();
    }

    fn begin(&mut self, at: u64) {
        if self.starts.back() != Some(&at) {
            self.starts.push_back(at);
        }
    }

    /// Whether a stop behind the latest word belongs to the word.
    fn is_shortened(&self) -> bool {
        let mut letters = self.word.chars();
        let initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
        initial || TITLES.contains(&self.word.as_str())
    }
}

fn is_closing(char: char) -> bool {
    matches!(char, '"' | '\'' | ')' | ']' | '}' | '”' | '’' | '»' | '*' | '_' | '`')
}

/// Before a name: a sentence does not end there.
const TITLES: &[&str] = &[
    "Mr", "Mrs", "Ms", "Dr", "Prof", "Rev", "Gen", "Col", "Capt", "Lt", "Sgt", "Sen", "Rep", "Gov", "Hon", "St", "No",
];
/// Letters of a word that are kept; no title is longer.
const LONGEST: usize = 8;
/// How far behind the text a finding may lag, in bytes, beyond which sentences are forgotten.
const MOST_LAG: u64 = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    /// The sentences of `text`, fed so many bytes at a time where that is a whole number of characters.
    fn cut(text: &str, step: usize) -> Vec<&str> {
        let mut sentences = Sentences::default();
        let mut from = 0;
        for at in 1..=text.len() {
            if text.is_char_boundary(at) && (at - from >= step || at == text.len()) {
                sentences.push(&text[from..at]);
                from = at;
            }
        }
        let starts: Vec<_> = sentences.starts.iter().map(|&start| start as usize).collect();
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        starts.iter().zip(ends).map(|(&start, end)| text[start..end].trim()).collect()
    }

    #[test]
    fn a_sentence_ends_where_the_next_one_begins_however_the_text_is_cut() {
        for (text, expected) in [
            ("Ann left. Bob stayed! \"Why?\" she asked.", &["Ann left.", "Bob stayed! \"", "Why?\" she asked."][..]),
            ("Dr. J. Smith met Mr. B. at 5 p.m. in town.", &["Dr. J. Smith met Mr. B. at 5 p.m. in town."]),
            ("- one\n- two", &["-", "one\n-", "two"]),
            ("柏林。巴黎。", &["柏林。", "巴黎。"]),
            ("Section 1.5 of it", &["Section 1.5 of it"]),
        ] {
            for step in [1, 3, text.len()] {
                let found = cut(text, step);
                assert_eq!(found, expected, "{text}, {step} bytes at a time");
            }
        }
    }

    #[test]
    fn what_lies_far_behind_the_text_is_forgotten() {
        let mut sentences = Sentences::default();
        for _ in 0..100_000 {
            sentences.push("A b. ");
        }
        assert!(sentences.starts.len() < 14_000, "{}", sentences.starts.len());
        assert_eq!(sentences.start(499_996), 499_995);
    }
}
