//! Tells text from structure in JSON that arrives in pieces, and decodes the escapes of its strings.
//!
//! It judges nothing: what could not stand where it stands is text, and so is all that follows it.

use super::json::{Output, Sort};

/// Reads one JSON text.
#[derive(Debug, Default)]
pub(super) struct Lexer {
    state: State,
    /// An escape that is not whole yet.
    pending: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the byte that says whether this is JSON.
    #[default]
    Start,
    /// It is not, or not any more.
    Free,
    /// Between strings, numbers and literals.
    Between,
    String,
    /// In the digits of a number.
    Number,
    Exponent,
    /// Within a literal, of which this is left.
    Literal(&'static str),
}

impl Lexer {
    /// Reads more: `output` gets the input, `decoded` what it says.
    pub(super) fn push(&mut self, text: &str, output: &mut Output, decoded: &mut String) {
        let mut rest = text;
        if !self.pending.is_empty() {
            // Escapes are at most twelve bytes, so what is pending is completed byte by byte.
            let mut pending = std::mem::take(&mut self.pending);
            while let Some(c) = rest.chars().next() {
                pending.push(c);
                rest = &rest[c.len_utf8()..];
                let left = self.read(&pending, output, decoded);
                if left.is_empty() {
                    pending.clear();
                    break;
                }
                pending = left.to_owned();
            }
            self.pending = pending;
        }
        if self.pending.is_empty() {
            self.pending = self.read(rest, output, decoded).to_owned();
        }
    }

    /// Takes the end: an escape that is not whole is text.
    pub(super) fn finish(&mut self, output: &mut Output, decoded: &mut String) {
        verbatim(&std::mem::take(&mut self.pending), Sort::Text, output, decoded);
    }

    /// Reads `text` but for an escape at its end that is not whole, which it returns.
    fn read<'t>(&mut self, text: &'t str, output: &mut Output, decoded: &mut String) -> &'t str {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if self.state == State::String {
                let plain = rest.find(['"', '\\']).unwrap_or(rest.len());
                verbatim(&rest[..plain], Sort::Text, output, decoded);
                rest = &rest[plain..];
                if rest.starts_with('\\') {
                    match escape(rest) {
                        Escape::Cut => return rest,
                        Escape::Of(c, length) => {
                            decoded.push(c);
                            output.add(&rest[..length], c.len_utf8(), Sort::Text);
                            rest = &rest[length..];
                        }
                        Escape::Wrong(length) => {
                            verbatim(&rest[..length], Sort::Text, output, decoded);
                            rest = &rest[length..];
                        }
                    }
                } else if !rest.is_empty() {
                    self.state = State::Between;
                    verbatim(&rest[..1], Sort::Structure, output, decoded);
                    rest = &rest[1..];
                }
            } else if self.state == State::Free {
                verbatim(rest, Sort::Text, output, decoded);
                return "";
            } else {
                let sort = self.outside(c);
                verbatim(&rest[..c.len_utf8()], sort, output, decoded);
                rest = &rest[c.len_utf8()..];
            }
        }
        ""
    }

    /// What a character outside of strings is.
    fn outside(&mut self, c: char) -> Sort {
        if let State::Literal(left) = self.state
            && let Some(left) = left.strip_prefix(c)
        {
            self.state = if left.is_empty() { State::Between } else { State::Literal(left) };
            return Sort::Structure;
        }
        let in_number = matches!(self.state, State::Number | State::Exponent);
        let (state, sort) = match c {
            ' ' | '\t' | '\n' | '\r' if self.state == State::Start => (State::Start, Sort::Structure),
            _ if self.state == State::Start && !matches!(c, '{' | '[' | '"') => (State::Free, Sort::Text),
            _ if matches!(self.state, State::Literal(_)) => (State::Free, Sort::Text),
            '"' if !in_number => (State::String, Sort::Structure),
            '{' | '[' if !in_number => (State::Between, Sort::Structure),
            ' ' | '\t' | '\n' | '\r' | ',' | ':' | '}' | ']' => (State::Between, Sort::Structure),
            '-' if !in_number => (State::Number, Sort::Structure),
            '0'..='9' if self.state != State::Exponent => (State::Number, Sort::Number),
            '.' if self.state == State::Number => (State::Number, Sort::Number),
            'e' | 'E' if self.state == State::Number => (State::Exponent, Sort::Structure),
            '+' | '-' | '0'..='9' if self.state == State::Exponent => (State::Exponent, Sort::Structure),
            't' if !in_number => (State::Literal("rue"), Sort::Structure),
            'f' if !in_number => (State::Literal("alse"), Sort::Structure),
            'n' if !in_number => (State::Literal("ull"), Sort::Structure),
            _ => (State::Free, Sort::Text),
        };
        self.state = state;
        sort
    }
}

fn verbatim(text: &str, sort: Sort, output: &mut Output, decoded: &mut String) {
    if !text.is_empty() {
        decoded.push_str(text);
        output.add(text, text.len(), sort);
    }
}

/// What begins with a backslash.
enum Escape {
    /// More of it is needed.
    Cut,
    /// This character, in so many bytes.
    Of(char, usize),
    /// No escape; so many bytes stand for themselves.
    Wrong(usize),
}

/// The escape at the beginning of `text`.
fn escape(text: &str) -> Escape {
    let c = match text.as_bytes().get(1) {
        None => return Escape::Cut,
        Some(b'u') => return unicode(text),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b @ (b'"' | b'\\' | b'/')) => char::from(*b),
        Some(_) => return Escape::Wrong(1),
    };
    Escape::Of(c, 2)
}

/// A `\u` escape, or two for the halves of one character. A half alone is U+FFFD.
fn unicode(text: &str) -> Escape {
    let unit = |at: usize| -> Result<u32, Escape> {
        let digits = text.as_bytes().get(at..).unwrap_or_default();
        let digits = &digits[..digits.len().min(4)];
        let value = digits.iter().try_fold(0, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?));
        match value {
            None => Err(Escape::Wrong(1)),
            Some(_) if digits.len() < 4 => Err(Escape::Cut),
            Some(value) => Ok(value),
        }
    };
    let first = match unit(2) {
        Ok(first) => first,
        Err(other) => return other,
    };
    if !(0xd800..0xdc00).contains(&first) {
        return Escape::Of(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6);
    }
    let rest = &text.as_bytes()[6..];
    if rest.len() < 2 && b"\\u".starts_with(rest) {
        return Escape::Cut;
    }
    let alone = Escape::Of(char::REPLACEMENT_CHARACTER, 6);
    if !rest.starts_with(b"\\u") {
        return alone;
    }
    match unit(8) {
        Ok(second @ 0xdc00..0xe000) => {
            let c = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            Escape::Of(char::from_u32(c).expect("halves of a pair make a character"), 12)
        }
        Err(Escape::Cut) => Escape::Cut,
        _ => alone,
    }
}
