//! By what predicate something is denied: `does not live in` is `lives in`, negated, and ends what is known by that name or by
//! another form of it.

use super::valid::stem;
use crate::graph::{Direction, Entity, Graph};

/// The predicate that says of `subject` and `object` what `denied` denies: the one that the graph knows it by, or else its own
/// without the denial. What did not happen is called as the text has it: `did not go to` is no other word for `went to`.
pub(super) fn denied(graph: &Graph, subject: Entity<'_>, denied: &str, object: Entity<'_>) -> String {
    let affirmed = affirmed(denied);
    let known = known(graph, subject, &affirmed, object);
    known.unwrap_or_else(|| if affirmed.starts_with("did ") { denied.to_owned() } else { affirmed })
}

/// The latest predicate by which `graph` knows what a denial of `affirmed` ends.
pub(super) fn known(graph: &Graph, subject: Entity<'_>, affirmed: &str, object: Entity<'_>) -> Option<String> {
    let [subject, object] = [subject, object].map(|end| graph.find(end.name, end.kind));
    let edges = graph.neighbours(subject?, Direction::Out, None).take(MOST_EDGES);
    let known = edges.filter(|edge| Some(edge.object().id()) == object && !edge.is_negated());
    known.map(|edge| edge.predicate()).find(|known| is_other_form(affirmed, known)).map(str::to_owned)
}

/// A predicate in the present or past as if it were not denied: `does not live in`, `isn't based in`.
fn affirmed(denied: &str) -> String {
    let mut affirmed = String::new();
    let mut does = false;
    for word in denied.split(' ') {
        let word = word.strip_suffix("n't").or_else(|| word.strip_suffix("n’t")).unwrap_or(word);
        let word = match word {
            "ca" | "cannot" => "can",
            "wo" => "will",
            other => other,
        };
        does |= word == "does";
        if DENYING.contains(&word) {
            continue;
        }
        affirmed.push_str(if affirmed.is_empty() { "" } else { " " });
        let (stem, ending) = if std::mem::take(&mut does) { third_person(word) } else { (word, "") };
        affirmed.push_str(stem);
        affirmed.push_str(ending);
    }
    if affirmed.is_empty() { denied.to_owned() } else { affirmed }
}

/// What is left of a verb in the third person, and how that ends.
fn third_person(verb: &str) -> (&str, &str) {
    let ends = |endings: &[&str]| endings.iter().any(|ending| verb.ends_with(ending));
    match verb.strip_suffix('y') {
        _ if verb == "have" => ("ha", "s"),
        Some(rest) if !ends(&["ay", "ey", "oy", "uy"]) => (rest, "ies"),
        _ if ends(&["s", "x", "z", "o", "ch", "sh"]) => (verb, "es"),
        _ => (verb, "s"),
    }
}

/// Whether `known` is so of the time of which `denied` is not, by the same verb: `lives in` also denies `lived in` and `has lived
/// in`, but `did live in` no `lives in`.
fn is_other_form(denied: &str, known: &str) -> bool {
    let verbs = |predicate: &str| -> Vec<String> {
        let words = predicate.split(' ').filter(|word| !HELPING.contains(word) || predicate == *word);
        words.map(|word| stem(word).to_owned()).collect()
    };
    (is_past(known) || !is_past(denied)) && verbs(denied) == verbs(known)
}

/// `was`, `did live in`, `lived in`, but not `has lived in`, `is based in`.
fn is_past(predicate: &str) -> bool {
    let verb = predicate.split(' ').next().unwrap_or_default();
    ["was", "were", "did", "had"].contains(&verb) || verb.ends_with("ed")
}

const DENYING: [&str; 8] = ["do", "does", "not", "never", "no", "longer", "neither", "nor"];
const HELPING: [&str; 4] = ["did", "has", "have", "had"];
/// How many of the latest edges are looked at.
const MOST_EDGES: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_is_of_what_is_said_without_it() {
        for (denied, expected) in [
            ("does not live in", "lives in"),
            ("doesn't have", "has"),
            ("do not work for", "work for"),
            ("isn't based in", "is based in"),
            ("can't leave", "can leave"),
            ("won’t sell", "will sell"),
            ("no longer lives in", "lives in"),
            ("does no longer carry", "carries"),
            ("did not go to", "did go to"),
            ("is", "is"),
            ("never", "never"),
        ] {
            assert_eq!(affirmed(denied), expected);
        }
        for (denied, known, expected) in [
            ("lives in", "lived in", true),
            ("lives in", "has lived in", true),
            ("did live in", "lived in", true),
            ("did live in", "lives in", false),
            ("working at", "works at", true),
            ("has", "has", true),
            ("lives in", "lives at", false),
        ] {
            assert_eq!(is_other_form(denied, known), expected, "{denied}, {known}");
        }
    }
}
