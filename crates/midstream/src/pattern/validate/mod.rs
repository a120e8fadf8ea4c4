//! Checks of a match beyond its shape: checksums, ranges, entropy. No regular expressions, no allocation in proportion
//! to anything but the value; part of the WASM.
//!
//! Each takes the matched bytes as they stand in the text, separators and all, and says whether they can be what the rule
//! looks for.

mod base64;
mod digits;
mod entropy;
mod secrets;

pub use entropy::entropy_millibits;

macro_rules! validators {
    ($($name:literal $variant:ident $doc:literal $check:path),* $(,)?) => {
        /// A check by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Validator {
            $(#[doc = $doc] $variant),*
        }

        impl Validator {
            /// All validators with their names in files. The order is that of the compact format: new ones go to the end.
            pub const NAMES: &[(&str, Self)] = &[$(($name, Self::$variant)),*];

            /// Whether `value` can be what it looks like.
            #[must_use]
            pub fn accepts(self, value: &[u8]) -> bool {
                match self {
                    $(Self::$variant => $check(value)),*
                }
            }
        }
    };
}

validators! {
    "luhn" Luhn "The Luhn check digit over all digits (ISO/IEC 7812-1, annex B)." digits::luhn,
    "digit-and-letter" DigitAndLetter "At least one digit and one letter of ASCII." secrets::digit_and_letter,
    "random" Random "Looks drawn at random, unlike names, versions and paths." secrets::random,
    "password" Password "A password someone may have: no variable, call, template or stand-in." secrets::password,
    "jwt" Jwt "The first two parts of a JSON Web Token (RFC 7519)." secrets::jwt,
    "basic-auth" BasicAuth "Base64 of `user:password` (RFC 7617)." secrets::basic_auth,
}
