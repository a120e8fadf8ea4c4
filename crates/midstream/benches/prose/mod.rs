//! What the benchmarks of names and of relations read, and how.
//!
//! The text is written here, in the manner of an encyclopaedia and of a chat: about one word in seven is capitalised.

use midstream::entity::Entities;

/// About 100 KB of ASCII.
pub(crate) fn text() -> String {
    TEXT.repeat(100_000 / TEXT.len())
}

/// How many entities there are in `text`, read in pieces of so many bytes.
pub(crate) fn count_entities(entities: &Entities, text: &str, piece: usize) -> usize {
    let mut reader = entities.reader();
    let mut found = Vec::new();
    for piece in pieces(text, piece) {
        reader.push(piece, &mut found);
    }
    reader.finish(&mut found);
    found.len()
}

/// `text` in pieces of so many bytes.
pub(crate) fn pieces(text: &str, length: usize) -> impl Iterator<Item = &str> {
    text.as_bytes().chunks(length).map(|piece| std::str::from_utf8(piece).expect("the text is ASCII"))
}

/// Stretches of `text` of so many bytes, each beginning a little later than the one before it, without end.
pub(crate) fn messages(text: &str, length: usize) -> impl Iterator<Item = &str> {
    let mut from = 0;
    std::iter::from_fn(move || {
        from = (from + 37) % (text.len() - length);
        Some(&text[from..from + length])
    })
}

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
