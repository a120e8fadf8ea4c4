//! Values beside names: a [`Recogniser`] for a [`Reader`](crate::entity::Reader).

use super::{Kind, Settings, Structured};
use crate::entity::{EntityKind, Found, Recogniser};

/// Which values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Those whose form leaves no doubt, so that a name found inside is none: addresses, codes, paths, money.
    Sure,
    /// The others, which may be parts of names: dates, numbers and what is counted.
    Rest,
}

/// Finds one part of the values of one text.
#[derive(Debug)]
pub struct Values {
    structured: Structured,
    part: Part,
    found: Vec<super::Found>,
}

impl Values {
    /// For a new text.
    pub fn new(settings: Settings, part: Part) -> Self {
        Self { structured: Structured::new(settings), part, found: Vec::new() }
    }

    fn hand_on(&mut self, found: &mut Vec<Found>) {
        let Self { part, found: values, .. } = self;
        found.extend(values.drain(..).filter(|value| Part::of(value.kind) == *part).map(|value| Found {
            kind: EntityKind::known(value.kind.name()),
            start: value.start,
            end: value.end,
            confidence: value.confidence,
            normalized: value.normalized,
        }));
    }
}

impl Part {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Date
            | Kind::Time
            | Kind::Percent
            | Kind::Duration
            | Kind::Quantity
            | Kind::Version
            | Kind::Number => Self::Rest,
            _ => Self::Sure,
        }
    }
}

impl Recogniser for Values {
    fn push(&mut self, text: &str, found: &mut Vec<Found>) {
        self.structured.push(text, &mut self.found);
        self.hand_on(found);
    }

    fn finish(&mut self, found: &mut Vec<Found>) {
        self.structured.finish(&mut self.found);
        self.hand_on(found);
    }

    fn settled(&self) -> u64 {
        self.structured.settled()
    }
}
