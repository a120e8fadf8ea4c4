//! Exact-span precision, recall and F1 of a model, by set and by kind, over raw text.

use std::fs;
use std::path::Path;

use midstream::entity::{EntityKind, Found, NameModel, Recogniser};

use crate::corpora::{self, Kind, Sentence, Set};

pub(crate) fn run(data: &Path, model: &Path) -> Result<(), String> {
    let bytes = fs::read(model).map_err(|error| format!("can't read `{}`: {error}", model.display()))?;
    let model = NameModel::read(&bytes).map_err(|error| error.to_string())?;
    report(&model, &corpora::read(data, false)?);
    Ok(())
}

/// What a set of findings amounts to.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    right: usize,
    found: usize,
    wanted: usize,
}

impl Tally {
    pub(crate) fn f1(self) -> f64 {
        200.0 * self.right as f64 / (self.found + self.wanted).max(1) as f64
    }
}

/// Prints a line for each set.
pub(crate) fn report(model: &NameModel, sentences: &[Sentence]) {
    println!("set       all: P     R     F1   | PERSON  ORG    LOC   | lower  UPPER");
    for set in [Set::Ewt, Set::Wnut, Set::Twitter, Set::Filings, Set::Wikiann] {
        let sentences: Vec<&Sentence> = sentences.iter().filter(|sentence| sentence.set == set).collect();
        if sentences.is_empty() {
            continue;
        }
        let [person, organization, location] = tally(model, &sentences, str::to_owned);
        let all = sum([person, organization, location]);
        let lower = sum(tally(model, &sentences, str::to_ascii_lowercase));
        let upper = sum(tally(model, &sentences, str::to_ascii_uppercase));
        println!(
            "{:<9} {:>6.1} {:>5.1} {:>6.2} | {:>6.1} {:>6.1} {:>6.1} | {:>5.1} {:>5.1}",
            format!("{set:?}"),
            100.0 * all.right as f64 / all.found.max(1) as f64,
            100.0 * all.right as f64 / all.wanted.max(1) as f64,
            all.f1(),
            person.f1(),
            organization.f1(),
            location.f1(),
            lower.f1(),
            upper.f1(),
        );
    }
}

fn sum(tallies: [Tally; 3]) -> Tally {
    tallies.into_iter().fold(Tally::default(), |a, b| Tally {
        right: a.right + b.right,
        found: a.found + b.found,
        wanted: a.wanted + b.wanted,
    })
}

/// People, organisations, places. `change` must not change lengths.
fn tally(model: &NameModel, sentences: &[&Sentence], change: fn(&str) -> String) -> [Tally; 3] {
    let kinds = [
        (Kind::Person, EntityKind::PERSON),
        (Kind::Organization, EntityKind::ORGANIZATION),
        (Kind::Location, EntityKind::LOCATION),
    ];
    let mut tallies = [Tally::default(); 3];
    for sentence in sentences {
        let found = names(model, &change(&sentence.text));
        for (tally, (kind, name)) in tallies.iter_mut().zip(&kinds) {
            let wanted: Vec<_> = sentence.names.iter().filter(|(.., of)| of == kind).collect();
            let found: Vec<_> = found.iter().filter(|found| found.kind == *name).collect();
            tally.wanted += wanted.len();
            tally.found += found.len();
            tally.right += wanted
                .iter()
                .filter(|(start, end, _)| found.iter().any(|f| f.start == *start as u64 && f.end == *end as u64))
                .count();
        }
    }
    tallies
}

pub(crate) fn names(model: &NameModel, text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut names = model.start();
    names.push(text, &mut found);
    names.finish(&mut found);
    found
}
