//! Names and values in texts: the model that finds names, and what a configuration says of them.

use std::cell::RefCell;
use std::sync::Arc;

use midstream::entity::{Entities, EntityKind, Gazetteer, NameModel, structured};
use midstream::json::{Cursor, Kind, SyntaxError};
use midstream::{Analysis, Moment};
use wasm_bindgen::prelude::*;

use crate::config;

thread_local! {
    /// What finds names in the sessions that begin from now on.
    static NAMES: RefCell<Option<NameModel>> = const { RefCell::new(None) };
}

/// Reads a model file that finds people, organisations and places, for all sessions and clients that begin from now on. Without
/// one, only values that have a form are found.
///
/// # Errors
/// Where the file is none, is damaged, or of another version; what was loaded before stays.
#[wasm_bindgen(js_name = loadNames)]
pub fn load_names(file: &[u8]) -> Result<(), JsError> {
    let model = NameModel::read(file).map_err(|error| JsError::new(&error.to_string()))?;
    NAMES.set(Some(model));
    Ok(())
}

/// What finds everything that can be found, relations too where their model is loaded.
pub(crate) fn everything() -> Arc<dyn Analysis> {
    #[cfg(feature = "relations")]
    if let Some(relations) = crate::relations::of(&all()) {
        return relations;
    }
    Arc::new(all())
}

/// What finds all entities that can be found.
pub(crate) fn all() -> Entities {
    Entities {
        names: NAMES.with_borrow(Clone::clone),
        structured: Some(structured::Settings::default()),
        ..Entities::default()
    }
}

/// Reads the member `entities` of a configuration: `{"now", "dayFirst", "callingCode", "gazetteer", "gazetteerType",
/// "maxIds"}`, every member optional. `now` is in milliseconds since the Unix epoch, `gazetteer` lines of names or of CSV.
pub(crate) fn read(value: &mut Cursor<'_>, wrong: &mut Option<String>) -> Result<Option<Entities>, SyntaxError> {
    let mut entities = all();
    let mut settings = structured::Settings::default();
    let (mut list, mut kind) = (None, None);
    let is_object = value.peek() == Kind::Object;
    value.object(|key, value| {
        match key {
            "now" => settings.now = value.u64()?.map(|ms| Moment::from_millis(ms as i64)),
            "dayFirst" => settings.day_first = value.bool()? == Some(true),
            "callingCode" => settings.calling_code = value.string()?.map(Into::into),
            "gazetteer" => list = value.string()?.map(String::from),
            "gazetteerType" => kind = value.string()?.map(String::from),
            "maxIds" => entities.max_ids = config::whole(value, key, wrong)?,
            other => config::unknown("entity setting", other, value, wrong)?,
        }
        Ok(())
    })?;
    if let Some(list) = list {
        match Gazetteer::read(&list, &EntityKind::new(kind.unwrap_or_else(|| "TERM".to_owned()))) {
            Ok(gazetteer) => entities.gazetteer = Some(gazetteer),
            Err(error) => drop(wrong.get_or_insert_with(|| format!("`gazetteer`: {error}"))),
        }
    }
    entities.structured = Some(settings);
    Ok(is_object.then_some(entities))
}
