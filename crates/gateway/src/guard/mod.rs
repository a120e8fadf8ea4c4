//! Which answers must pass which rules before a client sees them, and which requests before an upstream does.
//!
//! A guarded answer goes through [`midstream::rewrite`] on its way: as a stream where it is one (`body`), else as a whole
//! (`whole`). What can't be checked does not pass.

mod body;
mod heads;
mod request;
mod whole;

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use axum::http::{HeaderMap, HeaderValue};
use midstream::Event;
use midstream::rewrite::{Finding, Guard, Seen};
use sha2::{Digest, Sha256};

use crate::config::ConfigError;
use crate::query::pairs;

pub(crate) use body::{Guarded, Holding, TRAILERS};
pub(crate) use heads::checked_headers;
pub(crate) use request::{REQUEST_MATCHES, request, target};
pub(crate) use whole::{Whole, whole};

/// The parameters of a query that hold a key: Gemini's, its Live API's short-lived one, Azure's.
pub(crate) const KEY_PARAMETERS: &[&str] = &["key", "access_token", "api-key"];

/// What of an answer no rule has read.
pub(crate) const UNCHECKED: &str = "x-midstream-unchecked";

/// What stands there of audio.
pub(crate) const AUDIO: HeaderValue = HeaderValue::from_static("audio");

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

impl GuardConfig {
    /// Whether it is for answers of `upstream`, whoever asks.
    fn is_for(&self, upstream: &str) -> bool {
        self.upstreams.is_empty() || self.upstreams.iter().any(|name| name == upstream)
    }
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
    let mut digests = None;
    let fits = |guard: &&GuardConfig| {
        guard.is_for(upstream)
            && (guard.keys.is_empty() || {
                let digests = digests.get_or_insert_with(|| {
                    keys(headers, query).iter().map(|key| KeyDigest::of(key)).collect::<Vec<_>>()
                });
                digests.iter().any(|digest| guard.keys.contains(digest))
            })
    };
    guards.iter().find(fits)
}

/// [`choose`], for a WebSocket: its key may stand where nobody looks for one, as in its first message, so a client without
/// one is taken for any.
pub(crate) fn choose_for_socket<'g>(
    guards: &'g [GuardConfig],
    upstream: &str,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Option<&'g GuardConfig> {
    let any = || guards.iter().find(|guard| guard.is_for(upstream) && keys(headers, query).is_empty());
    choose(guards, upstream, headers, query).or_else(any)
}

/// The keys that a client sends, wherever a provider may look for one: which of them counts is the upstream's choice.
fn keys(headers: &HeaderMap, query: Option<&str>) -> Vec<String> {
    let of = |name: &str| headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>();
    let authorized = of(AUTHORIZATION.as_str()).into_iter().map(|value| match value.trim().split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim_start(),
        _ => value.trim(),
    });
    let others = ["x-api-key", "x-goog-api-key", "api-key"].into_iter().flat_map(of).map(str::trim);
    // Where browsers, which can't set headers on a WebSocket, put it for OpenAI.
    let protocols = of(SEC_WEBSOCKET_PROTOCOL.as_str()).into_iter().flat_map(|value| value.split(','));
    let protocols = protocols.filter_map(|protocol| Some(protocol.trim().split_once("api-key.")?.1));
    let asked = pairs(query).filter(|(name, _)| KEY_PARAMETERS.contains(&&**name)).map(|(_, key)| key);
    authorized.chain(others).chain(protocols).map(str::to_owned).chain(asked).filter(|key| !key.is_empty()).collect()
}

/// What the clients with a key are called where they may be told apart and not known: the beginning of the key's digest;
/// `local` without a key.
pub(crate) fn tenant(headers: &HeaderMap, query: Option<&str>) -> String {
    match keys(headers, query).first() {
        Some(key) => KeyDigest::of(key).0[..8].iter().map(|byte| format!("{byte:02x}")).collect(),
        None => "local".to_owned(),
    }
}

/// What was found in a text that belongs to no channel, as events.
pub(crate) fn events(guard: &Guard, seen: &Seen) -> Vec<Event> {
    seen.matches.iter().map(|found| guard.event(&Finding { rule: found.rule, span: None, signed: false })).collect()
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
    fn a_key_is_found_wherever_it_stands() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "bearer  k1"),
            ("authorization", "k2"),
            ("x-api-key", "k3 "),
            ("sec-websocket-protocol", "realtime, openai-insecure-api-key.k4, openai-beta.realtime-v1"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        assert_eq!(keys(&headers, Some("a=b&key=k5&access_token=k%36&key=")), ["k1", "k2", "k3", "k4", "k5", "k6"]);
        let rules = midstream::pattern::Rules::compile(&[]).unwrap();
        let guard = Arc::new(Guard::new(rules, None));
        let keyed = |key| GuardConfig {
            upstreams: Vec::new(),
            keys: vec![KeyDigest::of(key)],
            requests: false,
            guard: Arc::clone(&guard),
        };
        for (key, is_guarded) in [("k2", true), ("k4", true), ("k7", false)] {
            assert_eq!(choose(&[keyed(key)], "any", &headers, None).is_some(), is_guarded, "{key}");
            assert_eq!(choose_for_socket(&[keyed(key)], "any", &headers, None).is_some(), is_guarded, "{key}");
        }
        let none = HeaderMap::new();
        assert!(choose(&[keyed("k1")], "any", &none, None).is_none());
        assert!(choose_for_socket(&[keyed("k1")], "any", &none, None).is_some());
    }

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
