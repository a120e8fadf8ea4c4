//! What can be wrong with a stream, as data: a kind, a place, a sentence.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::event::Span;

/// Something wrong with a stream, with the byte offset at which it was found.
///
/// It travels inside [`Event::Error`](crate::Event::Error); no error stops a session from taking more bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "StreamError"))]
#[non_exhaustive]
pub struct Error {
    /// What went wrong, and whose fault it is.
    pub kind: ErrorKind,
    /// What was expected and what came: lowercase, no full stop; a provider's own words where it reported the error.
    pub message: String,
    /// The provider's code or type for it (`overloaded_error`, `429`), where it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Offset into the stream of the first byte concerned, in bytes.
    pub offset: u64,
    /// Where in one of the answer's texts it is, for an error of that text: from the first byte concerned to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Box<Span>>,
}

impl Error {
    /// An error that midstream itself found at `offset`.
    pub fn new(kind: ErrorKind, offset: u64, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), code: None, offset, span: None }
    }

    /// The error of a text of which rules can't check the rest: `byte`, at `offset`, is no part of UTF-8, or a zero.
    pub fn uncheckable(byte: u8, offset: u64) -> Self {
        let hint = if byte == 0 || offset == 0 && byte >= 0xFE { ", as UTF-16 has it" } else { "" };
        let message = format!(
            "expected text in UTF-8 for the rules to check, found byte 0x{byte:02x}{hint}; it and the rest are left out"
        );
        Self::new(ErrorKind::WrongFraming, offset, message)
    }

    /// The same error with the provider's code.
    #[must_use]
    pub fn with_code(mut self, code: Option<impl Into<String>>) -> Self {
        self.code = code.map(Into::into);
        self
    }

    /// The same error with its place in one of the answer's texts.
    #[must_use]
    pub fn with_span(mut self, span: Span) -> Self {
        self.span = Some(Box::new(span));
        self
    }

    /// Whether the provider reported it, as opposed to midstream finding it.
    pub fn is_provider(&self) -> bool {
        self.kind == ErrorKind::Provider
    }

    /// Whether part of the answer is known to be lost or the answer failed, so that the verdict can't be `complete`.
    pub fn is_fatal(&self) -> bool {
        let told_only = matches!(
            self.kind,
            ErrorKind::IgnoredLines
                | ErrorKind::IncompleteFrame
                | ErrorKind::InvalidToolInput
                | ErrorKind::InvalidUtf8
                | ErrorKind::Cancelled
        );
        !told_only
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {}", self.kind.as_str(), self.offset, self.message)
    }
}

impl std::error::Error for Error {}

/// The kinds of [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The provider reported an error inside the stream.
    Provider,
    /// The body is not in the framing it was taken for (HTML where SSE was expected, a compressed body).
    WrongFraming,
    /// The frames are not of the dialect that was given.
    WrongDialect,
    /// A frame breaks the rules of its framing (a bad length, a line that is no JSON).
    MalformedFrame,
    /// Lines of a body of server-sent events that are none of its fields. The specification ignores them.
    IgnoredLines,
    /// A checksum does not match: AWS event stream prelude or message CRC.
    Checksum,
    /// A frame's payload should be JSON and is not.
    MalformedJson,
    /// The input of a tool call should be JSON and is not, or was broken off. What came of it stands in the call.
    InvalidToolInput,
    /// Bytes that are not UTF-8; each was replaced by U+FFFD.
    InvalidUtf8,
    /// The stream ended inside a frame.
    IncompleteFrame,
    /// A limit of the configuration was reached; the message names the setting.
    Limit,
    /// No content arrived within [`Timeouts::first_content`](crate::Timeouts::first_content).
    TimeoutFirstContent,
    /// No further content arrived within [`Timeouts::gap`](crate::Timeouts::gap).
    TimeoutGap,
    /// The stream lasted longer than [`Timeouts::total`](crate::Timeouts::total).
    TimeoutTotal,
    /// The host said that the transport failed (connection reset, upstream gone).
    Transport,
    /// The host said that whoever asked for the stream left before its end.
    Cancelled,
    /// A rule has ended the stream; the code is its kind. Only `stream-end` follows.
    Stopped,
    /// Rules have kept something from the host other than by masking it: it was held and nobody decided, or a signature
    /// was over text that was masked.
    Redaction,
}

impl ErrorKind {
    /// The kind's name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::WrongFraming => "wrong-framing",
            Self::WrongDialect => "wrong-dialect",
            Self::MalformedFrame => "malformed-frame",
            Self::IgnoredLines => "ignored-lines",
            Self::Checksum => "checksum",
            Self::MalformedJson => "malformed-json",
            Self::InvalidToolInput => "invalid-tool-input",
            Self::InvalidUtf8 => "invalid-utf8",
            Self::IncompleteFrame => "incomplete-frame",
            Self::Limit => "limit",
            Self::TimeoutFirstContent => "timeout-first-content",
            Self::TimeoutGap => "timeout-gap",
            Self::TimeoutTotal => "timeout-total",
            Self::Transport => "transport",
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
            Self::Redaction => "redaction",
        }
    }
}
