//! A temporal knowledge graph: what was said of whom, since when, and where it was said.
//!
//! [`Fact`]s come in, found in a text or brought by the host; [`Change`]s go out. Nodes are things with a name and a
//! kind; edges are statements about two of them, with two kinds of time: *valid* time, when a thing was so in the
//! world, and *record* time, when the graph came to know. Nothing that was known is overwritten: a fact that no longer
//! holds gets an end, and the graph as it was known at any earlier moment can still be asked for ([`AsOf`]). Only
//! limits remove anything, what was least recently said first, and each removal is a change.
//!
//! ```
//! use midstream::graph::{AsOf, Direction, Entity, Fact, Graph, Moment, Settings, Source};
//! use midstream::{Channel, Span};
//!
//! let mut graph = Graph::new(Settings { functional: vec!["^is CEO of".into()], ..Settings::default() });
//! let mut changes = Vec::new();
//! let mut say = |subject, since: &str| {
//!     let fact = Fact {
//!         subject: Entity { name: subject, kind: "PERSON" },
//!         predicate: "is married to",
//!         object: Entity { name: "Kim", kind: "PERSON" },
//!         valid_from: since.parse().ok(),
//!         valid_to: None,
//!         confidence: 0.9,
//!         negated: false,
//!         source: Source { stream: "s1", span: Span { choice: 0, channel: Channel::Text, start: 0, end: 24 } },
//!     };
//!     graph.apply(&fact, Moment::from_millis(1_700_000_000_000), &mut changes).unwrap()
//! };
//! say("Ann", "2001-05-01");
//! say("Bob", "2011-05-01");
//! let kim = graph.find("Kim", "PERSON").unwrap();
//! let at = |date: &str| Some(AsOf::valid(date.parse().unwrap()));
//! assert_eq!(graph.neighbours(kim, Direction::In, at("2005-01-01")).count(), 1);
//! assert_eq!(graph.neighbours(kim, Direction::In, at("2015-01-01")).count(), 2);
//! ```
//!
//! It never reads a clock, draws no random numbers, and gives everything in an order that depends on the facts alone.

mod adjacent;
mod apply;
mod change;
#[cfg(feature = "graph-exchange")]
mod exchange;
mod fact;
mod ids;
mod index;
#[cfg(feature = "entities")]
mod ingest;
mod merge;
mod query;
mod restore;
mod room;

mod search;
mod settings;
mod slab;
mod snapshot;
mod store;
mod texts;
mod view;

pub use change::{Change, Limit};
#[cfg(feature = "graph-exchange")]
pub use exchange::{Format, ImportError, table};
pub use fact::{Entity, Fact, FactError, Source};
#[cfg(feature = "entities")]
pub use ingest::{Ingest, IngestSettings, MENTIONED_WITH, MENTIONS, PHRASE, STREAM, sentence};
pub use midstream_values::Moment;
pub use query::{AsOf, Direction, Edge, Node, Step, Ways};
pub use settings::{FUNCTIONAL, Limits, Settings};
pub use snapshot::SnapshotError;
pub use store::{EdgeId, Graph, NodeId};
pub use view::Told;
