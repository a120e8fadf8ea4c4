//! `is | the CEO of Acme` as `is CEO of | Acme`: what somebody is to a named one is a fact of both.

use std::collections::VecDeque;

use crate::entity::EntityKind;
use crate::event::Span;
use crate::graph::Entity;
use crate::relation::{Relation, RelationKind};

/// What somebody is to a named one.
pub(super) struct Office<'a> {
    /// `is CEO of`, without an article.
    pub(super) predicate: String,
    /// To whom.
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
        let place = self.0.iter().rev().find(|place| place.start == start && place.end == end)?;
        Some(Entity { name: &place.name, kind: place.kind.as_str() })
    }
}

/// The office that `relation` says its subject has, of an entity that ends where its object ends. `None` for other relations:
/// `one of the founders of Acme` is no office of the founders.
pub(super) fn office<'a>(relation: &Relation, places: &'a Places) -> Option<Office<'a>> {
    let Relation { kind, predicate, object, .. } = relation;
    if !matches!(kind, RelationKind::Copula | RelationKind::Apposition) || object.entity.is_some() {
        return None;
    }
    let (role, whole) = object.text.split_once(" of ")?;
    let role = without_article(role);
    if role.is_empty() {
        return None;
    }
    let of = [whole, without_article(whole)].into_iter().find_map(|name| {
        let start = object.end.checked_sub(name.len() as u64)?;
        places.at(start, object.end)
    })?;
    Some(Office { predicate: format!("{} {role} of", predicate.text), of })
}

fn without_article(phrase: &str) -> &str {
    match phrase.split_once(' ') {
        Some((article, rest)) if ARTICLES.iter().any(|known| known.eq_ignore_ascii_case(article)) => rest,
        _ => phrase,
    }
}

const ARTICLES: [&str; 3] = ["the", "a", "an"];
/// A sentence of relations has 200 words where nothing else is said.
const MOST_PLACES: usize = 256;
