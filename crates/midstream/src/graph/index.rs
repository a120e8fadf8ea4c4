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
        #[cfg(not(target_family = "wasm"))]
        let hash = folded(self.0 ^ number, ODD);
        #[cfg(target_family = "wasm")]
        let hash = folded_in_parts(self.0 ^ number, ODD);
        Self(hash)
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

/// The upper half of a product, and the lower half, as one.
#[cfg(not(target_family = "wasm"))]
fn folded(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// The same in parts: WebAssembly multiplies 64 bits by 64 to 64, and a product of 128 is a call.
#[cfg(any(test, target_family = "wasm"))]
fn folded_in_parts(a: u64, b: u64) -> u64 {
    let low = |number: u64| number & 0xffff_ffff;
    let (a0, a1, b0, b1) = (low(a), a >> 32, low(b), b >> 32);
    let middle = a1 * b0 + ((a0 * b0) >> 32);
    let other = a0 * b1 + low(middle);
    a.wrapping_mul(b) ^ (a1 * b1 + (middle >> 32) + (other >> 32))
}

/// The fraction of the golden ratio: its bits are evenly mixed (Knuth, The Art of Computer Programming, section 6.4).
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_in_parts_is_the_product() {
        let mut number = 1u64;
        for _ in 0..1000 {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            for a in [0, 1, u64::MAX, u64::MAX << 32, number, number >> 31] {
                for b in [ODD, u64::MAX, number.rotate_left(17)] {
                    assert_eq!(folded_in_parts(a, b), folded(a, b), "{a} {b}");
                }
            }
        }
    }
}
