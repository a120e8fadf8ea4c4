//! Values that have a form, beside names: a [`Recogniser`] for a [`Reader`](super::Reader).

pub use midstream_values::{Found, Kind, Settings, Structured};

use super::{EntityKind, Recogniser};

/// Finds the values of one text. Those whose form leaves no doubt stand where a name is found inside: addresses, codes,
/// paths, money. The others, which may be parts of names, give way to what is not a part of them: dates, numbers and what is
/// counted.
#[derive(Debug)]
pub struct Values {
    structured: Structured,
    found: Vec<Found>,
}

impl Values {
    /// For a new text.
    pub fn new(settings: Settings) -> Self {
        Self { structured: Structured::new(settings), found: Vec::new() }
    }

    fn hand_on(&mut self, found: &mut Vec<super::Found>) {
        found.extend(self.found.drain(..).map(|value| super::Found {
            kind: EntityKind::known(value.kind.name()),
            start: value.start,
            end: value.end,
            confidence: value.confidence,
            normalized: value.normalized,
            yields: yields(value.kind),
        }));
    }
}

fn yields(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Date | Kind::Time | Kind::Percent | Kind::Duration | Kind::Quantity | Kind::Version | Kind::Number
    )
}

impl Recogniser for Values {
    fn push(&mut self, text: &str, found: &mut Vec<super::Found>) {
        self.structured.push(text, &mut self.found);
        self.hand_on(found);
    }

    fn finish(&mut self, found: &mut Vec<super::Found>) {
        self.structured.finish(&mut self.found);
        self.hand_on(found);
    }

    fn settled(&self) -> u64 {
        self.structured.settled()
    }
}
