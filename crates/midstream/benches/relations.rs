//! How fast relations are found: long text in pieces, and short messages each by itself. The entities are found in the same
//! pass; `values` are the kinds that have a form, alone.

mod prose;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use midstream::Channel;
use midstream::entity::{Entities, NameModel, structured};
use midstream::relation::Relations;
use midstream::tagger::PosModel;
use std::hint::black_box;

fn relations(criterion: &mut Criterion) {
    let names = NameModel::read(include_bytes!("../../../models/names-standard.bin")).expect("the model is good");
    let parts = PosModel::read(include_bytes!("../../../models/parts-of-speech.bin")).expect("the model is good");
    let values = Entities { structured: Some(structured::Settings::default()), ..Entities::default() };
    let entities = Entities { names: Some(names), ..values.clone() };
    let settings =
        Relations { entities: entities.clone(), parts_of_speech: parts, max_words: None, max_phrase_bytes: None };
    let text = prose::text();
    let read = |settings: &Relations, text: &str, piece: usize| {
        let mut ids = settings.entities.linker();
        let mut reader = settings.reader(0, Channel::Text);
        let mut found = Vec::new();
        for piece in prose::pieces(text, piece) {
            reader.push(piece, &mut ids, &mut found);
        }
        reader.finish(&mut ids, &mut found);
        found.len()
    };
    let mut group = criterion.benchmark_group("relations");
    group.throughput(Throughput::Bytes(text.len() as u64));
    for piece in [16 * 1024, 16] {
        group.bench_function(format!("pieces of {piece} B"), |bencher| {
            bencher.iter(|| black_box(read(&settings, &text, piece)));
        });
    }
    for (name, entities) in [("entities", &entities), ("values", &values)] {
        group.bench_function(format!("{name} alone"), |bencher| {
            bencher.iter(|| black_box(prose::count_entities(entities, &text, 16 * 1024)));
        });
    }
    for length in [60, 500] {
        group.throughput(Throughput::Bytes(length as u64));
        group.bench_function(format!("a message of {length} B"), |bencher| {
            let mut messages = prose::messages(&text, length);
            bencher.iter(|| {
                let message = messages.next().expect("there is no end of them");
                black_box(read(&settings, message, length))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, relations);
criterion_main!(benches);
