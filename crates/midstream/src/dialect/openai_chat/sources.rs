//! What an answer cites, each source once: Perplexity repeats the whole list in every chunk.

use super::super::Out;
use super::unknown;
use crate::dialect::fields::is_blank;
use crate::dialect::seen::Seen;
use crate::json::{Cursor, Kind, SyntaxError};

/// What was given before.
#[derive(Debug, Default)]
pub(super) struct Sources {
    seen: Seen,
}

impl Sources {
    /// Whether `raw` was not yet given as a `kind`. Beyond a limit everything counts as new.
    pub(super) fn is_new(&mut self, kind: &str, raw: &str) -> bool {
        let source = (kind, raw);
        if self.seen.len() < MAX_SEEN { self.seen.insert(&source) } else { !self.seen.contains(&source) }
    }

    /// Reads `citations` or `search_results` of a whole chunk: addresses, or objects that have one.
    pub(super) fn list(&mut self, list: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let raw = list.raw()?;
        if self.is_new("list", raw) {
            list.of(raw).array(|item| {
                let source = Source::read(item)?;
                if self.is_new("url", source.url.as_deref().unwrap_or(source.raw)) {
                    source.give(0, out);
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Reads `annotations`. Two with one address and other places in the text are two.
    pub(super) fn annotations(
        &mut self,
        choice: u32,
        annotations: &mut Cursor<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        annotations.array(|item| {
            let source = Source::read(item)?;
            if self.is_new("annotation", source.raw) {
                source.give(choice, out);
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Reads the passages of Writer's knowledge graph: `{sources, status, subqueries}`.
    pub(super) fn graph_data(
        &mut self,
        choice: u32,
        graph_data: &mut Cursor<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        graph_data.object(|key, value| {
            match key {
                "sources" => self.annotations(choice, value, out)?,
                "status" => value.skip()?,
                _ => self.strange("choices.delta.graph_data", key, value, out)?,
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Reads what a search of Groq's has found: `{results, images}`.
    pub(super) fn found(&mut self, choice: u32, search: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        search.object(|key, value| match key {
            "results" => self.annotations(choice, value, out),
            _ => value.skip(),
        })?;
        Ok(())
    }

    fn strange(&mut self, path: &str, key: &str, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let raw = value.raw()?;
        if !is_blank(raw) && self.is_new(key, raw) {
            unknown(path, key, raw, out);
        }
        Ok(())
    }
}

/// One source, in any of the forms that providers use.
#[derive(Debug, Default)]
struct Source<'a> {
    url: Option<String>,
    title: Option<String>,
    raw: &'a str,
}

impl<'a> Source<'a> {
    fn read(value: &mut Cursor<'a>) -> Result<Self, SyntaxError> {
        let mut source = Self { raw: value.raw()?, ..Self::default() };
        let mut value = value.of(source.raw);
        match value.peek() {
            Kind::String => source.url = value.string()?.map(Into::into),
            _ => source.fields(&mut value, 0)?,
        }
        Ok(source)
    }

    /// Takes address and title from an object or, one level deeper, from its `url_citation` or the like.
    fn fields(&mut self, object: &mut Cursor<'_>, level: u32) -> Result<(), SyntaxError> {
        object.object(|key, value| {
            match key {
                "url" | "link" | "uri" if self.url.is_none() => self.url = value.string()?.map(Into::into),
                "title" | "filename" if self.title.is_none() => self.title = value.string()?.map(Into::into),
                _ if level == 0 && value.peek() == Kind::Object => self.fields(value, 1)?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        Ok(())
    }

    fn give(&self, choice: u32, out: &mut Out<'_>) {
        let (url, title) = (self.url.as_deref(), self.title.as_deref());
        out.source(choice, url, title, self.raw);
    }
}

/// How many things are remembered.
const MAX_SEEN: usize = 4096;
