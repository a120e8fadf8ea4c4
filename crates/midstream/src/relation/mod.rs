//! How the things that a text speaks of are related, without a language model.
//!
//! In: the text of a stream's channels, a model for parts of speech, and what finds entities. Out:
//! [`Event::Relation`](crate::Event::Relation), those of a sentence as soon as the sentence is over. English only.
//!
//! Lists and tables of Markdown say something, too, of what they are about.
//!
//! The steps: a [`PosTagger`](crate::tagger::PosTagger) tells parts of speech; the sentence is cut into noun phrases,
//! verb groups and what stands between them; each verb group is given its subject and what it takes behind it, each noun
//! phrase its apposition and its owner. A predicate is a verb group with its preposition, as ReVerb has it (Fader,
//! Soderland, Etzioni 2011: the syntactic constraint); clauses are told apart as ClausIE does (Del Corro, Gemulla 2013),
//! but by chunks instead of a parse. What a sentence denies or doubts is a relation too, and says so.

mod age;
mod analysis;
mod aside;
mod boundary;
mod chunk;
mod clause;
mod complement;
mod confidence;
mod contrast;
mod event;
mod listed;
mod mend;
mod phrase;
mod quote;
mod reader;
mod sentence;
mod stance;
mod time;
mod verb;
mod words;

pub use analysis::Relations;
pub use event::{Argument, Predicate, Relation, RelationKind, Time};
pub use reader::{Finding, Limits, Reader};
