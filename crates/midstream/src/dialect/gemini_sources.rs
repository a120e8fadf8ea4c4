//! What Gemini's answers stand on: citations, what grounding found, pages that were read.

use super::Out;
use super::seen::Seen;
use crate::json::{Cursor, Kind, SyntaxError};

/// The sources that were given, since frames repeat them; as far as [`MAX_REMEMBERED`] goes.
#[derive(Debug, Default)]
pub(super) struct Sources {
    given: Seen,
}

impl Sources {
    /// `citationMetadata`, `groundingMetadata` or `urlContextMetadata`, as `name` says.
    pub(super) fn metadata(
        &mut self,
        choice: u32,
        name: &str,
        metadata: &mut Cursor<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        metadata.object(|key, value| match key {
            "citations" | "citationSources" | "groundingChunks" | "urlMetadata" => {
                let each = |source: &mut Cursor<'_>| {
                    let raw = source.raw()?;
                    if self.is_new(choice, key, raw) { cite(choice, raw, out) } else { Ok(()) }
                };
                value.array(each).map(drop)
            }
            _ if GROUNDING_FIELDS.contains(&key) || value.peek() == Kind::Null => value.skip(),
            _ => {
                let raw = value.raw()?;
                if self.is_new(choice, key, raw) {
                    out.unknown(&format!("{name}.{key}"), raw);
                }
                Ok(())
            }
        })?;
        Ok(())
    }

    /// Whether `raw`, a source of some kind, was not given for `choice` yet.
    pub(super) fn is_new(&mut self, choice: u32, kind: &str, raw: &str) -> bool {
        let source = (choice, kind, raw);
        if self.given.len() < MAX_REMEMBERED { self.given.insert(&source) } else { !self.given.contains(&source) }
    }
}

/// A citation, a retrieved page, or a grounding chunk, whose kind is the name of the object that holds the rest. A page
/// that could not be retrieved is no source.
fn cite(choice: u32, raw: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let (mut url, mut title, mut failed) = (None, None, false);
    let mut read = |key: &str, value: &mut Cursor<'_>| {
        match key {
            // Of a found image, `imageUri` is the image and `sourceUri` the page, which is to be named.
            "uri" | "sourceUri" | "retrievedUrl" => url = value.string()?.map(str::to_owned),
            "title" => title = value.string()?.map(str::to_owned),
            "urlRetrievalStatus" => {
                failed = value.string()?.is_some_and(|status| status != "URL_RETRIEVAL_STATUS_SUCCESS");
            }
            _ => value.skip()?,
        }
        Ok(())
    };
    Cursor::new(raw, out.strings).object(|key, value| match value.peek() {
        Kind::Object => value.object(&mut read).map(drop),
        _ => read(key, value),
    })?;
    if failed {
        out.unknown("urlMetadata", raw);
    } else {
        out.source(choice, url.as_deref(), title.as_deref(), raw);
    }
    Ok(())
}

/// What was searched for, and how.
const GROUNDING_FIELDS: &[&str] = &["webSearchQueries", "imageSearchQueries", "retrievalQueries", "retrievalMetadata"];

/// Most sources that are remembered.
const MAX_REMEMBERED: usize = 4096;
