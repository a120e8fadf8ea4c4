//! Asking a graph: one node, its neighbours, ways between two nodes, and how what is known came to be.

use std::collections::BTreeMap;

use super::adjacent::Adjacent;
use super::slab::NONE;
use super::store::{EdgeId, EdgeRecord, Graph, IN, NodeId, OUT, SLOT};
use crate::event::{Channel, Span};
use midstream_values::Moment;

/// A moment in both kinds of time: what was so at `valid`, as it was known at `recorded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// When it was so.
    pub valid: Moment,
    /// When it was known to be so.
    pub recorded: Moment,
}

impl AsOf {
    /// What was so at `moment`, by all that is known now.
    pub const fn valid(moment: Moment) -> Self {
        Self { valid: moment, recorded: Moment::MAX }
    }

    /// What was taken to be so at `moment`, by what was known then.
    pub const fn at(moment: Moment) -> Self {
        Self { valid: moment, recorded: moment }
    }
}

/// Which edges of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Those whose subject it is.
    Out,
    /// Those whose object it is.
    In,
    /// All; one from the node to itself comes twice.
    Both,
}

/// A node, read.
#[derive(Debug, Clone, Copy)]
pub struct Node<'g> {
    pub(super) graph: &'g Graph,
    pub(super) slot: u32,
}

/// An edge, read.
#[derive(Debug, Clone, Copy)]
pub struct Edge<'g> {
    pub(super) graph: &'g Graph,
    pub(super) slot: u32,
}

/// Which ways from node to node count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways<'a> {
    /// How long one may be. 8.
    pub max_steps: usize,
    /// How many nodes are looked at. 100,000.
    pub max_nodes: usize,
    /// Only along edges that were so at this moment; all where `None`.
    pub as_of: Option<AsOf>,
    /// Predicates along whose edges none goes. `mentions`: that a stream speaks of two things does not link them.
    pub except: &'a [&'a str],
}

impl Default for Ways<'_> {
    fn default() -> Self {
        Self { max_steps: 8, max_nodes: 100_000, as_of: None, except: &["mentions"] }
    }
}

/// One step of a way from node to node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Along which edge.
    pub edge: EdgeId,
    /// To which node.
    pub node: NodeId,
}

impl Graph {
    /// The node that has this name, its own or that of one merged into it.
    pub fn find(&self, name: &str, kind: &str) -> Option<NodeId> {
        self.find_slot(name, kind).map(|slot| self.node_id(slot))
    }

    /// The slot of the node that has this name.
    pub(super) fn find_slot(&self, name: &str, kind: &str) -> Option<u32> {
        let name = self.find_name(self.texts.find(name)?, self.texts.find(kind)?)?;
        Some(self.names[name].node)
    }

    /// The node of this number, where there is one.
    pub fn node(&self, id: NodeId) -> Option<Node<'_>> {
        self.node_slot(id).map(|slot| Node { graph: self, slot })
    }

    /// The edge of this number, where there is one.
    pub fn edge(&self, id: EdgeId) -> Option<Edge<'_>> {
        self.edge_slot(id).map(|slot| Edge { graph: self, slot })
    }

    /// All nodes, by number.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        let slots = self.node_ids.in_order();
        slots.filter(|&slot| self.nodes[slot].name != NONE).map(|slot| Node { graph: self, slot })
    }

    /// All edges, by number; of those only that were so at the given moment, where one is given.
    pub fn edges(&self, as_of: Option<AsOf>) -> impl Iterator<Item = Edge<'_>> {
        let slots = self.edge_ids.in_order();
        let edges = slots.filter(|&slot| self.edges[slot].ends[0] != NONE).map(|slot| Edge { graph: self, slot });
        edges.filter(move |edge| edge.holds(as_of))
    }

    /// The edges of a node, the one that was recorded last first; of those only that were so at the given moment,
    /// where one is given. None where there is no such node.
    pub fn neighbours(
        &self,
        node: NodeId,
        direction: Direction,
        as_of: Option<AsOf>,
    ) -> impl Iterator<Item = Edge<'_>> {
        let lists = self.adjacent(node, direction).into_iter().flatten();
        let edges = lists.flat_map(Adjacent::newest_first).map(|slot| Edge { graph: self, slot });
        edges.filter(move |edge| edge.holds(as_of))
    }

    /// The numbers of what [`neighbours`](Self::neighbours) gives: each edge and the node at its other end, in pairs.
    pub fn neighbour_numbers(&self, node: NodeId, direction: Direction, as_of: Option<AsOf>) -> Vec<u32> {
        let lists = self.adjacent(node, direction);
        // Most nodes have few edges: no growing for them.
        let edges: usize = lists.iter().flatten().map(|list| list.len()).sum();
        let mut numbers = Vec::with_capacity(2 * edges.min(FEW));
        let own = self.node_slot(node);
        for slot in lists.into_iter().flatten().flat_map(Adjacent::newest_first) {
            let edge = Edge { graph: self, slot };
            if edge.holds(as_of) {
                let [subject, object] = edge.record().ends;
                let other = if Some(subject) == own { object } else { subject };
                numbers.extend([self.edge_ids.number(slot), self.node_ids.number(other)]);
            }
        }
        numbers
    }

    /// The edges of a node in a direction; none where there is no such node.
    fn adjacent(&self, node: NodeId, direction: Direction) -> [Option<&Adjacent>; 2] {
        let slot = self.node_slot(node);
        let list = |end: usize, other| {
            let wanted = slot.filter(|_| direction != other);
            wanted.map(|slot| &self.nodes[slot].adjacent[end])
        };
        [list(OUT, Direction::In), list(IN, Direction::Out)]
    }

    /// A shortest way between two nodes along edges of any direction; empty from a node to itself. Of several, the one
    /// whose edges were recorded last, from the first step on. `None` where there is none among `ways`.
    pub fn path(&self, from: NodeId, to: NodeId, ways: &Ways<'_>) -> Option<Vec<Step>> {
        let Ways { max_steps, max_nodes, as_of, except } = *ways;
        let except: Vec<_> = except.iter().filter_map(|predicate| self.texts.find(predicate)).collect();
        let (from, to) = (self.node_slot(from)?, self.node_slot(to)?);
        // The node and the edge that each node was reached by.
        let mut reached = BTreeMap::from([(from, (NONE, NONE))]);
        let mut border = vec![from];
        for _ in 0..max_steps {
            if reached.contains_key(&to) {
                break;
            }
            let mut next = Vec::new();
            for node in border {
                for edge in self.neighbours(self.node_id(node), Direction::Both, as_of) {
                    if except.contains(&edge.record().predicate) {
                        continue;
                    }
                    let [subject, object] = edge.record().ends;
                    let other = if subject == node { object } else { subject };
                    if reached.contains_key(&other) {
                        continue;
                    }
                    if reached.len() == max_nodes {
                        return None;
                    }
                    reached.insert(other, (node, edge.slot));
                    next.push(other);
                }
            }
            border = next;
        }
        let mut steps = Vec::new();
        let mut node = to;
        while node != from {
            let &(before, edge) = reached.get(&node)?;
            steps.push(Step { edge: self.edge_id(edge), node: self.node_id(node) });
            node = before;
        }
        steps.reverse();
        Some(steps)
    }

    /// Everything that was ever recorded of an edge's slot, oldest first: of the same subject, predicate and
    /// object, without the one that a functional predicate has one of at a time. Empty where there is no such edge.
    pub fn history(&self, edge: EdgeId) -> Vec<Edge<'_>> {
        let head = self.edge(edge).and_then(|edge| self.slot_head(self.slot_of(edge.slot)));
        let mut edges: Vec<_> = self.list(head.unwrap_or(NONE), SLOT).collect();
        edges.reverse();
        edges
    }

    /// Everything that was ever recorded of a node, oldest first.
    pub fn node_history(&self, node: NodeId) -> Vec<Edge<'_>> {
        let mut edges: Vec<_> = self.neighbours(node, Direction::Both, None).collect();
        edges.sort_by_key(|edge| (edge.record().recorded_at, edge.id()));
        edges.dedup_by_key(|edge| edge.slot);
        edges
    }

    /// The edges of one list from `first` on.
    fn list(&self, first: u32, list: usize) -> impl Iterator<Item = Edge<'_>> {
        let mut next = first;
        std::iter::from_fn(move || {
            let edge = (next != NONE).then_some(Edge { graph: self, slot: next })?;
            next = edge.record().links[list][1];
            Some(edge)
        })
    }
}

impl<'g> Node<'g> {
    /// Its number.
    pub fn id(&self) -> NodeId {
        self.graph.node_id(self.slot)
    }

    /// What it is called.
    pub fn name(&self) -> &'g str {
        self.names().next().map_or("", |(name, _)| name)
    }

    /// What kind of thing it is.
    pub fn kind(&self) -> &'g str {
        self.names().next().map_or("", |(_, kind)| kind)
    }

    /// All names with their kinds, its own first, then those of nodes that were merged into it, the latest first.
    pub fn names(&self) -> impl Iterator<Item = (&'g str, &'g str)> + use<'g> {
        let graph = self.graph;
        let mut next = graph.nodes[self.slot].name;
        std::iter::from_fn(move || {
            let name = (next != NONE).then(|| &graph.names[next])?;
            next = name.next;
            Some((graph.texts.get(name.text), graph.texts.get(name.kind)))
        })
    }

    /// When it was first recorded.
    pub fn first_recorded(&self) -> Moment {
        self.graph.nodes[self.slot].first_recorded
    }
}

impl<'g> Edge<'g> {
    pub(super) fn record(&self) -> &'g EdgeRecord {
        &self.graph.edges[self.slot]
    }

    /// Its number.
    pub fn id(&self) -> EdgeId {
        self.graph.edge_id(self.slot)
    }

    /// What it is about.
    pub fn subject(&self) -> Node<'g> {
        Node { graph: self.graph, slot: self.record().ends[OUT] }
    }

    /// How the two are related.
    pub fn predicate(&self) -> &'g str {
        self.graph.texts.get(self.record().predicate)
    }

    /// What the subject is related to.
    pub fn object(&self) -> Node<'g> {
        Node { graph: self.graph, slot: self.record().ends[IN] }
    }

    /// The node at the other end than `node`; the subject where `node` is at neither.
    pub fn other(&self, node: NodeId) -> Node<'g> {
        let [subject, object] = self.record().ends;
        let is_subject = self.graph.node_slot(node) == Some(subject);
        Node { graph: self.graph, slot: if is_subject { object } else { subject } }
    }

    /// Since when it has been so.
    pub fn valid_from(&self) -> Moment {
        self.record().valid_from
    }

    /// Whether the text did not say since when, so that it is taken to be so since it was recorded.
    pub fn is_valid_from_assumed(&self) -> bool {
        self.record().marks.is_assumed()
    }

    /// Until when it has been so, as is known now; not after its beginning where it was retracted.
    pub fn valid_to(&self) -> Moment {
        self.graph.valid_to(self.slot)
    }

    /// Until when it has been so, as was known when it was recorded.
    pub fn first_valid_to(&self) -> Moment {
        self.record().valid_to
    }

    /// The ends that became known later: when, and which; the latest first.
    pub fn revisions(&self) -> impl Iterator<Item = (Moment, Moment)> + use<'g> {
        let graph = self.graph;
        let mut next = self.record().revision;
        std::iter::from_fn(move || {
            let revision = (next != NONE).then(|| &graph.revisions[next])?;
            next = revision.earlier;
            Some((revision.recorded_at, revision.valid_to))
        })
    }

    /// When it was recorded.
    pub fn recorded_at(&self) -> Moment {
        self.record().recorded_at
    }

    /// How sure those who found it were at most, from 0 to 1.
    pub fn confidence(&self) -> f32 {
        f32::from(self.record().marks.confidence()) / 10_000.0
    }

    /// Whether it was said not to be so.
    pub fn is_negated(&self) -> bool {
        self.record().marks.is_negated()
    }

    /// How often it was said, up to 65,535.
    pub fn mentions(&self) -> u16 {
        self.record().mentions
    }

    /// The stream in which it was first said.
    pub fn stream(&self) -> &'g str {
        self.graph.texts.get(self.graph.sources[self.record().source].stream)
    }

    /// Where in the stream it was first said.
    pub fn span(&self) -> Span {
        let record = self.record();
        let source = &self.graph.sources[record.source];
        let start = u64::from(source.high) << 32 | u64::from(record.start);
        let channel = Channel::from(self.graph.texts.get(source.channel).to_owned());
        Span { choice: source.choice, channel, start, end: start + u64::from(record.length) }
    }

    /// Whether it was so at the given moment, as was known then; always true where none is given.
    pub fn holds(&self, as_of: Option<AsOf>) -> bool {
        let Some(as_of) = as_of else { return true };
        let record = self.record();
        if as_of.recorded < record.recorded_at || as_of.valid < record.valid_from {
            return false;
        }
        let mut revision = record.revision;
        while revision != NONE && self.graph.revisions[revision].recorded_at > as_of.recorded {
            revision = self.graph.revisions[revision].earlier;
        }
        let valid_to = if revision == NONE { record.valid_to } else { self.graph.revisions[revision].valid_to };
        as_of.valid < valid_to
    }
}

/// Room for the numbers of the edges of one list, at first.
const FEW: usize = 32;
