//! How fast relations are found: long text in pieces, and short messages each by itself. The entities are found in the same
//! pass; `values` are the kinds that have a form, alone.

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
    let settings = Relations { entities: entities.clone(), parts_of_speech: parts, max_words: None };
    let text = TEXT.repeat(100_000 / TEXT.len());
    let read = |settings: &Relations, text: &str, piece: usize| {
        let mut ids = settings.entities.linker();
        let mut reader = settings.reader(0, Channel::Text);
        let mut found = Vec::new();
        for piece in text.as_bytes().chunks(piece) {
            reader.push(std::str::from_utf8(piece).expect("the text is ASCII"), &mut ids, &mut found);
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
            bencher.iter(|| {
                let mut reader = entities.reader();
                let mut found = Vec::new();
                for piece in text.as_bytes().chunks(16 * 1024) {
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
                black_box(read(&settings, &text[from..from + length], length))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, relations);
criterion_main!(benches);

const TEXT: &str = "\
The harbour of Rotterdam is the largest in Europe. In 2004 it was overtaken by Singapore, and then by Shanghai, when ships \
that had called there for decades began to sail to the east. Willem Jansen, who ran the port authority for nine years, told \
reporters of the Daily Herald that he had seen it coming. His successor, Maria de Groot of Northern Shipping Inc., thought \
otherwise: she wanted new terminals, deeper water and a railway line to the Ruhr area in Germany, which the government in \
The Hague had promised her and then never paid for. The line would have cost $2.5 billion by 12 May 2009.\n\
Sure, here is a short summary of what happened next. The company bought three of its competitors, sold two of them again \
within a year, and moved its offices from Antwerp to a quiet street near the station. Most of the people who worked there \
stayed. If you want, I can also list the sources that I have used, or write a longer version with the figures for each year \
in a table. Let me know which of these would help you most!\n\
- First, check that the numbers add up; the report by Ernst and his team has an error on page 12.\n\
- Then write to susan.miller@leeds.example, and ask her for the data from last summer.\n";
