//! Entities in a stream's text and reasoning.

use super::structured::{self, Values};
use super::{Entity, Gazetteer, Linker, NameModel, Reader, Recogniser};
use crate::analysis::{Analyser, Analysis};
use crate::event::Event;
use crate::prose::{Texts, prose};
use crate::time::Timestamp;

/// Reports entities: [`Event::Entity`]. It finds what it is given the means for; with none, nothing.
#[derive(Debug, Clone, Default)]
pub struct Entities {
    /// Finds people, organisations and places.
    pub names: Option<NameModel>,
    /// The user's own names.
    pub gazetteer: Option<Gazetteer>,
    /// Finds values that have a form: addresses, dates, amounts and so on.
    pub structured: Option<structured::Settings>,
    /// Names of a stream whose ids are remembered, short ones included; a further one has a new id each time. 65,536.
    pub max_ids: Option<usize>,
}

impl Entities {
    /// A reader for one text.
    pub fn reader(&self) -> Reader {
        let mut recognisers: Vec<Box<dyn Recogniser>> = Vec::new();
        if let Some(gazetteer) = &self.gazetteer {
            recognisers.push(Box::new(gazetteer.start()));
        }
        // A name in an address is a part of the address; a number in a name (`Boeing 747`) is a part of the name.
        if let Some(settings) = &self.structured {
            recognisers.push(Box::new(Values::new(settings.clone())));
        }
        if let Some(names) = &self.names {
            recognisers.push(Box::new(names.start()));
        }
        Reader::new(recognisers)
    }

    /// What gives the entities of a new stream their ids.
    pub fn linker(&self) -> Linker {
        Linker::new(self.max_ids.unwrap_or(MAX_IDS))
    }
}

impl Analysis for Entities {
    fn start(&self) -> Box<dyn Analyser> {
        Box::new(Watch { settings: self.clone(), texts: Texts::default(), ids: self.linker(), found: Vec::new() })
    }
}

/// Watches all texts of one stream.
#[derive(Debug)]
struct Watch {
    settings: Entities,
    texts: Texts<Reader>,
    ids: Linker,
    found: Vec<Entity>,
}

impl Analyser for Watch {
    fn observe(&mut self, event: &Event, _now: Timestamp, findings: &mut Vec<Event>) {
        let Some((choice, channel, delta)) = prose(event) else { return };
        let reader = self.texts.of(choice, &channel, || self.settings.reader());
        match delta {
            Some(delta) => reader.push(delta, &mut self.found),
            None => reader.finish(&mut self.found),
        }
        for entity in self.found.drain(..) {
            let id = self.ids.of(&entity);
            findings.push(entity.event(id, choice, channel.clone()));
        }
    }
}

const MAX_IDS: usize = 65_536;
