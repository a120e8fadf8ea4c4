//! What came before, remembered by hashes: the texts can be long and many.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

/// A set of things, each of which stands for a hash: two of a thousand differing ones are taken for one once in 10^13
/// streams.
#[derive(Debug, Default)]
pub(super) struct Seen {
    hashes: HashSet<u64, BuildHasherDefault<DefaultHasher>>,
}

impl Seen {
    /// How many things there are.
    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether `thing` is among them.
    pub(super) fn contains(&self, thing: &(impl Hash + ?Sized)) -> bool {
        self.hashes.contains(&hash(thing))
    }

    /// Adds `thing`; whether it was not there.
    pub(super) fn insert(&mut self, thing: &(impl Hash + ?Sized)) -> bool {
        self.hashes.insert(hash(thing))
    }
}

/// A hash that is the same in every run.
pub(crate) fn hash(thing: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    hasher.finish()
}
