//! What tests of more than one crate share: ways to cut a stream, and events in a comparable form.

mod aws;
mod corpus;
mod cut;
mod events;
mod filters;
mod redacted;
mod slow_graph;
mod slow_rules;
mod slow_sse;
mod wire;

pub use aws::{event_stream_message, event_stream_raw};
pub use corpus::{Case, Recording, WireCase, shared_data};
pub use cut::{Cuts, assert_any_cut_reads_the_same, bytewise, pieces, random_cuts, two_way_cuts};
pub use events::{decode, merged};
pub use filters::{Masks, Same, mask};
pub use redacted::redacted;
pub use slow_graph::{SlowEdge, SlowGraph};
pub use slow_rules::{SlowMatch, SlowRules};
pub use slow_sse::{SlowEvent, SlowSse};
pub use wire::{Found, OwnedFrame, found};
