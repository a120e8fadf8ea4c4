//! What rules make of a text.

use midstream::pattern::{Match, Passage, Redactor};

/// What `redactor` lets out of a text in these pieces, what it found, in the order in which it told, and how it ended.
pub fn redacted<'a>(
    mut redactor: Redactor,
    pieces: impl IntoIterator<Item = &'a str>,
) -> (String, Vec<Match>, Passage) {
    let (mut out, mut found) = (String::new(), Vec::new());
    for piece in pieces {
        redactor.push(piece, &mut out);
        found.extend(redactor.matches());
    }
    redactor.finish(&mut out);
    found.extend(redactor.matches());
    (out, found, redactor.passage())
}
