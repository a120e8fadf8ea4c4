//! Two nodes that turn out to be one.

use super::apply::{Period, Settled};
use super::change::Change;
use super::fact::Entity;
use super::slab::NONE;
use super::store::{Graph, IN, NodeId, OUT};
use midstream_values::Moment;

impl Graph {
    /// Gives everything that `from` has to `into`: its edges, and its names, by which `into` is found from now on.
    ///
    /// What the two say of the same slot is settled as if it had been said one after the other. Merging is about
    /// identity, which has no time: the graph as of an earlier moment has the merged node too. Returns whether there
    /// was anything to merge: both are there, and are two.
    pub fn merge(&mut self, from: NodeId, into: NodeId, changes: &mut Vec<Change>) -> bool {
        let (Some(gone), Some(left)) = (self.node_slot(from), self.node_slot(into)) else { return false };
        if gone == left {
            return false;
        }
        for list in [OUT, IN] {
            // Oldest first, as they were said.
            let edges: Vec<_> = self.nodes[gone].adjacent[list].newest_first().collect();
            for &edge in edges.iter().rev() {
                self.hand_over(edge, list, left, changes);
            }
        }
        let names = std::mem::replace(&mut self.nodes[gone].name, NONE);
        let mut name = names;
        while name != NONE {
            self.names[name].node = left;
            name = self.names[name].next;
        }
        self.hang_names(left, names);
        let first = self.nodes[gone].first_recorded;
        self.nodes[left].first_recorded = self.nodes[left].first_recorded.min(first);
        self.remove_node(gone);
        self.touch_node(left);
        changes.push(Change::NodeMerged { from, into });
        true
    }

    /// Lets `node` be found by a further name, of its own kind. A node that has the name is merged into it. Returns
    /// whether anything changed; it doesn't where the texts' limit leaves no room for the name.
    pub fn alias(&mut self, node: NodeId, name: &str, changes: &mut Vec<Change>) -> bool {
        let Some(slot) = self.node_slot(node) else { return false };
        let kind = self.node(node).map(|node| node.kind().to_owned()).unwrap_or_default();
        if let Some(known) = self.find(name, &kind) {
            return self.merge(known, node, changes);
        }
        if name.is_empty() || self.text_bytes() + name.len() > self.settings.limits.max_text_bytes {
            return false;
        }
        self.add_name(slot, Entity { name, kind: &kind });
        changes.push(Change::NodeNamed { node, name: name.to_owned() });
        true
    }

    /// Moves one end of an edge to another node.
    fn hand_over(&mut self, edge: u32, end: usize, into: u32, changes: &mut Vec<Change>) {
        self.detach(edge);
        self.edges[edge].ends[end] = into;
        let record = &self.edges[edge];
        let (ends, predicate, marks, from) = (record.ends, record.predicate, record.marks, record.valid_from);
        let said_at = record.recorded_at;
        let to = self.valid_to(edge);
        if from < to {
            let period = Period { from, to, from_said: !marks.is_assumed(), to_said: to != Moment::MAX, said_at };
            match self.settle(ends, predicate, marks.is_negated(), period, changes) {
                Settled::Known(known) => {
                    let mentions = self.edges[known].mentions.saturating_add(self.edges[edge].mentions);
                    self.edges[known].mentions = mentions;
                    self.end(edge, from, changes);
                }
                Settled::New(period) => {
                    self.edges[edge].valid_from = period.from;
                    if period.to != to {
                        self.end(edge, period.to, changes);
                    }
                }
            }
        }
        self.attach(edge);
    }
}
