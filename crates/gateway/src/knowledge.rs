//! What streams speak of: a graph for each key that clients come with, which all streams of that key feed.
//!
//! Keys are known by their digests only. A graph has its limits, and so has the number of graphs: the one that was fed
//! least recently makes room, and is counted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use midstream::graph::{self, Graph, Ingest, IngestSettings};
use midstream::{Event, Moment};
use serde::Serialize;
use tokio::sync::broadcast;

use crate::config::Limits;

/// All graphs.
#[derive(Debug)]
pub(crate) struct Knowledge {
    limits: Limits,
    /// The graphs' functional predicates.
    functional: Vec<String>,
    graphs: Mutex<Graphs>,
}

#[derive(Debug, Default)]
struct Graphs {
    by_id: BTreeMap<String, Arc<Shared>>,
    /// Graphs that made room.
    evicted: u64,
    /// What happened in them.
    gone: Fates,
}

/// What of streams is in no graph, or no longer; the page has it too (`wasm/www/src/graph/data.ts`).
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Fates {
    /// Nodes that made room.
    pub(crate) evicted_nodes: u64,
    /// Edges that made room, their nodes' included.
    pub(crate) evicted_edges: u64,
    /// Facts that did not fit into the limits.
    pub(crate) left_out: u64,
    /// Facts that are said to be possible, planned or somebody's words only, which are not in it.
    pub(crate) hedged: u64,
}

/// All graphs in numbers.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) graphs: usize,
    pub(crate) nodes: usize,
    pub(crate) edges: usize,
    /// Graphs that made room.
    pub(crate) evicted: u64,
    /// Of all graphs that there were.
    pub(crate) fates: Fates,
}

impl Fates {
    fn add(&mut self, other: Self) {
        self.evicted_nodes += other.evicted_nodes;
        self.evicted_edges += other.evicted_edges;
        self.left_out += other.left_out;
        self.hedged += other.hedged;
    }
}

/// One graph, shared by the streams that feed it and by those who look at it.
#[derive(Debug)]
pub(crate) struct Shared {
    id: String,
    graph: Mutex<Graph>,
    /// Each batch of changes as lines of JSON.
    told: broadcast::Sender<Arc<str>>,
    fed: Mutex<Fed>,
}

#[derive(Debug)]
struct Fed {
    /// When it was last fed.
    at: Instant,
    fates: Fates,
}

/// Feeds a graph with one stream's events.
#[derive(Debug)]
pub(crate) struct Listener {
    shared: Arc<Shared>,
    ingest: Ingest,
    changes: Vec<graph::Change>,
}

/// What `/graphs` says of a graph.
#[derive(Debug, Serialize)]
pub(crate) struct GraphSummary {
    /// `local` for clients without a key, else the beginning of the key's SHA-256.
    id: String,
    nodes: usize,
    edges: usize,
    text_bytes: usize,
    #[serde(flatten)]
    fates: Fates,
}

impl Knowledge {
    pub(crate) fn new(limits: Limits, functional: Vec<String>) -> Self {
        Self { limits, functional, graphs: Mutex::default() }
    }

    /// Feeds the graph of the clients that are called `tenant` from the stream `id`.
    pub(crate) fn listen(&self, tenant: &str, id: &str) -> Listener {
        let shared = self.take(tenant);
        Listener { shared, ingest: Ingest::new(id, IngestSettings::default()), changes: Vec::new() }
    }

    /// The graph called `id`.
    pub(crate) fn find(&self, id: &str) -> Option<Arc<Shared>> {
        lock(&self.graphs).by_id.get(id).cloned()
    }

    /// All graphs, and how many made room for others.
    pub(crate) fn summaries(&self) -> (Vec<GraphSummary>, u64) {
        let graphs = lock(&self.graphs);
        let all: Vec<_> = graphs.by_id.values().cloned().collect();
        let evicted = graphs.evicted;
        drop(graphs);
        (all.iter().map(|shared| shared.summary()).collect(), evicted)
    }

    /// All graphs in numbers.
    pub(crate) fn totals(&self) -> Totals {
        let graphs = lock(&self.graphs);
        let mut totals = Totals { evicted: graphs.evicted, fates: graphs.gone, ..Totals::default() };
        let all: Vec<_> = graphs.by_id.values().cloned().collect();
        drop(graphs);
        for shared in all {
            let summary = shared.summary();
            totals.graphs += 1;
            totals.nodes += summary.nodes;
            totals.edges += summary.edges;
            totals.fates.add(summary.fates);
        }
        totals
    }

    fn take(&self, id: &str) -> Arc<Shared> {
        let mut graphs = lock(&self.graphs);
        if let Some(shared) = graphs.by_id.get(id) {
            return Arc::clone(shared);
        }
        while graphs.by_id.len() >= self.limits.graphs {
            let oldest =
                graphs.by_id.values().min_by_key(|shared| lock(&shared.fed).at).map(|shared| shared.id.clone());
            let gone =
                graphs.by_id.remove(&oldest.expect("there are as many as the limit allows, which is one at least"));
            graphs.evicted += 1;
            if let Some(gone) = gone {
                graphs.gone.add(gone.fates());
            }
        }
        let limits = graph::Limits {
            max_nodes: self.limits.graph_nodes,
            max_edges: self.limits.graph_edges,
            max_text_bytes: self.limits.graph_text_bytes,
        };
        let settings = graph::Settings { limits, functional: self.functional.clone(), seed: seed() };
        let shared = Arc::new(Shared {
            id: id.to_owned(),
            graph: Mutex::new(Graph::new(settings)),
            told: broadcast::Sender::new(TOLD),
            fed: Mutex::new(Fed { at: Instant::now(), fates: Fates::default() }),
        });
        graphs.by_id.insert(id.to_owned(), Arc::clone(&shared));
        shared
    }
}

impl Shared {
    pub(crate) fn graph(&self) -> MutexGuard<'_, Graph> {
        lock(&self.graph)
    }

    /// Tells of changes from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Arc<str>> {
        self.told.subscribe()
    }

    pub(crate) fn fates(&self) -> Fates {
        lock(&self.fed).fates
    }

    fn summary(&self) -> GraphSummary {
        let fates = self.fates();
        let graph = self.graph();
        GraphSummary {
            id: self.id.clone(),
            nodes: graph.node_count(),
            edges: graph.edge_count(),
            text_bytes: graph.text_bytes(),
            fates,
        }
    }
}

impl Listener {
    /// Takes the stream's next event.
    pub(crate) fn event(&mut self, event: &Event) {
        let Self { shared, ingest, changes } = self;
        let mut graph = lock(&shared.graph);
        let hedged = ingest.hedged();
        let fits = ingest.event(event, now(), &mut graph, changes).is_ok();
        let hedged = ingest.hedged() - hedged;
        if changes.is_empty() && fits && hedged == 0 {
            return;
        }
        if shared.told.receiver_count() > 0 {
            let lines: Vec<_> = changes.iter().map(|change| json(&graph.tell(change))).collect();
            // Nobody listens any more: nothing is lost.
            let _ = shared.told.send(lines.join("\n").into());
        }
        drop(graph);
        let count = |is: fn(&graph::Change) -> bool| changes.iter().filter(|change| is(change)).count() as u64;
        let fates = Fates {
            evicted_nodes: count(|change| matches!(change, graph::Change::NodeEvicted { .. })),
            evicted_edges: count(|change| matches!(change, graph::Change::EdgeEvicted { .. })),
            left_out: u64::from(!fits),
            hedged,
        };
        changes.clear();
        let mut fed = lock(&shared.fed);
        fed.at = Instant::now();
        fed.fates.add(fates);
    }
}

/// The time of the clock on the wall.
fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Names come from strangers: they must not know which ones collide.
fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(Duration::ZERO)
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("what a graph tells always serialises")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while it is held leaves what can still be read.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Batches of changes that wait for who looks at them; who lags further behind begins anew.
const TOLD: usize = 1024;
