//! Single texts, each by itself: what they speak of, without a stream around it.

use std::sync::Arc;

use midstream::{Analysis, Event, Timestamp};
use wasm_bindgen::prelude::*;

use crate::{config, desk::Desk, host_now, layout::Layout};

/// Finds who and what whole texts speak of, and what they say of whom.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Finder {
    analyses: Vec<Arc<dyn Analysis>>,
    found: Vec<Event>,
}

#[wasm_bindgen]
impl Finder {
    /// Finds what a session of `config`, JSON as a `Session` takes it, would find.
    ///
    /// # Errors
    ///
    /// Where `config` is none.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str) -> Result<Finder, JsError> {
        let config = config::read(config).map_err(|error| JsError::new(&error))?;
        Ok(Self { analyses: config.analyses, found: Vec::new() })
    }

    /// What is found in a whole text, which is a string or UTF-8. Ids count within the text.
    ///
    /// # Errors
    ///
    /// A `TypeError` where it is neither.
    #[wasm_bindgen(unchecked_return_type = "MessageResult")]
    pub fn find(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "string | Uint8Array")] text: &JsValue,
    ) -> Result<JsValue, JsValue> {
        Desk::work(Some(text), host_now(), |text, page| self.read(text, page))
    }
}

impl Finder {
    fn read(&mut self, text: &[u8], page: &mut Layout) {
        let delta = String::from_utf8_lossy(text).into_owned();
        let text = Event::TextDelta { choice: 0, block: 0, delta };
        let end = Event::TextEnd { choice: 0, block: 0, signature: None };
        for analysis in &self.analyses {
            let mut analyser = analysis.start();
            analyser.observe(&text, Timestamp::ZERO, &mut self.found);
            analyser.observe(&end, Timestamp::ZERO, &mut self.found);
        }
        self.found.drain(..).for_each(|event| page.push(&event));
    }
}
