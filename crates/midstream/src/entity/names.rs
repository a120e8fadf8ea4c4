//! People, organisations and places, found by a tagger with a model file.

use midstream_tagger::{Name, NameKind, NameTagger};

use super::{EntityKind, Found, Recogniser};
use crate::tagger::{self, Error, NAMES};

pub use midstream_tagger::TAGS;

/// Finds names with what a model file has learnt. It is read once and shared by streams.
#[derive(Debug, Clone)]
pub struct NameModel(midstream_tagger::NameModel);

impl NameModel {
    /// Reads a model file.
    ///
    /// # Errors
    ///
    /// If it is no model for names, of another version, truncated or damaged.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        midstream_tagger::NameModel::new(tagger::read(bytes, NAMES)?).map(Self).ok_or(Error::Crowded)
    }

    /// A recogniser for a new text.
    pub fn start(&self) -> Names {
        Names { tagger: self.0.start(), found: Vec::new() }
    }
}

/// The names of one text.
#[derive(Debug)]
pub struct Names {
    tagger: NameTagger,
    found: Vec<Name>,
}

impl Names {
    fn hand_on(&mut self, found: &mut Vec<Found>) {
        found.extend(self.found.drain(..).map(|Name { kind, start, end, confidence }| Found {
            kind: match kind {
                NameKind::Person => EntityKind::PERSON,
                NameKind::Organization => EntityKind::ORGANIZATION,
                NameKind::Location => EntityKind::LOCATION,
            },
            start,
            end,
            confidence,
            normalized: None,
            yields: false,
        }));
    }
}

impl Recogniser for Names {
    fn push(&mut self, text: &str, found: &mut Vec<Found>) {
        self.tagger.push(text, &mut self.found);
        self.hand_on(found);
    }

    fn finish(&mut self, found: &mut Vec<Found>) {
        self.tagger.finish(&mut self.found);
        self.hand_on(found);
    }

    fn settled(&self) -> u64 {
        self.tagger.settled()
    }
}
