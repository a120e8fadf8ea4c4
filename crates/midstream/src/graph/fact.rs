//! What goes into a graph: one fact with its times and where it was said.

use crate::event::Span;
use midstream_values::Moment;

/// One thing that was said: subject, predicate, object.
///
/// Relations are found in a text as such facts; [`Graph::apply`](super::Graph::apply) takes them.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact<'a> {
    /// What it is about.
    pub subject: Entity<'a>,
    /// How the two are related: `works at`.
    pub predicate: &'a str,
    /// What the subject is related to.
    pub object: Entity<'a>,
    /// Since when it has been so. `None` where the text does not say: then since it was recorded, at the latest.
    pub valid_from: Option<Moment>,
    /// Until when it has been so (the first moment at which it no longer is). `None` where no end is known.
    pub valid_to: Option<Moment>,
    /// How sure whoever found it is, from 0 to 1; kept to four decimals.
    pub confidence: f32,
    /// Whether it was said not to be so.
    pub negated: bool,
    /// Where it was said.
    pub source: Source<'a>,
}

/// One end of a fact, known by its name and kind: the same pair is the same node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entity<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What kind of thing it is: `PERSON`. May be empty.
    pub kind: &'a str,
}

/// Where a fact was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source<'a> {
    /// The stream's id, as the host names it.
    pub stream: &'a str,
    /// The place in it.
    pub span: Span,
}

/// Why a fact could not be taken. The graph is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactError {
    /// This part is empty.
    Empty(&'static str),
    /// The end of its validity does not lie after the beginning.
    Times {
        /// Since when it has been so.
        valid_from: Moment,
        /// Until when.
        valid_to: Moment,
    },
    /// The confidence is not between 0 and 1.
    Confidence,
    /// The source ends before it begins, or is 4 GiB long or longer.
    Source {
        /// First byte.
        start: u64,
        /// One past the last byte.
        end: u64,
    },
    /// Its texts have so many bytes, which is more than the graph's limit for all texts together.
    TooLong {
        /// Bytes of this fact's texts.
        bytes: usize,
        /// [`Limits::max_text_bytes`](super::Limits::max_text_bytes).
        limit: usize,
    },
    /// The limits leave no room for one fact: it takes two nodes and one edge.
    NoRoom,
    /// Each number was given out once: after 4,294,967,292 nodes or edges a graph takes no more.
    NoNumbers,
}

impl std::fmt::Display for FactError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty(part) => write!(f, "expected a {part}, found an empty text"),
            Self::Times { valid_from, valid_to } => {
                write!(f, "expected an end of validity after {valid_from}, found {valid_to}")
            }
            Self::Confidence => f.write_str("expected a confidence from 0 to 1"),
            Self::Source { start, end } => {
                write!(f, "expected a source of less than 4 GiB that ends after its beginning, found {start}..{end}")
            }
            Self::TooLong { bytes, limit } => {
                write!(f, "expected texts of at most max_text_bytes = {limit} bytes, found {bytes}")
            }
            Self::NoRoom => f.write_str("expected limits of at least 2 nodes and 1 edge"),
            Self::NoNumbers => f.write_str("expected fewer than 4,294,967,293 nodes and edges in a graph's life"),
        }
    }
}

impl std::error::Error for FactError {}

impl Fact<'_> {
    /// Checks what needs no graph to check.
    pub(super) fn check(&self) -> Result<(), FactError> {
        for (text, part) in
            [(self.subject.name, "subject"), (self.predicate, "predicate"), (self.object.name, "object")]
        {
            if text.is_empty() {
                return Err(FactError::Empty(part));
            }
        }
        if let (Some(valid_from), Some(valid_to)) = (self.valid_from, self.valid_to)
            && valid_from >= valid_to
        {
            return Err(FactError::Times { valid_from, valid_to });
        }
        if !(0.0..=1.0).contains(&self.confidence) {
            return Err(FactError::Confidence);
        }
        let Span { start, end, .. } = self.source.span;
        if end < start || end - start > u64::from(u32::MAX) {
            return Err(FactError::Source { start, end });
        }
        Ok(())
    }
}
