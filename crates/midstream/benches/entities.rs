//! How fast names are found: long text in pieces, and short messages each by itself.

mod prose;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use midstream::entity::{Entities, NameModel};
use std::hint::black_box;

fn names(criterion: &mut Criterion) {
    for (model, bytes) in [("standard", STANDARD), ("tiny", TINY)] {
        let entities =
            Entities { names: Some(NameModel::read(bytes).expect("the model is good")), ..Entities::default() };
        let mut group = criterion.benchmark_group(format!("names/{model}"));
        let text = prose::text();
        for piece in [16 * 1024, 16] {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(format!("pieces of {piece} B"), |bencher| {
                bencher.iter(|| black_box(prose::count_entities(&entities, &text, piece)));
            });
        }
        for length in [60, 500] {
            group.throughput(Throughput::Bytes(length as u64));
            group.bench_function(format!("a message of {length} B"), |bencher| {
                let mut messages = prose::messages(&text, length);
                bencher.iter(|| {
                    let message = messages.next().expect("there is no end of them");
                    black_box(prose::count_entities(&entities, message, length))
                });
            });
        }
        group.finish();
    }
    criterion.bench_function("names/reading the standard model", |bencher| {
        bencher.iter(|| NameModel::read(black_box(STANDARD)).expect("the model is good"));
    });
}

criterion_group!(benches, names);
criterion_main!(benches);

const STANDARD: &[u8] = include_bytes!("../../../models/names-standard.bin");
const TINY: &[u8] = include_bytes!("../../../models/names-tiny.bin");
