//! `/graphs`: the graphs of what streams speak of: seen, asked, exported, and followed while they grow.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderValue, Response, StatusCode, Uri};
use axum::routing::get;
use bytes::Bytes;
use midstream::graph::{self, AsOf, Direction, Edge, EdgeId, Format, Graph, MENTIONS, Moment, NodeId, STREAM, Ways};
use midstream::{Channel, Event, Span};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::api::{Live, crowded, event_stream, seat};
use crate::follow::Follower;
use crate::knowledge::{Knowledge, Shared};
use crate::query::pairs;
use crate::reply;
use crate::segments::Segments;
use crate::server::Gateway;

pub(crate) fn routes() -> Router<Arc<Gateway>> {
    Router::new()
        .route("/graphs", get(list))
        .route("/graphs/{id}", get(one))
        .route("/graphs/{id}/events", get(events))
        .route("/graphs/{id}/search", get(search))
        .route("/graphs/{id}/path", get(path))
        .route("/graphs/{id}/nodes/{node}", get(node))
        .route("/graphs/{id}/edges/{edge}", get(edge))
        .route("/graphs/{id}/export", get(export))
}

type Host = State<Arc<Gateway>>;

/// All graphs.
async fn list(State(gateway): Host) -> Response<Body> {
    let (graphs, evicted) = gateway.log.knowledge().map(Knowledge::summaries).unwrap_or_default();
    reply::json(StatusCode::OK, &json!({ "graphs": graphs, "evicted": evicted }))
}

/// A graph, as of a time, to be drawn: `{nodes, edges, node_count, edge_count, first_recorded, last_recorded, first_valid,
/// last_valid}`, and what is in it no longer or was never: `{evicted_nodes, evicted_edges, left_out, hedged}`. Of the edges those recorded last, `limit` at most, and none with the predicate `except`; the nodes that are
/// mentioned or linked.
async fn one(State(gateway): Host, Segments(id): Segments<String>, uri: Uri) -> Response<Body> {
    let fates = find(&gateway, &id).map(|shared| shared.fates()).unwrap_or_default();
    answer(&gateway, &id, &uri, |graph, asked| {
        let when = asked.when()?;
        let limit = asked.number("limit", DRAWN)?;
        let except = asked.get("except").unwrap_or(MENTIONS);
        let mut edges: Vec<_> = graph.edges(when.as_of).filter(|edge| when.knows(edge)).collect();
        edges.sort_by_key(|edge| std::cmp::Reverse((edge.recorded_at(), edge.id())));
        let mut nodes = BTreeSet::new();
        for edge in edges.iter().filter(|edge| edge.subject().kind() == STREAM) {
            if nodes.len() < limit {
                nodes.insert(edge.object().id());
            }
        }
        edges.retain(|edge| edge.predicate() != except);
        edges.truncate(limit);
        nodes.extend(edges.iter().flat_map(|edge| [edge.subject().id(), edge.object().id()]));
        let nodes: Vec<_> = nodes.into_iter().filter_map(|node| graph.node(node)).collect();
        let recorded = || graph.edges(None).map(|edge| edge.recorded_at());
        let valid =
            || graph.edges(None).flat_map(|edge| [edge.valid_from(), edge.valid_to()]).filter_map(Moment::dated);
        Ok(json!({
            "nodes": value(&nodes),
            "edges": value(&edges),
            "node_count": graph.node_count(),
            "edge_count": graph.edge_count(),
            "first_recorded": value(&recorded().min()),
            "last_recorded": value(&recorded().max()),
            "first_valid": value(&valid().min()),
            "last_valid": value(&valid().max()),
            "evicted_nodes": fates.evicted_nodes,
            "evicted_edges": fates.evicted_edges,
            "left_out": fates.left_out,
            "hedged": fates.hedged,
        }))
    })
}

/// `?q=`: nodes by name, the best fit first.
async fn search(State(gateway): Host, Segments(id): Segments<String>, uri: Uri) -> Response<Body> {
    answer(&gateway, &id, &uri, |graph, asked| {
        let wanted = asked.get("q").unwrap_or_default();
        let found = graph.search(wanted, asked.number("limit", 20)?);
        Ok(json!({ "nodes": value(&found.iter().filter(|node| node.kind() != STREAM).collect::<Vec<_>>()) }))
    })
}

/// `?from=&to=`, numbers of nodes: a shortest way.
async fn path(State(gateway): Host, Segments(id): Segments<String>, uri: Uri) -> Response<Body> {
    answer(&gateway, &id, &uri, |graph, asked| {
        let ends = [asked.node(graph, "from")?, asked.node(graph, "to")?];
        let ways = Ways { as_of: asked.when()?.as_of, ..Ways::default() };
        let steps = graph.path(ends[0], ends[1], &ways);
        let edges = steps.map(|steps| steps.iter().filter_map(|step| graph.edge(step.edge)).collect::<Vec<_>>());
        Ok(json!({ "edges": value(&edges) }))
    })
}

/// A node with its edges, those recorded last first.
async fn node(State(gateway): Host, Segments((id, number)): Segments<(String, u32)>, uri: Uri) -> Response<Body> {
    answer(&gateway, &id, &uri, |graph, asked| {
        let node = find_node(graph, number)?;
        let limit = asked.number("limit", LISTED)?;
        let when = asked.when()?;
        let edges = graph.neighbours(node, Direction::Both, when.as_of).filter(|edge| when.knows(edge));
        let edges: Vec<_> = edges.take(limit).collect();
        Ok(json!({ "node": value(&graph.node(node)), "edges": value(&edges) }))
    })
}

/// An edge with how what is known of it came to be, and the sentence that says it, where its stream is still kept.
async fn edge(State(gateway): Host, Segments((id, number)): Segments<(String, u32)>, uri: Uri) -> Response<Body> {
    let mut source = None;
    let found = ask(&gateway, &id, &uri, |graph, _| {
        let edge = graph.edge(EdgeId::new(number)).ok_or_else(|| Refusal::missing("edge", number))?;
        source = Some((edge.stream().to_owned(), edge.span()));
        Ok(json!({ "edge": value(&edge), "history": value(&graph.history(edge.id())) }))
    });
    match found {
        Ok(mut found) => {
            if let Some((stream, span)) = source {
                found["sentence"] = json!(sentence(&gateway, &stream, &span).await);
            }
            reply::json(StatusCode::OK, &found)
        }
        Err(refusal) => refusal.respond(),
    }
}

/// `?format=`: the whole graph for other programs, or as a snapshot.
async fn export(State(gateway): Host, Segments(id): Segments<String>, uri: Uri) -> Response<Body> {
    let Some(shared) = find(&gateway, &id) else { return unknown(&id).respond() };
    let asked = Asked::of(&uri);
    let name = asked.get("format").unwrap_or("jsonld").to_owned();
    let (body, kind) = if name == "snapshot" {
        (Bytes::from(shared.graph().snapshot()), "application/octet-stream")
    } else {
        let format: Format = match name.parse() {
            Ok(format) => format,
            Err(_) => return Refusal::bad(unwritten(&name)).respond(),
        };
        let mut text = String::new();
        shared.graph().export(format, &mut text).expect("a String takes every write");
        (text.into(), media_type(format))
    };
    let mut response = reply::typed(StatusCode::OK, kind, body);
    let name = format!("attachment; filename=\"graph.{}\"", ending(&name));
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    response
}

/// The graph's changes as they happen, as an event stream. `graph-reset` comes first, and again where changes were missed:
/// the graph is to be read anew then.
async fn events(State(gateway): Host, Segments(id): Segments<String>) -> Response<Body> {
    let Some(shared) = find(&gateway, &id) else { return unknown(&id).respond() };
    let Some(seat) = seat(&gateway) else { return crowded(&gateway) };
    event_stream(Changes { told: shared.subscribe(), begun: false }, seat)
}

struct Changes {
    told: Receiver<Arc<str>>,
    begun: bool,
}

impl Live for Changes {
    async fn next(&mut self) -> Option<Bytes> {
        if !std::mem::replace(&mut self.begun, true) {
            return Some(RESET.into());
        }
        match self.told.recv().await {
            Ok(lines) => Some(lines.lines().map(|line| format!("data: {line}\n\n")).collect::<String>().into()),
            Err(RecvError::Lagged(_)) => Some(RESET.into()),
            Err(RecvError::Closed) => None,
        }
    }
}

/// What is asked of a graph.
struct Asked(Vec<(String, String)>);

impl Asked {
    fn of(uri: &Uri) -> Self {
        Self(pairs(uri.query()).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str, default: usize) -> Result<usize, Refusal> {
        let Some(text) = self.get(name) else { return Ok(default) };
        text.parse().map_err(|_| Refusal::bad(format!("expected a number as `{name}`, found `{text}`")))
    }

    fn node(&self, graph: &Graph, name: &str) -> Result<NodeId, Refusal> {
        find_node(graph, u32::try_from(self.number(name, usize::MAX)?).unwrap_or(u32::MAX))
    }

    /// `as_of`, the moment at which it was so, and `recorded`, the one at which it was known; either may be left out.
    fn when(&self) -> Result<When, Refusal> {
        let moment = |name| self.get(name).map(str::parse::<Moment>).transpose().map_err(Refusal::bad);
        let recorded = moment("recorded")?.unwrap_or(Moment::MAX);
        Ok(When { as_of: moment("as_of")?.map(|valid| AsOf { valid, recorded }), recorded })
    }
}

/// At which time.
struct When {
    as_of: Option<AsOf>,
    recorded: Moment,
}

impl When {
    fn knows(&self, edge: &Edge<'_>) -> bool {
        edge.recorded_at() <= self.recorded
    }
}

/// Why there is no answer.
struct Refusal(StatusCode, &'static str, String);

impl Refusal {
    fn bad(message: String) -> Self {
        Self(StatusCode::BAD_REQUEST, "invalid_query", message)
    }

    fn missing(what: &str, number: u32) -> Self {
        Self(StatusCode::NOT_FOUND, "no_such_part", format!("no {what} {number}: it never was, or it has made room"))
    }

    fn respond(&self) -> Response<Body> {
        reply::error(self.0, self.1, &self.2)
    }
}

fn ask(
    gateway: &Gateway,
    id: &str,
    uri: &Uri,
    question: impl FnOnce(&Graph, &Asked) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let shared: Arc<Shared> = find(gateway, id).ok_or_else(|| unknown(id))?;
    let graph = shared.graph();
    question(&graph, &Asked::of(uri))
}

fn answer(
    gateway: &Gateway,
    id: &str,
    uri: &Uri,
    question: impl FnOnce(&Graph, &Asked) -> Result<Value, Refusal>,
) -> Response<Body> {
    match ask(gateway, id, uri, question) {
        Ok(found) => reply::json(StatusCode::OK, &found),
        Err(refusal) => refusal.respond(),
    }
}

fn find(gateway: &Gateway, id: &str) -> Option<Arc<Shared>> {
    gateway.log.knowledge()?.find(id)
}

fn unknown(id: &str) -> Refusal {
    let message = format!("no graph `{id}`: no stream has fed it yet, or it has made room for others");
    Refusal(StatusCode::NOT_FOUND, "no_such_graph", message)
}

fn find_node(graph: &Graph, number: u32) -> Result<NodeId, Refusal> {
    graph.node(NodeId::new(number)).map(|node| node.id()).ok_or_else(|| Refusal::missing("node", number))
}

fn value(part: &impl Serialize) -> Value {
    serde_json::to_value(part).expect("what a graph holds always serialises")
}

/// The sentence around `span` of a stream: `{text, start, end}`, the place in it in bytes. `None` where it is kept no more.
async fn sentence(gateway: &Gateway, stream: &str, span: &Span) -> Option<Value> {
    let mut follower = Follower::new(gateway.log.find(stream)?, 0);
    let mut text = String::new();
    while let Some(batch) = follower.ready().await {
        for numbered in batch {
            match (numbered.event, &span.channel) {
                (Event::TextDelta { choice, delta, .. }, Channel::Text)
                | (Event::ReasoningDelta { choice, delta, .. }, Channel::Reasoning)
                    if choice == span.choice =>
                {
                    text.push_str(&delta);
                }
                _ => {}
            }
        }
    }
    let (start, end) = (usize::try_from(span.start).ok()?, usize::try_from(span.end).ok()?);
    text.get(start..end)?;
    let around = graph::sentence(&text, start..end);
    Some(json!({ "text": &text[around.clone()], "start": start - around.start, "end": end - around.start }))
}

/// Why a graph is not written in a format that is none of these.
fn unwritten(name: &str) -> String {
    let known: Vec<_> = Format::ALL.iter().map(|(name, _)| *name).chain(["snapshot"]).collect();
    let known = known.join(", ");
    // A database is made by the binary, which has SQLite in it.
    let hint =
        if name == "sqlite" { "; `midstream graph export --format sqlite` makes a database of a snapshot" } else { "" };
    format!("expected a format ({known}), found `{name}`{hint}")
}

fn media_type(format: Format) -> &'static str {
    match format {
        Format::JsonLd => "application/ld+json",
        Format::NQuads => "application/n-quads",
        Format::GraphMl => "application/graphml+xml",
        Format::Dot => "text/vnd.graphviz",
        Format::Cypher => "text/plain",
        Format::Csv => "text/csv",
    }
}

fn ending(format: &str) -> &str {
    match format {
        "nquads" => "nq",
        "snapshot" => "midgraph",
        other => other,
    }
}

const RESET: &str = "data: {\"type\":\"graph-reset\"}\n\n";
/// Edges that are drawn where nothing else is asked for.
const DRAWN: usize = 1000;
/// Edges of a node that are listed where nothing else is asked for.
const LISTED: usize = 200;
