//! Entities in a stream's text and reasoning.

use super::structured::{self, Part, Values};
use super::{Entity, Gazetteer, Linker, NameModel, Reader, Recogniser};
use crate::analysis::{Analyser, Analysis};
use crate::event::{Channel, Event, Span};
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
        let values = |part| self.structured.as_ref().map(|settings| Box::new(Values::new(settings.clone(), part)));
        if let Some(values) = values(Part::Sure) {
            recognisers.push(values);
        }
        if let Some(names) = &self.names {
            recognisers.push(Box::new(names.start()));
        }
        if let Some(values) = values(Part::Rest) {
            recognisers.push(values);
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
        Box::new(Watch { settings: self.clone(), texts: Vec::new(), ids: self.linker(), found: Vec::new() })
    }
}

/// Watches all texts of one stream.
#[derive(Debug)]
struct Watch {
    settings: Entities,
    texts: Vec<(u32, Channel, Reader)>,
    ids: Linker,
    found: Vec<Entity>,
}

impl Analyser for Watch {
    fn observe(&mut self, event: &Event, _now: Timestamp, findings: &mut Vec<Event>) {
        let (choice, channel, delta) = match event {
            Event::TextDelta { choice, delta, .. } => (*choice, Channel::Text, Some(delta)),
            Event::TextEnd { choice, .. } => (*choice, Channel::Text, None),
            Event::ReasoningDelta { choice, delta, .. } => (*choice, Channel::Reasoning, Some(delta)),
            Event::ReasoningEnd { choice, .. } => (*choice, Channel::Reasoning, None),
            _ => return,
        };
        let known = self.texts.iter().position(|(of, text, _)| *of == choice && *text == channel);
        let at = known.unwrap_or_else(|| {
            self.texts.push((choice, channel.clone(), self.settings.reader()));
            self.texts.len() - 1
        });
        let reader = &mut self.texts[at].2;
        match delta {
            Some(delta) => reader.push(delta, &mut self.found),
            None => reader.finish(&mut self.found),
        }
        for entity in self.found.drain(..) {
            let Entity { kind, text, start, end, confidence, normalized } = entity;
            let id = self.ids.id(&kind, &text, normalized.as_deref());
            let span = Span { choice, channel: channel.clone(), start, end };
            findings.push(Event::Entity { id, kind, text, span, confidence, normalized });
        }
    }
}

const MAX_IDS: usize = 65_536;
