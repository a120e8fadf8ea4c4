//! What is said of a node and of an edge, under which names.

use std::fmt;

use crate::graph::{Edge, EdgeId, Moment, Node, NodeId};

/// A property's value. Displayed, it is the text that a reader gets back.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'g> {
    /// A text.
    Text(std::borrow::Cow<'g, str>),
    /// A whole number.
    Integer(u64),
    /// A number from 0 to 1, in ten-thousandths.
    Decimal(u16),
    /// Yes or no.
    Boolean(bool),
    /// A moment, RFC 3339.
    Moment(Moment),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
            Self::Decimal(number) => {
                let fraction = format!("{:04}", number % 10_000);
                let fraction = fraction.trim_end_matches('0');
                write!(f, "{}.{}", number / 10_000, if fraction.is_empty() { "0" } else { fraction })
            }
            Self::Boolean(is) => is.fmt(f),
            Self::Moment(moment) => moment.fmt(f),
        }
    }
}

/// The names of a node's properties and what type each has.
pub const NODE: &[(&str, Type)] = &[
    ("name", Type::Text),
    ("kind", Type::Text),
    ("first_recorded", Type::Moment),
    ("aliases", Type::Text),
    (NEXT_IDS, Type::Text),
];

/// The numbers from which on none has been given out, where those before are gone: at the node that was used last.
pub(super) const NEXT_IDS: &str = "next_ids";

/// The names of an edge's properties and what type each has.
pub const EDGE: &[(&str, Type)] = &[
    ("predicate", Type::Text),
    ("negated", Type::Boolean),
    ("valid_from", Type::Moment),
    ("valid_from_assumed", Type::Boolean),
    ("valid_to", Type::Moment),
    ("retracted", Type::Boolean),
    ("recorded_at", Type::Moment),
    ("revisions", Type::Text),
    ("confidence", Type::Decimal),
    ("mentions", Type::Integer),
    ("stream", Type::Text),
    ("choice", Type::Integer),
    ("channel", Type::Text),
    ("start", Type::Integer),
    ("end", Type::Integer),
];

/// What a property's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// [`Value::Text`].
    Text,
    /// [`Value::Integer`].
    Integer,
    /// [`Value::Decimal`].
    Decimal,
    /// [`Value::Boolean`].
    Boolean,
    /// [`Value::Moment`].
    Moment,
}

/// A node's properties, those without a value left out.
///
/// `aliases` is a JSON array of `[name, kind]`, in the order in which they came.
pub(super) fn of_node<'g>(node: &Node<'g>) -> Vec<(&'static str, Value<'g>)> {
    let mut properties = vec![("name", Value::Text(node.name().into())), ("kind", Value::Text(node.kind().into()))];
    if let Some(moment) = node.first_recorded().dated() {
        properties.push(("first_recorded", Value::Moment(moment)));
    }
    let aliases: Vec<_> = node.names().skip(1).collect();
    if !aliases.is_empty() {
        let aliases = serde_json::to_string(&aliases).expect("texts always serialise");
        properties.push(("aliases", Value::Text(aliases.into())));
    }
    let graph = node.graph;
    if graph.nodes_by_use[0] == node.slot {
        let (nodes, edges) = (graph.node_ids.next(), graph.edge_ids.next());
        let is_there = graph.node(NodeId::new(nodes.wrapping_sub(1))).is_some();
        if !is_there || edges > 0 && graph.edge(EdgeId::new(edges - 1)).is_none() {
            properties.push((NEXT_IDS, Value::Text(format!("n{nodes} e{edges}").into())));
        }
    }
    properties
}

/// An edge's properties, those without a value left out.
///
/// `valid_to` is the end as it is known now. `revisions` stands where it was not always so: the ends that were known, each
/// with the moment at which it became known before it, `..` for no end (`2020-01-01T00:00:00Z/.. 2021-...`).
pub(super) fn of_edge<'g>(edge: &Edge<'g>) -> Vec<(&'static str, Value<'g>)> {
    let mut properties = vec![("predicate", Value::Text(edge.predicate().into()))];
    let mut add = |name, value| properties.push((name, value));
    if edge.is_negated() {
        add("negated", Value::Boolean(true));
    }
    if let Some(from) = edge.valid_from().dated() {
        add("valid_from", Value::Moment(from));
    }
    if edge.is_valid_from_assumed() {
        add("valid_from_assumed", Value::Boolean(true));
    }
    if edge.valid_to() <= edge.valid_from() {
        add("retracted", Value::Boolean(true));
    } else if let Some(to) = edge.valid_to().dated() {
        add("valid_to", Value::Moment(to));
    }
    if let Some(at) = edge.recorded_at().dated() {
        add("recorded_at", Value::Moment(at));
    }
    let mut revisions: Vec<_> = edge.revisions().collect();
    if !revisions.is_empty() {
        revisions.push((edge.recorded_at(), edge.first_valid_to()));
        let text: Vec<_> = revisions.iter().rev().map(|(at, to)| format!("{}/{}", end(*at), end(*to))).collect();
        add("revisions", Value::Text(text.join(" ").into()));
    }
    let span = edge.span();
    let confidence = (edge.confidence() * 10_000.0 + 0.5) as u16;
    add("confidence", Value::Decimal(confidence));
    add("mentions", Value::Integer(edge.mentions().into()));
    add("stream", Value::Text(edge.stream().into()));
    add("choice", Value::Integer(span.choice.into()));
    add("channel", Value::Text(span.channel.to_string().into()));
    add("start", Value::Integer(span.start));
    add("end", Value::Integer(span.end));
    properties
}

fn end(moment: Moment) -> String {
    match moment {
        Moment::MAX => "..".to_owned(),
        Moment::MIN => "never".to_owned(),
        _ => moment.to_string(),
    }
}

/// The moment that [`of_edge`] wrote in `revisions`.
pub(super) fn read_end(text: &str) -> Result<Moment, String> {
    match text {
        ".." => Ok(Moment::MAX),
        "never" => Ok(Moment::MIN),
        _ => text.parse(),
    }
}

/// What the relation is called where the predicate alone would say the opposite.
pub(super) fn relation(edge: &Edge<'_>) -> String {
    let not = if edge.is_negated() { "not " } else { "" };
    format!("{not}{}", edge.predicate())
}
