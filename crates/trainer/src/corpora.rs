//! The annotated texts that models are trained on and measured with.

use std::fs;
use std::path::Path;

/// A sentence with the names in it.
#[derive(Debug, Clone)]
pub(crate) struct Sentence {
    pub(crate) text: String,
    /// First byte, one past the last, kind. In order, not overlapping.
    pub(crate) names: Vec<(usize, usize, Kind)>,
    pub(crate) set: Set,
}

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Person,
    Organization,
    Location,
    /// Nationalities, works, products: tagged so that they are told from the others, never reported.
    Other,
}

/// Where a sentence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Set {
    Ewt,
    Wnut,
    Twitter,
    Filings,
    Wikiann,
    /// [`Maker`](crate::made::Maker)'s.
    Made,
}

impl Set {
    /// Whether other names than people, organisations and places are annotated.
    pub(crate) fn knows_others(self) -> bool {
        matches!(self, Self::Ewt | Self::Wnut | Self::Filings)
    }
}

/// Files with annotated names, below the data folder.
const FILES: &[(&str, Set, bool)] = &[
    ("ner/uner-ewt/train.iob2", Set::Ewt, true),
    ("ner/wnut17/train.conll", Set::Wnut, true),
    ("ner/btc/a.conll", Set::Twitter, true),
    ("ner/btc/b.conll", Set::Twitter, true),
    ("ner/btc/e.conll", Set::Twitter, true),
    ("ner/btc/g.conll", Set::Twitter, true),
    ("ner/sec-filings/train.conll", Set::Filings, true),
    ("ner/wikiann-en/train.conllu", Set::Wikiann, true),
    ("ner/uner-ewt/dev.iob2", Set::Ewt, false),
    ("ner/wnut17/dev.conll", Set::Wnut, false),
    ("ner/btc/f.conll", Set::Twitter, false),
];

/// Reads the sentences to train on (`true`) or to measure with (`false`).
pub(crate) fn read(data: &Path, train: bool) -> Result<Vec<Sentence>, String> {
    let mut sentences = Vec::new();
    for (path, set, for_training) in FILES {
        if *for_training == train {
            let path = data.join(path);
            let text =
                fs::read_to_string(&path).map_err(|error| format!("can't read `{}`: {error}", path.display()))?;
            parse(&text, *set, &mut sentences);
        }
    }
    Ok(sentences)
}

fn parse(file: &str, set: Set, sentences: &mut Vec<Sentence>) {
    let mut raw: Option<&str> = None;
    let mut rows: Vec<(&str, &str)> = Vec::new();
    for line in file.lines().chain([""]) {
        if line.trim().is_empty() {
            if !rows.is_empty() {
                sentences.push(sentence(raw, &rows, set));
            }
            rows.clear();
            raw = None;
        } else if let Some(comment) = line.strip_prefix("# ").filter(|_| set == Set::Ewt) {
            raw = comment.strip_prefix("text = ").or(raw);
        } else if !line.starts_with("-DOCSTART-") {
            rows.extend(row(line, set));
        }
    }
}

/// The token and the tag of a line.
fn row(line: &str, set: Set) -> Option<(&str, &str)> {
    let tabs: Vec<&str> = line.split('\t').collect();
    match set {
        Set::Ewt | Set::Wikiann => Some((tabs.get(1)?, tabs.get(2)?)),
        Set::Wnut | Set::Twitter => Some((tabs.first()?, tabs.get(1)?)),
        Set::Filings => {
            let mut cells = line.split(' ');
            Some((cells.next()?, cells.next_back()?))
        }
        Set::Made => None,
    }
}

/// Puts tokens back into a text: as it was written, where that is known, else with spaces between them.
fn sentence(raw: Option<&str>, rows: &[(&str, &str)], set: Set) -> Sentence {
    let mut text = raw.unwrap_or_default().to_owned();
    let mut names: Vec<(usize, usize, Kind)> = Vec::new();
    let mut at = 0;
    let mut last = "O";
    let mut mention = false;
    for (token, tag) in rows {
        let start = match raw {
            Some(raw) => raw[at..].find(token).map_or(at, |found| at + found),
            None => {
                // The Broad Twitter Corpus cuts `@name` in two, and takes all of them for people.
                if !text.is_empty() && !mention {
                    text.push(' ');
                }
                text.push_str(token);
                text.len() - token.len()
            }
        };
        let end = (start + token.len()).min(text.len());
        let is_mention = mention || token.starts_with('@') && set == Set::Twitter;
        mention = *token == "@" && set == Set::Twitter;
        at = end;
        let kind = if is_mention { None } else { kind(tag.get(2..).unwrap_or_default()) };
        let Some(kind) = kind else {
            last = "O";
            continue;
        };
        let goes_on = tag.starts_with("I-") && last.get(2..) == tag.get(2..);
        match names.last_mut().filter(|_| goes_on) {
            Some(name) => name.1 = end,
            None => names.push((start, end, kind)),
        }
        last = tag;
    }
    Sentence { text, names, set }
}

fn kind(tag: &str) -> Option<Kind> {
    match tag {
        "PER" | "person" => Some(Kind::Person),
        "ORG" | "corporation" | "group" => Some(Kind::Organization),
        "LOC" | "location" => Some(Kind::Location),
        "" => None,
        _ => Some(Kind::Other),
    }
}
