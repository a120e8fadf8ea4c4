//! How a fact changes what is known: the rules of time.
//!
//! A fact is compared with what its slot knows for overlapping times. The same statement confirms, extends or ends the
//! one that is there; another end of a functional predicate ends it; that it is not so ends that it is so, and the
//! other way round. Ends are added to an edge's record with the moment at which they became known; the record itself
//! stays as it was.

use super::change::Change;
use super::fact::{Entity, Fact, FactError};
use super::slab::NONE;
use super::store::{EdgeId, EdgeRecord, Graph, Marks, Revision, SLOT, Slot};
use midstream_values::Moment;

/// A stretch of valid time, and which of its ends were said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Period {
    pub(super) from: Moment,
    pub(super) to: Moment,
    pub(super) from_said: bool,
    pub(super) to_said: bool,
    /// By the clock that it came with.
    pub(super) said_at: Moment,
}

/// What a slot makes of a statement.
pub(super) enum Settled {
    /// It is known: this edge.
    Known(u32),
    /// It is new, for this time.
    New(Period),
}

impl Graph {
    /// Takes a fact that became known at `now`, and tells what it changed.
    ///
    /// Record time does not go backwards: what comes with a `now` before the latest one seen is recorded at that one, since
    /// it was not known before. Valid time does: where the fact does not say since when it is so, it is since its own `now`,
    /// and whatever is known of later moments stays. Returns the edge that stands for the fact.
    ///
    /// # Errors
    ///
    /// Where the fact makes no sense or does not fit into the limits; nothing has changed then.
    pub fn apply(&mut self, fact: &Fact<'_>, now: Moment, changes: &mut Vec<Change>) -> Result<EdgeId, FactError> {
        fact.check()?;
        let [subject, object] = self.make_room(fact, changes)?;
        let period = Period::of(fact, now);
        self.latest = self.latest.max(now);
        let now = self.latest;
        let subject = self.take_node(subject, fact.subject, now, changes);
        let object = object.or((fact.object == fact.subject).then_some(subject));
        let object = self.take_node(object, fact.object, now, changes);
        let predicate = self.texts.take(fact.predicate);
        let settled = self.settle([subject, object], predicate, fact.negated, period, changes);
        let edge = match settled {
            Settled::Known(edge) => {
                self.texts.drop(predicate);
                self.confirm(edge, fact.confidence);
                changes.push(Change::EdgeConfirmed(self.edge_id(edge)));
                edge
            }
            Settled::New(period) => {
                self.make_room_for_edge(changes);
                let source = self.take_source(&fact.source);
                let mut record = fact.record([subject, object], predicate, source);
                (record.valid_from, record.valid_to, record.recorded_at) = (period.from, period.to, now);
                let edge = self.add_edge(record, None);
                changes.push(Change::EdgeAdded(self.edge_id(edge)));
                edge
            }
        };
        Ok(self.edge_id(edge))
    }

    /// The node that is known by this name, a new one where there is none; the most recently used one from now on.
    fn take_node(&mut self, known: Option<u32>, entity: Entity<'_>, now: Moment, changes: &mut Vec<Change>) -> u32 {
        match known {
            Some(node) => {
                self.touch_node(node);
                node
            }
            None => {
                let node = self.add_node(entity, now, None);
                changes.push(Change::NodeAdded(self.node_id(node)));
                node
            }
        }
    }

    fn confirm(&mut self, edge: u32, confidence: f32) {
        let record = &mut self.edges[edge];
        record.mentions = record.mentions.saturating_add(1);
        let confidence = Marks::new(confidence, false, false).confidence().max(record.marks.confidence());
        record.marks.0 = record.marks.0 & (Marks::NEGATED | Marks::ASSUMED) | confidence;
        self.touch_edge(edge);
    }

    /// Compares a statement with what is known, and changes what it contradicts.
    pub(super) fn settle(
        &mut self,
        [subject, object]: [u32; 2],
        predicate: u32,
        negated: bool,
        mut period: Period,
        changes: &mut Vec<Change>,
    ) -> Settled {
        if negated || self.negated > 0 {
            let opposite = self.slot(subject, predicate, object, !negated);
            self.contradict(opposite, [subject, object], &mut period, changes);
        }
        let slot = self.slot(subject, predicate, object, negated);
        if (slot.object == NONE || slot.subject == NONE) && !period.to_said {
            period.to = self.next_start(slot, [subject, object], period);
        }
        let mut next = self.slot_head(slot).unwrap_or(NONE);
        for _ in 0..MAX_PERIODS {
            if next == NONE {
                break;
            }
            let edge = next;
            next = self.edges[edge].links[SLOT][1];
            let (from, to) = (self.edges[edge].valid_from, self.valid_to(edge));
            if !period.meets(from, to) {
                continue;
            }
            if self.edges[edge].ends != [subject, object] {
                self.make_way(edge, (from, to), &mut period, changes);
                continue;
            }
            if period.to_said && to == Moment::MAX && (from <= period.from || !period.from_said) {
                self.end(edge, period.to, changes);
                return Settled::Known(edge);
            }
            let is_better = period.from_said && self.edges[edge].marks.is_assumed();
            if from <= period.from && period.to <= to && !(is_better && from != period.from) {
                return Settled::Known(edge);
            }
            // The two together are one stretch of time, which the new edge stands for from now on.
            period.from = if is_better { period.from } else { period.from.min(from) };
            period.to = if period.to_said { period.to } else { period.to.max(to) };
            self.end(edge, from, changes);
        }
        Settled::New(period)
    }

    /// When the first other one begins behind the beginning of `period`, inside it: what was so before that came late, and
    /// was over by then.
    fn next_start(&self, slot: Slot, ends: [u32; 2], period: Period) -> Moment {
        let (mut edge, mut first) = (self.slot_head(slot).unwrap_or(NONE), period.to);
        for _ in 0..MAX_PERIODS {
            if edge == NONE {
                break;
            }
            let record = &self.edges[edge];
            let is_later = period.from < record.valid_from && record.valid_from < self.valid_to(edge);
            if record.ends != ends && is_later && !period.knows_better(record) {
                first = first.min(record.valid_from);
            }
            edge = record.links[SLOT][1];
        }
        first
    }

    /// Another end of a functional predicate for a time that overlaps: the newer statement wins, where it says more.
    fn make_way(&mut self, edge: u32, known: (Moment, Moment), period: &mut Period, changes: &mut Vec<Change>) {
        let (from, to) = known;
        if from < period.from {
            self.end(edge, period.from, changes);
        } else if !period.to_said && period.from < from && !period.knows_better(&self.edges[edge]) {
            // It began before the one that is known, and ended at the latest when that one began.
            period.to = from;
        } else if !period.from_said && to < period.to {
            period.from = to;
        } else {
            self.end(edge, from, changes);
        }
    }

    /// Ends what a statement of the opposite says is not so. One that says nothing of times is over where the opposite of it
    /// begins later: it came late.
    fn contradict(&mut self, slot: Slot, ends: [u32; 2], period: &mut Period, changes: &mut Vec<Change>) {
        let mut edge = self.slot_head(slot).unwrap_or(NONE);
        for _ in 0..MAX_PERIODS {
            if edge == NONE {
                return;
            }
            let (from, to) = (self.edges[edge].valid_from, self.valid_to(edge));
            if self.edges[edge].ends == ends && period.meets(from, to) {
                if period.from < from && !period.from_said && !period.to_said {
                    period.to = from;
                } else {
                    self.end(edge, from.max(period.from), changes);
                }
            }
            edge = self.edges[edge].links[SLOT][1];
        }
    }

    /// Lets an edge's validity end at `valid_to`, as is known from now on.
    pub(super) fn end(&mut self, edge: u32, valid_to: Moment, changes: &mut Vec<Change>) {
        let revision = Revision { recorded_at: self.latest, valid_to, earlier: self.edges[edge].revision };
        self.edges[edge].revision = self.revisions.insert(revision);
        changes.push(if valid_to <= self.edges[edge].valid_from {
            Change::EdgeRetracted(self.edge_id(edge))
        } else {
            Change::EdgeEnded { edge: self.edge_id(edge), valid_to }
        });
    }

    /// Ends what was so when something that is said at `now` put an end to it, at `at` or at `now`. What is known to have begun later
    /// stays.
    #[cfg(feature = "relations")]
    pub(super) fn close(&mut self, id: EdgeId, at: Option<Moment>, now: Moment, changes: &mut Vec<Change>) {
        let Some(edge) = self.edge_slot(id) else { return };
        let (from, at) = (self.edges[edge].valid_from, at.unwrap_or(now));
        let was_so = if self.edges[edge].marks.is_assumed() { from <= now } else { from < at };
        if was_so && at < self.valid_to(edge) && from < self.valid_to(edge) {
            self.end(edge, at.max(from), changes);
        }
    }

    /// The end of an edge's validity as it is known now.
    pub(super) fn valid_to(&self, edge: u32) -> Moment {
        let record = &self.edges[edge];
        if record.revision == NONE { record.valid_to } else { self.revisions[record.revision].valid_to }
    }
}

impl Period {
    fn of(fact: &Fact<'_>, now: Moment) -> Self {
        let to = fact.valid_to.unwrap_or(Moment::MAX);
        // Of what is over, the beginning is unknown; what is so was so when it was said.
        let since = if now < to { now } else { Moment::MIN };
        Self {
            from: fact.valid_from.unwrap_or(since),
            to,
            from_said: fact.valid_from.is_some(),
            to_said: fact.valid_to.is_some(),
            said_at: now,
        }
    }

    /// Whether it says since when, where a statement that is no newer did not: that one began at some time before it was said, and
    /// its clock is no reason to end what was said to be so.
    fn knows_better(self, known: &EdgeRecord) -> bool {
        self.from_said && known.marks.is_assumed() && known.valid_from <= self.said_at
    }

    /// Whether it overlaps a stretch of time, which is empty where its edge was retracted.
    fn meets(self, from: Moment, to: Moment) -> bool {
        from < to && from < self.to && self.from < to
    }
}

/// How many periods of a slot a fact is compared with, the most recently recorded first.
const MAX_PERIODS: usize = 64;
