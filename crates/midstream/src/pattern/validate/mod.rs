//! Checks of a match beyond its shape: checksums, ranges, entropy. No regular expressions, no allocation in proportion
//! to anything but the value; part of the WASM.
//!
//! Each takes the matched bytes as they stand in the text, separators and all, and says whether they can be what the rule
//! looks for.

mod digits;
mod entropy;

pub use entropy::entropy_millibits;

/// A check by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validator {
    /// ISO/IEC 7812-1, annex B: the Luhn check digit over all digits.
    Luhn,
}

impl Validator {
    /// All validators with their names in files. The order is that of the compact format: new ones go to the end.
    pub const NAMES: &[(&str, Self)] = &[("luhn", Self::Luhn)];

    /// Whether `value` can be what it looks like.
    #[must_use]
    pub fn accepts(self, value: &[u8]) -> bool {
        match self {
            Self::Luhn => digits::luhn(value),
        }
    }
}
