//! Text to tokens, as it comes.
//!
//! In: pieces of one text. Out: its tokens with their offsets, each as soon as the white space behind its run of other
//! characters has been seen. A run is cut after [`MAX_RUN`] bytes, so text without a space is bounded too. It never
//! looks at what a word means.

use crate::line::Line;

/// A piece of text that is tagged as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The characters, as they stand in the text.
    pub text: &'a str,
    /// Offset of the first byte in the text.
    pub start: u64,
    /// What separates it from the token before it.
    pub gap: Gap,
    /// What follows it without white space between.
    pub ahead: &'a str,
}

/// What stands between two tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// Nothing.
    None,
    /// White space within a line, or where a line of prose goes on in the next.
    Space,
    /// White space where a line ends, or the beginning of the text.
    Line,
}

/// Cuts one text into tokens.
#[derive(Debug)]
pub struct Tokenizer {
    /// The run that has begun and may go on. `held.len() <= MAX_RUN`.
    held: String,
    /// Offset of the byte behind `held`.
    offset: u64,
    /// What there is so far between the latest run and the next.
    gap: Gap,
    /// Bytes of white space in it.
    blank: usize,
    line: Line,
}

impl Default for Tokenizer {
    fn default() -> Self {
        Self { held: String::new(), offset: 0, gap: Gap::Line, blank: 0, line: Line::default() }
    }
}

impl Tokenizer {
    /// Takes the next piece of the text and hands on the tokens that are whole.
    pub fn push(&mut self, text: &str, sink: &mut impl FnMut(Token<'_>)) {
        let mut rest = text;
        if !self.held.is_empty() {
            let (length, end) = run(rest, MAX_RUN - self.held.len());
            self.held.push_str(&rest[..length]);
            self.offset += length as u64;
            if end == End::Text {
                return;
            }
            self.flush(sink);
            rest = &rest[length..];
        }
        loop {
            let blank = self.blank(rest);
            self.offset += blank as u64;
            rest = &rest[blank..];
            let (length, end) = run(rest, MAX_RUN);
            self.offset += length as u64;
            if end == End::Text {
                self.held.push_str(rest);
                return;
            }
            let gap = self.enter(&rest[..length]);
            split(&rest[..length], self.offset - length as u64, gap, sink);
            rest = &rest[length..];
        }
    }

    /// Takes the end of the text, or of a part of it: what comes next begins a line.
    pub fn finish(&mut self, sink: &mut impl FnMut(Token<'_>)) {
        self.flush(sink);
        self.gap = Gap::Line;
        self.line = Line::first(self.offset);
    }

    /// What stands between the latest token and the next, as far as it is known; `None` inside a run.
    pub fn gap(&self) -> Option<Gap> {
        self.held.is_empty().then_some(self.gap)
    }

    /// No further token begins before this byte.
    pub fn held_from(&self) -> u64 {
        self.offset - self.held.len() as u64
    }

    fn flush(&mut self, sink: &mut impl FnMut(Token<'_>)) {
        if !self.held.is_empty() {
            let held = std::mem::take(&mut self.held);
            let gap = self.enter(&held);
            split(&held, self.offset - held.len() as u64, gap, sink);
            self.held = held;
            self.held.clear();
        }
    }

    /// What stands before `run`, the next one.
    fn enter(&mut self, run: &str) -> Gap {
        self.blank = 0;
        self.line.enter(run, std::mem::replace(&mut self.gap, Gap::None))
    }

    /// Length of the white space at the beginning of `text`.
    fn blank(&mut self, text: &str) -> usize {
        for (at, char) in text.char_indices() {
            if !char.is_whitespace() {
                return at;
            }
            let before = self.blank;
            self.blank += char.len_utf8();
            let gap = match char {
                _ if is_line_break(char) => self.line.leave(char, self.offset + at as u64, before),
                _ if self.blank > MAX_BLANK => Gap::Line,
                _ => Gap::Space,
            };
            self.gap = self.gap.max(gap);
        }
        text.len()
    }
}

/// Why a run ends where it does.
#[derive(PartialEq, Eq)]
enum End {
    /// The text so far ends.
    Text,
    /// White space follows, or the run is as long as a run may be.
    Run,
}

/// Length of the run without white space at the beginning of `text`, of at most `room` bytes.
fn run(text: &str, room: usize) -> (usize, End) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let width = if byte < 0x80 {
            if byte == b' ' || (b'\t'..=b'\r').contains(&byte) {
                return (at, End::Run);
            }
            1
        } else {
            let char = text[at..].chars().next().expect("`at` lies on a boundary before the end");
            if char.is_whitespace() {
                return (at, End::Run);
            }
            char.len_utf8()
        };
        if at + width > room {
            return (at, End::Run);
        }
        at += width;
    }
    (at, End::Text)
}

fn is_line_break(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Cuts a run, whose first byte is at `offset`, into tokens.
fn split(run: &str, offset: u64, mut gap: Gap, sink: &mut impl FnMut(Token<'_>)) {
    let mut at = 0;
    while at < run.len() {
        let length = token(run, at);
        let (text, ahead) = run[at..].split_at(length);
        sink(Token { text, start: offset + at as u64, gap, ahead });
        gap = Gap::None;
        at += length;
    }
}

/// Length of the token at `at` in `run`.
fn token(run: &str, at: usize) -> usize {
    let rest = &run[at..];
    // Most tokens are words of ASCII letters that end where the run does or at a mark that no word goes on with.
    let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let ends = rest.as_bytes().get(plain).is_none_or(|&byte| byte < 0x80 && !b"_'.,:&@".contains(&byte));
    if plain > 0 && ends && !matches!(rest.as_bytes()[0], b'h' | b'H' | b'w' | b'W') {
        return plain;
    }
    let first = rest.chars().next().expect("a token begins before the end");
    if first.is_alphanumeric() {
        return if is_address(rest) { rest.trim_end_matches(TRAILING).len() } else { word(rest) };
    }
    match first {
        '@' | '#' => {
            let name = rest[1..].find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(rest.len() - 1);
            1 + name
        }
        // Texts that were cut into words already have a space before it: `Wendy 's`.
        '\'' | '’' if at > 0 || clitic(&rest[first.len_utf8()..]) > 0 => {
            first.len_utf8() + clitic(&rest[first.len_utf8()..])
        }
        _ => rest.find(|char| char != first).unwrap_or(rest.len()),
    }
}

/// Length of the word that `text` begins with. `don't` is `do` and `n't`, as the annotated texts have it.
fn word(text: &str) -> usize {
    let end = run_of_letters(text);
    let not = ["n't", "n’t", "N'T", "N’T"].iter().find(|not| text[..end].ends_with(**not));
    not.filter(|not| not.len() < end).map_or(end, |not| end - not.len())
}

fn run_of_letters(text: &str) -> usize {
    let mut end = 0;
    let mut previous = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let goes_on = match char {
            _ if char.is_alphanumeric() => true,
            '_' => next.is_alphanumeric(),
            '\'' | '’' => next.is_alphabetic() && clitic(&text[at + char.len_utf8()..]) == 0,
            '.' => dot(&text[..at], previous, next),
            ',' | ':' => previous.is_ascii_digit() && next.is_ascii_digit(),
            '&' => previous.is_uppercase() && next.is_uppercase(),
            '@' => at > 0 && next.is_alphanumeric(),
            _ => !char.is_ascii() && is_mark(char),
        };
        if !goes_on {
            return at;
        }
        end = at + char.len_utf8();
        previous = char;
    }
    end
}

/// Whether a dot behind `before` belongs to the word: in abbreviations, numbers, initials and names of hosts and files.
fn dot(before: &str, previous: char, next: char) -> bool {
    let last = before.rsplit('.').next().unwrap_or(before);
    let single = last.chars().nth(1).is_none();
    if single && last.chars().all(char::is_alphabetic) {
        return next.is_alphabetic() || before.len() > last.len() || last.chars().all(char::is_uppercase);
    }
    if previous.is_alphanumeric() && (next.is_lowercase() || next.is_ascii_digit()) {
        return true;
    }
    before.len() <= 5 && ABBREVIATIONS.iter().any(|known| known.eq_ignore_ascii_case(before))
}

/// Length of the letters behind an apostrophe, where they are a word of their own: `'s`, `'ll`.
fn clitic(text: &str) -> usize {
    let length = text.find(|char: char| !char.is_alphabetic()).unwrap_or(text.len());
    let known = CLITICS.iter().any(|known| known.eq_ignore_ascii_case(&text[..length]));
    if known { length } else { 0 }
}

fn is_address(text: &str) -> bool {
    ["http://", "https://", "www."].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && text.len() > scheme.len()
    })
}

/// Whether `char` is a combining mark or joiner, which never begins a token inside a word.
fn is_mark(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{ad}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}')
}

const CLITICS: &[&str] = &["s", "re", "ve", "ll", "d", "m"];
const TRAILING: &[char] = &['.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\'', '”', '’', '*', '_', '|'];
/// Words whose dot belongs to them.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "inc", "corp", "co", "ltd", "llc", "bros", "gen", "col", "lt",
    "capt", "sgt", "sen", "rep", "gov", "pres", "rev", "hon", "ave", "blvd", "rd", "mt", "ft", "vs", "etc", "dept",
    "univ", "assn", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec", "mon", "tue",
    "wed", "thu", "fri", "rs", "fig", "vol", "approx",
];
/// Longest run without white space that is looked at as one, in bytes.
pub const MAX_RUN: usize = 512;
/// White space longer than this separates like a line break, in bytes, so that nothing waits across it.
const MAX_BLANK: usize = 256;
