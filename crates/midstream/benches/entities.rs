//! How fast names are found: long text in pieces, and short messages each by itself.
//!
//! The text is written here, in the manner of an encyclopaedia and of a chat: about one word in seven is capitalised.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use midstream::entity::{Entities, NameModel};
use std::hint::black_box;

fn names(criterion: &mut Criterion) {
    for (model, bytes) in [("standard", STANDARD), ("tiny", TINY)] {
        let entities =
            Entities { names: Some(NameModel::read(bytes).expect("the model is good")), ..Entities::default() };
        let mut group = criterion.benchmark_group(format!("names/{model}"));
        let text = TEXT.repeat(100_000 / TEXT.len());
        for piece in [16 * 1024, 16] {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(format!("pieces of {piece} B"), |bencher| {
                bencher.iter(|| {
                    let mut reader = entities.reader();
                    let mut found = Vec::new();
                    for piece in text.as_bytes().chunks(piece) {
                        reader.push(std::str::from_utf8(piece).expect("the text is ASCII"), &mut found);
                    }
                    reader.finish(&mut found);
                    black_box(found.len())
                });
            });
        }
        for length in [60, 500] {
            group.throughput(Throughput::Bytes(length as u64));
            group.bench_function(format!("a message of {length} B"), |bencher| {
                let mut from = 0;
                bencher.iter(|| {
                    from = (from + 37) % (text.len() - length);
                    let mut reader = entities.reader();
                    let mut found = Vec::new();
                    reader.push(&text[from..from + length], &mut found);
                    reader.finish(&mut found);
                    black_box(found.len())
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

const TEXT: &str = "\
The harbour of Rotterdam is the largest in Europe. In 2004 it was overtaken by Singapore, and then by Shanghai, when ships \
that had called there for decades began to sail to the east. Willem Jansen, who ran the port authority for nine years, told \
reporters of the Daily Herald that he had seen it coming. \"We knew,\" he said, \"that nobody could stop it.\" His successor, \
Maria de Groot of Northern Shipping Inc., thought otherwise: she wanted new terminals, deeper water and a railway line to \
the Ruhr area in Germany, which the government in The Hague had promised her and then never paid for.\n\
Sure, here is a short summary of what happened next. The company bought three of its competitors, sold two of them again \
within a year, and moved its offices from Antwerp to a quiet street near the station. Most of the people who worked there \
stayed. If you want, I can also list the sources that I have used, or write a longer version with the figures for each year \
in a table. Let me know which of these would help you most!\n\
- First, check that the numbers add up; the report by Ernst and his team has an error on page 12.\n\
- Then write to Susan Miller at the University of Leeds, and ask her for the data from last summer.\n";
