//! What is counted, and `/metrics`, where Prometheus reads it (text format 0.0.4).
//!
//! Everything is a sum since the process began or a level at the time of asking. Only what a model wrote is counted as
//! a stream, the same that `/streams` shows.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use midstream::{Event, Handling, Metrics as StreamMetrics, Usage};

use crate::knowledge::{Knowledge, Totals as GraphTotals};
use crate::reply;
use crate::server::Gateway;

/// What is counted of the gateway's own transports.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    pub(crate) ws: Transport,
    pub(crate) sse: Transport,
    pub(crate) stream: Transport,
    pub(crate) guards: Guards,
}

/// What guards did, by upstream.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guards(Arc<Mutex<BTreeMap<String, Guarded>>>);

#[derive(Debug, Default)]
struct Guarded {
    /// By what was found, what happened to it and where: as many as the rules have.
    matches: BTreeMap<(String, &'static str, &'static str), u64>,
    /// Pieces of audio and pictures that no rule could read and that passed, by where.
    unchecked: BTreeMap<&'static str, u64>,
    held: Histogram,
}

/// What guards did to one upstream's answers and requests.
#[derive(Debug, Clone)]
pub(crate) struct Counts {
    guards: Guards,
    upstream: String,
}

impl Guards {
    /// Where it is counted for `upstream`.
    pub(crate) fn of(&self, upstream: &str) -> Counts {
        Counts { guards: self.clone(), upstream: upstream.to_owned() }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Guarded>> {
        // A panic while it is held leaves sums that can still be read.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Counts {
    /// Counts matches in an answer.
    pub(crate) fn found(&self, events: &[Event]) {
        self.matches(events, "answer");
    }

    /// Counts matches in a request.
    pub(crate) fn asked(&self, events: &[Event]) {
        self.matches(events, "request");
    }

    /// Counts for how long a stream's words were held back.
    pub(crate) fn held(&self, time: Duration) {
        self.guards.lock().entry(self.upstream.clone()).or_default().held.take(time.as_micros() as u64);
    }

    /// Counts what passed and no rule could read.
    pub(crate) fn unchecked(&self, pieces: usize, place: &'static str) {
        if pieces > 0 {
            let mut guards = self.guards.lock();
            *guards.entry(self.upstream.clone()).or_default().unchecked.entry(place).or_default() += pieces as u64;
        }
    }

    fn matches(&self, events: &[Event], place: &'static str) {
        if events.is_empty() {
            return;
        }
        let mut guards = self.guards.lock();
        let guarded = guards.entry(self.upstream.clone()).or_default();
        for event in events {
            if let Event::Match { kind, action, .. } = event {
                let action = match action {
                    Handling::Report => "report",
                    Handling::Mask => "mask",
                    Handling::Stop => "stop",
                    Handling::Hold => "hold",
                };
                *guarded.matches.entry((kind.clone(), action, place)).or_default() += 1;
            }
        }
    }
}

/// One of `/ws`, `/sse` and `/stream`.
#[derive(Debug, Default)]
pub(crate) struct Transport(Arc<Messages>);

#[derive(Debug, Default)]
struct Messages {
    open: AtomicU64,
    messages: AtomicU64,
}

/// A connection that counts as open until it is dropped.
#[derive(Debug)]
pub(crate) struct Open(Arc<Messages>);

impl Transport {
    pub(crate) fn open(&self) -> Open {
        self.0.open.fetch_add(1, Ordering::Relaxed);
        Open(Arc::clone(&self.0))
    }
}

impl Open {
    /// Counts messages as sent.
    pub(crate) fn sent(&self, messages: u64) {
        self.0.messages.fetch_add(messages, Ordering::Relaxed);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What streams that have ended amount to.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// By upstream, of which there are as many as the configuration names.
    upstreams: Mutex<BTreeMap<String, Totals>>,
}

#[derive(Debug, Default)]
struct Totals {
    /// How streams ended, and how many did.
    outcomes: BTreeMap<&'static str, u64>,
    bytes: u64,
    input_tokens: u64,
    output_tokens: u64,
    first_content: Histogram,
    duration: Histogram,
}

/// Durations in [`BUCKETS`].
#[derive(Debug, Default)]
struct Histogram {
    /// How many were no longer than each bound, those of shorter bounds not counted in.
    counts: [u64; BUCKETS.len()],
    all: u64,
    sum_us: u64,
}

impl Tally {
    /// Counts a stream that has ended.
    pub(crate) fn ended(&self, upstream: &str, outcome: &'static str, metrics: &StreamMetrics, usage: &Usage) {
        let mut upstreams = self.lock();
        let totals = match upstreams.get_mut(upstream) {
            Some(totals) => totals,
            None => upstreams.entry(upstream.to_owned()).or_default(),
        };
        *totals.outcomes.entry(outcome).or_default() += 1;
        totals.bytes += metrics.bytes;
        totals.input_tokens += usage.input_tokens.unwrap_or(0);
        totals.output_tokens += usage.output_tokens.unwrap_or(0);
        totals.duration.take(metrics.duration_us);
        if let Some(first) = metrics.first_content_us {
            totals.first_content.take(first);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Totals>> {
        // A panic while it is held leaves sums that can still be read.
        self.upstreams.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Histogram {
    fn take(&mut self, us: u64) {
        self.all += 1;
        self.sum_us += us;
        if let Some(bucket) = BUCKETS.iter().position(|(bound, _)| us <= *bound) {
            self.counts[bucket] += 1;
        }
    }
}

/// Answers `/metrics`.
pub(crate) async fn answer(State(gateway): State<Arc<Gateway>>) -> Response<Body> {
    reply::typed(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", write(&gateway))
}

fn write(gateway: &Gateway) -> String {
    let mut page = Page(String::new());
    page.family("midstream_build_info", "gauge", "The version that runs.");
    page.line("midstream_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    levels(&mut page, gateway);
    transports(&mut page, &gateway.metrics);
    graphs(&mut page, gateway);
    streams(&mut page, &gateway.log.tally().lock());
    guards(&mut page, &gateway.metrics.guards.lock());
    page.0
}

fn levels(page: &mut Page, gateway: &Gateway) {
    let log = &gateway.log;
    let (kept, live) = log.levels();
    let watching = gateway.limits().watchers - gateway.watchers.available_permits();
    for (name, kind, help, value) in [
        ("midstream_streams_live", "gauge", "Streams that are being written.", live as u64),
        ("midstream_streams_kept", "gauge", "Streams that can be looked at, live ones included.", kept as u64),
        ("midstream_kept_bytes", "gauge", "What is kept of all streams.", log.kept_bytes() as u64),
        (
            "midstream_streams_unwatched_total",
            "counter",
            "Streams passed on unwatched for want of room.",
            log.unwatched(),
        ),
        ("midstream_watchers", "gauge", "Who is watching streams.", watching as u64),
    ] {
        page.family(name, kind, help);
        page.line(name, &[], value);
    }
}

/// Graphs of all clients together: who they are is no label, since there may be any number.
fn graphs(page: &mut Page, gateway: &Gateway) {
    let GraphTotals { graphs, nodes, edges, evicted, fates } =
        gateway.log.knowledge().map(Knowledge::totals).unwrap_or_default();
    for (name, help, value) in [
        ("midstream_graphs", "Graphs of what answers speak of.", graphs),
        ("midstream_graph_nodes", "Nodes of all graphs.", nodes),
        ("midstream_graph_edges", "Edges of all graphs, ended ones included.", edges),
    ] {
        page.family(name, "gauge", help);
        page.line(name, &[], value);
    }
    page.family("midstream_graph_evictions_total", "counter", "What made room for others.");
    for (what, count) in [("graph", evicted), ("node", fates.evicted_nodes), ("edge", fates.evicted_edges)] {
        page.line("midstream_graph_evictions_total", &[("what", what)], count);
    }
    page.family("midstream_graph_left_out_total", "counter", "Facts that are in no graph, by why.");
    for (why, count) in [("limits", fates.left_out), ("hedged", fates.hedged)] {
        page.line("midstream_graph_left_out_total", &[("why", why)], count);
    }
}

fn transports(page: &mut Page, metrics: &Metrics) {
    let all = [("ws", &metrics.ws), ("sse", &metrics.sse), ("stream", &metrics.stream)];
    page.family("midstream_transport_open", "gauge", "Connections to /ws, /sse and /stream that are open.");
    for (name, transport) in all {
        page.line("midstream_transport_open", &[("transport", name)], transport.0.open.load(Ordering::Relaxed));
    }
    page.family("midstream_transport_messages_total", "counter", "Messages that /ws, /sse and /stream have sent.");
    for (name, transport) in all {
        let messages = transport.0.messages.load(Ordering::Relaxed);
        page.line("midstream_transport_messages_total", &[("transport", name)], messages);
    }
}

fn streams(page: &mut Page, upstreams: &BTreeMap<String, Totals>) {
    page.family("midstream_streams_total", "counter", "Streams that have ended, by how they did.");
    for (upstream, totals) in upstreams {
        for (outcome, count) in &totals.outcomes {
            page.line("midstream_streams_total", &[("upstream", upstream), ("outcome", outcome)], count);
        }
    }
    page.family("midstream_stream_bytes_total", "counter", "Bytes of streams that have ended.");
    for (upstream, totals) in upstreams {
        page.line("midstream_stream_bytes_total", &[("upstream", upstream)], totals.bytes);
    }
    page.family("midstream_tokens_total", "counter", "Tokens, where the provider counted them.");
    for (upstream, totals) in upstreams {
        for (kind, count) in [("input", totals.input_tokens), ("output", totals.output_tokens)] {
            page.line("midstream_tokens_total", &[("upstream", upstream), ("type", kind)], count);
        }
    }
    page.family("midstream_first_content_seconds", "histogram", "From the request to the first content.");
    for (upstream, totals) in upstreams {
        page.histogram("midstream_first_content_seconds", upstream, &totals.first_content);
    }
    page.family("midstream_stream_seconds", "histogram", "From the request to the end of the stream.");
    for (upstream, totals) in upstreams {
        page.histogram("midstream_stream_seconds", upstream, &totals.duration);
    }
}

fn guards(page: &mut Page, upstreams: &BTreeMap<String, Guarded>) {
    page.family("midstream_matches_total", "counter", "What rules found, what happened to it, and where.");
    for (upstream, guarded) in upstreams {
        for ((kind, action, place), count) in &guarded.matches {
            let labels = [("upstream", upstream.as_str()), ("kind", kind), ("action", action), ("in", place)];
            page.line("midstream_matches_total", &labels, count);
        }
    }
    page.family("midstream_unchecked_total", "counter", "What passed and no rule could read: audio, pictures.");
    for (upstream, guarded) in upstreams {
        for (place, count) in &guarded.unchecked {
            page.line("midstream_unchecked_total", &[("upstream", upstream.as_str()), ("in", place)], count);
        }
    }
    page.family(
        "midstream_held_seconds",
        "histogram",
        "For how long a stream's words were held back for rules, in all.",
    );
    for (upstream, guarded) in upstreams {
        page.histogram("midstream_held_seconds", upstream, &guarded.held);
    }
}

struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.push(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    /// One value. Label values need no escapes: upstreams' names and rules' kinds are checked, the rest is
    /// written here.
    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<_> = labels.iter().map(|(label, value)| format!("{label}=\"{value}\"")).collect();
        match &*labels.join(",") {
            "" => self.push(format_args!("{name} {value}\n")),
            labels => self.push(format_args!("{name}{{{labels}}} {value}\n")),
        }
    }

    fn histogram(&mut self, name: &str, upstream: &str, histogram: &Histogram) {
        let mut so_far = 0;
        let bucket = format!("{name}_bucket");
        for ((_, bound), count) in BUCKETS.iter().zip(histogram.counts) {
            so_far += count;
            self.line(&bucket, &[("upstream", upstream), ("le", bound)], so_far);
        }
        self.line(&bucket, &[("upstream", upstream), ("le", "+Inf")], histogram.all);
        let sum = histogram.sum_us as f64 / 1e6;
        self.line(&format!("{name}_sum"), &[("upstream", upstream)], sum);
        self.line(&format!("{name}_count"), &[("upstream", upstream)], histogram.all);
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        self.0.write_fmt(text).expect("a String takes every write");
    }
}

/// Upper bounds in microseconds, and as they are written in seconds.
const BUCKETS: [(u64, &str); 11] = [
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (2_500_000, "2.5"),
    (5_000_000, "5"),
    (10_000_000, "10"),
    (30_000_000, "30"),
    (60_000_000, "60"),
    (300_000_000, "300"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_what_is_no_longer_than_each_bound() {
        let mut histogram = Histogram::default();
        [50_000, 50_001, 400_000_000].into_iter().for_each(|us| histogram.take(us));
        let mut page = Page(String::new());
        page.histogram("h", "openai", &histogram);
        for line in [
            "h_bucket{upstream=\"openai\",le=\"0.05\"} 1\n",
            "h_bucket{upstream=\"openai\",le=\"0.1\"} 2\n",
            "h_bucket{upstream=\"openai\",le=\"300\"} 2\n",
            "h_bucket{upstream=\"openai\",le=\"+Inf\"} 3\n",
            "h_sum{upstream=\"openai\"} 400.100001\n",
            "h_count{upstream=\"openai\"} 3\n",
        ] {
            assert!(page.0.contains(line), "{line}{}", page.0);
        }
    }
}
