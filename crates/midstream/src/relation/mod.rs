//! How things that a text speaks of are related, without a language model.
//!
//! In: the text of a stream's channels. Out: [`Event::Relation`](crate::Event::Relation), a sentence's as soon as the
//! sentence is over.

mod event;

pub use event::{Argument, Predicate, Relation, RelationKind, Time};
