//! The temporal graph by its rules alone: lists that are walked from end to end.

use std::collections::BTreeSet;

use midstream::graph::{Fact, Limits, Moment};

/// A graph that keeps every edge in one list and looks at all of them for everything.
#[derive(Debug, Default)]
pub struct SlowGraph {
    functional: BTreeSet<String>,
    limits: Limits,
    /// Name, kind, last use.
    pub nodes: Vec<(String, String, u64)>,
    /// The edges, as they were recorded.
    pub edges: Vec<SlowEdge>,
    uses: u64,
    latest: Option<Moment>,
}

/// An edge with each end that it has had.
#[derive(Debug, Clone, PartialEq)]
pub struct SlowEdge {
    /// Subject, predicate, object.
    pub triple: [String; 3],
    /// Whether it was said not to be so.
    pub negated: bool,
    /// Since when it has been so.
    pub from: Moment,
    /// Whether that was not said.
    pub assumed: bool,
    /// When it became known, and the end that became known then; the first by the record itself.
    pub ends: Vec<(Moment, Moment)>,
    /// How often it was said.
    pub mentions: u16,
    last_use: u64,
}

impl SlowEdge {
    fn to(&self) -> Moment {
        self.ends.last().expect("there is one from the beginning").1
    }

    fn meets(&self, from: Moment, to: Moment) -> bool {
        self.from < self.to() && self.from < to && from < self.to()
    }

    /// Whether it was so at `valid`, as was known at `recorded`.
    pub fn holds(&self, valid: Moment, recorded: Moment) -> bool {
        let known = self.ends.iter().rev().find(|(at, _)| *at <= recorded);
        known.is_some_and(|(_, to)| self.from <= valid && valid < *to)
    }
}

impl SlowGraph {
    /// An empty graph with these functional predicates; limits of texts are not its business.
    pub fn new(functional: &[&str], limits: Limits) -> Self {
        let functional = functional.iter().map(|&predicate| predicate.to_owned()).collect();
        Self { functional, limits, ..Self::default() }
    }

    /// Takes a valid fact.
    pub fn apply(&mut self, fact: &Fact<'_>, now: Moment) {
        let said_at = now;
        let now = self.latest.map_or(now, |latest| latest.max(now));
        self.latest = Some(now);
        self.use_nodes(fact);
        let triple = [fact.subject.name, fact.predicate, fact.object.name].map(str::to_owned);
        let mut from = fact.valid_from;
        let mut to = fact.valid_to.unwrap_or(Moment::MAX);
        let mut start = from.unwrap_or(if said_at < to { said_at } else { Moment::MIN });
        for edge in self.edges.iter_mut().rev() {
            if edge.triple == triple && edge.negated != fact.negated && edge.meets(start, to) {
                if start < edge.from && from.is_none() && fact.valid_to.is_none() {
                    to = edge.from;
                } else {
                    edge.ends.push((now, edge.from.max(start)));
                }
            }
        }
        let same_subject = self.functional.contains(fact.predicate);
        let same_object = !same_subject && self.functional.contains(&format!("^{}", fact.predicate));
        let functional = (same_subject || same_object) && !fact.negated;
        let is_rival = |other: &[String; 3]| {
            other[1] == triple[1]
                && *other != triple
                && (same_subject && other[0] == triple[0] || same_object && other[2] == triple[2])
        };
        let (dated, closed) = (from.is_some(), fact.valid_to.is_some());
        let guessed = |edge: &SlowEdge| dated && edge.assumed && edge.from <= said_at;
        if functional && !closed {
            let rivals = self
                .edges
                .iter()
                .filter(|edge| is_rival(&edge.triple) && !edge.negated && edge.from < edge.to() && !guessed(edge));
            to = rivals.map(|edge| edge.from).filter(|later| start < *later).fold(to, Moment::min);
        }
        let count = self.edges.len();
        for at in (0..count).rev() {
            let edge = &mut self.edges[at];
            let same = edge.triple == triple;
            let rival = functional && is_rival(&edge.triple);
            if edge.negated != fact.negated || !(same || rival) || !edge.meets(start, to) {
                continue;
            }
            let ends = edge.to();
            if rival {
                if edge.from < start {
                    edge.ends.push((now, start));
                } else if !closed && start < edge.from && !guessed(edge) {
                    to = edge.from;
                } else if from.is_none() && ends < to {
                    start = ends;
                } else {
                    edge.ends.push((now, edge.from));
                }
                continue;
            }
            let closes = fact.valid_to.is_some() && ends == Moment::MAX && (edge.from <= start || from.is_none());
            let better = from.is_some() && edge.assumed;
            let within = edge.from <= start && to <= ends && (!better || edge.from == start);
            if closes || within {
                if closes {
                    edge.ends.push((now, to));
                }
                edge.mentions += 1;
                self.uses += 1;
                edge.last_use = self.uses;
                return;
            }
            start = if better { start } else { start.min(edge.from) };
            to = if fact.valid_to.is_some() { to } else { to.max(ends) };
            edge.ends.push((now, edge.from));
        }
        from = fact.valid_from;
        while self.edges.len() >= self.limits.max_edges {
            let oldest = (0..self.edges.len()).min_by_key(|&at| self.edges[at].last_use).expect("it is full");
            self.edges.remove(oldest);
        }
        self.uses += 1;
        self.edges.push(SlowEdge {
            triple,
            negated: fact.negated,
            from: start,
            assumed: from.is_none(),
            ends: vec![(now, to)],
            mentions: 1,
            last_use: self.uses,
        });
    }

    fn use_nodes(&mut self, fact: &Fact<'_>) {
        let wanted = [fact.subject, fact.object];
        for entity in wanted {
            self.uses += 1;
            if let Some(node) = self.nodes.iter_mut().find(|node| node.0 == entity.name && node.1 == entity.kind) {
                node.2 = self.uses;
            }
        }
        let missing: BTreeSet<_> = wanted
            .iter()
            .map(|entity| (entity.name, entity.kind))
            .filter(|(name, kind)| !self.nodes.iter().any(|node| node.0 == *name && node.1 == *kind))
            .collect();
        while self.nodes.len() + missing.len() > self.limits.max_nodes {
            let oldest = (0..self.nodes.len()).min_by_key(|&at| self.nodes[at].2).expect("it is full");
            let (name, ..) = self.nodes.remove(oldest);
            self.edges.retain(|edge| edge.triple[0] != name && edge.triple[2] != name);
        }
        for entity in wanted {
            self.uses += 1;
            match self.nodes.iter_mut().find(|node| node.0 == entity.name && node.1 == entity.kind) {
                Some(node) => node.2 = self.uses,
                None => self.nodes.push((entity.name.to_owned(), entity.kind.to_owned(), self.uses)),
            }
        }
    }
}
