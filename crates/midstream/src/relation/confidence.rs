//! How likely a relation is to be what the sentence says: a logistic regression over its form, as ReVerb's confidence
//! function is (Fader, Soderland, Etzioni 2011, 4.2).
//!
//! Every feature can be told from the relation and its sentence alone, so `bench/relations/fit.py` finds the weights
//! from what `midstream relations` prints.

use super::clause::Finding;
use super::event::RelationKind;
use crate::tagger::exp;

/// A probability, from a relation of a sentence of so many words.
pub(super) fn confidence(finding: &Finding, sentence: usize) -> f32 {
    let features = features(finding, sentence);
    let score: f32 = features.iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum();
    let probability = if score > 0.0 { 1.0 / (1.0 + exp(-score)) } else { 1.0 - 1.0 / (1.0 + exp(score)) };
    // Told to four decimals, like all that is kept of it.
    (probability * 1e4).round() / 1e4
}

fn features(finding: &Finding, sentence: usize) -> [f32; FEATURES] {
    let is = |condition: bool| f32::from(u8::from(condition));
    let length = |(from, to): (usize, usize)| to - from;
    let subject = finding.subject.words;
    let (predicate, between, behind) = match finding.predicate {
        Some(predicate) => {
            let end = finding.preposition.map_or(predicate.1, |(_, to)| to);
            let words = length(predicate) + finding.preposition.map_or(0, length);
            (words, predicate.0.saturating_sub(subject.1), finding.object.words.0.saturating_sub(end))
        }
        None => (0, 0, 0),
    };
    [
        1.0,
        is(finding.kind == RelationKind::Copula),
        is(finding.kind == RelationKind::Apposition),
        is(finding.kind == RelationKind::Possession),
        is((1..4).contains(&between)),
        is(between >= 4),
        is(behind > 0),
        is(finding.predicate.is_some_and(|predicate| finding.object.words.1 <= predicate.0)),
        is(length(subject) == 1),
        is(length(subject) > 5),
        is(length(finding.object.words) == 1),
        is(length(finding.object.words) > 7),
        is(predicate > 1),
        is(predicate > 3),
        finding.adjuncts.len().min(3) as f32,
        sentence.min(60) as f32 / 10.0,
    ]
}

const FEATURES: usize = 16;
/// In the order of the features; found by `bench/relations/fit.py` on CaRB's development set.
const WEIGHTS: [f32; FEATURES] =
    [1.20, -0.16, 0.14, -1.19, -0.13, -0.32, -0.60, 0.92, -0.40, 0.23, -0.73, 0.98, 0.49, 0.86, 0.53, -0.39];
