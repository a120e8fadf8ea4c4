//! Every text of a graph, once, counted by how often it is referred to.

use super::index::{Hasher, Index};
use super::slab::Slab;

/// Interned texts.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    slots: Slab<Text>,
    index: Index,
    hasher: Hasher,
    /// Bytes of all texts.
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Text {
    text: Box<str>,
    /// How often it is referred to. 0: the slot is free.
    uses: u32,
}

impl Texts {
    pub(super) fn new(hasher: Hasher) -> Self {
        Self { slots: Slab::new(), index: Index::default(), hasher, bytes: 0 }
    }

    /// Bytes of the texts themselves.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes that the table takes besides the texts.
    pub(super) fn table_bytes(&self) -> usize {
        self.slots.bytes() + self.index.bytes()
    }

    pub(super) fn get(&self, id: u32) -> &str {
        &self.slots[id].text
    }

    /// One past the highest number of a text.
    pub(super) fn end(&self) -> u32 {
        self.slots.end()
    }

    pub(super) fn find(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.text(text).finish();
        self.index.find(hash, |id| *self.slots[id].text == *text)
    }

    /// The number of `text`, with one more reference to it.
    pub(super) fn take(&mut self, text: &str) -> u32 {
        let hash = self.hasher.text(text).finish();
        if let Some(id) = self.index.find(hash, |id| *self.slots[id].text == *text) {
            self.slots[id].uses += 1;
            return id;
        }
        let id = self.slots.insert(Text { text: text.into(), uses: 1 });
        self.bytes += text.len();
        let (slots, hasher) = (&self.slots, self.hasher);
        self.index.insert(hash, id, |id| hasher.text(&slots[id].text).finish());
        id
    }

    /// One reference less.
    pub(super) fn drop(&mut self, id: u32) {
        let slot = &mut self.slots[id];
        slot.uses -= 1;
        if slot.uses == 0 {
            let text = std::mem::take(&mut slot.text);
            self.bytes -= text.len();
            self.index.remove(self.hasher.text(&text).finish(), id);
            self.slots.free(id);
        }
    }
}
