//! JSON while it arrives.
//!
//! [`Cursor`] reads a payload that is already whole, once, borrowing from it, and skips what nobody asks for.
//! [`Incremental`] takes JSON in pieces and has a valid prefix value at any moment. [`to_json`] writes it.

mod check;
mod cursor;
mod incremental;
mod strings;
mod value;
mod write;

pub(crate) use check::is_json;
pub use cursor::{Cursor, Kind, SyntaxError};
pub(crate) use cursor::{depth, plain_end};
pub use incremental::{Incremental, IncrementalError, Limits};
pub use strings::Strings;
pub use value::Value;
#[cfg(feature = "pattern")]
pub(crate) use write::escape;
pub(crate) use write::{STEPS, serialize_raw, write_string};
pub use write::{to_json, write_json};
