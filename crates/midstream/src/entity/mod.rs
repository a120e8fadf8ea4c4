//! Who and what a text speaks of.
//!
//! In: the text of a stream's channels. Out: [`Event::Entity`](crate::Event::Entity), each as soon as no later text can
//! change it. Several [`Recogniser`]s look at a text; where their findings overlap, the recogniser that comes first
//! has its way.

mod analysis;
mod gazetteer;
mod kind;
mod link;
mod names;
mod reader;
pub mod structured;

pub use analysis::Entities;
pub use gazetteer::{Gazetteer, GazetteerError};
pub use kind::EntityKind;
#[cfg(feature = "relations")]
pub(crate) use link::is_legal_form;
pub use link::{Linker, plain_name};
#[cfg(feature = "graph")]
pub(crate) use link::{without_legal_form, without_titles};
pub use names::{NameModel, Names, TAGS};
pub use reader::{Entity, Reader};

/// Finds one sort of entities in one text.
///
/// Findings must not depend on how the text is cut into pieces, must not overlap each other, and come in order.
pub trait Recogniser: Send {
    /// Takes the next piece of the text and appends what is final.
    fn push(&mut self, text: &str, found: &mut Vec<Found>);

    /// Takes the end of the text, or of a part that nothing reaches beyond, and appends what is left. What comes next
    /// counts on from here.
    fn finish(&mut self, found: &mut Vec<Found>);

    /// No further finding begins before this byte of the text.
    fn settled(&self) -> u64;
}

// As for `dyn Analyser`: a bound would bring the code to print every recogniser's state into every program.
impl std::fmt::Debug for dyn Recogniser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recogniser")
    }
}

/// An entity in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What it is.
    pub kind: EntityKind,
    /// First byte, in UTF-8 bytes of the text.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// How likely it is that just this span is one of just this kind, from 0 to 1.
    pub confidence: f32,
    /// Its value in a common form, where it has one.
    pub normalized: Option<String>,
    /// Whether it gives way to the findings of all recognisers, not only of those that come first; but not to one of those
    /// that come later that lies within it.
    pub yields: bool,
}
