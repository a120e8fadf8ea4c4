//! Providers' bodies, rewritten with their words as rules let them pass.

use std::sync::Arc;

use midstream::rewrite::{self, Guard};
use wasm_bindgen::prelude::*;

use crate::config;
use crate::rules::{Rules, pseudonym_key};
use crate::session::reserve;

#[wasm_bindgen]
impl Rules {
    /// A rewriter of one stream's body, with the `framing`, `dialect` and limits of `config`.
    pub fn rewriter(&self, config: &str, key: &[u8]) -> Result<Rewriter, JsError> {
        let config = config::read(config).map_err(|error| JsError::new(&error))?;
        // Audio passes, as it does in events: a page plays it or does not.
        let guard = Arc::new(Guard::new(self.inner.clone(), pseudonym_key(key)?).with_audio());
        let inner = rewrite::Rewriter::new(config.framing, config.dialect, &config.limits, guard);
        Ok(Rewriter { inner, input: Vec::new(), output: Vec::new() })
    }

    /// A JSON body that came whole, with its words as the rules let them pass. Throws where they stop it, or can't check it.
    pub fn body(&self, text: &str, key: &[u8]) -> Result<String, JsError> {
        let guard = Guard::new(self.inner.clone(), pseudonym_key(key)?).with_audio();
        let filtered = rewrite::body(&guard, text).map_err(|reason| JsError::new(&reason))?;
        Ok(filtered.unwrap_or_else(|| text.to_owned()))
    }
}

/// A provider's body in, the same body out with its words as rules let them pass.
///
/// Bytes are written into the buffer at [`reserve`](Self::reserve) and fed by length; `feed` and `finish` return how many
/// bytes may go on, which stand at [`output`](Self::output) until the next such call.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Rewriter {
    inner: rewrite::Rewriter,
    input: Vec<u8>,
    output: Vec<u8>,
}

#[wasm_bindgen]
impl Rewriter {
    /// Makes room for `length` bytes and returns where to write them.
    pub fn reserve(&mut self, length: usize) -> *const u8 {
        reserve(&mut self.input, length)
    }

    /// Takes the first `length` bytes of the buffer.
    pub fn feed(&mut self, length: usize) -> usize {
        self.output = self.inner.feed(&self.input[..length]);
        self.output.len()
    }

    /// Takes the end of the body.
    pub fn finish(&mut self) -> usize {
        self.output = self.inner.finish();
        self.output.len()
    }

    /// Where the bytes stand that may go on.
    pub fn output(&self) -> *const u8 {
        self.output.as_ptr()
    }

    /// Why a rule has stopped the stream, or why it could not be checked; `undefined` while it goes on.
    pub fn stopped(&self) -> Option<String> {
        self.inner.stopped().map(str::to_owned)
    }
}
