//! `Ann left Acme`: what somebody does that ends what was known of the two.
//!
//! Only what is known and open is ended, and only where the verb leaves no doubt. What ended it is a fact of its own.

use super::valid::stem;
use super::{HOMES, MARRIED};
use crate::entity::EntityKind;
use crate::graph::{Direction, EdgeId, Entity, Graph};

/// What a verb ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    Marriage,
    /// Work and offices.
    Work,
    /// The same, where it is an organisation's: who left Paris may still live there.
    WorkThere,
    Owning,
    Home,
}

/// The edges between `subject` and `object` that `predicate` ends.
pub(super) fn ended(graph: &Graph, subject: Entity<'_>, predicate: &str, object: Entity<'_>) -> Vec<EdgeId> {
    let verb = HELPING.iter().find_map(|word| predicate.strip_prefix(word)).unwrap_or(predicate);
    let as_what = verb.split_once(" as ");
    let verb = as_what.map_or(verb, |(verb, _)| verb);
    let Some((_, ends)) = VERBS.iter().find(|(known, _)| *known == verb) else { return Vec::new() };
    let of_people = object.kind == EntityKind::ORGANIZATION.as_str();
    let [subject, object] = [subject, object].map(|end| graph.find(end.name, end.kind));
    let (Some(subject), Some(object)) = (subject, object) else { return Vec::new() };
    if subject == object || *ends == Ends::WorkThere && !of_people {
        return Vec::new();
    }
    let is_ended = |known: &str| match (ends, as_what) {
        (Ends::Marriage, _) => MARRIED.contains(&known),
        (Ends::Work | Ends::WorkThere, Some((_, role))) => {
            known.strip_prefix("is ").is_some_and(|known| known.eq_ignore_ascii_case(role))
        }
        (Ends::Work | Ends::WorkThere, None) => {
            let verb = known.split(' ').next().unwrap_or_default();
            WORK.contains(&stem(verb)) || MEMBER.contains(&known) || known.ends_with(" of") && graph.is_single(known)
        }
        (Ends::Owning, _) => OWNING.contains(&known),
        (Ends::Home, _) => HOMES.contains(&known),
    };
    let direction = if *ends == Ends::Marriage { Direction::Both } else { Direction::Out };
    let edges = graph.neighbours(subject, direction, None).take(MOST_EDGES);
    let edges = edges.filter(|edge| edge.other(subject).id() == object && !edge.is_negated());
    edges.filter(|edge| is_ended(edge.predicate())).map(|edge| edge.id()).collect()
}

const HELPING: [&str; 3] = ["has ", "have ", "had "];
const VERBS: [(&str, Ends); 17] = [
    ("divorced", Ends::Marriage),
    ("got divorced from", Ends::Marriage),
    ("left", Ends::WorkThere),
    ("quit", Ends::WorkThere),
    ("resigned", Ends::Work),
    ("resigned from", Ends::Work),
    ("retired", Ends::Work),
    ("retired from", Ends::Work),
    ("stepped down", Ends::Work),
    ("stepped down from", Ends::Work),
    ("was fired from", Ends::Work),
    ("was fired by", Ends::Work),
    ("was dismissed from", Ends::Work),
    ("was ousted", Ends::Work),
    ("was ousted from", Ends::Work),
    ("sold", Ends::Owning),
    ("moved out of", Ends::Home),
];
/// What forms of verbs have in common by which somebody works somewhere.
const WORK: [&str; 2] = ["work", "join"];
const MEMBER: [&str; 3] = ["is member of", "is employee of", "is director of"];
const OWNING: [&str; 5] = ["owns", "has", "bought", "acquired", "has acquired"];
/// How many of the latest edges are looked at.
const MOST_EDGES: usize = 256;
