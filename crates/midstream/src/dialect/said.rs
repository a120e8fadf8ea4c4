//! What was said of a text, for comparison with the text as a whole.

/// What deltas have said of a text: enough to tell whether a whole text begins with it, without keeping it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    bytes: usize,
    /// FNV-1a of the bytes, less its offset basis.
    hash: u64,
}

impl Said {
    pub(crate) fn push(&mut self, text: &str) {
        self.bytes += text.len();
        self.hash = fnv(self.hash, text);
    }

    /// How long the text is, in bytes.
    #[cfg(feature = "pattern")]
    pub(crate) fn len(&self) -> usize {
        self.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// What is left of `whole`; `None` where it does not begin with what was said.
    pub(crate) fn rest<'w>(&self, whole: &'w str) -> Option<&'w str> {
        let (begin, rest) = whole.split_at_checked(self.bytes)?;
        (fnv(0, begin) == self.hash).then_some(rest)
    }

    /// Whether this is `whole`.
    pub(crate) fn is(&self, whole: &str) -> bool {
        self.bytes == whole.len() && fnv(0, whole) == self.hash
    }
}

/// Fowler, Noll, Vo: FNV-1a, 64 bits.
fn fnv(hash: u64, text: &str) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    text.bytes().fold(hash ^ BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME)) ^ BASIS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_text_depends_only_on_what_was_said() {
        for pieces in [&["naïve text"][..], &["na", "ïve", " ", "text"], &["", "naïv", "e text", ""]] {
            let mut said = Said::default();
            pieces.iter().for_each(|piece| said.push(piece));
            assert_eq!(said.rest("naïve text, and more"), Some(", and more"));
            assert_eq!(said.rest("naïve text"), Some(""));
            assert!(said.is("naïve text"));
            assert_eq!(said.rest("naive text, and more"), None);
            assert_eq!(said.rest("naïve tex"), None);
            // The same length would end inside a character.
            assert_eq!(said.rest("a naïve textü"), None);
        }
        assert_eq!(Said::default().rest("all"), Some("all"));
    }
}
