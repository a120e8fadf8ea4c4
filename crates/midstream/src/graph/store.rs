//! The graph's records, how they hang together, and the few operations that keep them so.
//!
//! An edge is one record of 80 bytes, since whoever reads an edge as of a time needs most of it. It has a place among
//! its subject's edges and its object's, and is a member of two doubly linked lists: its slot's periods, and all edges by last
//! use. Each operation here is constant work, on average.

use std::borrow::Cow;

use super::adjacent::Adjacent;
use super::fact::{Entity, Fact, Source};
use super::ids::Ids;
use super::index::{Hasher, Index};
use super::settings::Settings;
use super::slab::{EMPTY, Ends, Links, NONE, Slab};
use super::texts::Texts;
use crate::event::{Channel, Span};
use midstream_values::Moment;

/// A node's number, in a snapshot and an exported file, too. It is given out once in a graph's life: what is gone is not
/// mistaken for what comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// An edge's number, in a snapshot and an exported file, too. It is given out once in a graph's life: what is gone is not
/// mistaken for what comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub(super) u32);

impl NodeId {
    /// The id of this number, whether there is such a node or not.
    pub fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    pub fn number(self) -> u32 {
        self.0
    }
}

impl EdgeId {
    /// The id of this number, whether there is such an edge or not.
    pub fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// A temporal knowledge graph. See the [module](super).
#[derive(Debug, Clone)]
pub struct Graph {
    pub(super) settings: Settings,
    pub(super) hasher: Hasher,
    pub(super) texts: Texts,
    pub(super) nodes: Slab<NodeRecord>,
    pub(super) edges: Slab<EdgeRecord>,
    pub(super) node_ids: Ids,
    pub(super) edge_ids: Ids,
    pub(super) names: Slab<NameRecord>,
    pub(super) revisions: Slab<Revision>,
    pub(super) sources: Slab<SourceRecord>,
    /// Names by text and kind.
    pub(super) name_index: Index,
    /// The newest period of each slot.
    pub(super) slot_index: Index,
    pub(super) source_index: Index,
    /// The source that was taken last, where there has been one: facts come in rows of the same.
    pub(super) last_source: u32,
    /// The functional predicates' texts, as the settings have them.
    pub(super) functional: Vec<u32>,
    /// Predicates below the first have one object at a time, those below the second one subject: they come before all texts.
    pub(super) single: [u32; 2],
    /// Bytes of the functional predicates, which stay.
    pub(super) fixed_bytes: usize,
    /// Edges that say that something is not so.
    pub(super) negated: usize,
    /// Nodes and edges, the most recently used first.
    pub(super) nodes_by_use: Ends,
    pub(super) edges_by_use: Ends,
    /// The latest moment at which anything was recorded.
    pub(super) latest: Moment,
}

#[derive(Debug, Clone)]
pub(super) struct NodeRecord {
    /// The first of its names, which is what it is called. `NONE`: the slot is free.
    pub(super) name: u32,
    pub(super) first_recorded: Moment,
    /// The edges that leave and those that arrive.
    pub(super) adjacent: [Adjacent; 2],
    pub(super) by_use: [u32; 2],
}

/// A name by which a node is found: each node has one, a merged one more.
#[derive(Debug, Clone)]
pub(super) struct NameRecord {
    pub(super) text: u32,
    pub(super) kind: u32,
    pub(super) node: u32,
    /// The node's next name.
    pub(super) next: u32,
}

#[derive(Debug, Clone)]
pub(super) struct EdgeRecord {
    /// The node that it leaves, the node at which it arrives. `NONE`: the slot is free.
    pub(super) ends: [u32; 2],
    /// The newest revision of its end.
    pub(super) revision: u32,
    pub(super) predicate: u32,
    /// Its places among the edges of its ends.
    pub(super) places: [u32; 2],
    pub(super) links: [[u32; 2]; 2],
    pub(super) valid_from: Moment,
    /// As it was first recorded.
    pub(super) valid_to: Moment,
    pub(super) recorded_at: Moment,
    pub(super) source: u32,
    /// First byte of the source, its upper half being the source's.
    pub(super) start: u32,
    pub(super) length: u32,
    /// How often it was said.
    pub(super) mentions: u16,
    pub(super) marks: Marks,
}

/// Confidence in ten-thousandths and two flags.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks(pub(super) u16);

impl Marks {
    pub(super) const NEGATED: u16 = 1 << 15;
    /// The text did not say since when.
    pub(super) const ASSUMED: u16 = 1 << 14;

    pub(super) fn new(confidence: f32, negated: bool, assumed: bool) -> Self {
        let negated = if negated { Self::NEGATED } else { 0 };
        let assumed = if assumed { Self::ASSUMED } else { 0 };
        Self((confidence * 10_000.0 + 0.5) as u16 | negated | assumed)
    }

    pub(super) fn confidence(self) -> u16 {
        self.0 & (Self::ASSUMED - 1)
    }

    pub(super) fn is_negated(self) -> bool {
        self.0 & Self::NEGATED != 0
    }

    pub(super) fn is_assumed(self) -> bool {
        self.0 & Self::ASSUMED != 0
    }
}

/// An end of validity that was learned after the edge was recorded.
#[derive(Debug, Clone)]
pub(super) struct Revision {
    pub(super) recorded_at: Moment,
    pub(super) valid_to: Moment,
    /// The revision before it.
    pub(super) earlier: u32,
}

/// A text of a stream, in stretches of 4 GiB.
#[derive(Debug, Clone)]
pub(super) struct SourceRecord {
    pub(super) stream: u32,
    pub(super) channel: u32,
    pub(super) choice: u32,
    /// The upper half of offsets in it.
    pub(super) high: u32,
    /// Edges that come from it. 0: the slot is free.
    pub(super) uses: u32,
}

/// The ends of an edge, and the two sorts of a node's edges.
pub(super) const OUT: usize = 0;
pub(super) const IN: usize = 1;
/// The lists that an edge is in.
pub(super) const SLOT: usize = 0;
pub(super) const USE: usize = 1;

impl Links for EdgeRecord {
    fn links(&mut self, list: usize) -> &mut [u32; 2] {
        &mut self.links[list]
    }
}

impl Links for NodeRecord {
    fn links(&mut self, _list: usize) -> &mut [u32; 2] {
        &mut self.by_use
    }
}

/// What can hold one fact at a time: subject, predicate and object, without the one of the two that the predicate has one of at a
/// time. That a
/// thing is not so says nothing of what is, so it has a slot of its own for each object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) subject: u32,
    pub(super) predicate: u32,
    pub(super) object: u32,
    pub(super) negated: bool,
}

impl Graph {
    /// An empty graph.
    pub fn new(settings: Settings) -> Self {
        let hasher = Hasher::new(settings.seed);
        let mut texts = Texts::new(hasher);
        let all = || settings.functional.iter().map(String::as_str);
        let end = |texts: &mut Texts, predicates: &mut dyn Iterator<Item = &str>| {
            for predicate in predicates {
                texts.take(predicate);
            }
            texts.end()
        };
        let single = [
            end(&mut texts, &mut all().filter(|predicate| !predicate.starts_with(INVERSE))),
            end(&mut texts, &mut all().filter_map(|predicate| predicate.strip_prefix(INVERSE))),
        ];
        let functional = all().map(|predicate| texts.take(predicate)).collect();
        Self {
            settings,
            hasher,
            fixed_bytes: texts.bytes(),
            texts,
            nodes: Slab::new(),
            edges: Slab::new(),
            node_ids: Ids::default(),
            edge_ids: Ids::default(),
            names: Slab::new(),
            revisions: Slab::new(),
            sources: Slab::new(),
            name_index: Index::default(),
            slot_index: Index::default(),
            source_index: Index::default(),
            last_source: NONE,
            functional,
            single,
            negated: 0,
            nodes_by_use: EMPTY,
            edges_by_use: EMPTY,
            latest: Moment::MIN,
        }
    }

    /// How it behaves.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Nodes in it.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Edges in it, ended ones included.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// Bytes of its texts, each counted once: what `max_text_bytes` limits.
    pub fn text_bytes(&self) -> usize {
        self.texts.bytes()
    }

    /// Bytes that it takes besides the texts, as far as it knows: pages and tables in full, used or not.
    pub fn table_bytes(&self) -> usize {
        let adjacent = (0..self.nodes.end()).flat_map(|node| &self.nodes[node].adjacent);
        adjacent.map(Adjacent::bytes).sum::<usize>()
            + self.nodes.bytes()
            + self.edges.bytes()
            + self.node_ids.bytes()
            + self.edge_ids.bytes()
            + self.names.bytes()
            + self.revisions.bytes()
            + self.sources.bytes()
            + self.name_index.bytes()
            + self.slot_index.bytes()
            + self.source_index.bytes()
            + self.texts.table_bytes()
    }

    // Numbers

    /// The number of the node in this slot.
    pub(super) fn node_id(&self, slot: u32) -> NodeId {
        NodeId(self.node_ids.number(slot))
    }

    /// The number of the edge in this slot.
    pub(super) fn edge_id(&self, slot: u32) -> EdgeId {
        EdgeId(self.edge_ids.number(slot))
    }

    /// The slot of the node of this number, where there is one.
    pub(super) fn node_slot(&self, id: NodeId) -> Option<u32> {
        self.node_ids.slot(id.0).filter(|&slot| slot < self.nodes.end() && self.nodes[slot].name != NONE)
    }

    /// The slot of the edge of this number, where there is one.
    pub(super) fn edge_slot(&self, id: EdgeId) -> Option<u32> {
        self.edge_ids.slot(id.0).filter(|&slot| slot < self.edges.end() && self.edges[slot].ends[0] != NONE)
    }

    // Nodes

    pub(super) fn find_name(&self, text: u32, kind: u32) -> Option<u32> {
        let is = |id| self.names[id].text == text && self.names[id].kind == kind;
        self.name_index.find(self.name_hash(text, kind), is)
    }

    fn name_hash(&self, text: u32, kind: u32) -> u64 {
        self.hasher.number(u64::from(text) << 32 | u64::from(kind)).finish()
    }

    /// Adds a node that is not there, under the next number or under this one, which no node has.
    pub(super) fn add_node(&mut self, entity: Entity<'_>, now: Moment, number: Option<u32>) -> u32 {
        let record = NodeRecord { name: NONE, first_recorded: now, adjacent: Default::default(), by_use: [NONE; 2] };
        let node = self.nodes.insert(record);
        self.node_ids.give(node, number);
        self.nodes.push_front(USE, &mut self.nodes_by_use, node);
        self.add_name(node, entity);
        node
    }

    /// Adds a name of a node behind the one that it is called by. Nothing is found by it that was found by it before.
    pub(super) fn add_name(&mut self, node: u32, entity: Entity<'_>) {
        let (text, kind) = (self.texts.take(entity.name), self.texts.take(entity.kind));
        let name = self.names.insert(NameRecord { text, kind, node, next: NONE });
        let (names, hasher) = (&self.names, self.hasher);
        let hash_of = |id| hasher.number(u64::from(names[id].text) << 32 | u64::from(names[id].kind)).finish();
        self.name_index.insert(hash_of(name), name, hash_of);
        self.hang_names(node, name);
    }

    /// Hangs a list of names behind the one that `node` is called by.
    pub(super) fn hang_names(&mut self, node: u32, first: u32) {
        let own = self.nodes[node].name;
        if own == NONE {
            self.nodes[node].name = first;
            return;
        }
        let mut last = first;
        while self.names[last].next != NONE {
            last = self.names[last].next;
        }
        self.names[last].next = std::mem::replace(&mut self.names[own].next, first);
    }

    /// Removes a node without edges, and its names.
    pub(super) fn remove_node(&mut self, node: u32) {
        let mut name = std::mem::replace(&mut self.nodes[node].name, NONE);
        while name != NONE {
            let NameRecord { text, kind, next, .. } = self.names[name];
            self.name_index.remove(self.name_hash(text, kind), name);
            self.texts.drop(text);
            self.texts.drop(kind);
            self.names.free(name);
            name = next;
        }
        self.nodes.unlink(USE, &mut self.nodes_by_use, node);
        self.nodes[node].adjacent = Default::default();
        self.nodes.free(node);
        self.node_ids.take(node);
    }

    pub(super) fn touch_node(&mut self, node: u32) {
        if self.nodes_by_use[0] != node {
            self.nodes.unlink(USE, &mut self.nodes_by_use, node);
            self.nodes.push_front(USE, &mut self.nodes_by_use, node);
        }
    }

    // Edges

    /// Adds an edge's record to every list and index, under the next number or under this one, which no edge has. Its predicate
    /// and source have been taken.
    pub(super) fn add_edge(&mut self, record: EdgeRecord, number: Option<u32>) -> u32 {
        self.negated += usize::from(record.marks.is_negated());
        let edge = self.edges.insert(record);
        self.edge_ids.give(edge, number);
        self.attach(edge);
        self.edges.push_front(USE, &mut self.edges_by_use, edge);
        edge
    }

    /// Removes an edge and what only it held.
    pub(super) fn remove_edge(&mut self, edge: u32) {
        self.detach(edge);
        self.edges.unlink(USE, &mut self.edges_by_use, edge);
        let EdgeRecord { predicate, mut revision, source, marks, .. } = self.edges[edge];
        self.negated -= usize::from(marks.is_negated());
        while revision != NONE {
            self.revisions.free(revision);
            revision = self.revisions[revision].earlier;
        }
        self.texts.drop(predicate);
        self.drop_source(source);
        self.edges[edge].ends = [NONE; 2];
        self.edges.free(edge);
        self.edge_ids.take(edge);
    }

    pub(super) fn touch_edge(&mut self, edge: u32) {
        if self.edges_by_use[0] != edge {
            self.edges.unlink(USE, &mut self.edges_by_use, edge);
            self.edges.push_front(USE, &mut self.edges_by_use, edge);
        }
    }

    /// Puts an edge into its nodes' edges and into its slot.
    pub(super) fn attach(&mut self, edge: u32) {
        let ends = self.edges[edge].ends;
        self.edges[edge].places = [OUT, IN].map(|end| self.nodes[ends[end]].adjacent[end].push(edge));
        let slot = self.slot_of(edge);
        let hash = self.slot_hash(slot);
        match self.slot_head(slot) {
            Some(head) => {
                self.edges.push_front(SLOT, &mut [head, NONE], edge);
                self.slot_index.replace(hash, head, edge);
            }
            None => {
                self.edges.push_front(SLOT, &mut [NONE, NONE], edge);
                // The index grows by asking for the hash of every slot that it has.
                let mut index = std::mem::take(&mut self.slot_index);
                index.insert(hash, edge, |other| self.slot_hash(self.slot_of(other)));
                self.slot_index = index;
            }
        }
    }

    /// Takes an edge out of its nodes' edges and out of its slot.
    pub(super) fn detach(&mut self, edge: u32) {
        let Self { nodes, edges, .. } = self;
        let EdgeRecord { ends, places, .. } = edges[edge];
        for end in [OUT, IN] {
            nodes[ends[end]].adjacent[end].remove(places[end], |other, at| edges[other].places[end] = at);
        }
        let hash = self.slot_hash(self.slot_of(edge));
        let [newer, older] = self.edges[edge].links[SLOT];
        self.edges.unlink(SLOT, &mut [NONE, NONE], edge);
        match (newer, older) {
            (NONE, NONE) => self.slot_index.remove(hash, edge),
            (NONE, older) => self.slot_index.replace(hash, edge, older),
            _ => {}
        }
    }

    // Slots

    /// Whether a subject has one object of this predicate at a time, or an object one subject.
    #[cfg(feature = "relations")]
    pub(super) fn is_single(&self, predicate: &str) -> bool {
        self.texts.find(predicate).is_some_and(|predicate| predicate < self.single[1])
    }

    pub(super) fn slot(&self, subject: u32, predicate: u32, object: u32, negated: bool) -> Slot {
        let slot = Slot { subject, predicate, object, negated };
        match self.single {
            [one_object, _] if predicate < one_object && !negated => Slot { object: NONE, ..slot },
            [_, one_subject] if predicate < one_subject && !negated => Slot { subject: NONE, ..slot },
            _ => slot,
        }
    }

    pub(super) fn slot_of(&self, edge: u32) -> Slot {
        let EdgeRecord { ends: [subject, object], predicate, marks, .. } = self.edges[edge];
        self.slot(subject, predicate, object, marks.is_negated())
    }

    fn slot_hash(&self, slot: Slot) -> u64 {
        self.hasher
            .number(u64::from(slot.subject) << 32 | u64::from(slot.object))
            .number(u64::from(slot.predicate) << 1 | u64::from(slot.negated))
            .finish()
    }

    /// The edge of a slot that was recorded last.
    pub(super) fn slot_head(&self, slot: Slot) -> Option<u32> {
        self.slot_index.find(self.slot_hash(slot), |edge| self.slot_of(edge) == slot)
    }

    // Sources

    /// The record of a source's text, with one more edge that comes from it.
    pub(super) fn take_source(&mut self, source: &Source<'_>) -> u32 {
        let Span { choice, ref channel, start, .. } = source.span;
        let channel = channel_name(channel);
        let is_last = |record: &SourceRecord| {
            record.uses > 0
                && (record.choice, record.high) == (choice, (start >> 32) as u32)
                && self.texts.get(record.stream) == source.stream
                && self.texts.get(record.channel) == channel
        };
        if self.last_source != NONE && is_last(&self.sources[self.last_source]) {
            self.sources[self.last_source].uses += 1;
            return self.last_source;
        }
        let (stream, channel) = (self.texts.take(source.stream), self.texts.take(&channel));
        let record = SourceRecord { stream, channel, choice, high: (start >> 32) as u32, uses: 1 };
        let hasher = self.hasher;
        let hash = record.hash(hasher);
        if let Some(id) = self.source_index.find(hash, |id| self.sources[id].is(&record)) {
            self.sources[id].uses += 1;
            self.texts.drop(stream);
            self.texts.drop(channel);
            self.last_source = id;
            return id;
        }
        let id = self.sources.insert(record);
        let sources = &self.sources;
        self.source_index.insert(hash, id, |other| sources[other].hash(hasher));
        self.last_source = id;
        id
    }

    fn drop_source(&mut self, id: u32) {
        self.sources[id].uses -= 1;
        let record = &self.sources[id];
        if record.uses == 0 {
            let (stream, channel) = (record.stream, record.channel);
            self.source_index.remove(record.hash(self.hasher), id);
            self.texts.drop(stream);
            self.texts.drop(channel);
            self.sources.free(id);
        }
    }
}

/// Before predicates of which an object has one subject at a time.
const INVERSE: char = '^';

impl SourceRecord {
    fn is(&self, other: &Self) -> bool {
        (self.stream, self.channel, self.choice, self.high) == (other.stream, other.channel, other.choice, other.high)
    }

    fn hash(&self, hasher: Hasher) -> u64 {
        hasher
            .number(u64::from(self.stream) << 32 | u64::from(self.channel))
            .number(u64::from(self.choice) << 32 | u64::from(self.high))
            .finish()
    }
}

/// The channel's name, made up only where it has an id in it.
pub(super) fn channel_name(channel: &Channel) -> Cow<'static, str> {
    match channel {
        Channel::Text => Cow::Borrowed("text"),
        Channel::Reasoning => Cow::Borrowed("reasoning"),
        Channel::Refusal => Cow::Borrowed("refusal"),
        Channel::Tool(_) | Channel::Raw(_) => Cow::Owned(channel.to_string()),
    }
}

impl Fact<'_> {
    /// Its record, with what the graph has numbers for.
    pub(super) fn record(&self, ends: [u32; 2], predicate: u32, source: u32) -> EdgeRecord {
        EdgeRecord {
            ends,
            places: [NONE; 2],
            links: [[NONE; 2]; 2],
            predicate,
            revision: NONE,
            valid_from: Moment::MIN,
            valid_to: Moment::MAX,
            recorded_at: Moment::MIN,
            source,
            start: self.source.span.start as u32,
            length: (self.source.span.end - self.source.span.start) as u32,
            mentions: 1,
            marks: Marks::new(self.confidence, self.negated, self.valid_from.is_none()),
        }
    }
}
