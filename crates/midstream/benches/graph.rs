//! How fast a graph takes facts and answers, and how much room it takes: 100,000 and 1,000,000 edges among a tenth as many
//! people, with 21 edges each.

use criterion::{BatchSize, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use midstream::graph::{AsOf, Direction, Entity, Fact, Graph, Limits, Moment, NodeId, Settings, Source};
use midstream::{Channel, Span};
use std::hint::black_box;

fn graphs(criterion: &mut Criterion) {
    for edges in [100_000, 1_000_000] {
        let facts: Vec<_> = facts(edges).collect();
        let graph = build(&facts);
        println!(
            "{edges} facts: {} edges, {} nodes, {:.1} B an edge besides {} B of texts",
            graph.edge_count(),
            graph.node_count(),
            graph.table_bytes() as f64 / graph.edge_count() as f64,
            graph.text_bytes(),
        );
        let mut group = criterion.benchmark_group(format!("graph/{edges}"));
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        group.throughput(Throughput::Elements(edges as u64));
        group.bench_function("edges added one by one", |bencher| {
            bencher.iter_batched(|| (), |()| build(black_box(&facts)), BatchSize::PerIteration);
        });
        let nodes: Vec<NodeId> = (0..READS)
            .map(|at| graph.find(&facts[at * 7919 % edges].0, "PERSON").expect("each fact's subject is a node"))
            .collect();
        let as_of = Some(AsOf::valid(Moment::from_millis(NOW + 1)));
        group.throughput(Throughput::Elements(READS as u64));
        group.bench_function("one hop as of a time", |bencher| {
            bencher.iter(|| {
                let degrees = nodes.iter().map(|node| graph.neighbours(*node, Direction::Both, as_of).count());
                black_box(degrees.sum::<usize>())
            });
        });
        group.finish();
    }
}

/// Subject, predicate, object, the same in every run.
fn facts(count: usize) -> impl Iterator<Item = (String, String, String)> {
    let mut state = 1u32;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state as usize * below) >> 32
    };
    (0..count).map(move |at| {
        (
            format!("person {}", random(count / 10)),
            format!("says {}", at % 50),
            format!("person {}", random(count / 10)),
        )
    })
}

fn build(facts: &[(String, String, String)]) -> Graph {
    let mut graph = Graph::new(Settings { limits: Limits::default(), ..Settings::default() });
    let mut changes = Vec::new();
    for (subject, predicate, object) in facts {
        let fact = Fact {
            subject: Entity { name: subject, kind: "PERSON" },
            predicate,
            object: Entity { name: object, kind: "PERSON" },
            valid_from: None,
            valid_to: None,
            confidence: 1.0,
            negated: false,
            source: Source { stream: "s", span: Span { choice: 0, channel: Channel::Text, start: 0, end: 9 } },
        };
        graph.apply(&fact, Moment::from_millis(NOW), &mut changes).expect("the limits have room for it");
        changes.clear();
    }
    graph
}

criterion_group!(benches, graphs);
criterion_main!(benches);

const NOW: i64 = 1_700_000_000_000;
const READS: usize = 5000;
