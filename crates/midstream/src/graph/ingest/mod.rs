//! From what was found in a stream to a graph: entities become nodes, and what is said of them edges.
//!
//! In: one stream's events with their findings, and a moment. Out: facts for a graph, which may be shared by many
//! streams. The stream itself is a node that [`MENTIONS`] what it speaks of; names of one sentence are
//! [`MENTIONED_WITH`] each other; relations are facts with the time that is said of them, `is the CEO of Acme` a fact of
//! Acme. Each fact's source is the stretch of text that says it. Which mentions are of one and the same is known from
//! their ids: what is called by a long and a short name in a stream is one node.

#[cfg(feature = "relations")]
mod denied;
#[cfg(feature = "relations")]
mod ended;
#[cfg(feature = "relations")]
mod office;
mod sentences;
#[cfg(feature = "relations")]
mod valid;

use std::collections::HashMap;
use std::ops::Range;

use super::change::Change;
use super::fact::{Entity, Fact, FactError, Source};
use super::query::Direction;
use super::store::{Graph, NodeId};
#[cfg(feature = "relations")]
use super::{Edge, EdgeId, Node};
use crate::entity::{EntityKind, plain_name, structured, without_legal_form, without_titles};
use crate::event::{Event, Span};
use crate::prose::{Texts, prose};
#[cfg(feature = "relations")]
use crate::relation::{Argument, Relation};
#[cfg(feature = "relations")]
use denied::{denied, known};
#[cfg(feature = "relations")]
use ended::ended;
use midstream_values::Moment;
#[cfg(feature = "relations")]
use office::Places;
use sentences::Sentences;
#[cfg(feature = "relations")]
use valid::{stem, valid};

/// From a stream to what it speaks of.
pub const MENTIONS: &str = "mentions";
/// From one name to another of the same sentence, the one that comes first to the one behind it.
pub const MENTIONED_WITH: &str = "mentioned with";
/// The kind of nodes that stand for streams.
pub const STREAM: &str = "STREAM";

/// The kind of nodes that are neither entities nor streams: `an engineer`.
pub const PHRASE: &str = "PHRASE";

/// Verbs behind which somebody is at home elsewhere, by what their forms have in common.
#[cfg(feature = "relations")]
const MOVING: [&str; 4] = ["mov", "relocat", "emigrat", "migrat"];
/// Predicates of being at home.
#[cfg(feature = "relations")]
const HOMES: [&str; 4] = ["lives in", "resides in", "is based in", "is headquartered in"];

/// Predicates of being married.
#[cfg(feature = "relations")]
const MARRIED: [&str; 4] = ["is married to", "married", "has married", "wed"];

/// Before the predicate of what is not said to be so.
#[cfg(feature = "relations")]
const PERHAPS: &str = "perhaps ";

/// What of a stream goes into a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestSettings {
    /// Whether values that have a form (dates, amounts, addresses) are nodes too. No.
    pub values: bool,
    /// Whether what is said to be possible, planned, wished or somebody's words only is a fact too, with `perhaps` before its
    /// predicate and half the confidence. No.
    pub hedged: bool,
    /// How many names before a name, of the same sentence, it is linked with. 8.
    pub max_linked: usize,
    /// How many entities of a stream are remembered by their ids; further ones are called what they are called where they
    /// stand. 65,536.
    pub max_names: usize,
}

impl Default for IngestSettings {
    fn default() -> Self {
        Self { values: false, hedged: false, max_linked: 8, max_names: 65_536 }
    }
}

/// Feeds graphs with one stream's findings.
#[derive(Debug)]
pub struct Ingest {
    stream: String,
    settings: IngestSettings,
    texts: Texts<Text>,
    /// What the stream's entities are called, and of what kind they are, by id.
    names: HashMap<u64, (String, EntityKind)>,
    /// Facts that were left out since they are hedged.
    hedged: u64,
}

/// One text of the stream.
#[derive(Debug, Default)]
struct Text {
    sentences: Sentences,
    /// Where the sentence of the latest entity begins.
    sentence: u64,
    /// The entities of that sentence, the latest last.
    linked: Vec<Mention>,
    /// Where the latest entities stand.
    #[cfg(feature = "relations")]
    places: Places,
}

/// An entity where it stands.
#[derive(Debug, Clone)]
struct Mention {
    name: String,
    kind: EntityKind,
    start: u64,
    confidence: f32,
}

impl Ingest {
    /// Feeds a graph from the stream that the host calls `stream`.
    pub fn new(stream: impl Into<String>, settings: IngestSettings) -> Self {
        Self { stream: stream.into(), settings, texts: Texts::default(), names: HashMap::new(), hedged: 0 }
    }

    /// How many facts were left out since they are said to be possible, planned, wished or somebody's words only.
    pub fn hedged(&self) -> u64 {
        self.hedged
    }

    /// Takes the stream's next event, at `now`, and tells what it changed in `graph`.
    ///
    /// # Errors
    ///
    /// Where a fact does not fit into the graph's limits ([`Graph::apply`]); it is left out then.
    pub fn event(
        &mut self,
        event: &Event,
        now: Moment,
        graph: &mut Graph,
        changes: &mut Vec<Change>,
    ) -> Result<(), FactError> {
        match event {
            Event::Entity { id, kind, text, span, confidence, normalized } => {
                if !self.settings.values && is_value(kind) {
                    return Ok(());
                }
                let written = plain_name(kind, normalized.as_deref().unwrap_or(text));
                let known = self.names.get(id).cloned();
                let (name, kind) =
                    known.unwrap_or_else(|| (written.to_owned(), known_kind(graph, written, kind, *confidence)));
                let kind = &kind;
                let before = is_fuller(kind, written, &name).then(|| name.clone());
                let name = if before.is_some() { written.to_owned() } else { name };
                if self.names.len() < self.settings.max_names || self.names.contains_key(id) {
                    self.names.insert(*id, (name.clone(), kind.clone()));
                }
                let other = if name == written { before } else { Some(written.to_owned()) };
                #[cfg(feature = "relations")]
                self.texts.of(span.choice, &span.channel, Text::default).places.push(span, &name, kind);
                let mention = Mention { name, kind: kind.clone(), start: span.start, confidence: *confidence };
                return self.mention(mention, other, span, Context { now, graph, changes });
            }
            #[cfg(feature = "relations")]
            Event::Relation(relation) => return self.relation(relation, Context { now, graph, changes }),
            _ => {
                let Some((choice, channel, delta)) = prose(event) else { return Ok(()) };
                let sentences = &mut self.texts.of(choice, &channel, Text::default).sentences;
                match delta {
                    Some(delta) => sentences.push(delta),
                    None => sentences.end(),
                }
            }
        }
        Ok(())
    }

    /// Takes what is said of two things, one of which is an entity at least. What is only possible, planned or somebody's
    /// words is no fact, unless the settings say so.
    #[cfg(feature = "relations")]
    fn relation(&mut self, relation: &Relation, mut context: Context<'_>) -> Result<(), FactError> {
        let Relation { subject, predicate, object, span, confidence, negated, hedged, .. } = relation;
        let text = self.texts.known(span.choice, &span.channel);
        let office = text.and_then(|text| office::office(relation, &text.places));
        if subject.entity.is_none() && object.entity.is_none() && office.is_none() {
            return Ok(());
        }
        let (subject, predicate, object) = match &office {
            Some(office) => {
                let held = office.held(relation, context.graph);
                (self.end(office.holder), held.unwrap_or_else(|| office.predicate.clone()), Some(office.of))
            }
            None => (self.end(subject), small(&predicate.text), self.end(object)),
        };
        let [Some(subject), Some(object)] = [subject, object].map(|end| end.map(|end| context.named(end))) else {
            return Ok(());
        };
        if *hedged && !self.settings.hedged {
            self.hedged += 1;
            return Ok(());
        }
        let mut facts = self.moves(relation, subject, &predicate, object, context.graph);
        if let Some(office) = office.filter(|_| !negated) {
            facts.extend(office.brought(relation, context.graph).map(|held| (held, object, false)));
        }
        let succession = text.and_then(|text| office::succession(relation, &text.places, context.graph));
        facts.extend(succession.map(|(held, of)| (held, of, false)));
        let over = if *negated || *hedged { Vec::new() } else { ended(context.graph, subject, &predicate, object) };
        facts.insert(0, (predicate, object, *negated));
        let (valid_from, valid_to) = valid(relation);
        let mut result = Ok(());
        for (predicate, object, negated) in facts {
            let predicate = if negated { denied(context.graph, subject, &predicate, object) } else { predicate };
            // By another predicate it ends nothing that is so, and nothing that is so ends it.
            let (predicate, confidence) =
                if *hedged { (format!("{PERHAPS}{predicate}"), confidence / 2.0) } else { (predicate, *confidence) };
            let (predicate, source) = (predicate.as_str(), Source { stream: &self.stream, span: span.clone() });
            let fact = Fact { subject, predicate, object, valid_from, valid_to, confidence, negated, source };
            result = result.and(context.apply_fact(&fact));
        }
        for edge in over {
            let past = valid_from.and_then(|at| Past::of(context.graph, edge, at));
            context.graph.close(edge, valid_from, context.now, context.changes);
            if let Some(past) = past {
                let source = Source { stream: &self.stream, span: span.clone() };
                result = result.and(context.apply_fact(&past.fact(valid_from, *confidence, source)));
            }
        }
        result
    }

    /// What `moved from Paris to London` says besides `moved from Paris`: `moved to London`, that whoever is known to live in
    /// Paris no longer does, and that who is known to live somewhere lives in London now.
    #[cfg(feature = "relations")]
    fn moves<'a>(
        &'a self,
        relation: &'a Relation,
        subject: Entity<'_>,
        predicate: &str,
        object: Entity<'a>,
        graph: &Graph,
    ) -> Vec<(String, Entity<'a>, bool)> {
        let mut facts = Vec::new();
        let Some((verb, here @ ("from" | "to"))) = predicate.rsplit_once(' ') else { return facts };
        let there = if here == "from" { "to" } else { "from" };
        let other = relation.adjuncts.iter().find(|adjunct| adjunct.text.split(' ').next() == Some(there));
        let other = other.filter(|other| other.entity.is_some()).and_then(|other| self.end(other));
        facts.extend(other.map(|other| (format!("{verb} {there}"), other, relation.negated)));
        let moved = verb.split(' ').any(|word| MOVING.contains(&stem(word))) && !relation.negated && !relation.hedged;
        if let Some(there) = if here == "to" { Some(object) } else { other }.filter(|_| moved) {
            facts.extend(home(graph, subject).map(|home| (home, there, false)));
        }
        if let Some(left) = if here == "from" { Some(object) } else { other }.filter(|_| moved) {
            let homes = HOMES.iter().filter_map(|home| known(graph, subject, home, left));
            facts.extend(homes.map(|home| (home, left, true)));
        }
        facts
    }

    /// One end of a relation: an entity by the name it has in this stream, or a phrase. `None` for values, which are no nodes
    /// here, and for pronouns, which are somebody else in each sentence.
    #[cfg(feature = "relations")]
    fn end<'a>(&'a self, argument: &'a Argument) -> Option<Entity<'a>> {
        if let Some((name, kind)) = argument.entity.and_then(|id| self.names.get(&id)) {
            return Some(Entity { name, kind: kind.as_str() });
        }
        match &argument.kind {
            Some(kind) if !self.settings.values && is_value(kind) => None,
            Some(kind) => Some(Entity { name: plain_name(kind, &argument.text), kind: kind.as_str() }),
            None if is_pronoun(&argument.text) || is_numeral(&argument.text) => None,
            None => Some(Entity { name: &argument.text, kind: PHRASE }),
        }
    }

    /// Takes a mention of somebody or something that the stream also calls `other`.
    fn mention(
        &mut self,
        mention: Mention,
        other: Option<String>,
        span: &Span,
        mut context: Context<'_>,
    ) -> Result<(), FactError> {
        let max_linked = self.settings.max_linked;
        let text = self.texts.of(span.choice, &span.channel, Text::default);
        let sentence = text.sentences.start(mention.start);
        if text.sentence != sentence {
            text.sentence = sentence;
            text.linked.clear();
        }
        if let Some(other) = &other {
            text.linked
                .iter_mut()
                .filter(|before| before.name == *other && before.kind == mention.kind)
                .for_each(|before| before.name.clone_from(&mention.name));
        }
        // Who is named again in a sentence is linked with what stands there already.
        let before = if text.linked.iter().any(|before| before.entity() == mention.entity()) {
            Vec::new()
        } else {
            let before = text.linked.clone();
            text.linked.push(mention.clone());
            let extra = text.linked.len().saturating_sub(max_linked);
            text.linked.drain(..extra);
            before
        };

        let stream = Entity { name: &self.stream, kind: STREAM };
        let here = Source { stream: &self.stream, span: span.clone() };
        let mut result = context.apply(stream, MENTIONS, mention.entity(), mention.confidence, here);
        context.recognise(mention.entity());
        if let Some(other) = other {
            context.call(&self.stream, mention.entity(), &other);
        }
        context.shorten(mention.entity());
        for first in &before {
            let span = Span { start: first.start, ..span.clone() };
            let source = Source { stream: &self.stream, span };
            let confidence = first.confidence * mention.confidence;
            let linked = context.apply(first.entity(), MENTIONED_WITH, mention.entity(), confidence, source);
            result = result.and(linked);
        }
        result
    }
}

impl Mention {
    fn entity(&self) -> Entity<'_> {
        Entity { name: &self.name, kind: self.kind.as_str() }
    }
}

/// The graph, at a moment.
struct Context<'a> {
    now: Moment,
    graph: &'a mut Graph,
    changes: &'a mut Vec<Change>,
}

impl Context<'_> {
    fn apply(
        &mut self,
        subject: Entity<'_>,
        predicate: &str,
        object: Entity<'_>,
        confidence: f32,
        source: Source<'_>,
    ) -> Result<(), FactError> {
        let (valid_from, valid_to, negated) = (None, None, false);
        self.apply_fact(&Fact { subject, predicate, object, valid_from, valid_to, confidence, negated, source })
    }

    /// What is only written like a name, by the kind that the graph knows of it.
    #[cfg(feature = "relations")]
    fn named<'e>(&self, phrase: Entity<'e>) -> Entity<'e> {
        let mut kinds = ["ORGANIZATION", "LOCATION"].into_iter().filter(|_| phrase.kind == PHRASE);
        let known = kinds.find(|kind| self.graph.find(phrase.name, kind).is_some());
        Entity { kind: known.unwrap_or(phrase.kind), ..phrase }
    }

    /// Takes what was a phrase so far for the name that it is: `Google` was no name where it stood first.
    fn recognise(&mut self, entity: Entity<'_>) {
        if let (Some(phrase), Some(node)) =
            (self.graph.find(entity.name, PHRASE), self.graph.find(entity.name, entity.kind))
        {
            self.graph.merge(phrase, node, self.changes);
        }
    }

    fn apply_fact(&mut self, fact: &Fact<'_>) -> Result<(), FactError> {
        self.graph.apply(fact, self.now, self.changes).map(drop)
    }

    /// Takes note that `entity` is called `other` too. A person's short name is many people's: it is taken for this one's
    /// only where no other stream knows it.
    fn call(&mut self, stream: &str, entity: Entity<'_>, other: &str) {
        let Some(node) = self.graph.find(entity.name, entity.kind) else { return };
        if entity.kind != EntityKind::PERSON.as_str() {
            self.graph.alias(node, other, self.changes);
        } else if let Some(known) = self.graph.find(other, entity.kind)
            && self.is_only_from(stream, known)
        {
            self.graph.merge(known, node, self.changes);
        }
    }

    /// Takes note that a company is called without its legal form too, where no other is: `Microsoft` of `Microsoft Corp.`.
    fn shorten(&mut self, entity: Entity<'_>) {
        let short = without_legal_form(entity.name);
        if entity.kind != EntityKind::ORGANIZATION.as_str() || short.len() == entity.name.len() {
            return;
        }
        let known = self.graph.find(short, entity.kind);
        // `Acme Corp` is no other than `Acme Corp.`.
        let undotted = |name: &str| name.trim_end_matches('.').len();
        let is_same = |name: &str| name == short || name[..undotted(name)] == entity.name[..undotted(entity.name)];
        let is_other = |known| self.graph.node(known).is_some_and(|node| !is_same(node.name()));
        if let Some(node) = self.graph.find(entity.name, entity.kind)
            && !known.is_some_and(is_other)
        {
            self.graph.alias(node, short, self.changes);
        }
    }

    fn is_only_from(&self, stream: &str, node: NodeId) -> bool {
        let mut edges = self.graph.neighbours(node, Direction::Both, None);
        edges.by_ref().take(MOST_EDGES).all(|edge| edge.stream() == stream) && edges.next().is_none()
    }
}

/// The sentence of `text` that `place`, in bytes, is in: from where the sentence of its beginning begins to where that of its
/// end ends, without white space around.
pub fn sentence(text: &str, place: Range<usize>) -> Range<usize> {
    let mut sentences = Sentences::default();
    let start = {
        sentences.push(text.get(..place.end).unwrap_or(text));
        sentences.start(place.start as u64) as usize
    };
    let rest = text.get(place.end..).unwrap_or_default();
    let mut end = text.len();
    for (at, char) in rest.char_indices() {
        sentences.push(&rest[at..at + char.len_utf8()]);
        let begins = place.end + at;
        if sentences.start(begins as u64) == begins as u64 {
            end = begins;
            break;
        }
    }
    start..start + text[start..end].trim_end().len()
}

/// By what predicate the graph knows where somebody is at home.
#[cfg(feature = "relations")]
fn home(graph: &Graph, somebody: Entity<'_>) -> Option<String> {
    let somebody = graph.find(somebody.name, somebody.kind)?;
    let mut edges = graph.neighbours(somebody, Direction::Out, None).take(MOST_EDGES);
    let is_home =
        |edge: &Edge<'_>| HOMES.contains(&edge.predicate()) && edge.valid_to() == Moment::MAX && !edge.is_negated();
    edges.find(is_home).map(|edge| edge.predicate().to_owned())
}

/// What was so before it was told: its end is known, and of its beginning only that it came before.
#[cfg(feature = "relations")]
struct Past {
    ends: [(String, String); 2],
    predicate: String,
}

#[cfg(feature = "relations")]
impl Past {
    /// Of an edge that is told to have ended at a time before it was first told of.
    fn of(graph: &Graph, edge: EdgeId, at: Moment) -> Option<Self> {
        let edge = graph.edge(edge).filter(|edge| edge.is_valid_from_assumed() && edge.valid_from() >= at)?;
        let end = |node: Node<'_>| (node.name().to_owned(), node.kind().to_owned());
        Some(Self { ends: [end(edge.subject()), end(edge.object())], predicate: edge.predicate().to_owned() })
    }

    fn fact<'a>(&'a self, valid_to: Option<Moment>, confidence: f32, source: Source<'a>) -> Fact<'a> {
        let [subject, object] = self.ends.each_ref().map(|(name, kind)| Entity { name, kind });
        let (predicate, valid_from, negated) = (&self.predicate, None, false);
        Fact { subject, predicate, object, valid_from, valid_to, confidence, negated, source }
    }
}

/// Whether `name` says more than `known`, of one and the same: titles do not count.
fn is_fuller(kind: &EntityKind, name: &str, known: &str) -> bool {
    let length = |name: &str| {
        let name = if *kind == EntityKind::PERSON { without_titles(name) } else { name };
        name.chars().count()
    };
    length(name) > length(known)
}

/// The kind of what is called `name`: where it is not sure, the one that the graph alone knows it by.
fn known_kind(graph: &Graph, name: &str, kind: &EntityKind, confidence: f32) -> EntityKind {
    let names = [EntityKind::PERSON, EntityKind::ORGANIZATION, EntityKind::LOCATION];
    if confidence < SURE && names.contains(kind) && graph.find(name, kind.as_str()).is_none() {
        let mut known = names.into_iter().filter(|other| graph.find(name, other.as_str()).is_some());
        if let (Some(known), None) = (known.next(), known.next()) {
            return known;
        }
    }
    kind.clone()
}

/// A name of at least this confidence is of the kind that it was found to be.
const SURE: f32 = 0.75;

fn is_value(kind: &EntityKind) -> bool {
    structured::Kind::ALL.iter().any(|(name, _)| *name == kind.as_str())
}

/// A predicate that a sentence begins with, `Founded by`, in small letters; `CEO` is no such.
#[cfg(feature = "relations")]
fn small(predicate: &str) -> String {
    let begins = predicate.chars().nth(1).is_some_and(|second| !second.is_uppercase());
    if begins { predicate.to_ascii_lowercase() } else { predicate.to_owned() }
}

/// Whether a phrase says of whom it speaks only to those who know what was said before: `she`, `both of them`, `his wife`, `the
/// company`.
#[cfg(feature = "relations")]
fn is_pronoun(phrase: &str) -> bool {
    let is = |list: &[&str], word: &str| list.iter().any(|known| known.eq_ignore_ascii_case(word));
    let (first, last) = (phrase.split(' ').next().unwrap_or_default(), phrase.rsplit(' ').next().unwrap_or_default());
    let is_reference = phrase.split(' ').count() == 2 && is(POINTING, first) && is(GENERAL, last);
    is(PRONOUNS, last) || is(OWNERS, first) && first.len() < phrase.len() || is_reference
}

/// Whether a phrase is a Roman numeral, which is of a name: `II`.
#[cfg(feature = "relations")]
fn is_numeral(phrase: &str) -> bool {
    phrase.len() > 1 && phrase.bytes().all(|byte| b"IVX".contains(&byte))
}

#[cfg(feature = "relations")]
const OWNERS: &[&str] = &["my", "your", "his", "her", "its", "our", "their"];
#[cfg(feature = "relations")]
const POINTING: &[&str] = &["the", "this", "that", "these", "those", "both"];
/// What many are, and who is called so was called by a name before.
#[cfg(feature = "relations")]
const GENERAL: &[&str] = &[
    "company",
    "companies",
    "firm",
    "bank",
    "group",
    "organization",
    "organisation",
    "institution",
    "agency",
    "university",
    "institute",
    "government",
    "city",
    "town",
    "country",
    "team",
    "club",
    "board",
    "man",
    "woman",
    "couple",
    "pair",
    "two",
    "former",
    "latter",
    "deal",
];
#[cfg(feature = "relations")]
const PRONOUNS: &[&str] = &[
    "i",
    "me",
    "mine",
    "myself",
    "you",
    "yours",
    "yourself",
    "yourselves",
    "he",
    "him",
    "his",
    "himself",
    "she",
    "her",
    "hers",
    "herself",
    "it",
    "its",
    "itself",
    "we",
    "us",
    "ours",
    "ourselves",
    "they",
    "them",
    "theirs",
    "themselves",
    "this",
    "that",
    "these",
    "those",
    "who",
    "whom",
    "which",
    "what",
    "one",
    "ones",
    "another",
    "other",
    "others",
    "all",
    "both",
    "each",
    "some",
    "somebody",
    "someone",
    "something",
    "any",
    "anybody",
    "anyone",
    "anything",
    "nobody",
    "none",
    "nothing",
    "everybody",
    "everyone",
    "everything",
];

/// How many edges of a short name are looked at to tell whether it is only this stream's.
const MOST_EDGES: usize = 256;
