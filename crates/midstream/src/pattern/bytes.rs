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
pub(super) struct Finder {
    set: ByteSet,
    /// The set as ranges: the lowest byte of each and how many follow. (Some of them twice, if they are fewer.) `None`, if
    /// they are more.
    ranges: Option<[(u8, u8); RANGES]>,
}

impl Finder {
    pub(super) fn new(set: ByteSet) -> Self {
        let is_first = |byte: &u8| set.has(*byte) && !(*byte > 0 && set.has(*byte - 1));
        let end = |low: u8| (low..=255).find(|byte| !set.has(*byte)).map_or(256, u16::from);
        let ranges = (0..=255).filter(is_first).map(|low| (low, (end(low) - u16::from(low) - 1) as u8));
        let all: Vec<_> = ranges.collect();
        let first = all.first().copied();
        let few = first.filter(|_| all.len() <= RANGES);
        Self { set, ranges: few.map(|first| std::array::from_fn(|at| all.get(at).copied().unwrap_or(first))) }
    }

    /// Where in `text` the first byte of the set is.
    pub(super) fn find(&self, text: &[u8]) -> Option<usize> {
        let mut known = 0;
        if let Some(ranges) = &self.ranges {
            // A block at a time: without a branch between them, the machine looks at many bytes at once.
            let (blocks, _) = text.as_chunks::<32>();
            let has = |byte: u8| ranges.iter().fold(false, |any, (low, more)| any | (byte.wrapping_sub(*low) <= *more));
            let is_none = |block: &&[u8; 32]| !block.iter().fold(false, |any, byte| any | has(*byte));
            known = blocks.iter().take_while(is_none).count() * 32;
        }
        text[known..].iter().position(|byte| self.set.has(*byte)).map(|more| known + more)
    }
}

/// So many ranges are compared faster than looked up.
const RANGES: usize = 4;

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
