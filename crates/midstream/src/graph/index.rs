//! Hash tables from a key to the number of the slot that holds the key: four bytes and a tag an entry, no copy of the key.

use hashbrown::HashTable;

/// Numbers of slots by the hash of their key. Never walked through, so its order shows nowhere.
#[derive(Debug, Clone, Default)]
pub(super) struct Index(HashTable<u32>);

impl Index {
    /// The slot whose key has this hash and is the one that `is` knows.
    pub(super) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        self.0.find(hash, |&id| is(id)).copied()
    }

    /// Adds a slot whose key is not there. `hash_of` tells the hash of any slot that is.
    pub(super) fn insert(&mut self, hash: u64, id: u32, hash_of: impl Fn(u32) -> u64) {
        self.0.insert_unique(hash, id, |&id| hash_of(id));
    }

    /// Takes the slot out.
    pub(super) fn remove(&mut self, hash: u64, id: u32) {
        if let Ok(entry) = self.0.find_entry(hash, |&other| other == id) {
            entry.remove();
        }
    }

    /// Puts `new` in the place of `old`, whose key is the same.
    pub(super) fn replace(&mut self, hash: u64, old: u32, new: u32) {
        if let Some(id) = self.0.find_mut(hash, |&id| id == old) {
            *id = new;
        }
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.0.allocation_size()
    }
}

/// Hashes keys, so that whoever writes the texts can't know which ones collide where the host gives a seed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hasher(u64);

impl Hasher {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed ^ ODD)
    }

    pub(super) fn number(self, number: u64) -> Self {
        let product = u128::from(self.0 ^ number) * u128::from(ODD);
        Self((product as u64) ^ ((product >> 64) as u64))
    }

    pub(super) fn text(self, text: &str) -> Self {
        let (words, rest) = text.as_bytes().as_chunks::<8>();
        let hash = words.iter().fold(self, |hash, word| hash.number(u64::from_le_bytes(*word)));
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        hash.number(u64::from_le_bytes(last)).number(text.len() as u64)
    }

    pub(super) fn finish(self) -> u64 {
        self.number(ODD.rotate_left(32)).0
    }
}

/// The fraction of the golden ratio: its bits are evenly mixed (Knuth, The Art of Computer Programming, section 6.4).
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
