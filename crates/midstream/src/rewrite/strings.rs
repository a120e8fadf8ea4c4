//! The strings of a JSON text and where they stand in it.

use std::ops::Range;

use super::slots::borrowed;
use crate::json::{self, Cursor, Kind, SyntaxError};

/// A string that is a value, not a name.
#[derive(Debug)]
pub(super) struct Found<'p> {
    /// Where its contents stand, between the quotes.
    pub(super) at: Range<usize>,
    /// It may hold words of the model's; not an id, a type or a signature, by the name of the nearest member.
    pub(super) content: bool,
    /// The name of the nearest member that holds it; empty at the root.
    pub(super) name: String,
    /// What it says.
    pub(super) value: &'p str,
}

/// What a JSON text holds of strings.
#[derive(Debug, Default)]
pub(super) struct Strings<'p> {
    /// In order.
    pub(super) strings: Vec<Found<'p>>,
    /// Where the strings stand that are signed: `thinking` beside a `signature`.
    pub(super) signed: Vec<Range<usize>>,
    /// Values that say once more, token by token, what the model wrote.
    pub(super) tokens: Vec<Range<usize>>,
    /// Where objects stand that a tool is given, or gives: their names and numbers are the model's words as well.
    pub(super) inputs: Vec<Range<usize>>,
    /// Names of members that may be words, and stand nowhere as they are.
    pub(super) names: Vec<String>,
    /// How many of the strings are audio, in base64.
    pub(super) audio: usize,
}

impl<'p> Strings<'p> {
    /// Notes the name of a member of `text`.
    fn name(&mut self, name: &str, text: &'p str) {
        match borrowed(name, text) {
            Some(at) => {
                let value = &text[at.clone()];
                self.strings.push(Found { at, content: true, name: String::new(), value });
            }
            None => self.names.push(name.to_owned()),
        }
    }

    /// What is no content and no id either: names of tools and models, roles, reasons.
    /// With the names of their members.
    pub(super) fn labels(&self) -> impl Iterator<Item = (&str, &'p str)> {
        let labels = self.strings.iter().filter(|string| !string.content && LABELS.contains(&&*string.name));
        labels.map(|string| (&*string.name, string.value))
    }

    /// Notes that the string number `at` is audio.
    fn is_audio(&mut self, at: usize) {
        let string = &mut self.strings[at];
        if !string.value.is_empty() {
            self.audio += 1;
            string.content &= !is_base64(string.value);
        }
    }

    /// Notes that there is audio at `at`, unless that is known.
    pub(super) fn audio_at(&mut self, at: &Range<usize>) {
        match self.strings.binary_search_by_key(&at.start, |string| string.at.start) {
            Ok(string) if self.strings[string].content => self.is_audio(string),
            Ok(_) if self.audio > 0 => {}
            _ => self.audio += 1,
        }
    }
}

/// All strings of `text`, which is one JSON value.
pub(super) fn strings<'p>(text: &'p str, kept: &'p json::Strings) -> Result<Strings<'p>, SyntaxError> {
    let mut found = Strings::default();
    let mut cursor = Cursor::new(text, kept);
    value(text, &mut cursor, "", Holder::default(), 0, &mut found)?;
    cursor.end()?;
    Ok(found)
}

fn value<'p>(
    text: &'p str,
    cursor: &mut Cursor<'p>,
    name: &str,
    holder: Holder,
    depth: usize,
    found: &mut Strings<'p>,
) -> Result<(), SyntaxError> {
    match cursor.peek() {
        _ if depth > MAX_DEPTH => Err(SyntaxError::new(cursor.offset(), "fewer nested values")),
        Kind::String => {
            let start = cursor.offset() + 1;
            let value = cursor.string()?.unwrap_or_default();
            found.strings.push(Found {
                at: start..cursor.offset() - 1,
                // What no identifier and no base64 has in it is written in words, whatever it is called: a program's `code`.
                content: holder.content || !is_token(value),
                name: name.to_owned(),
                value,
            });
            Ok(())
        }
        Kind::Object => {
            let (mut thinking, mut data) = (None, None);
            let mut signed = false;
            let mut heard = name == "audio" || name == "input_audio";
            let member = |name: &str, cursor: &mut Cursor<'p>| {
                if TOKENS.contains(&name) && matches!(cursor.peek(), Kind::Array | Kind::Object) {
                    let start = cursor.offset();
                    cursor.skip()?;
                    found.tokens.push(start..cursor.offset());
                    return Ok(());
                }
                if !is_identifier(name) {
                    found.name(name, text);
                }
                let before = found.strings.len();
                let is_string = cursor.peek() == Kind::String;
                let input = cursor.peek() == Kind::Object && !holder.input && INPUTS.contains(&name);
                let start = cursor.offset();
                value(text, cursor, name, holder.member(name), depth + 1, found)?;
                if input {
                    found.inputs.push(start..cursor.offset());
                }
                match name {
                    "data" if is_string => data = Some(before),
                    "audio" if is_string && is_long_base64(found.strings[before].value) => found.is_audio(before),
                    "mimeType" | "mime_type" | "media_type" if is_string => {
                        heard |= found.strings[before].value.starts_with("audio/");
                    }
                    "signature" => signed |= !found.strings.last().is_none_or(|string| string.value.is_empty()),
                    "thinking" if is_string => thinking = Some(found.strings[before].at.clone()),
                    // Bedrock Converse: `reasoningText: {text, signature}`.
                    "text" if is_string => thinking = thinking.take().or(Some(found.strings[before].at.clone())),
                    _ => {}
                }
                Ok(())
            };
            cursor.object(member)?;
            if let Some(data) = data.filter(|_| heard) {
                found.is_audio(data);
            }
            found.signed.extend(thinking.filter(|_| signed));
            Ok(())
        }
        Kind::Array => cursor.array(|cursor| value(text, cursor, name, holder, depth + 1, found)).map(drop),
        _ => cursor.skip(),
    }
}

/// What is known of the strings below a value.
#[derive(Debug, Clone, Copy)]
struct Holder {
    /// They may hold words of the model's.
    content: bool,
    /// They are part of what a tool is given, where all names are the tool's own.
    input: bool,
}

impl Default for Holder {
    fn default() -> Self {
        Self { content: true, input: false }
    }
}

impl Holder {
    /// The same of a member called `name`. Some members are written by the provider; a client hands them back or
    /// compares them, so they must stay as they are.
    fn member(self, name: &str) -> Self {
        let input = self.input || INPUTS.contains(&name);
        let protocol =
            LABELS.contains(&name) || PROTOCOL.contains(&name) || name.ends_with("_id") || name.ends_with("Id");
        Self { content: input || !protocol, input }
    }
}

/// Whether a member's name is one that a protocol or a program gives.
fn is_identifier(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let begins = name.bytes().next().is_none_or(|byte| byte.is_ascii_alphabetic() || b"_$".contains(&byte));
    let digits = || name.bytes().filter(u8::is_ascii_digit).count();
    begins && name.len() <= LONGEST_NAME && name.bytes().skip(1).all(plain) && digits() <= MOST_DIGITS
}

/// Whether a text has nothing that identifiers, dates and data in base64 have not.
fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_=.:,~\r\n".contains(&byte))
}

/// Whether a text is data in base64 and not a word.
fn is_long_base64(text: &str) -> bool {
    text.len() >= 16 && is_base64(text)
}

/// Whether a text has nothing that base64 has not.
fn is_base64(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'\n'))
}

/// Names of members that repeat the model's words token by token.
const TOKENS: &[&str] = &["logprobs", "logprobsResult", "top_logprobs"];

/// Names of members that hold what a tool is given.
const INPUTS: &[&str] = &["args", "arguments", "input", "parameters", "structuredContent"];

/// Longer names are no identifiers, in bytes, nor are those with more digits.
const LONGEST_NAME: usize = 40;
const MOST_DIGITS: usize = 3;

/// Names of the other members that are never the model's words.
const PROTOCOL: &[&str] = &[
    "bytes",
    "code",
    "created_at",
    "data",
    "encrypted_content",
    "format",
    "id",
    "obfuscation",
    "p",
    "provider",
    "service_tier",
    "signature",
    "system_fingerprint",
    "thoughtSignature",
    "thought_signature",
];

/// Names of members that are no words either: clients need them as they are, and a model could choose them.
const LABELS: &[&str] = &[
    "event",
    "eventType",
    "event_type",
    "finishReason",
    "finish_reason",
    "model",
    "modelVersion",
    "model_name",
    "name",
    "object",
    "reason",
    "role",
    "status",
    "stopReason",
    "stop_reason",
    "type",
];

/// Deeper values are not looked into; a frame that has them is refused.
const MAX_DEPTH: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_found_with_their_places() {
        let text = r#" {"a": "one", "b": [1, "t\"wo", {"call_id": "\u0041"}], "d": null} "#;
        let kept = json::Strings::default();
        let found = strings(text, &kept).unwrap();
        let said: Vec<_> = found.strings.iter().map(|s| (s.content, s.value, &text[s.at.clone()])).collect();
        assert_eq!(said, [(true, "one", "one"), (true, "t\"wo", "t\\\"wo"), (false, "A", "\\u0041")]);
        assert!(strings("{\"a\"", &kept).is_err());
        assert!(strings(&"[".repeat(100_000), &kept).is_err());
    }
}
