//! JSON that arrives in pieces: a valid prefix value at any moment, strict at the end, linear in all.

use std::fmt;

use super::Value;
use super::cursor::plain_end;
use crate::shown::shown;

/// How much an [`Incremental`] takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Deepest nesting of arrays and objects.
    pub max_depth: usize,
    /// Longest text, in bytes.
    pub max_bytes: usize,
}

impl Default for Limits {
    /// 128 levels, 16 MiB.
    fn default() -> Self {
        Self { max_depth: 128, max_bytes: 16 << 20 }
    }
}

/// Reads one JSON text (RFC 8259) in pieces of any size.
///
/// The [value so far](Self::value) never says anything that the text may still take back: a string is there as far as
/// it has come, a number, `true`, `false` and `null` once they are whole, a member once its value has begun. Each
/// piece costs its own length plus at most the depth at which it ends, so the whole text is linear.
///
/// ```
/// let mut json = midstream::json::Incremental::default();
/// json.push(r#"{"city": "Par"#);
/// assert_eq!(json.value().unwrap().get("city").unwrap().as_str(), Some("Par"));
/// json.push(r#"is", "days": 1"#);
/// assert_eq!(json.value().unwrap().get("days"), None); // 1 or 10?
/// json.push("0}");
/// assert!(json.finish().is_ok());
/// ```
#[derive(Debug, Default)]
pub struct Incremental {
    limits: Limits,
    root: Option<Value>,
    /// The open containers, outermost first. Each but the first is the last value of the one before it.
    open: Vec<Container>,
    state: State,
    /// A member's name, until its value begins.
    name: String,
    /// A number, until it is whole.
    digits: String,
    /// Bytes taken.
    at: usize,
    error: Option<IncrementalError>,
}

/// A text that is no JSON, or more than the limits allow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IncrementalError {
    /// Offset of the offending byte in the text.
    pub at: usize,
    /// What was expected and what came.
    pub message: String,
}

impl fmt::Display for IncrementalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.message, self.at)
    }
}

impl std::error::Error for IncrementalError {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Array,
    Object,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// A value must come.
    #[default]
    Value,
    /// Behind `[`: a value or `]`.
    FirstElement,
    /// Behind `{`: a name or `}`.
    FirstName,
    /// Behind `,` in an object: a name.
    Name,
    /// Behind a name: `:`.
    Colon,
    /// Behind a value in a container: `,` or the closing bracket.
    Next,
    /// Inside a string.
    Text(Role),
    /// Behind a backslash.
    Escape(Role),
    /// Behind `\u`: how many digits came, and what they amount to; `high` is the surrogate before, or 0.
    Unicode { role: Role, high: u16, digits: u8, unit: u16 },
    /// Behind a high surrogate: `\` of the low one, or anything.
    LowSurrogate { role: Role, high: u16 },
    /// Behind a high surrogate and a backslash.
    LowEscape { role: Role, high: u16 },
    /// Inside a number.
    Number(Number),
    /// Inside `true`, `false` or `null`: which, and how much came.
    Literal(&'static str, usize),
    /// Behind the outermost value.
    End,
}

/// What a string is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Name,
    Value,
}

/// Where in a number we are: behind what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    Minus,
    Zero,
    Integer,
    Point,
    Fraction,
    Exponent,
    Sign,
    Power,
}

impl Number {
    fn is_whole(self) -> bool {
        matches!(self, Self::Zero | Self::Integer | Self::Fraction | Self::Power)
    }

    fn next(self, byte: u8) -> Option<Self> {
        Some(match (self, byte) {
            (Self::Minus, b'0') => Self::Zero,
            (Self::Minus, b'1'..=b'9') | (Self::Integer, b'0'..=b'9') => Self::Integer,
            (Self::Zero | Self::Integer, b'.') => Self::Point,
            (Self::Point | Self::Fraction, b'0'..=b'9') => Self::Fraction,
            (Self::Zero | Self::Integer | Self::Fraction, b'e' | b'E') => Self::Exponent,
            (Self::Exponent, b'+' | b'-') => Self::Sign,
            (Self::Exponent | Self::Sign | Self::Power, b'0'..=b'9') => Self::Power,
            _ => return None,
        })
    }
}

impl Incremental {
    /// A reader at the start of a text.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes the next piece. After an error, pieces are ignored and [`value`](Self::value) stays what it was.
    pub fn push(&mut self, piece: &str) {
        if self.error.is_some() {
            return;
        }
        let base = self.at;
        let mut at = 0;
        while at < piece.len() {
            self.at = base + at;
            if self.at >= self.limits.max_bytes {
                return self.fail(format!("more than `max_bytes` ({})", self.limits.max_bytes));
            }
            match self.state {
                State::Text(role) => {
                    let longest = piece.len().min(at.saturating_add(self.limits.max_bytes - self.at));
                    let end = at + plain_end(&piece.as_bytes()[at..longest], 0);
                    // A limit may fall inside a character, which is then left out.
                    self.append(role, piece.get(at..end).unwrap_or_default());
                    at = end;
                    if at < longest {
                        self.at = base + at;
                        self.in_text(role, piece[at..].chars().next().expect("there is more"));
                        at += 1;
                    }
                }
                _ => {
                    let next = piece[at..].chars().next().expect("there is more");
                    self.take(next);
                    at += next.len_utf8();
                }
            }
            if self.error.is_some() {
                return;
            }
        }
        self.at = base + piece.len();
    }

    /// The value so far; `None` before it has begun.
    pub fn value(&self) -> Option<&Value> {
        self.root.as_ref()
    }

    /// The first thing that is wrong with the text so far.
    pub fn error(&self) -> Option<&IncrementalError> {
        self.error.as_ref()
    }

    /// Takes the end of the text and returns its value.
    ///
    /// # Errors
    /// Where the text is not one whole JSON value, or went beyond the limits.
    pub fn finish(mut self) -> Result<Value, IncrementalError> {
        if let State::Number(number) = self.state
            && number.is_whole()
            && self.open.is_empty()
        {
            self.end_number();
        }
        if self.error.is_none() && self.state != State::End {
            self.fail(format!("expected {}, found the end of the text", self.expected()));
        }
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.root.expect("a text that is at its end has a value")),
        }
    }

    /// Takes a character outside a string's plain text.
    fn take(&mut self, c: char) {
        match (self.state, c) {
            (State::Number(number), _) => self.in_number(number, c),
            (State::Literal(word, seen), _) => self.in_literal(word, seen, c),
            (State::Escape(role), _) => self.escape(role, c),
            (State::Unicode { role, high, digits, unit }, _) => self.unicode(role, high, digits, unit, c),
            (State::LowSurrogate { role, high }, '\\') => self.state = State::LowEscape { role, high },
            (State::LowSurrogate { role, .. }, _) => {
                self.append(role, REPLACEMENT);
                self.in_text(role, c);
            }
            (State::LowEscape { role, high }, 'u') => {
                self.state = State::Unicode { role, high, digits: 0, unit: 0 };
            }
            (State::LowEscape { role, .. }, _) => {
                self.append(role, REPLACEMENT);
                self.escape(role, c);
            }
            (_, ' ' | '\t' | '\n' | '\r') => {}
            (State::FirstElement, ']') | (State::FirstName, '}') => self.close(),
            (State::Value | State::FirstElement, _) => self.begin(c),
            (State::FirstName | State::Name, '"') => {
                self.name.clear();
                self.state = State::Text(Role::Name);
            }
            (State::Colon, ':') => self.state = State::Value,
            (State::Next, _) => match (self.open.last(), c) {
                (Some(Container::Array), ',') => self.state = State::Value,
                (Some(Container::Object), ',') => self.state = State::Name,
                (Some(Container::Array), ']') | (Some(Container::Object), '}') => self.close(),
                _ => self.unexpected(c),
            },
            _ => self.unexpected(c),
        }
    }

    fn begin(&mut self, c: char) {
        match c {
            '{' => self.nest(Container::Object, Value::Object(Vec::new()), State::FirstName),
            '[' => self.nest(Container::Array, Value::Array(Vec::new()), State::FirstElement),
            '"' => {
                self.insert(Value::String(String::new()));
                self.state = State::Text(Role::Value);
            }
            't' => self.state = State::Literal("true", 1),
            'f' => self.state = State::Literal("false", 1),
            'n' => self.state = State::Literal("null", 1),
            '-' | '0'..='9' => {
                self.digits.push(c);
                self.state = State::Number(match c {
                    '-' => Number::Minus,
                    '0' => Number::Zero,
                    _ => Number::Integer,
                });
            }
            _ => self.unexpected(c),
        }
    }

    fn nest(&mut self, kind: Container, empty: Value, state: State) {
        if self.open.len() >= self.limits.max_depth {
            return self.fail(format!("nested deeper than `max_depth` ({})", self.limits.max_depth));
        }
        self.insert(empty);
        self.open.push(kind);
        self.state = state;
    }

    fn close(&mut self) {
        self.open.pop();
        self.after_value();
    }

    fn after_value(&mut self) {
        self.state = if self.open.is_empty() { State::End } else { State::Next };
    }

    /// Puts a value, which may only have begun, where it belongs.
    fn insert(&mut self, value: Value) {
        let name = &mut self.name;
        match innermost(&mut self.root, self.open.len()) {
            None => self.root = Some(value),
            Some(Value::Array(elements)) => elements.push(value),
            Some(Value::Object(members)) => members.push((std::mem::take(name), value)),
            Some(_) => unreachable!("only containers are open"),
        }
    }

    fn append(&mut self, role: Role, text: &str) {
        match role {
            Role::Name => self.name.push_str(text),
            Role::Value => {
                let place = innermost(&mut self.root, self.open.len() + 1);
                let Some(Value::String(string)) = place else { unreachable!("a string was begun") };
                string.push_str(text);
            }
        }
    }

    /// Takes a character inside a string that ends its plain text.
    fn in_text(&mut self, role: Role, c: char) {
        match c {
            '"' if role == Role::Name => self.state = State::Colon,
            '"' => self.after_value(),
            '\\' => self.state = State::Escape(role),
            '\0'..'\x20' => self.unexpected(c),
            _ => {
                self.state = State::Text(role);
                self.append(role, c.encode_utf8(&mut [0; 4]));
            }
        }
    }

    fn escape(&mut self, role: Role, c: char) {
        let plain = match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.state = State::Unicode { role, high: 0, digits: 0, unit: 0 },
            _ => return self.unexpected(c),
        };
        self.state = State::Text(role);
        self.append(role, plain.encode_utf8(&mut [0; 4]));
    }

    fn unicode(&mut self, role: Role, high: u16, digits: u8, unit: u16, c: char) {
        let Some(digit) = c.to_digit(16) else { return self.unexpected(c) };
        let unit = unit << 4 | digit as u16;
        if digits < 3 {
            return self.state = State::Unicode { role, high, digits: digits + 1, unit };
        }
        let pair = char::decode_utf16([high, unit]).next().and_then(Result::ok).filter(|_| high != 0);
        if high != 0 && pair.is_none() {
            self.append(role, REPLACEMENT);
        }
        self.state = State::Text(role);
        match pair.or(char::from_u32(unit.into())) {
            Some(c) => self.append(role, c.encode_utf8(&mut [0; 4])),
            None if unit < 0xDC00 => self.state = State::LowSurrogate { role, high: unit },
            None => self.append(role, REPLACEMENT),
        }
    }

    fn in_number(&mut self, number: Number, c: char) {
        if let Some(next) = u8::try_from(c).ok().and_then(|byte| number.next(byte)) {
            self.digits.push(c);
            self.state = State::Number(next);
        } else if number.is_whole() && matches!(c, ' ' | '\t' | '\n' | '\r' | ',' | ']' | '}') {
            self.end_number();
            self.take(c);
        } else {
            self.unexpected(c);
        }
    }

    fn end_number(&mut self) {
        let digits = std::mem::take(&mut self.digits);
        self.insert(Value::Number(digits));
        self.after_value();
    }

    fn in_literal(&mut self, word: &'static str, seen: usize, c: char) {
        if !word[seen..].starts_with(c) {
            return self.unexpected(c);
        }
        if seen + 1 < word.len() {
            return self.state = State::Literal(word, seen + 1);
        }
        self.insert(match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::Null,
        });
        self.after_value();
    }

    #[cold]
    fn unexpected(&mut self, c: char) {
        let found = shown(c);
        self.fail(format!("expected {}, found `{found}`", self.expected()));
    }

    #[cold]
    fn fail(&mut self, message: String) {
        self.error = Some(IncrementalError { at: self.at, message });
    }

    fn expected(&self) -> &'static str {
        match self.state {
            State::Value => "a value",
            State::FirstElement => "a value or `]`",
            State::FirstName => "a name in quotes or `}`",
            State::Name => "a name in quotes",
            State::Colon => "`:`",
            State::Next if self.open.last() == Some(&Container::Array) => "`,` or `]`",
            State::Next => "`,` or `}`",
            State::Text(_) | State::LowSurrogate { .. } => "text or a closing quote",
            State::Escape(_) | State::LowEscape { .. } => "an escape that JSON knows",
            State::Unicode { .. } => "a hexadecimal digit",
            State::Number(number) if number.is_whole() => "a digit or the end of the number",
            State::Number(_) => "a digit",
            State::Literal(word, _) => word,
            State::End => "the end of the text",
        }
    }
}

/// The value that is `depth` levels inside `root`, each time the last of its container; `None` at level 0.
fn innermost(root: &mut Option<Value>, depth: usize) -> Option<&mut Value> {
    if depth == 0 {
        return None;
    }
    let mut value = root.as_mut()?;
    for _ in 1..depth {
        value = value.last_mut().expect("an open container is the last value of the one around it");
    }
    Some(value)
}

const REPLACEMENT: &str = "\u{FFFD}";
