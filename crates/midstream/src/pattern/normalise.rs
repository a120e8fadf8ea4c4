//! Text as a reader sees it, with the way back to the text as it stands. (Begun: identity.)

use std::ops::Range;

/// A text with, for each of its bytes, where it comes from.
pub struct Normalised {
    text: Vec<u8>,
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl Normalised {
    /// `text` as it is.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self { text: text.as_bytes().to_vec(), starts: Vec::new(), ends: Vec::new() }
    }

    /// `text` normalised.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::plain(text)
    }

    /// The text to search.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Where in the original the range of a match lies.
    #[must_use]
    pub fn original(&self, range: Range<usize>) -> (usize, usize) {
        if self.starts.is_empty() {
            return (range.start, range.end);
        }
        (self.starts[range.start], self.ends[range.end - 1])
    }
}
