//! Compiled rules, and sessions whose words pass them.

use midstream::pattern::{self, PseudonymKey, Redaction};
use wasm_bindgen::prelude::*;

use crate::config;
use crate::session::Session;

/// Rules that are ready to run, for any number of streams.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Rules {
    pub(crate) inner: pattern::Rules,
}

#[wasm_bindgen]
impl Rules {
    /// The rules of `files`, each made by `midstream rules compile`, which stand one behind the other; `lengths` are theirs
    /// in bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(files: &[u8], lengths: &[u32]) -> Result<Rules, JsError> {
        let mut rest = files;
        let mut parts = Vec::new();
        for length in lengths {
            let (part, behind) = rest.split_at(rest.len().min(*length as usize));
            parts.push(part);
            rest = behind;
        }
        let inner = pattern::Rules::from_files(&parts)
            .map_err(|(at, error)| wrong(&format_args!("file {}: {error}", at + 1)))?;
        Ok(Self { inner })
    }

    /// How many rules there are.
    #[wasm_bindgen(getter)]
    pub fn count(&self) -> usize {
        self.inner.len()
    }

    /// A session whose words pass these rules. `config` and `now` are those of [`Session::new`]; `key` makes the tags of
    /// pseudonyms, 16 bytes, or none.
    pub fn session(&self, config: &str, now: f64, key: &[u8]) -> Result<Session, JsError> {
        let mut config = config::read(config).map_err(|error| JsError::new(&error))?;
        let mut redaction = Redaction::new(self.inner.clone());
        redaction.key = pseudonym_key(key)?;
        config.redaction = Some(redaction);
        Ok(Session::of(config, now))
    }
}

pub(crate) fn pseudonym_key(key: &[u8]) -> Result<Option<PseudonymKey>, JsError> {
    match key {
        [] => Ok(None),
        key => match <[u8; 16]>::try_from(key) {
            Ok(key) => Ok(Some(PseudonymKey::new(key))),
            Err(_) => Err(wrong(&format_args!("expected a key of 16 bytes, found {}", key.len()))),
        },
    }
}

fn wrong(error: &dyn std::fmt::Display) -> JsError {
    JsError::new(&error.to_string())
}
