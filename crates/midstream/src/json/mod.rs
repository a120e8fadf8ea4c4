//! JSON while it arrives.
//!
//! [`Cursor`] reads a payload that is already whole, once, borrowing from it, and skips what nobody asks for.
//! [`Incremental`] takes JSON in pieces and has a valid prefix value at any moment.

mod cursor;
mod incremental;
mod value;

pub use cursor::{Cursor, Kind, SyntaxError};
pub(crate) use cursor::{depth, plain_end};
pub use incremental::{Incremental, IncrementalError, Limits};
pub use value::Value;
