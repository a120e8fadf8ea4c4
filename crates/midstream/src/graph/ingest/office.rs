//! `is | the CEO of Acme` as `is CEO of | Acme`: what somebody is to a named one is a fact of both.

use std::collections::VecDeque;

use super::PHRASE;
use crate::entity::EntityKind;
use crate::event::Span;
use crate::graph::{Entity, Graph};
use crate::relation::{Argument, Relation, RelationKind};

/// What somebody is to a named one.
pub(super) struct Office<'a> {
    /// Who.
    pub(super) holder: &'a Argument,
    /// `is CEO of`, without an article.
    pub(super) predicate: String,
    /// `CEO`.
    role: String,
    /// To whom: an entity, or what is written like a name.
    pub(super) of: Entity<'a>,
}

/// Where a text's latest entities stand.
#[derive(Debug, Default)]
pub(super) struct Places(VecDeque<Place>);

#[derive(Debug)]
struct Place {
    start: u64,
    end: u64,
    name: String,
    kind: EntityKind,
}

impl Places {
    /// Takes the next entity, which is called `name`.
    pub(super) fn push(&mut self, span: &Span, name: &str, kind: &EntityKind) {
        if self.0.len() == MOST_PLACES {
            self.0.pop_front();
        }
        self.0.push_back(Place { start: span.start, end: span.end, name: name.to_owned(), kind: kind.clone() });
    }

    fn at(&self, start: u64, end: u64) -> Option<Entity<'_>> {
        self.0.iter().rev().find(|place| place.start == start && place.end == end).map(Place::entity)
    }
}

impl Place {
    fn entity(&self) -> Entity<'_> {
        Entity { name: &self.name, kind: self.kind.as_str() }
    }
}

impl Office<'_> {
    /// The predicate of who has it now, where one has it at a time: `is`, or `has been` since a time.
    pub(super) fn held(&self, relation: &Relation, graph: &Graph) -> Option<String> {
        let since = relation.time.as_ref().is_some_and(|time| time.since.is_some() && time.until.is_none());
        let is_now = relation.predicate.text == "is" || since && relation.predicate.text == "has been";
        if is_now { single(&self.role, graph) } else { None }
    }

    /// The predicate of who has it from now on, where one has it at a time: `became CEO of Acme` says `is CEO of Acme`, too.
    pub(super) fn brought(&self, relation: &Relation, graph: &Graph) -> Option<String> {
        let verb = relation.predicate.text.strip_suffix(" as").unwrap_or(&relation.predicate.text);
        let brings = BRINGING.contains(&verb.rsplit(' ').next()?);
        if brings { single(&self.role, graph) } else { None }
    }
}

/// The office that `relation` says somebody has: its subject (`Ann is the CEO of Acme`), or its object where the subject is the
/// office (`Acme's CEO is Ann`). `None` for other relations: `one of the founders of Acme` is no office of the founders.
pub(super) fn office<'a>(relation: &'a Relation, places: &'a Places) -> Option<Office<'a>> {
    let Relation { kind, subject, predicate, object, .. } = relation;
    let is_person = |argument: &Argument| argument.kind.as_ref() == Some(&EntityKind::PERSON);
    let verb = predicate.text.rsplit(' ').next().unwrap_or_default();
    let (holder, role) = match kind {
        RelationKind::Copula if subject.entity.is_none() && is_person(object) => (object, subject),
        RelationKind::Possession => return None,
        RelationKind::Verb if !MAKING.contains(&verb) => return None,
        _ => (subject, object),
    };
    if role.entity.is_some() {
        return None;
    }
    let (role, of) = of(role, places).or_else(|| at(role, places))?;
    Some(Office { holder, predicate: format!("{} {role} of", predicate.text), role, of })
}

/// By what predicate the graph knows that one has an office at a time, where it does: `is prime minister of` for a `Prime Minister`.
fn single(role: &str, graph: &Graph) -> Option<String> {
    let small = |word: &str| {
        let is_name = word.chars().nth(1).is_some_and(char::is_lowercase);
        if is_name { word.to_lowercase() } else { word.to_owned() }
    };
    let words: Vec<_> = role.split(' ').map(small).collect();
    Some(format!("is {} of", words.join(" "))).filter(|predicate| graph.is_single(predicate))
}

/// The office that somebody takes over from another: `succeeded Bob as CEO of Acme`.
pub(super) fn succession<'a>(
    relation: &'a Relation,
    places: &'a Places,
    graph: &Graph,
) -> Option<(String, Entity<'a>)> {
    let verb = relation.predicate.text.rsplit(' ').next()?;
    if relation.kind != RelationKind::Verb || !SUCCEEDING.contains(&verb) || relation.negated || relation.hedged {
        return None;
    }
    relation.adjuncts.iter().find_map(|adjunct| {
        let (role, of) = of(adjunct, places)?;
        Some((single(without_article(role.strip_prefix("as ")?), graph)?, of))
    })
}

/// `the CEO of Acme`: `CEO`, `Acme`.
fn of<'a>(phrase: &'a Argument, places: &'a Places) -> Option<(String, Entity<'a>)> {
    let (role, whole) = phrase.text.split_once(" of ")?;
    let role = without_article(role);
    let names = [whole, without_article(whole)];
    let known = names.into_iter().find_map(|name| {
        let start = phrase.end.checked_sub(name.len() as u64)?;
        places.at(start, phrase.end)
    });
    let is_name = |name: &str| name.split(' ').all(|word| word.starts_with(char::is_uppercase));
    let of = known.or_else(|| is_name(names[1]).then_some(Entity { name: names[1], kind: PHRASE }))?;
    (!role.is_empty()).then(|| (role.to_owned(), of))
}

/// `former Apple CEO`, `Acme's head`: `former CEO`, `Apple`. What a place's people are called is no place: `German chancellor`.
fn at<'a>(phrase: &'a Argument, places: &'a Places) -> Option<(String, Entity<'a>)> {
    let inside = |place: &&Place| phrase.start <= place.start && place.end < phrase.end;
    let place = places.0.iter().rev().find(inside)?;
    let text = &phrase.text;
    // As long as it is in the text: no marks of Markdown in it.
    let exact = text.len() as u64 == phrase.end - phrase.start;
    let (from, to) = ((place.start - phrase.start) as usize, (place.end - phrase.start) as usize);
    let (before, name, behind) = (text.get(..from)?, text.get(from..to)?, text.get(to..)?);
    let owned = ["'s ", "’s "].into_iter().find_map(|ending| behind.strip_prefix(ending));
    let role = owned.or_else(|| {
        let is_whole = place.kind == EntityKind::ORGANIZATION || !name.contains(char::is_lowercase);
        behind.strip_prefix(' ').filter(|_| is_whole)
    })?;
    let before = without_article(before).trim_start().to_ascii_lowercase();
    (exact && !role.is_empty()).then(|| (before + role, place.entity()))
}

fn without_article(phrase: &str) -> &str {
    match phrase.split_once(' ') {
        Some((article, rest)) if ARTICLES.iter().any(|known| known.eq_ignore_ascii_case(article)) => rest,
        _ => phrase,
    }
}

/// Words with which what makes somebody something ends: `became`, `was appointed`, `serves as`.
const MAKING: [&str; 9] = ["become", "becomes", "became", "as", "appointed", "named", "elected", "remains", "remained"];
/// Verbs that leave one in an office, without the `as` behind them.
const BRINGING: [&str; 7] = ["became", "becomes", "appointed", "named", "elected", "serves", "remains"];
/// Verbs of those who come behind another.
const SUCCEEDING: [&str; 4] = ["succeeded", "succeeds", "replaced", "replaces"];
const ARTICLES: [&str; 3] = ["the", "a", "an"];
/// A sentence of relations has 200 words where nothing else is said.
const MOST_PLACES: usize = 256;
