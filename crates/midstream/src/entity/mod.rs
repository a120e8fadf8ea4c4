//! Who and what a text speaks of.

pub mod structured;
