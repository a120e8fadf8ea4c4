//! Entities in a stream's text and reasoning.

use std::collections::HashMap;

use super::{Entity, EntityKind, Gazetteer, NameModel, Reader, Recogniser};
use crate::analysis::{Analyser, Analysis};
use crate::event::{Channel, Event, Span};
use crate::time::Timestamp;

/// Reports entities: [`Event::Entity`]. Without a model and a gazetteer it finds nothing.
#[derive(Debug, Clone, Default)]
pub struct Entities {
    /// Finds people, organisations and places.
    pub names: Option<NameModel>,
    /// The user's own names.
    pub gazetteer: Option<Gazetteer>,
    /// Entities of a stream whose ids are remembered; a further one has a new id each time. 65,536.
    pub max_ids: Option<usize>,
}

impl Entities {
    /// A reader for one text.
    pub fn reader(&self) -> Reader {
        let mut recognisers: Vec<Box<dyn Recogniser>> = Vec::new();
        if let Some(gazetteer) = &self.gazetteer {
            recognisers.push(Box::new(gazetteer.start()));
        }
        if let Some(names) = &self.names {
            recognisers.push(Box::new(names.start()));
        }
        Reader::new(recognisers)
    }
}

impl Analysis for Entities {
    fn start(&self) -> Box<dyn Analyser> {
        let ids = Ids { known: HashMap::new(), next: 1, most: self.max_ids.unwrap_or(MAX_IDS) };
        Box::new(Watch { settings: self.clone(), texts: Vec::new(), ids, found: Vec::new() })
    }
}

/// Watches all texts of one stream.
#[derive(Debug)]
struct Watch {
    settings: Entities,
    texts: Vec<(u32, Channel, Reader)>,
    ids: Ids,
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
            let id = self.ids.of(&kind, normalized.as_deref().unwrap_or(&text));
            let span = Span { choice, channel: channel.clone(), start, end };
            findings.push(Event::Entity { id, kind, text, span, confidence, normalized });
        }
    }
}

/// Numbers for entities: the same kind and the same name, capitals aside, has the same.
#[derive(Debug)]
struct Ids {
    known: HashMap<(EntityKind, String), u64>,
    next: u64,
    most: usize,
}

impl Ids {
    fn of(&mut self, kind: &EntityKind, name: &str) -> u64 {
        let key = (kind.clone(), name.to_lowercase());
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let id = self.next;
        self.next += 1;
        if self.known.len() < self.most {
            self.known.insert(key, id);
        }
        id
    }
}

const MAX_IDS: usize = 65_536;
