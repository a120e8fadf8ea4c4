//! Nodes and edges as JSON.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::query::{Edge, Node};
use crate::moment::Moment;

/// As RFC 3339 has it; `null` where it is [`Moment::MIN`] or [`Moment::MAX`].
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.dated() {
            Some(moment) => serializer.collect_str(&moment),
            None => serializer.serialize_none(),
        }
    }
}

/// `{node, name, kind, first_recorded, aliases}`; `aliases` where there are any.
impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("node", &self.id().number())?;
        map.serialize_entry("name", self.name())?;
        map.serialize_entry("kind", self.kind())?;
        map.serialize_entry("first_recorded", &self.first_recorded())?;
        let aliases: Vec<_> = self.names().skip(1).map(|(name, _)| name).collect();
        if !aliases.is_empty() {
            map.serialize_entry("aliases", &aliases)?;
        }
        map.end()
    }
}

/// `{edge, subject, predicate, object, negated, valid_from, valid_from_assumed, valid_to, retracted, recorded_at,
/// confidence, mentions, stream, span}`: `subject` and `object` are `{node, name, kind}`, `valid_to` is the end as it is known
/// now; flags where they are set.
impl Serialize for Edge<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
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
        map.serialize_entry("span", &self.span())?;
        map.end()
    }
}

#[derive(serde::Serialize)]
struct End<'a> {
    node: u32,
    name: &'a str,
    kind: &'a str,
}
