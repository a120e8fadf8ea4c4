//! Putting a graph together again from what a file says of it.

use super::fact::{Entity, Source};
use super::slab::NONE;
use super::store::{EdgeId, EdgeRecord, Graph, Marks, NodeId, Revision};
use midstream_values::Moment;

/// An edge as it was, with every end that it has had.
pub(super) struct Restored<'a> {
    pub(super) ends: [u32; 2],
    pub(super) predicate: &'a str,
    pub(super) valid_from: Moment,
    pub(super) valid_to: Moment,
    pub(super) recorded_at: Moment,
    /// When an end became known, and which; oldest first.
    pub(super) revisions: &'a [(Moment, Moment)],
    pub(super) source: Source<'a>,
    pub(super) marks: Marks,
    pub(super) mentions: u16,
    /// Its number, which no other edge has; the next one where there is none.
    pub(super) number: Option<u32>,
}

impl Graph {
    /// Adds a node with these names, under this number or the next one, and tells its slot; the error says why it can't be.
    pub(super) fn restore_node(
        &mut self,
        names: &[Entity<'_>],
        first_recorded: Moment,
        number: Option<u32>,
    ) -> Result<u32, String> {
        let (first, others) = names.split_first().ok_or("expected a node with a name, found one without")?;
        for entity in names {
            if entity.name.is_empty() {
                return Err("expected a node's name, found an empty text".to_owned());
            }
            if self.find(entity.name, entity.kind).is_some() {
                return Err(format!(
                    "expected each name once, found `{}` of kind `{}` again",
                    entity.name, entity.kind
                ));
            }
        }
        let limit = self.settings.limits.max_nodes;
        if self.nodes.len() >= limit {
            return Err(format!("expected at most max_nodes = {limit} nodes, found more"));
        }
        if let Some(number) = number.filter(|number| self.node(NodeId::new(*number)).is_some()) {
            return Err(format!("expected each number once, found node {number} again"));
        }
        let node = self.add_node(*first, first_recorded, number);
        // Each goes behind the first, before those that came before it.
        for &other in others.iter().rev() {
            if self.find(other.name, other.kind).is_some() {
                return Err(format!("expected each name once, found `{}` of kind `{}` again", other.name, other.kind));
            }
            self.add_name(node, other);
        }
        self.check_texts()?;
        Ok(node)
    }

    /// Adds an edge between nodes in slots, and tells its slot; the error says why it can't be.
    pub(super) fn restore_edge(&mut self, edge: &Restored<'_>) -> Result<u32, String> {
        if edge.predicate.is_empty() {
            return Err("expected a predicate, found an empty text".to_owned());
        }
        let span = &edge.source.span;
        if span.end < span.start || span.end - span.start > u64::from(u32::MAX) {
            let (start, end) = (span.start, span.end);
            return Err(format!("expected a source that ends after its beginning, found {start}..{end}"));
        }
        let limit = self.settings.limits.max_edges;
        if self.edges.len() >= limit {
            return Err(format!("expected at most max_edges = {limit} edges, found more"));
        }
        if let Some(number) = edge.number.filter(|number| self.edge(EdgeId::new(*number)).is_some()) {
            return Err(format!("expected each number once, found edge {number} again"));
        }
        let predicate = self.texts.take(edge.predicate);
        let source = self.take_source(&edge.source);
        let mut revision = NONE;
        self.latest = self.latest.max(edge.recorded_at);
        for &(recorded_at, valid_to) in edge.revisions {
            revision = self.revisions.insert(Revision { recorded_at, valid_to, earlier: revision });
            self.latest = self.latest.max(recorded_at);
        }
        let record = EdgeRecord {
            ends: edge.ends,
            places: [NONE; 2],
            links: [[NONE; 2]; 2],
            predicate,
            revision,
            valid_from: edge.valid_from,
            valid_to: edge.valid_to,
            recorded_at: edge.recorded_at,
            source,
            start: span.start as u32,
            length: (span.end - span.start) as u32,
            mentions: edge.mentions,
            marks: edge.marks,
        };
        let id = self.add_edge(record, edge.number);
        self.check_texts()?;
        Ok(id)
    }

    fn check_texts(&self) -> Result<(), String> {
        let limit = self.settings.limits.max_text_bytes;
        if self.texts.bytes() <= limit {
            return Ok(());
        }
        Err(format!("expected texts of at most max_text_bytes = {limit} bytes, found more"))
    }
}
