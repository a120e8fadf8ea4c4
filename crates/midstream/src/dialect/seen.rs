//! What came before, remembered by hashes: the texts can be long and many.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A set of things, each of which stands for a hash: two of a thousand differing ones are taken for one once in 10^13
/// streams.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Each hash at its place or, where others are, at the next free one behind it; 0 is a free place. A power of two or
    /// none, at most three quarters of them taken. (A set of the standard library would be 2 KB of the WASM module.)
    hashes: Vec<u64>,
    len: usize,
}

impl Seen {
    /// How many things there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Whether `thing` is among them.
    pub(super) fn contains(&self, thing: &(impl Hash + ?Sized)) -> bool {
        self.len > 0 && self.hashes[self.place(hash(thing).max(1))] != 0
    }

    /// Adds `thing`; whether it was not there.
    pub(super) fn insert(&mut self, thing: &(impl Hash + ?Sized)) -> bool {
        if self.len >= self.hashes.len() / 4 * 3 {
            let larger = vec![0; (self.hashes.len() * 2).max(8)];
            for hash in std::mem::replace(&mut self.hashes, larger) {
                if hash != 0 {
                    let place = self.place(hash);
                    self.hashes[place] = hash;
                }
            }
        }
        let hash = hash(thing).max(1);
        let place = self.place(hash);
        let is_new = self.hashes[place] == 0;
        self.hashes[place] = hash;
        self.len += usize::from(is_new);
        is_new
    }

    /// Where `hash` stands or would stand.
    fn place(&self, hash: u64) -> usize {
        let mask = self.hashes.len() - 1;
        let mut place = hash as usize & mask;
        while !matches!(self.hashes[place], found if found == 0 || found == hash) {
            place = (place + 1) & mask;
        }
        place
    }
}

/// A hash that is the same in every run.
pub(crate) fn hash(thing: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_new_once() {
        let mut seen = Seen::default();
        assert!(!seen.contains(&0));
        for round in 0..2 {
            for number in 0..1000 {
                assert_eq!(seen.contains(&number), round == 1);
                assert_eq!(seen.insert(&number), round == 0);
                assert!(seen.contains(&number));
            }
        }
        assert_eq!(seen.len(), 1000);
    }
}
