//! What a request to a transport asks for: its query read, and the messages made that it describes.

use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::query::pairs;

/// A query.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Asked {
    /// How many messages.
    pub(super) count: Option<u64>,
    /// How long each is, in bytes.
    pub(super) size: Option<usize>,
    /// From one message to the next.
    pub(super) pace: Option<Duration>,
    /// What the demo model is to answer.
    pub(super) prompt: Option<String>,
    /// What each message says.
    pub(super) data: Option<String>,
    /// Whether messages are binary.
    pub(super) binary: bool,
    /// Whether what comes is counted and not sent back.
    pub(super) sink: bool,
    /// Messages that were received before.
    pub(super) after: u64,
}

impl Asked {
    /// Reads `query`, which may have the parameters `known`. A `size` is at most `max_size`.
    ///
    /// # Errors
    /// The parameter, what was expected of it and what was found.
    pub(super) fn read(query: Option<&str>, known: &[&str], max_size: usize) -> Result<Self, String> {
        let mut asked = Self::default();
        for (name, value) in pairs(query) {
            if !known.contains(&&*name) {
                return Err(format!("expected the parameters {}, found `{name}`", known.join(", ")));
            }
            match &*name {
                "count" => asked.count = Some(number(&name, &value, MAX_COUNT)?),
                "size" => asked.size = Some(number(&name, &value, max_size)?),
                "pace_ms" => asked.pace = Some(Duration::from_secs_f64(number(&name, &value, MAX_PACE_MS)? / 1000.0)),
                "prompt" => asked.prompt = Some(value),
                "data" => asked.data = Some(value),
                "binary" => asked.binary = flag(&name, &value)?,
                "sink" => asked.sink = flag(&name, &value)?,
                _ => asked.after = number(&name, &value, u64::MAX)?,
            }
        }
        for (name, given) in [("size", asked.size.is_some()), ("data", asked.data.is_some())] {
            if given && asked.prompt.is_some() {
                return Err(format!("expected either `prompt` or `{name}`, found both"));
            }
        }
        if asked.size.is_some() && asked.data.is_some() {
            return Err("expected either `size` or `data`, found both".to_owned());
        }
        Ok(asked)
    }

    /// Message number `number`, counted from 1: `data`, or JSON that says its number and when it was sent, filled up to
    /// `size`. Where `size` has no room for that it is filling only.
    pub(super) fn message(&self, number: u64) -> String {
        if let Some(data) = &self.data {
            return data.clone();
        }
        let sent = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        let head = format!("{{\"seq\":{number},\"sent_us\":{sent}");
        let Some(size) = self.size else { return head + "}" };
        match size.checked_sub(head.len() + FILLED.len()) {
            Some(room) => format!("{head},\"fill\":\"{}\"}}", "x".repeat(room)),
            None => "x".repeat(size),
        }
    }
}

/// A number from 0 to `max`.
fn number<N: FromStr + PartialOrd + Default + std::fmt::Display>(name: &str, value: &str, max: N) -> Result<N, String> {
    let number = value.parse().ok().filter(|number: &N| *number >= N::default() && *number <= max);
    number.ok_or_else(|| format!("expected a number from 0 to {max} in `{name}`, found `{value}`"))
}

fn flag(name: &str, value: &str) -> Result<bool, String> {
    match value {
        "" | "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        other => Err(format!("expected true or false in `{name}`, found `{other}`")),
    }
}

const MAX_COUNT: u64 = 1_000_000_000;
const MAX_PACE_MS: f64 = 60_000.0;

/// What stands around the filling.
const FILLED: &str = ",\"fill\":\"\"}";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Asked, String> {
        Asked::read(Some(query), &["count", "size", "pace_ms", "prompt", "data", "binary", "after"], 100)
    }

    #[test]
    fn a_query_is_read() {
        let asked = read("count=3&size=100&pace_ms=0.5&binary&after=2").unwrap();
        let pace = Some(Duration::from_micros(500));
        let expected = Asked { count: Some(3), size: Some(100), pace, binary: true, after: 2, ..Asked::default() };
        assert_eq!(asked, expected);
        assert_eq!(read("prompt=What+is%20SSE%3F").unwrap().prompt.as_deref(), Some("What is SSE?"));
        for (query, told) in [
            ("pace=1", "expected the parameters count, size, pace_ms, prompt, data, binary, after, found `pace`"),
            ("sink=1", "found `sink`"),
            ("count=-1", "expected a number from 0 to 1000000000 in `count`, found `-1`"),
            ("count=1e3", "found `1e3`"),
            ("size=101", "expected a number from 0 to 100 in `size`, found `101`"),
            ("pace_ms=NaN", "in `pace_ms`, found `NaN`"),
            ("pace_ms=inf", "in `pace_ms`, found `inf`"),
            ("binary=yes", "expected true or false in `binary`, found `yes`"),
            ("prompt=x&size=1", "expected either `prompt` or `size`, found both"),
            ("data=x&size=1", "expected either `size` or `data`, found both"),
        ] {
            let error = read(query).expect_err(query);
            assert!(error.contains(told), "{query}: {error}");
        }
    }

    #[test]
    fn a_message_is_as_long_as_it_is_to_be() {
        for size in [0, 1, 60, 64, 65, 100] {
            let message = read(&format!("size={size}")).unwrap().message(7);
            assert_eq!(message.len(), size);
            let json: Option<serde_json::Value> = serde_json::from_str(&message).ok();
            assert_eq!(json.is_some(), size >= 60, "{message}");
        }
        let message: serde_json::Value = serde_json::from_str(&read("").unwrap().message(7)).unwrap();
        assert_eq!(message["seq"], 7);
        assert!(message["sent_us"].as_u64().unwrap() > 1_700_000_000_000_000);
    }
}
