//! A graph as two tables, for databases: a row a node and a row an edge. Columns are the properties that the formats
//! write, and `use_rank`: how many of its sort were used less recently. Nothing of the graph is lost but its settings.

pub use super::properties::{EDGE as EDGE_COLUMNS, NODE as NODE_COLUMNS, Type, Value};

use super::ImportError;
use super::collect::{Collected, USED};
use super::given::Properties;
use super::properties;
use crate::graph::Edge;
use crate::graph::settings::Settings;
use crate::graph::slab::{NONE, Slab};
use crate::graph::store::{Graph, USE};

/// A node or an edge.
#[derive(Debug)]
pub struct Row<'g> {
    /// Its number.
    pub id: u32,
    /// The numbers of an edge's subject and object; `None` of a node.
    pub ends: Option<[u32; 2]>,
    /// By column; those without a value are left out.
    pub values: Vec<(&'static str, Value<'g>)>,
}

impl Graph {
    /// All nodes in the order of their numbers, then all edges in the order in which they were recorded.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let nodes_used = ranks(&self.nodes, self.nodes_by_use[1], |node| node.by_use[0]);
        let edges_used = ranks(&self.edges, self.edges_by_use[1], |edge| edge.links[USE][0]);
        let mut edges: Vec<_> = self.edges(None).collect();
        edges.sort_by_key(Edge::recorded_at);
        let nodes = self.nodes().map(move |node| {
            let mut values = properties::of_node(&node);
            values.push((USED, Value::Integer(nodes_used[node.slot as usize].into())));
            Row { id: node.id().number(), ends: None, values }
        });
        nodes.chain(edges.into_iter().map(move |edge| {
            let mut values = properties::of_edge(&edge);
            values.push((USED, Value::Integer(edges_used[edge.slot as usize].into())));
            let ends = [edge.subject(), edge.object()].map(|node| node.id().number());
            Row { id: edge.id().number(), ends: Some(ends), values }
        }))
    }
}

/// For each slot, how many were used less recently.
fn ranks<T>(slots: &Slab<T>, last: u32, before: impl Fn(&T) -> u32) -> Vec<u32> {
    let mut ranks = vec![0; slots.end() as usize];
    let mut id = last;
    for rank in 0.. {
        if id == NONE {
            break;
        }
        ranks[id as usize] = rank;
        id = before(&slots[id]);
    }
    ranks
}

/// Takes the rows of a graph, nodes and edges in any order; values as text, as [`Value`] displays them.
#[derive(Default)]
pub struct Tables(Collected);

impl Tables {
    /// A node's row.
    pub fn node(&mut self, id: u32, values: impl IntoIterator<Item = (String, String)>) {
        self.0.node(&format!("n{id}"), Properties::from_iter(values));
    }

    /// An edge's row, between the nodes of these numbers.
    pub fn edge(&mut self, id: u32, [subject, object]: [u32; 2], values: impl IntoIterator<Item = (String, String)>) {
        let ends = [format!("n{subject}"), format!("n{object}")];
        self.0.edge(&format!("e{id}"), [&ends[0], &ends[1]], Properties::from_iter(values));
    }

    /// The graph of these rows.
    ///
    /// # Errors
    ///
    /// Where a row makes no sense, which is named (`n0`, `e0`), or where there are more than the limits allow.
    pub fn graph(self, settings: Settings) -> Result<Graph, ImportError> {
        self.0.graph(settings)
    }
}
