//! Nodes and edges as they are read from a file, until they are a graph.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::ImportError;
use super::given::Properties;
use super::properties::{NEXT_IDS, read_end};
use crate::event::{Channel, Span};
use crate::graph::restore::Restored;
use crate::graph::store::Marks;
use crate::graph::{Entity, Graph, Moment, Settings, Source};

/// What a file has said so far.
#[derive(Default)]
pub(super) struct Collected {
    nodes: Vec<(String, Properties)>,
    edges: Vec<Link>,
    by_name: BTreeMap<String, usize>,
}

#[derive(Default)]
struct Link {
    name: String,
    ends: Option<[String; 2]>,
    properties: Properties,
}

impl Link {
    fn number(&self) -> Option<u32> {
        number(&self.name, 'e')
    }
}

impl Collected {
    pub(super) fn node(&mut self, name: &str, properties: Properties) {
        self.nodes.push((name.to_owned(), properties));
    }

    pub(super) fn edge(&mut self, name: &str, ends: [&str; 2], properties: Properties) {
        let ends = Some(ends.map(str::to_owned));
        self.edges.push(Link { name: name.to_owned(), ends, properties });
    }

    /// One property of a node or an edge (`n0`, `e0`) of which more may come later.
    pub(super) fn property(&mut self, name: &str, property: &str, value: &str) {
        let at = self.place(name);
        let properties = if name.starts_with('e') { &mut self.edges[at].properties } else { &mut self.nodes[at].1 };
        properties.insert(property, value);
    }

    /// The ends of an edge of which more may come later.
    pub(super) fn ends(&mut self, name: &str, ends: [&str; 2]) {
        let at = self.place(name);
        self.edges[at].ends = Some(ends.map(str::to_owned));
    }

    fn place(&mut self, name: &str) -> usize {
        if let Some(&at) = self.by_name.get(name) {
            return at;
        }
        let at = if name.starts_with('e') {
            self.edges.push(Link { name: name.to_owned(), ..Link::default() });
            self.edges.len() - 1
        } else {
            self.nodes.push((name.to_owned(), Properties::default()));
            self.nodes.len() - 1
        };
        self.by_name.insert(name.to_owned(), at);
        at
    }

    pub(super) fn graph(self, settings: Settings) -> Result<Graph, ImportError> {
        let mut graph = Graph::new(settings);
        // Those that the file calls otherwise come behind those that it has numbers for.
        let after = |names: &mut dyn Iterator<Item = u32>| names.map(|number| number + 1).max().unwrap_or(0);
        graph.node_ids.skip_to(after(&mut self.nodes.iter().filter_map(|(name, _)| number(name, 'n'))));
        graph.edge_ids.skip_to(after(&mut self.edges.iter().filter_map(|link| number(&link.name, 'e'))));
        for properties in self.nodes.iter().map(|(_, properties)| properties) {
            next_ids(&mut graph, properties).map_err(ImportError::new)?;
        }
        let mut numbers = BTreeMap::new();
        let (mut nodes_used, mut edges_used) = (BTreeMap::new(), BTreeMap::new());
        for (name, properties) in &self.nodes {
            if numbers.contains_key(name.as_str()) {
                return Err(ImportError::new(format!("expected each node once, found `{name}` again")));
            }
            let number = node(&mut graph, number(name, 'n'), properties)
                .map_err(|why| ImportError::new(format!("node `{name}`: {why}")))?;
            numbers.insert(name.as_str(), number);
            used(properties, number, &mut nodes_used)
                .map_err(|why| ImportError::new(format!("node `{name}`: {why}")))?;
        }
        for link in &self.edges {
            let ends = link.ends.as_ref().ok_or("expected a subject and an object, found none".to_owned());
            let number = |name: &String| {
                numbers.get(name.as_str()).copied().ok_or_else(|| format!("expected a node, found no `{name}`"))
            };
            let ends = ends.and_then(|[subject, object]| Ok([number(subject)?, number(object)?]));
            ends.and_then(|ends| edge(&mut graph, link.number(), ends, &link.properties))
                .and_then(|number| used(&link.properties, number, &mut edges_used))
                .map_err(|why| ImportError::new(format!("edge `{}`: {why}", link.name)))?;
        }
        nodes_used.into_values().for_each(|node| graph.touch_node(node));
        edges_used.into_values().for_each(|edge| graph.touch_edge(edge));
        Ok(graph)
    }
}

/// The number in a name like `n0` or `e0`.
fn number(name: &str, letter: char) -> Option<u32> {
    let digits = name.strip_prefix(letter)?;
    let is_plain = digits == "0" || digits.starts_with(|digit: char| ('1'..='9').contains(&digit));
    digits.parse().ok().filter(|number| is_plain && *number < u32::MAX - 1)
}

/// Takes note of the numbers from which on none has been given out, where the file says it: `n12 e40`.
fn next_ids(graph: &mut Graph, properties: &Properties) -> Result<(), String> {
    let Some(text) = properties.get(NEXT_IDS) else { return Ok(()) };
    let next = text.split_once(' ').and_then(|(node, edge)| Some((number(node, 'n')?, number(edge, 'e')?)));
    let (node, edge) = next.ok_or_else(|| format!("expected `{NEXT_IDS}` as `n12 e40`, found `{text}`"))?;
    graph.node_ids.skip_to(node);
    graph.edge_ids.skip_to(edge);
    Ok(())
}

fn node(graph: &mut Graph, number: Option<u32>, properties: &Properties) -> Result<u32, String> {
    let aliases: Vec<(String, String)> = match properties.get("aliases") {
        Some(text) => serde_json::from_str(text)
            .map_err(|_| format!("expected aliases as a JSON array of [name, kind], found `{text}`"))?,
        None => Vec::new(),
    };
    let mut names = vec![Entity { name: text(properties, "name"), kind: text(properties, "kind") }];
    names.extend(aliases.iter().map(|(name, kind)| Entity { name, kind }));
    graph.restore_node(&names, parsed(properties, "first_recorded")?.unwrap_or(Moment::MIN), number)
}

fn edge(graph: &mut Graph, number: Option<u32>, ends: [u32; 2], properties: &Properties) -> Result<u32, String> {
    let recorded_at = parsed(properties, "recorded_at")?.unwrap_or(Moment::MIN);
    let mut valid_to = parsed(properties, "valid_to")?.unwrap_or(Moment::MAX);
    let mut revisions = Vec::new();
    if let Some(text) = properties.get("revisions") {
        for revision in text.split(' ') {
            let (at, to) = revision
                .split_once('/')
                .ok_or_else(|| format!("expected revisions as `recorded/end`, found `{revision}`"))?;
            revisions.push((read_end(at)?, read_end(to)?));
        }
        valid_to = revisions.remove(0).1;
    }
    let confidence: f32 = parsed(properties, "confidence")?.unwrap_or(1.0);
    if !(0.0..=1.0).contains(&confidence) {
        return Err(format!("expected a confidence from 0 to 1, found {confidence}"));
    }
    let is = |name| Ok::<_, String>(parsed(properties, name)?.unwrap_or(false));
    let start = parsed(properties, "start")?.unwrap_or(0);
    let span = Span {
        choice: parsed(properties, "choice")?.unwrap_or(0),
        channel: Channel::from(properties.get("channel").unwrap_or("text").to_owned()),
        start,
        end: parsed(properties, "end")?.unwrap_or(start),
    };
    graph.restore_edge(&Restored {
        ends,
        predicate: text(properties, "predicate"),
        valid_from: parsed(properties, "valid_from")?.unwrap_or(Moment::MIN),
        valid_to,
        recorded_at,
        revisions: &revisions,
        source: Source { stream: text(properties, "stream"), span },
        marks: Marks::new(confidence, is("negated")?, is("valid_from_assumed")?),
        mentions: parsed(properties, "mentions")?.unwrap_or(1),
        number,
    })
}

/// Takes note when a node or an edge was used, in the order of all, where the file says it.
fn used(properties: &Properties, number: u32, order: &mut BTreeMap<u64, u32>) -> Result<(), String> {
    match parsed(properties, USED)? {
        Some(rank) if order.insert(rank, number).is_some() => {
            Err(format!("expected each value of `{USED}` once, found {rank} again"))
        }
        _ => Ok(()),
    }
}

fn text<'a>(properties: &'a Properties, name: &str) -> &'a str {
    properties.get(name).unwrap_or_default()
}

fn parsed<T: FromStr>(properties: &Properties, name: &str) -> Result<Option<T>, String> {
    // Python's networkx writes its booleans so.
    let plain = |text| match text {
        "True" => "true",
        "False" => "false",
        other => other,
    };
    match properties.get(name) {
        Some(text) => {
            plain(text).parse().map(Some).map_err(|_| format!("expected a value of `{name}`, found `{text}`"))
        }
        None => Ok(None),
    }
}

/// How many nodes, or edges, were used less recently.
pub(super) const USED: &str = "use_rank";
