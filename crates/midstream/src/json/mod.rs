//! JSON while it arrives.
//!
//! [`Cursor`] reads a payload that is already whole, once, borrowing from it, and skips what nobody asks for.
//! [`Incremental`] takes JSON in pieces and has a valid prefix value at any moment.

mod cursor;
mod incremental;
mod value;

pub(crate) use cursor::plain_end;
pub use cursor::{Cursor, Kind, SyntaxError};
pub use incremental::{Incremental, IncrementalError, Limits};
pub use value::Value;
