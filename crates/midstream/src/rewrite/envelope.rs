//! A payload inside a payload: Amazon Bedrock puts the frames of a model's own dialect into base64.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::strings::strings;
use crate::dialect::Dialect;
use crate::json::Strings;

/// A payload and what stands around it.
#[derive(Debug)]
pub(super) struct Payload<'p> {
    pub(super) text: Cow<'p, str>,
    pub(super) envelope: Option<Envelope>,
}

/// What stands before and behind a payload in base64.
#[derive(Debug, Clone)]
pub(super) struct Envelope {
    before: String,
    after: String,
}

impl<'p> Payload<'p> {
    /// Takes the model's payload out of `data`, where it stands in an envelope.
    pub(super) fn open(dialect: Dialect, data: &'p str) -> Result<Self, String> {
        if dialect != Dialect::BedrockInvoke {
            return Ok(Self { text: Cow::Borrowed(data), envelope: None });
        }
        let kept = Strings::default();
        let strings = strings(data, &kept).map_err(|error| error.to_string())?;
        // The padding `p` is shorter than any payload; an exception has no base64 of JSON.
        let inner = strings.strings.iter().find_map(|string| {
            let bytes = STANDARD.decode(string.value).ok()?;
            let text = String::from_utf8(bytes).ok().filter(|text| text.starts_with('{'))?;
            Some((string.at.clone(), text))
        });
        Ok(match inner {
            None => Self { text: Cow::Borrowed(data), envelope: None },
            Some((at, text)) => {
                let envelope = Envelope { before: data[..at.start].to_owned(), after: data[at.end..].to_owned() };
                Self { text: Cow::Owned(text), envelope: Some(envelope) }
            }
        })
    }
}

/// Puts `payload` into its envelope, if it has one.
pub(super) fn seal<'p>(envelope: Option<&Envelope>, payload: &'p str) -> Cow<'p, str> {
    match envelope {
        None => Cow::Borrowed(payload),
        Some(Envelope { before, after }) => Cow::Owned([before, &*STANDARD.encode(payload), after].concat()),
    }
}
