//! Rules over text as it streams.
//!
//! # What a match is
//!
//! The text of a rule is the concatenated text of one block of one channel. A *candidate* is a range of it that the
//! rule's pattern matches whole, that is at most `max_length` bytes long, that starts where a match of `before` ends
//! and is followed by a match of `after` (where the rule has them), and whose neighbours the boundary does not refuse.
//! From each start the longest candidate counts that passes the rule's checks: keywords, validators, entropy, allowed
//! values, stop-words, context; of a rule with `longest`, the longest candidate or none. A rule's matches do not
//! overlap: the leftmost start wins, and the search goes on at its end.

mod before;
mod bytes;
mod chain;
mod check;
mod classes;
#[cfg(feature = "rules")]
mod compile;
mod dfa;
#[cfg(feature = "rules")]
mod fields;
mod file;
mod group;
mod guard;
mod json;
mod lane;
mod lexer;
mod mask;
mod nfa;
pub mod normalise;
#[cfg(feature = "rules")]
mod pack;
mod redactor;
mod rows;
mod rule;
mod scanner;
mod screen;
mod set;
#[cfg(feature = "rules")]
#[doc(hidden)]
pub mod syntax;
pub mod validate;
mod view;

#[cfg(feature = "rules")]
pub use compile::CompileError;
pub use file::LoadError;
pub(crate) use guard::Guard;
pub use guard::Redaction;
pub use json::JsonRedactor;
pub use mask::PseudonymKey;
#[cfg(feature = "rules")]
pub use pack::{PackError, PackErrors};
pub use redactor::{Decision, Kind, Match, Passage, Redactor, Signed};
pub use rule::{
    Action, Apart, Boundary, Channels, Context, DEFAULT_DISTANCE, Edge, Example, MAX_AFTER, MAX_BEFORE, MAX_DISTANCE,
    MAX_MAX_LENGTH, MAX_PATTERN, Mask, Pack, Rule, Tests,
};
pub use set::{About, PackName, Rules};
