//! Sets of bytes, and where in a text the first byte of one is.

/// A set of bytes, a bit each.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(super) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    pub(super) fn len(self) -> u32 {
        self.0.iter().map(|bits| bits.count_ones()).sum()
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }

    #[inline]
    pub(super) fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 != 0
    }
}

/// Finds the first byte of a set.
#[derive(Debug)]
pub(super) struct Finder(Box<[u8; 256]>);

impl Finder {
    pub(super) fn new(set: ByteSet) -> Self {
        Self(Box::new(std::array::from_fn(|byte| set.has(byte as u8).into())))
    }

    /// Where in `text` the first byte of the set is.
    #[inline(never)]
    pub(super) fn find(&self, text: &[u8]) -> Option<usize> {
        find(&self.0, text)
    }
}

/// Where in `text` the first byte is that is not 0 in `table`.
#[inline]
pub(super) fn find(table: &[u8; 256], text: &[u8]) -> Option<usize> {
    let has = |byte: u8| table[usize::from(byte)];
    // A block at a time: one branch for all of it, and nothing that must be a vector to be fast, which it is not in WASM.
    let (blocks, _) = text.as_chunks::<16>();
    let is_none = |block: &&[u8; 16]| block.iter().fold(0, |any, byte| any | has(*byte)) == 0;
    let known = blocks.iter().take_while(is_none).count() * 16;
    text[known..].iter().position(|byte| has(*byte) != 0).map(|more| known + more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_of_the_set_is_found_wherever_it_stands() {
        for members in [&b""[..], b"0123456789", b"\xad\xcd\xe2\xef", b"acegik", b"\0\x01\xff"] {
            let mut set = ByteSet::default();
            members.iter().for_each(|byte| set.insert(*byte));
            let finder = Finder::new(set);
            for at in (0..=200).chain([255]) {
                for byte in 0..=255 {
                    let mut text = vec![b' '; 300];
                    text[at] = byte;
                    let expected = members.contains(&byte).then_some(at);
                    assert_eq!(finder.find(&text), expected, "byte {byte} of {members:?} at {at}");
                }
            }
        }
    }
}
