//! What texts say of whom: the model of parts of speech, and the analysis that it makes possible.

use std::cell::RefCell;
use std::sync::Arc;

use midstream::Analysis;
use midstream::entity::Entities;
use midstream::relation::Relations;
use midstream::tagger::PosModel;
use wasm_bindgen::prelude::*;

thread_local! {
    /// What tells verbs from nouns in the sessions that begin from now on.
    static PARTS_OF_SPEECH: RefCell<Option<PosModel>> = const { RefCell::new(None) };
}

/// Reads the model file that relations are found with: sessions with the setting `relations` and clients that begin from now
/// on say what a text says of whom.
///
/// # Errors
/// Where the file is none, is damaged, or of another version; what was loaded before stays.
#[wasm_bindgen(js_name = loadPartsOfSpeech)]
pub fn load_parts_of_speech(file: &[u8]) -> Result<(), JsError> {
    let model = PosModel::read(file).map_err(|error| JsError::new(&error.to_string()))?;
    PARTS_OF_SPEECH.set(Some(model));
    Ok(())
}

/// Finds relations and the entities that they are of; `None` without a model.
pub(crate) fn of(entities: &Entities) -> Option<Arc<dyn Analysis>> {
    let parts_of_speech = PARTS_OF_SPEECH.with_borrow(Clone::clone)?;
    Some(Arc::new(Relations { entities: entities.clone(), parts_of_speech, max_words: None, max_phrase_bytes: None }))
}
