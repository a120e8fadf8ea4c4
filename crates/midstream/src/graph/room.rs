//! Limits: what was least recently said makes room.

use super::change::{Change, Limit};
use super::fact::{Entity, Fact, FactError};
use super::store::{Graph, IN, OUT, channel_name};

impl Graph {
    /// Makes room for one edge.
    pub(super) fn make_room_for_edge(&mut self, changes: &mut Vec<Change>) {
        while self.edges.len() >= self.settings.limits.max_edges {
            self.evict_edge(self.edges_by_use[1], Limit::MaxEdges, changes);
        }
    }

    /// Makes room for the nodes and texts that a fact may add. What it is about stays: its nodes, where they are there.
    pub(super) fn make_room(
        &mut self,
        fact: &Fact<'_>,
        changes: &mut Vec<Change>,
    ) -> Result<[Option<u32>; 2], FactError> {
        let limits = self.settings.limits;
        if limits.max_nodes < 2 || limits.max_edges < 1 {
            return Err(FactError::NoRoom);
        }
        // A fact takes two and one, and the last number of all stands for none.
        if self.node_ids.next() >= u32::MAX - 2 || self.edge_ids.next() >= u32::MAX - 1 {
            return Err(FactError::NoNumbers);
        }
        let channel = channel_name(&fact.source.span.channel).len();
        let texts = [fact.subject.name, fact.subject.kind, fact.object.name, fact.object.kind, fact.predicate];
        let bytes = texts.iter().map(|text| text.len()).sum::<usize>() + fact.source.stream.len() + channel;
        let fixed = self.fixed_bytes;
        if bytes + fixed > limits.max_text_bytes {
            return Err(FactError::TooLong { bytes: bytes + fixed, limit: limits.max_text_bytes });
        }
        let (mut missing, mut kept) = (0, 0);
        let mut find = |entity: Entity<'_>| {
            let node = self.find_slot(entity.name, entity.kind);
            match node {
                Some(node) => {
                    self.touch_node(node);
                    kept += 1;
                }
                None => missing += 1,
            }
            node
        };
        let subject = find(fact.subject);
        let object = if fact.subject == fact.object { subject } else { find(fact.object) };
        while self.nodes.len() + missing > limits.max_nodes {
            self.evict_node(self.nodes_by_use[1], Limit::MaxNodes, changes);
        }
        // Counts the fact's texts as new, known or not: at worst it makes room a fact early.
        while self.texts.bytes() + bytes > limits.max_text_bytes {
            if self.nodes.len() > kept {
                self.evict_node(self.nodes_by_use[1], Limit::MaxTextBytes, changes);
            } else if self.edges.len() > 0 {
                self.evict_edge(self.edges_by_use[1], Limit::MaxTextBytes, changes);
            } else {
                // Nothing but the fact's own nodes is left, whose texts were counted twice.
                break;
            }
        }
        Ok([subject, object])
    }

    fn evict_edge(&mut self, edge: u32, limit: Limit, changes: &mut Vec<Change>) {
        let id = self.edge_id(edge);
        self.remove_edge(edge);
        changes.push(Change::EdgeEvicted { edge: id, limit });
    }

    fn evict_node(&mut self, node: u32, limit: Limit, changes: &mut Vec<Change>) {
        for list in [OUT, IN] {
            while let Some(edge) = self.nodes[node].adjacent[list].newest() {
                self.evict_edge(edge, limit, changes);
            }
        }
        let id = self.node_id(node);
        let name = self.node(id).expect("it is in the list by use").name().to_owned();
        self.remove_node(node);
        changes.push(Change::NodeEvicted { node: id, name, limit });
    }
}
