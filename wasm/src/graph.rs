//! The temporal knowledge graph. Nodes and edges are numbers, which cross the boundary for little; what they are is read
//! as JSON where it is wanted. Moments are milliseconds since the Unix epoch, NaN where there is none.

use std::cell::RefCell;
use std::rc::Rc;

use midstream::graph::{
    AsOf, Change, Direction, EdgeId, Entity, Fact, Graph, Ingest, IngestSettings, NodeId, Settings, Source, Ways,
};
use midstream::json::{Cursor, to_json};
use midstream::{Channel, Event, Moment, Span};
use wasm_bindgen::prelude::*;

use crate::layout::Layout;

use crate::config;

/// A temporal knowledge graph; handles of one graph share it.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct KnowledgeGraph {
    graph: Rc<RefCell<Graph>>,
    told: Rc<RefCell<Told>>,
}

/// Changes that nobody has taken yet.
#[derive(Debug, Default)]
struct Told {
    changes: Vec<Change>,
    missed: bool,
}

impl Told {
    fn push(&mut self, changes: impl ExactSizeIterator<Item = Change>) {
        if self.changes.len() + changes.len() > MOST_TOLD {
            *self = Self { changes: Vec::new(), missed: true };
        }
        if !self.missed {
            self.changes.extend(changes);
        }
    }
}

/// Feeds a graph with a stream's events.
#[derive(Debug)]
pub(crate) struct Feed {
    of: KnowledgeGraph,
    name: String,
    streams: u32,
    ingest: Ingest,
    changes: Vec<Change>,
}

#[wasm_bindgen]
impl KnowledgeGraph {
    /// An empty graph. `config` is JSON, or empty for the defaults: `{"functional": [...], "maxNodes", "maxEdges",
    /// "maxTextBytes"}`.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str) -> Result<KnowledgeGraph, JsError> {
        Ok(Self::of(Graph::new(settings(config)?)))
    }

    /// Reads a snapshot.
    pub fn restore(snapshot: &[u8], config: &str) -> Result<KnowledgeGraph, JsError> {
        Ok(Self::of(Graph::restore(snapshot, settings(config)?).map_err(|error| JsError::new(&error.to_string()))?))
    }

    /// Another handle of the same graph.
    pub fn share(&self) -> KnowledgeGraph {
        self.clone()
    }

    /// Takes a fact that became known at `recorded` and returns the edge that stands for it. `source` is empty, or the
    /// stream's name; `start` and `end` are the place in its text, in bytes.
    #[allow(clippy::too_many_arguments, reason = "one call for one fact: an object would cost more than the fact")]
    pub fn add(
        &mut self,
        subject: &str,
        subject_kind: &str,
        predicate: &str,
        object: &str,
        object_kind: &str,
        recorded: f64,
        valid_from: f64,
        valid_to: f64,
        confidence: f32,
        negated: bool,
        source: &str,
        start: f64,
        end: f64,
    ) -> Result<u32, JsError> {
        let span = Span { choice: 0, channel: Channel::Text, start: start as u64, end: end as u64 };
        let fact = Fact {
            subject: Entity { name: subject, kind: subject_kind },
            predicate,
            object: Entity { name: object, kind: object_kind },
            valid_from: moment(valid_from),
            valid_to: moment(valid_to),
            confidence,
            negated,
            source: Source { stream: source, span },
        };
        let now = moment(recorded).unwrap_or(Moment::MIN);
        let mut changes = Vec::new();
        let edge = self.graph.borrow_mut().apply(&fact, now, &mut changes);
        self.told.borrow_mut().push(changes.into_iter());
        edge.map(|edge| edge.number()).map_err(|error| JsError::new(&error.to_string()))
    }

    /// The node of this name.
    pub fn find(&self, name: &str, kind: &str) -> Option<u32> {
        self.graph.borrow().find(name, kind).map(NodeId::number)
    }

    /// A node as JSON.
    pub fn node(&self, node: u32) -> Option<String> {
        self.graph.borrow().node(NodeId::new(node)).map(|node| to_json(&node))
    }

    /// An edge as JSON.
    pub fn edge(&self, edge: u32) -> Option<String> {
        self.graph.borrow().edge(EdgeId::new(edge)).map(|edge| to_json(&edge))
    }

    /// The edges of a node and the nodes at their other ends, in pairs. `direction`: 0 out, 1 in, 2 both.
    pub fn neighbours(&self, node: u32, direction: u8, valid: f64, recorded: f64) -> Vec<u32> {
        let direction = match direction {
            0 => Direction::Out,
            1 => Direction::In,
            _ => Direction::Both,
        };
        self.graph.borrow().neighbour_numbers(NodeId::new(node), direction, as_of(valid, recorded))
    }

    /// The edges of a shortest way; `undefined` where there is none. `except` are predicates along which it does not go, one a
    /// line.
    pub fn path(
        &self,
        from: u32,
        to: u32,
        max_steps: u32,
        except: &str,
        valid: f64,
        recorded: f64,
    ) -> Option<Vec<u32>> {
        let except: Vec<_> = except.lines().collect();
        let as_of = as_of(valid, recorded);
        let ways = Ways { max_steps: max_steps as usize, as_of, except: &except, ..Ways::default() };
        let steps = self.graph.borrow().path(NodeId::new(from), NodeId::new(to), &ways)?;
        Some(steps.iter().map(|step| step.edge.number()).collect())
    }

    /// All edges, of those only that were so at the given moment, where one is given.
    pub fn edges(&self, valid: f64, recorded: f64) -> Vec<u32> {
        self.graph.borrow().edges(as_of(valid, recorded)).map(|edge| edge.id().number()).collect()
    }

    /// Everything that was ever recorded of an edge's subject, predicate and object, without the one that a functional predicate has
    /// one of at a time.
    pub fn history(&self, edge: u32) -> Vec<u32> {
        self.graph.borrow().history(EdgeId::new(edge)).iter().map(|edge| edge.id().number()).collect()
    }

    /// Everything that was ever recorded of a node.
    pub fn node_history(&self, node: u32) -> Vec<u32> {
        self.graph.borrow().node_history(NodeId::new(node)).iter().map(|edge| edge.id().number()).collect()
    }

    /// Nodes by name, the best fit first.
    pub fn search(&self, text: &str, limit: u32) -> Vec<u32> {
        self.graph.borrow().search(text, limit as usize).iter().map(|node| node.id().number()).collect()
    }

    /// The graph as a file.
    pub fn snapshot(&self) -> Vec<u8> {
        self.graph.borrow().snapshot()
    }

    /// The changes since this was last asked, as a JSON array, with what the graph knows of them now. `graph-reset` where
    /// there were too many to be kept.
    pub fn take_changes(&mut self) -> String {
        let Told { changes, missed } = std::mem::take(&mut *self.told.borrow_mut());
        if missed {
            return RESET.to_owned();
        }
        let graph = self.graph.borrow();
        let told: Vec<_> = changes.iter().map(|change| to_json(&graph.tell(change))).collect();
        format!("[{}]", told.join(","))
    }

    /// Nodes in it.
    #[wasm_bindgen(getter)]
    pub fn node_count(&self) -> usize {
        self.graph.borrow().node_count()
    }

    /// Edges in it, ended ones included.
    #[wasm_bindgen(getter)]
    pub fn edge_count(&self) -> usize {
        self.graph.borrow().edge_count()
    }

    /// Bytes of its texts.
    #[wasm_bindgen(getter)]
    pub fn text_bytes(&self) -> usize {
        self.graph.borrow().text_bytes()
    }

    /// Bytes that it takes besides.
    #[wasm_bindgen(getter)]
    pub fn table_bytes(&self) -> usize {
        self.graph.borrow().table_bytes()
    }
}

#[cfg(feature = "exchange")]
#[wasm_bindgen]
impl KnowledgeGraph {
    /// The graph in a format that other programs read: `jsonld`, `nquads`, `graphml`, `dot`, `cypher`, `csv`.
    pub fn export(&self, format: &str) -> Result<String, JsError> {
        let format: midstream::graph::Format = format.parse().map_err(|error: String| JsError::new(&error))?;
        let mut text = String::new();
        self.graph.borrow().export(format, &mut text).expect("a String takes every write");
        Ok(text)
    }
}

impl KnowledgeGraph {
    fn of(graph: Graph) -> Self {
        Self { graph: Rc::new(RefCell::new(graph)), told: Rc::default() }
    }

    /// Feeds it with the events of the stream that is called `name`.
    pub(crate) fn feed(&self, name: &str) -> Feed {
        // A graph takes no empty name.
        let name = if name.is_empty() { "stream" } else { name };
        let ingest = Ingest::new(name, IngestSettings::default());
        Feed { of: self.clone(), name: name.to_owned(), streams: 1, ingest, changes: Vec::new() }
    }
}

impl Default for KnowledgeGraph {
    fn default() -> Self {
        Self::of(Graph::new(Settings::default()))
    }
}

impl Feed {
    /// Begins another stream, which is called by the same name and a number.
    pub(crate) fn begin(&mut self) {
        self.streams += 1;
        let name = format!("{}/{}", self.name, self.streams);
        self.ingest = Ingest::new(name, IngestSettings::default());
    }

    /// Takes the stream's next event, at `now`, and writes each change into `page`. A fact that does not fit into the graph's
    /// limits is left out.
    pub(crate) fn event(&mut self, event: &Event, now: f64, page: &mut Layout) {
        let Self { of, ingest, changes, .. } = self;
        let now = moment(now).unwrap_or(Moment::MIN);
        let result = ingest.event(event, now, &mut of.graph.borrow_mut(), changes);
        let graph = of.graph.borrow();
        for change in changes.drain(..) {
            page.push_change(&graph, &change);
        }
        if let Err(error) = result {
            page.push_json(&format!("{{\"type\":\"graph-left-out\",\"message\":{}}}", to_json(&error.to_string())));
        }
    }

    /// The same, the changes being kept for [`KnowledgeGraph::take_changes`].
    pub(crate) fn quiet(&mut self, event: &Event, now: f64) {
        let Self { of, ingest, changes, .. } = self;
        let now = moment(now).unwrap_or(Moment::MIN);
        // What does not fit is left out: the limits' evictions tell that there was no room.
        let _ = ingest.event(event, now, &mut of.graph.borrow_mut(), changes);
        of.told.borrow_mut().push(changes.drain(..));
    }
}

fn as_of(valid: f64, recorded: f64) -> Option<AsOf> {
    Some(AsOf { valid: moment(valid)?, recorded: moment(recorded).unwrap_or(Moment::MAX) })
}

/// `None` where it is NaN.
fn moment(ms: f64) -> Option<Moment> {
    (!ms.is_nan()).then(|| Moment::from_micros((ms * 1000.0) as i64))
}

fn settings(json: &str) -> Result<Settings, JsError> {
    let mut settings = Settings::default();
    config::object(json, &mut |key, value, wrong| {
        let limits = &mut settings.limits;
        let limit = match key {
            "functional" => {
                settings.functional.clear();
                let add = |value: &mut Cursor<'_>| {
                    settings.functional.extend(value.string()?.map(String::from));
                    Ok(())
                };
                return value.array(add).map(drop);
            }
            "maxNodes" => &mut limits.max_nodes,
            "maxEdges" => &mut limits.max_edges,
            "maxTextBytes" => &mut limits.max_text_bytes,
            other => return config::unknown("graph setting", other, value, wrong),
        };
        if let Some(most) = config::whole(value, key, wrong)? {
            *limit = most;
        }
        Ok(())
    })
    .map_err(|error| JsError::new(&error))?;
    Ok(settings)
}

/// Changes that wait to be taken.
const MOST_TOLD: usize = 16_384;
const RESET: &str = "[{\"type\":\"graph-reset\"}]";
