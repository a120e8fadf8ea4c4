//! Nodes, edges and changes as JSON.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::change::Change;
use super::query::{Edge, Node};
use super::store::{Graph, NodeId};

/// `{node, name, kind, first_recorded, aliases}`; `aliases` where there are any.
impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.members(&mut map)?;
        map.end()
    }
}

impl Node<'_> {
    fn members<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("node", &self.id().number())?;
        map.serialize_entry("name", self.name())?;
        map.serialize_entry("kind", self.kind())?;
        map.serialize_entry("first_recorded", &self.first_recorded())?;
        let aliases: Vec<_> = self.names().skip(1).map(|(name, _)| name).collect();
        if !aliases.is_empty() {
            map.serialize_entry("aliases", &aliases)?;
        }
        Ok(())
    }
}

/// `{edge, subject, predicate, object, negated, valid_from, valid_from_assumed, valid_to, retracted, recorded_at,
/// confidence, mentions, stream, span}`: `subject` and `object` are `{node, name, kind}`, `valid_to` is the end as it is known
/// now; flags where they are set.
impl Serialize for Edge<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.members(&mut map)?;
        map.end()
    }
}

impl Edge<'_> {
    fn members<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("edge", &self.id().number())?;
        for (name, node) in [("subject", self.subject()), ("object", self.object())] {
            map.serialize_entry(name, &End { node: node.id().number(), name: node.name(), kind: node.kind() })?;
        }
        map.serialize_entry("predicate", self.predicate())?;
        map.serialize_entry("valid_from", &self.valid_from())?;
        map.serialize_entry("valid_to", &self.valid_to())?;
        map.serialize_entry("recorded_at", &self.recorded_at())?;
        let is_retracted = self.valid_to() <= self.valid_from();
        for (name, is_set) in [
            ("negated", self.is_negated()),
            ("valid_from_assumed", self.is_valid_from_assumed()),
            ("retracted", is_retracted),
        ] {
            if is_set {
                map.serialize_entry(name, &true)?;
            }
        }
        // Ten-thousandths are what is known: an f32's further digits are noise.
        map.serialize_entry("confidence", &(f64::from((self.confidence() * 10_000.0).round()) / 10_000.0))?;
        map.serialize_entry("mentions", &self.mentions())?;
        map.serialize_entry("stream", self.stream())?;
        map.serialize_entry("span", &self.span())
    }
}

/// A change of a graph, to be told as JSON while the graph has what it is about.
#[derive(Debug, Clone, Copy)]
pub struct Told<'g> {
    graph: &'g Graph,
    change: &'g Change,
}

impl Graph {
    /// `change` with what the graph knows of its nodes and edges.
    pub fn tell<'g>(&'g self, change: &'g Change) -> Told<'g> {
        Told { graph: self, change }
    }
}

/// `{type, ...}`. `graph-node-added`: a node's members. `graph-edge-added`, `graph-edge-confirmed`, `graph-edge-ended`,
/// `graph-edge-retracted`: an edge's members. `graph-node-named`, `graph-node-evicted`: `{node, name}`; `graph-node-merged`:
/// `{node, into}`; `graph-edge-evicted`: `{edge}`; evictions with the `limit`'s name. Only the number of what is gone since.
impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { graph, change } = *self;
        let mut map = serializer.serialize_map(None)?;
        let node = |id: &NodeId| graph.node(*id);
        let kind = match change {
            Change::NodeAdded(_) => "graph-node-added",
            Change::EdgeAdded(_) => "graph-edge-added",
            Change::EdgeConfirmed(_) => "graph-edge-confirmed",
            Change::EdgeEnded { .. } => "graph-edge-ended",
            Change::EdgeRetracted(_) => "graph-edge-retracted",
            Change::NodeNamed { .. } => "graph-node-named",
            Change::NodeMerged { .. } => "graph-node-merged",
            Change::NodeEvicted { .. } => "graph-node-evicted",
            Change::EdgeEvicted { .. } => "graph-edge-evicted",
        };
        map.serialize_entry("type", kind)?;
        match change {
            Change::NodeAdded(id) => match node(id) {
                Some(node) => node.members(&mut map)?,
                None => map.serialize_entry("node", &id.number())?,
            },
            Change::EdgeAdded(id)
            | Change::EdgeConfirmed(id)
            | Change::EdgeEnded { edge: id, .. }
            | Change::EdgeRetracted(id) => match graph.edge(*id) {
                Some(edge) => edge.members(&mut map)?,
                None => map.serialize_entry("edge", &id.number())?,
            },
            Change::NodeNamed { node, name } => {
                map.serialize_entry("node", &node.number())?;
                map.serialize_entry("name", name)?;
            }
            Change::NodeMerged { from, into } => {
                map.serialize_entry("node", &from.number())?;
                map.serialize_entry("into", &into.number())?;
            }
            Change::NodeEvicted { node, name, limit } => {
                map.serialize_entry("node", &node.number())?;
                map.serialize_entry("name", name)?;
                map.serialize_entry("limit", limit.name())?;
            }
            Change::EdgeEvicted { edge, limit } => {
                map.serialize_entry("edge", &edge.number())?;
                map.serialize_entry("limit", limit.name())?;
            }
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct End<'a> {
    node: u32,
    name: &'a str,
    kind: &'a str,
}
