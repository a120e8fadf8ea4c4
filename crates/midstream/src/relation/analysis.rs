//! Entities and relations in a stream's text and reasoning.

use super::reader::{Finding, Limits, Reader};
use crate::analysis::{Analyser, Analysis};
use crate::entity::{Entities, Linker};
use crate::event::{Channel, Event};
use crate::prose::{Texts, prose};
use crate::tagger::PosModel;
use crate::time::Timestamp;

/// Reports relations and the entities that they are of: [`Event::Relation`], [`Event::Entity`]. It stands in the place of
/// [`Entities`], which are read once for both.
#[derive(Debug, Clone)]
pub struct Relations {
    /// What finds the entities.
    pub entities: Entities,
    /// Tells verbs from nouns.
    pub parts_of_speech: PosModel,
    /// Words of a sentence at most; what goes beyond is read as a sentence of its own. 200.
    pub max_words: Option<usize>,
    /// Bytes of an argument or a predicate at most. A relation whose subject, predicate or object is longer is not told, and an
    /// adjunct that is longer is left out: what has no spaces is no phrase. 1,000.
    pub max_phrase_bytes: Option<usize>,
}

impl Relations {
    /// A reader for the text of `channel` of answer `choice`.
    pub fn reader(&self, choice: u32, channel: Channel) -> Reader {
        let max_words = self.max_words.unwrap_or(MAX_WORDS);
        let limits = Limits { max_words, max_phrase_bytes: self.max_phrase_bytes.unwrap_or(MAX_PHRASE_BYTES) };
        Reader::new(self.entities.reader(), &self.parts_of_speech, limits, choice, channel)
    }
}

impl Analysis for Relations {
    fn start(&self) -> Box<dyn Analyser> {
        Box::new(Watch {
            settings: self.clone(),
            texts: Texts::default(),
            ids: self.entities.linker(),
            found: Vec::new(),
        })
    }
}

/// Watches all texts of one stream.
#[derive(Debug)]
struct Watch {
    settings: Relations,
    texts: Texts<Reader>,
    ids: Linker,
    found: Vec<Finding>,
}

impl Analyser for Watch {
    fn observe(&mut self, event: &Event, _now: Timestamp, findings: &mut Vec<Event>) {
        let Some((choice, channel, delta)) = prose(event) else { return };
        let reader = self.texts.of(choice, &channel, || self.settings.reader(choice, channel.clone()));
        match delta {
            Some(delta) => reader.push(delta, &mut self.ids, &mut self.found),
            None => reader.finish(&mut self.ids, &mut self.found),
        }
        findings.extend(self.found.drain(..).map(|finding| match finding {
            Finding::Relation(relation) => Event::Relation(relation),
            Finding::Entity(id, entity) => entity.event(id, choice, channel.clone()),
        }));
    }
}

const MAX_WORDS: usize = 200;
const MAX_PHRASE_BYTES: usize = 1_000;
