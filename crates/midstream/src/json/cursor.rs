//! A pull reader over one JSON text: no tree, no copy, and what is skipped costs a scan.

use std::fmt;

use super::Strings;

/// Reads one JSON text from front to back.
///
/// It is cheap to copy, so a caller that meets fields in the wrong order keeps a copy at a value, [skips](Self::skip)
/// it and comes back. What is read is checked; what is skipped is only checked for balanced brackets and closed
/// strings, since fields that nobody reads need no parsing.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    text: &'a str,
    strings: &'a Strings,
    /// Always on a character boundary of `text`, `at <= text.len()`.
    at: usize,
}

/// What kind of value comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{`
    Object,
    /// `[`
    Array,
    /// `"`
    String,
    /// A number.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
    /// Nothing that JSON knows, or the end.
    Invalid,
}

/// A text that is no JSON, and where. One pointer: it is handed on in a thousand places and made in few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError(Box<(usize, &'static str)>);

impl SyntaxError {
    #[cold]
    pub(crate) fn new(at: usize, expected: &'static str) -> Self {
        Self(Box::new((at, expected)))
    }

    /// Offset of the offending byte in the text.
    pub fn at(&self) -> usize {
        self.0.0
    }

    /// What was expected there.
    pub fn expected(&self) -> &'static str {
        self.0.1
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {} of the payload", self.expected(), self.at())
    }
}

impl std::error::Error for SyntaxError {}

type Result<T> = std::result::Result<T, SyntaxError>;
type Field<'f, 'a> = &'f mut dyn FnMut(&str, &mut Cursor<'a>) -> Result<()>;
type Element<'f, 'a> = &'f mut dyn FnMut(&mut Cursor<'a>) -> Result<()>;

/// A native program has a copy of the loop over an object's members at each place that reads one, which makes it a
/// sixth faster; in WASM these copies were three quarters of the module, so all share one.
const SMALL: bool = cfg!(target_family = "wasm");

impl<'a> Cursor<'a> {
    /// A reader at the start of `text`, which keeps in `strings` those that have escapes.
    pub fn new(text: &'a str, strings: &'a Strings) -> Self {
        Self { text, strings, at: 0 }
    }

    /// A reader at the start of another text, which may be a part of this one.
    pub fn of(&self, text: &'a str) -> Self {
        Self { text, at: 0, ..*self }
    }

    /// Goes to byte `offset` of the text.
    ///
    /// # Panics
    /// Where that is not on a character boundary.
    pub fn seek(&mut self, offset: usize) {
        assert!(self.text.is_char_boundary(offset), "byte {offset} is not on a character boundary");
        self.at = offset;
    }

    /// The kind of the next value.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn peek(&mut self) -> Kind {
        self.white_space();
        match self.byte() {
            Some(b'"') => Kind::String,
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => Kind::Invalid,
        }
    }

    /// Reads an object: calls `field` with each key, the cursor standing before the value, which `field` must read or
    /// skip. A value of another kind is skipped.
    #[inline]
    pub fn object(&mut self, mut field: impl FnMut(&str, &mut Self) -> Result<()>) -> Result<()> {
        if SMALL { self.object_of(&mut field as Field<'_, 'a>) } else { self.object_of(&mut field) }
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    fn object_of<F>(&mut self, field: &mut F) -> Result<()>
    where
        F: FnMut(&str, &mut Self) -> Result<()> + ?Sized,
    {
        if !self.take(b'{') {
            return self.skip();
        }
        if self.is_empty(b'}') {
            return Ok(());
        }
        self.member(field)?;
        self.members_of(field)
    }

    /// Reads what is left of an object, the cursor standing behind one of its values.
    #[inline]
    pub fn rest_of_object(&mut self, mut field: impl FnMut(&str, &mut Self) -> Result<()>) -> Result<()> {
        if SMALL { self.members_of(&mut field as Field<'_, 'a>) } else { self.members_of(&mut field) }
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    fn members_of<F>(&mut self, field: &mut F) -> Result<()>
    where
        F: FnMut(&str, &mut Self) -> Result<()> + ?Sized,
    {
        while !self.is_last(b'}', "`,` or `}`")? {
            self.member(field)?;
        }
        Ok(())
    }

    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    fn member<F>(&mut self, field: &mut F) -> Result<()>
    where
        F: FnMut(&str, &mut Self) -> Result<()> + ?Sized,
    {
        self.expect(b'"', "a string")?;
        let unescaped;
        let key = match self.plain_string() {
            Ok(key) => key,
            Err(start) => {
                unescaped = self.unescape(start)?;
                &unescaped
            }
        };
        self.expect(b':', "`:`")?;
        field(key, self)
    }

    /// Reads an array: calls `item` before each element, which it must read or skip. A value of another kind is
    /// skipped.
    #[inline]
    pub fn array(&mut self, mut item: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        if SMALL { self.array_of(&mut item as Element<'_, 'a>) } else { self.array_of(&mut item) }
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    fn array_of<F>(&mut self, item: &mut F) -> Result<()>
    where
        F: FnMut(&mut Self) -> Result<()> + ?Sized,
    {
        if !self.take(b'[') {
            return self.skip();
        }
        if self.is_empty(b']') {
            return Ok(());
        }
        loop {
            item(self)?;
            if self.is_last(b']', "`,` or `]`")? {
                return Ok(());
            }
        }
    }

    /// Reads a string; a value of another kind is skipped and `None` returned. Lone surrogates become U+FFFD.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn string(&mut self) -> Result<Option<&'a str>> {
        if !self.take(b'"') {
            self.skip()?;
            return Ok(None);
        }
        Ok(Some(match self.plain_string() {
            Ok(text) => text,
            Err(start) => self.strings.keep(self.unescape(start)?),
        }))
    }

    /// Reads a whole number that is not negative; anything else is skipped and `None` returned.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn u64(&mut self) -> Result<Option<u64>> {
        let number = self.peek() == Kind::Number;
        let raw = self.raw()?;
        Ok(if number { raw.parse().ok() } else { None })
    }

    /// Reads a boolean; anything else is skipped and `None` returned.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn bool(&mut self) -> Result<Option<bool>> {
        Ok(match self.raw()? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        })
    }

    /// Skips a value and returns its text.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn raw(&mut self) -> Result<&'a str> {
        self.white_space();
        let start = self.at;
        self.skip()?;
        Ok(&self.text[start..self.at])
    }

    /// Reads a string into its place, as [`string`](Self::string) does. Fields are read so, and not by assignment, because
    /// what a call gives back would be taken apart and put together again at each of them.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(crate) fn string_into(&mut self, place: &mut Option<&'a str>) -> Result<()> {
        *place = self.string()?;
        Ok(())
    }

    /// Reads a string into its place; a value of another kind is the empty one.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(crate) fn text_into(&mut self, place: &mut &'a str) -> Result<()> {
        *place = self.string()?.unwrap_or_default();
        Ok(())
    }

    /// Reads a whole number into its place, as [`u64`](Self::u64) does.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(crate) fn u64_into(&mut self, place: &mut Option<u64>) -> Result<()> {
        *place = self.u64()?;
        Ok(())
    }

    /// Skips a value and puts its text into its place.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(crate) fn raw_into(&mut self, place: &mut Option<&'a str>) -> Result<()> {
        *place = Some(self.raw()?);
        Ok(())
    }

    /// Skips a value and puts a cursor that stands before it into its place.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(crate) fn later_into(&mut self, place: &mut Option<Self>) -> Result<()> {
        *place = Some(*self);
        self.skip()
    }

    /// Skips a value.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn skip(&mut self) -> Result<()> {
        self.white_space();
        match self.byte() {
            Some(b'"') => self.skip_quoted(),
            Some(b'{' | b'[') => self.skip_nested(),
            Some(b'-' | b'0'..=b'9') => {
                while matches!(self.byte(), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
                    self.at += 1;
                }
                Ok(())
            }
            Some(b'n') => self.skip_word("null"),
            Some(b't') => self.skip_word("true"),
            Some(b'f') => self.skip_word("false"),
            _ => self.fail("a JSON value"),
        }
    }

    /// The whole text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// What of the text is not read.
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// How much of the text is read, in bytes.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Checks that nothing but white space is left.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn end(&mut self) -> Result<()> {
        self.white_space();
        if self.at == self.text.len() { Ok(()) } else { self.fail("the end of the JSON text") }
    }

    fn skip_nested(&mut self) -> Result<()> {
        let bytes = self.text.as_bytes();
        // One bit a level, innermost lowest: 1 for an object. Deeper than 64 levels only the depth is checked.
        let (mut kinds, mut depth) = (0u64, 0usize);
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.skip_quoted()?;
                    continue;
                }
                b'{' | b'[' => {
                    if depth < 64 {
                        kinds = kinds << 1 | u64::from(byte == b'{');
                    }
                    depth += 1;
                }
                b'}' | b']' => {
                    if depth <= 64 {
                        if (kinds & 1 == 1) != (byte == b'}') {
                            return self.fail("the bracket that matches");
                        }
                        kinds >>= 1;
                    }
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Ok(());
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        self.fail("a closing bracket")
    }

    fn skip_word(&mut self, word: &str) -> Result<()> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return self.fail("a JSON value");
        }
        self.at += word.len();
        Ok(())
    }

    fn skip_quoted(&mut self) -> Result<()> {
        self.at += 1;
        loop {
            self.at = plain_end(self.text.as_bytes(), self.at);
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') if self.at + 1 < self.text.len() => self.at += 2,
                _ => return self.fail("a closing quote"),
            }
        }
    }

    /// Reads the rest of a string that has no escapes; of another one gives where it began, and the cursor stands at
    /// the first escape.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn plain_string(&mut self) -> std::result::Result<&'a str, usize> {
        let start = self.at;
        self.at = plain_end(self.text.as_bytes(), start);
        if self.byte() != Some(b'"') {
            return Err(start);
        }
        self.at += 1;
        Ok(&self.text[start..self.at - 1])
    }

    #[cold]
    fn unescape(&mut self, start: usize) -> Result<String> {
        let mut out = String::with_capacity(self.at - start + 32);
        out.push_str(&self.text[start..self.at]);
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => self.escape(&mut out)?,
                _ => return self.fail("a closing quote"),
            }
            let from = self.at;
            self.at = plain_end(self.text.as_bytes(), from);
            out.push_str(&self.text[from..self.at]);
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<()> {
        self.at += 1;
        let plain = match self.byte() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let unit = self.hex4()?;
                out.push(self.code_point(unit)?);
                return Ok(());
            }
            _ => return self.fail("an escape that JSON knows"),
        };
        self.at += 1;
        out.push(plain);
        Ok(())
    }

    fn code_point(&mut self, unit: u32) -> Result<char> {
        if !(0xD800..0xDC00).contains(&unit) {
            return Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.at;
        if self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            let low = self.hex4()?;
            if (0xDC00..0xE000).contains(&low) {
                let combined = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                return Ok(char::from_u32(combined).expect("a surrogate pair is a code point"));
            }
            self.at = before;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex4(&mut self) -> Result<u32> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        let Some(digits) = digits else { return self.fail("four hexadecimal digits") };
        self.at += 4;
        Ok(digits.iter().fold(0, |n, d| n << 4 | char::from(*d).to_digit(16).expect("checked above")))
    }

    #[inline(always)]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline(always)]
    fn white_space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// Takes `byte` where it comes next, white space aside. Most streams have none, so that is looked for second.
    #[inline(always)]
    fn take(&mut self, byte: u8) -> bool {
        if self.byte() == Some(byte) {
            self.at += 1;
            return true;
        }
        self.take_behind_space(byte)
    }

    #[inline(never)]
    fn take_behind_space(&mut self, byte: u8) -> bool {
        self.white_space();
        let found = self.byte() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Takes the bracket that closes an object or array where it follows the opening one.
    #[inline(always)]
    fn is_empty(&mut self, close: u8) -> bool {
        self.white_space();
        let empty = self.byte() == Some(close);
        self.at += usize::from(empty);
        empty
    }

    /// Takes what stands behind a field or element: whether it was the last one.
    #[inline(always)]
    fn is_last(&mut self, close: u8, expected: &'static str) -> Result<bool> {
        if self.byte() != Some(b',') {
            self.white_space();
        }
        match self.byte() {
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(true)
            }
            _ => self.fail(expected),
        }
    }

    #[inline(always)]
    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<()> {
        if self.take(byte) { Ok(()) } else { self.fail(expected) }
    }

    #[cold]
    fn fail<T>(&self, expected: &'static str) -> Result<T> {
        Err(SyntaxError::new(self.at, expected))
    }
}

/// How deep arrays and objects are nested in `text`, which is one JSON value.
pub(crate) fn depth(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut deepest) = (0, 0usize, 0);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                at = plain_end(bytes, at);
                while bytes.get(at) == Some(&b'\\') {
                    at = plain_end(bytes, (at + 2).min(bytes.len()));
                }
                at += 1;
            }
            _ => {}
        }
    }
    deepest
}

/// The end of the run of plain string bytes that begins at `from`: the next quote, backslash, control character, or
/// the end of `bytes`. Eight bytes at a time; a byte-wise scan of typical payloads is three times slower.
#[inline(always)]
pub(crate) fn plain_end(bytes: &[u8], from: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut at = from;
    while let Some(word) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(word.try_into().expect("eight bytes"));
        let quote = word ^ (ONES * u64::from(b'"'));
        let slash = word ^ (ONES * u64::from(b'\\'));
        // The lowest set bit is exact in each term (Mycroft's test); later ones may be false, and are not looked at.
        let stop = (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        let stop = stop & HIGH;
        if stop != 0 {
            return at + (stop.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_end_agrees_with_a_bytewise_scan() {
        for stop in [b'"', b'\\', 0, 9, 0x1f] {
            for length in 0..40 {
                for place in 0..=length {
                    let mut bytes = vec![b'a'; length];
                    bytes.iter_mut().enumerate().for_each(|(i, b)| *b = [b'a', 0x80, 0xff, b' ', b'!'][i % 5]);
                    if place < length {
                        bytes[place] = stop;
                    }
                    assert_eq!(plain_end(&bytes, 0), place, "{bytes:?}");
                }
            }
        }
    }

    #[test]
    fn strings_are_unescaped() {
        let cases = [
            (r#""""#, ""),
            (r#""a\nb\u00e9\ud83d\ude00""#, "a\nb\u{e9}\u{1F600}"),
            (r#""\ud83dx""#, "\u{FFFD}x"),
            (r#""\ude00""#, "\u{FFFD}"),
            (r#""\"\\\/\b\f\r\t""#, "\"\\/\u{8}\u{c}\r\t"),
        ];
        for (json, expected) in cases {
            assert_eq!(Cursor::new(json, &Strings::default()).string(), Ok(Some(expected)), "{json}");
        }
    }

    #[test]
    fn nesting_of_any_depth_is_skipped() {
        for depth in [1, 31, 32, 33, 63, 64, 65, 200] {
            let text = format!("{}1{}", r#"[{"a":"#.repeat(depth), "}]".repeat(depth));
            let strings = Strings::default();
            let mut cursor = Cursor::new(&text, &strings);
            assert_eq!(cursor.skip().and_then(|()| cursor.end()), Ok(()), "{depth}");
        }
    }

    #[test]
    fn depth_counts_brackets_outside_strings() {
        let cases = [("1", 0), ("[]", 1), (r#"{"a]":[{"b":"[[\"[["}]}"#, 3), (r#"["\\",[[]]]"#, 3), ("[[],[]]", 2)];
        for (json, expected) in cases {
            assert_eq!(depth(json), expected, "{json}");
        }
    }

    #[test]
    fn broken_text_says_where() {
        let read = |json: &str| {
            let strings = Strings::default();
            Cursor::new(json, &strings).object(|_, value| value.skip()).unwrap_err().at()
        };
        assert_eq!(read(r#"{"a":[1,2}"#), 9);
        assert_eq!(read(r#"{"a" 1}"#), 5);
        assert_eq!(read(r#"{"a":1 "b":2}"#), 7);
        assert_eq!(read(r#"{"a":"b"#), 7);
    }
}
