//! Events as the JavaScript side reads them: fixed records beside one text.
//!
//! A record is four `u32`: kind, two numbers, and where its text ends, counted in UTF-16 units from the beginning of
//! the page. Its text begins where the record before it ends. The JavaScript side decodes a page's text once and cuts
//! it, which costs a fraction of a decode for every string. The kinds that make up nearly all of a stream have their
//! fields in the record; every other event is its JSON.

use midstream::Event;

/// Kinds of records; `js/layout.js` has the same table.
const JSON: u32 = 0;
const TEXT_DELTA: u32 = 1;
const REASONING_DELTA: u32 = 2;
const TOOL_INPUT_DELTA: u32 = 3;

/// A page of events, in the form described above.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    records: Vec<[u32; 4]>,
    text: String,
    units: u32,
}

impl Layout {
    pub(crate) fn push(&mut self, event: &Event) {
        match event {
            Event::TextDelta { choice, block, delta } => self.record(TEXT_DELTA, *choice, *block, delta),
            Event::ReasoningDelta { choice, block, delta } => self.record(REASONING_DELTA, *choice, *block, delta),
            Event::ToolInputDelta { id, delta } => {
                let before = self.units;
                self.append(id);
                self.record(TOOL_INPUT_DELTA, self.units - before, 0, delta);
            }
            other => self.push_json(&midstream::json::to_json(other)),
        }
    }

    /// Something that is JSON already.
    pub(crate) fn push_json(&mut self, json: &str) {
        self.record(JSON, 0, 0, json);
    }

    pub(crate) fn clear(&mut self) {
        self.records.clear();
        self.text.clear();
        self.units = 0;
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// Bytes of text.
    pub(crate) fn text_len(&self) -> usize {
        self.text.len()
    }

    /// Bytes of memory in use.
    pub(crate) fn size(&self) -> usize {
        self.text.len() + size_of_val(&self.records[..])
    }

    /// What the JavaScript side needs to read the page: where the records are and how many, where the text is and how
    /// many bytes of it.
    pub(crate) fn address(&self) -> [u32; 4] {
        [self.records.as_ptr() as u32, self.records.len() as u32, self.text.as_ptr() as u32, self.text.len() as u32]
    }

    fn record(&mut self, kind: u32, first: u32, second: u32, text: &str) {
        self.append(text);
        self.records.push([kind, first, second, self.units]);
    }

    fn append(&mut self, text: &str) {
        self.text.push_str(text);
        self.units += if text.is_ascii() { text.len() as u32 } else { text.encode_utf16().count() as u32 };
    }
}
