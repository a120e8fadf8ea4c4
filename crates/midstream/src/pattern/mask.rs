//! What stands in the place of a masked match.

use std::fmt::Write as _;
use std::hash::Hasher as _;

use siphasher::sip::SipHasher24;

use super::rule::{Action, Mask};
use super::set::About;

/// What the tags of pseudonyms are made with. Whoever knows it can try values; keep it secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PseudonymKey([u8; 16]);

impl PseudonymKey {
    /// The key of these bytes.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PseudonymKey(..)")
    }
}

/// Appends what stands for `value`, which a match of the rule covers. Other matches overlap it where `alone` is not
/// true: then nothing of it is kept.
pub(super) fn mask(about: &About, value: &str, alone: bool, key: Option<&PseudonymKey>, out: &mut String) {
    match (&about.action, key) {
        (Action::Mask(Mask::Fixed(text)), _) => out.push_str(text),
        (Action::Mask(Mask::KeepLast(count)), _) => {
            let length = value.chars().count();
            let kept = if alone && length > *count { *count } else { 0 };
            out.extend(std::iter::repeat_n('*', length - kept));
            out.extend(value.chars().skip(length - kept));
        }
        // Without a key a tag would be the same for whoever tries values: it is a placeholder then, as below.
        (Action::Mask(Mask::Pseudonym), Some(PseudonymKey(key))) => {
            let mut hasher = SipHasher24::new_with_key(key);
            hasher.write(about.kind.as_bytes());
            hasher.write_u8(0);
            hasher.write(value.as_bytes());
            let _ = write!(out, "[{}-{:016x}]", about.kind, hasher.finish());
        }
        (Action::Mask(Mask::Placeholder | Mask::Pseudonym) | Action::Report | Action::Stop | Action::Hold, _) => {
            out.push('[');
            out.push_str(&about.kind);
            out.push(']');
        }
    }
}
