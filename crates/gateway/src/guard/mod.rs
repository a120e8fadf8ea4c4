//! Which answers must pass which rules before a client sees them, and which requests before an upstream does.
//!
//! A guarded answer goes through [`midstream::rewrite`] on its way: as a stream where it is one (`body`), else as a whole
//! (`whole`). What can't be checked does not pass.

mod body;
mod request;
mod whole;

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use midstream::Event;
use midstream::rewrite::Guard;
use sha2::{Digest, Sha256};

use crate::config::ConfigError;
use crate::query::pairs;

pub(crate) use body::Guarded;
pub(crate) use request::{REQUEST_MATCHES, request};
pub(crate) use whole::{Whole, whole};

/// Rules for some of the answers.
#[derive(Debug, Clone)]
pub struct GuardConfig {
    /// The upstreams whose answers must pass; empty for all, the demo model included.
    pub upstreams: Vec<String>,
    /// The clients' keys whose answers must pass; empty for all.
    pub keys: Vec<KeyDigest>,
    /// Whether what these clients ask must pass, too, before the upstream sees it.
    pub requests: bool,
    /// The rules.
    pub guard: Arc<Guard>,
}

/// A key that the gateway can recognise and does not know: `sha256:` and the 64 hexadecimal digits of its SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// The digest of `key`.
    pub fn of(key: &str) -> Self {
        Self(Sha256::digest(key.as_bytes()).into())
    }
}

impl FromStr for KeyDigest {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let digits = text.strip_prefix("sha256:").filter(|digits| digits.len() == 64);
        let bytes = digits.and_then(|digits| {
            let byte = |at: usize| u8::from_str_radix(digits.get(at * 2..at * 2 + 2)?, 16).ok();
            (0..32).map(byte).collect::<Option<Vec<_>>>()
        });
        match bytes.and_then(|bytes| bytes.try_into().ok()) {
            Some(bytes) => Ok(Self(bytes)),
            None => Err(ConfigError(format!("expected `sha256:` and 64 hexadecimal digits, found `{text}`"))),
        }
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{:02x}{:02x}..", self.0[0], self.0[1])
    }
}

/// The guard of an answer from `upstream` to a client who came with `headers` and `query`: the first that fits.
pub(crate) fn choose<'g>(
    guards: &'g [GuardConfig],
    upstream: &str,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Option<&'g GuardConfig> {
    let mut digest = None;
    let fits = |guard: &&GuardConfig| {
        let of_upstream = guard.upstreams.is_empty() || guard.upstreams.iter().any(|name| name == upstream);
        of_upstream
            && (guard.keys.is_empty() || {
                let digest = digest.get_or_insert_with(|| key(headers, query).map(|key| KeyDigest::of(&key)));
                digest.as_ref().is_some_and(|digest| guard.keys.contains(digest))
            })
    };
    guards.iter().find(fits)
}

/// Whether there are rules for any of `upstream`'s answers.
pub(crate) fn concern(guards: &[GuardConfig], upstream: &str) -> bool {
    guards.iter().any(|guard| guard.upstreams.is_empty() || guard.upstreams.iter().any(|name| name == upstream))
}

/// The key that a client sends, in whichever header its provider has it, or in the query as Gemini's clients may.
fn key(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let other = || ["x-api-key", "x-goog-api-key", "api-key"].iter().find_map(|name| headers.get(*name)?.to_str().ok());
    let header = bearer.or_else(other).map(|key| key.trim().to_owned());
    header.or_else(|| pairs(query).find(|(name, _)| name == "key").map(|(_, key)| key))
}

/// What the clients with a key are called where they may be told apart and not known: the beginning of the key's digest;
/// `local` without a key.
pub(crate) fn tenant(headers: &HeaderMap, query: Option<&str>) -> String {
    match key(headers, query) {
        Some(key) => KeyDigest::of(&key).0[..8].iter().map(|byte| format!("{byte:02x}")).collect(),
        None => "local".to_owned(),
    }
}

/// What was found in an answer and not yet written down. The body that finds and the relay that writes down share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings(Arc<Mutex<Vec<Event>>>);

impl Findings {
    pub(crate) fn extend(&self, events: impl IntoIterator<Item = Event>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(events);
    }

    pub(crate) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_and_never_shown() {
        let digest = KeyDigest::of("abc");
        let text = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(text.parse::<KeyDigest>().unwrap(), digest);
        assert_eq!(format!("{digest:?}"), "sha256:ba78..");
        for wrong in ["", "sha256:", "ba78", &text[..70], &text.replace('b', "g")] {
            assert!(wrong.parse::<KeyDigest>().is_err(), "{wrong}");
        }
    }
}
