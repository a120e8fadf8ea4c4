//! Rules as data: what a pack's file says, checked in form but not yet compiled.
//!
//! Plain types that [`Pack::parse`](super::Pack::parse) fills; nothing here runs. The format of the files is documented
//! in `rules/README.md`, what the fields mean for a match in [the module](super).

use super::validate::Validator;
use crate::event::Severity;

/// A file of rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// The pack's name: `secrets`.
    pub name: String,
    /// The pack's version, for people: `1.0.0`.
    pub version: String,
    /// What the pack is for, in a sentence.
    pub description: String,
    /// The rules in the order of the file. Where two matches are equal, the first one names the placeholder.
    pub rules: Vec<Rule>,
}

/// One thing to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Name of the rule, unique in its pack: lower case, digits and hyphens, `aws-access-key-id`.
    pub id: String,
    /// What was found, the placeholder's word: upper case, digits and underscores, `AWS_KEY`.
    pub kind: String,
    /// What the rule looks for and where its shape is documented.
    pub description: String,
    /// What must stand directly before the match, which is neither part of it nor masked: `password\s*=\s*`. A regular
    /// expression: a match may start only where some match of this one ends that is at most [`MAX_BEFORE`] long.
    pub before: Option<String>,
    /// The match itself: a regular expression in the syntax of regex-syntax, without look-around other than the fields
    /// here. Classes are ASCII unless [`unicode`](Self::unicode).
    pub pattern: String,
    /// What must stand directly behind the match and is not part of it. A regular expression all of whose matches have
    /// the same length in bytes, at most [`MAX_AFTER`].
    pub after: Option<String>,
    /// Whether classes (`\w`, `\d`, `[^x]`) and case are those of Unicode.
    pub unicode: bool,
    /// Whether case of letters is ignored in `before`, `pattern` and `after`.
    pub case_insensitive: bool,
    /// What the neighbours of the match may not be.
    pub boundary: Boundary,
    /// A match's greatest length in bytes. Longer texts that the pattern would match are not candidates: the longest
    /// one within the bound counts. A pattern without a bound of its own must set it; otherwise it is the pattern's
    /// bound.
    pub max_length: usize,
    /// Whether only the longest candidate from a start is tried: where that fails a check, no shorter one counts. So a rule
    /// for four numbers with dots between can see a fifth, and find nothing.
    pub longest: bool,
    /// One of them must occur in the match, ASCII case ignored. None given: no condition.
    pub keywords: Vec<String>,
    /// All must accept the match.
    pub validators: Vec<Validator>,
    /// Least Shannon entropy of the match in thousandths of a bit per byte
    /// (see [`entropy_millibits`](super::validate::entropy_millibits)).
    pub min_entropy: Option<u32>,
    /// Values that are never findings: the whole match, ASCII case ignored, `*` stands for any run of bytes.
    pub allow: Vec<String>,
    /// A match that contains one of them is no finding, ASCII case ignored.
    pub stop_words: Vec<String>,
    /// Words of which one must stand before the match.
    pub context: Option<Context>,
    /// Words of which none may stand before the match.
    pub unless: Option<Context>,
    /// Whether the match is none where it goes on a row of numbers: where a group of digits, hexadecimal too, of its own first
    /// group's length stands in front of it, one of ` .:/-` between. So the end of a list of pairs is no telephone number.
    pub apart: bool,
    /// Whether the rule reads the normalised text (see `normalise.rs`); its spans are always of the original.
    pub normalise: bool,
    /// Where the rule looks.
    pub channels: Channels,
    /// What happens to a match.
    pub action: Action,
    /// How bad a match is.
    pub severity: Severity,
    /// The rule's own tests.
    pub tests: Tests,
}

/// The greatest length of what [`Rule::before`] matches, in bytes.
pub const MAX_BEFORE: usize = 256;

/// The greatest length of what [`Rule::after`] matches, in bytes.
pub const MAX_AFTER: usize = 16;

/// The greatest [`Rule::max_length`], in bytes.
pub const MAX_MAX_LENGTH: usize = 16 * 1024;

/// The greatest length of a pattern, in bytes, once its fragments are expanded.
pub const MAX_PATTERN: usize = 64 * 1024;

/// The greatest [`Context::distance`], in bytes.
pub const MAX_DISTANCE: usize = 256;

/// What may not stand beside a match. Beginning and end of the text are always allowed.
///
/// With [`Rule::before`], `start` is asked of the byte before what that matched; with [`Rule::after`], `end` is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Boundary {
    /// Of the byte before the match.
    pub start: Edge,
    /// Of the byte behind the match.
    pub end: Edge,
}

/// Which bytes a match may not touch. Bytes from 0x80 are never refused: scripts without spaces surround a match with
/// letters (`Line` refuses them).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edge {
    /// `[0-9A-Za-z_]`.
    #[default]
    Word,
    /// `[0-9A-Za-z]`: `_` may stand beside the match, as it does in Markdown.
    Alnum,
    /// `[0-9]`.
    Digit,
    /// `[0-9A-Za-z_+/=-]`: the alphabets of Base64, for keys without a prefix.
    Token,
    /// `[0-9A-Za-z.+-]`: what may stand before a digit of a longer number.
    Number,
    /// Everything but line feed and carriage return: the match begins or ends a line.
    Line,
    /// Any neighbour will do.
    None,
}

impl Edge {
    /// All edges with their names in files.
    pub const NAMES: &[(&str, Self)] = &[
        ("word", Self::Word),
        ("alnum", Self::Alnum),
        ("digit", Self::Digit),
        ("token", Self::Token),
        ("number", Self::Number),
        ("line", Self::Line),
        ("none", Self::None),
    ];

    /// Whether a match may not touch `byte`.
    #[must_use]
    pub const fn refuses(self, byte: u8) -> bool {
        match self {
            Self::Word => byte.is_ascii_alphanumeric() || byte == b'_',
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Digit => byte.is_ascii_digit(),
            Self::Token => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'/' | b'=' | b'-'),
            Self::Number => byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'),
            Self::Line => !matches!(byte, b'\n' | b'\r'),
            Self::None => false,
        }
    }
}

/// Words before a match.
///
/// A word counts where it begins and ends within the last `distance` bytes before the match (before what
/// [`Rule::before`] matched counts as well as within it), ASCII case ignored, and where it is a whole word: where its
/// first (last) byte is one of `[0-9A-Za-z_]`, the byte before (behind) it is not. A trailing `*` lifts the condition on
/// its end: `passport*` also finds `passports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The words; none is empty. A word may have spaces in it.
    pub words: Vec<String>,
    /// How far back to look, in bytes of the text that the rule reads: 1 to [`MAX_DISTANCE`].
    pub distance: usize,
}

/// [`Context::distance`] where a rule sets none, in bytes.
pub const DEFAULT_DISTANCE: usize = 64;

/// Which of an answer's channels a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channels {
    /// What the model says.
    pub text: bool,
    /// What the model thinks.
    pub reasoning: bool,
    /// Why it refuses.
    pub refusal: bool,
    /// What it gives to tools.
    pub tool: bool,
}

impl Channels {
    /// All of them: the default.
    pub const ALL: Self = Self { text: true, reasoning: true, refusal: true, tool: true };
}

/// What happens to a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It is reported and passes: `report`.
    Report,
    /// It is replaced: `mask`.
    Mask(Mask),
    /// It ends the stream before its first byte leaves: `stop`.
    Stop,
    /// It and all that follows is held until someone decides: `hold`.
    Hold,
}

/// What stands in the place of a masked match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mask {
    /// The rule's kind in brackets, `[EMAIL]`: `placeholder`.
    Placeholder,
    /// This text: `{ text = "***" }`.
    Fixed(String),
    /// Asterisks, and the last so many characters as they are: `{ keep_last = 4 }`. A match that is not longer than
    /// that is masked whole.
    KeepLast(usize),
    /// The kind and a tag that is the same for the same value under one key: `pseudonym`.
    Pseudonym,
}

/// Texts that a rule is tried on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tests {
    /// Texts in which the rule finds something.
    pub matches: Vec<Example>,
    /// Texts in which it finds nothing.
    pub misses: Vec<String>,
}

/// A text in which a rule finds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The whole text.
    pub text: String,
    /// What exactly is found first in it, where the test says so.
    pub value: Option<String>,
}
