//! What tests of more than one crate share: ways to cut a stream, and events in a comparable form.

mod corpus;
mod cut;
mod events;

pub use corpus::{Case, Recording, shared_data};
pub use cut::{Cuts, bytewise, random_cuts, two_way_cuts};
pub use events::{decode, merged};
