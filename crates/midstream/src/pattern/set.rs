//! [`Rules`]: what packs compile to, shared by all streams.

use std::ops::Range;
use std::sync::Arc;

use super::check::Checks;
use super::group::{self, Claim, Group, Starts};
use super::nfa::Nfa;
use super::redactor::Signed;
use super::rule::{Action, Edge, MAX_BEFORE};
use super::screen::Screen;
use crate::event::{Event, Handling, Severity, Span};

/// Compiled rules of one or more packs; cheap to clone.
///
/// They come from `Rules::compile`, which is there with the feature `rules`, or from the bytes that [`Rules::to_bytes`]
/// makes, which need no compiler.
#[derive(Debug, Clone)]
pub struct Rules(pub(super) Arc<Set>);

/// What [`Rules`] share.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) packs: Vec<PackName>,
    pub(super) rules: Vec<Entry>,
    pub(super) nfa: Arc<Nfa>,
    /// In the order in which a stream runs them: those first that can end it.
    pub(super) groups: Vec<Group>,
    /// What passes over text in which no rule without a `before` starts: the text as it is, and that which is normalised.
    pub(super) screens: [Screen; 2],
    /// How many bytes before a match the checks look at, at most; at least the one that says where a match may start.
    pub(super) look_back: usize,
}

/// A pack that the rules come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackName {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What there is to say of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// The rule's name; unique in its pack.
    pub id: String,
    /// What it finds: `EMAIL`.
    pub kind: String,
    /// The pack, by its place in [`Rules::packs`].
    pub pack: usize,
    /// How bad a match is.
    pub severity: Severity,
    /// What happens to a match.
    pub action: Action,
}

/// A rule as it runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) about: About,
    pub(super) claim: Claim,
    pub(super) normalise: bool,
    pub(super) channels: [bool; Starts::CHANNELS],
    /// The edge of the match's start, or of the start of what `before` matches.
    pub(super) start: Edge,
    pub(super) max_length: usize,
    /// The pattern could match more than that.
    pub(super) is_cut: bool,
    /// Of the candidates from one start, only the longest is judged.
    pub(super) longest: bool,
    pub(super) after: u8,
    pub(super) checks: Checks,
    /// Not every candidate passes the checks.
    pub(super) judged: bool,
    /// The states of its programs in the automaton; the first one is where each begins.
    pub(super) before: Option<Range<u32>>,
    pub(super) pattern: Range<u32>,
}

impl Rules {
    /// Makes compiled rules ready to run.
    pub(super) fn new(packs: Vec<PackName>, rules: Vec<Entry>, nfa: Nfa) -> Self {
        let nfa = Arc::new(nfa);
        let limits: Arc<[u32]> = limits(&nfa, &rules).into();
        let mut kinds: Vec<_> = rules.iter().map(|entry| (entry.claim, entry.normalise)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let group = |kind: &(Claim, bool)| {
            let of_kind = |at: &u16| {
                let entry = &rules[usize::from(*at)];
                (entry.claim, entry.normalise) == *kind
            };
            let members: Vec<u16> = (0..rules.len() as u16).filter(of_kind).collect();
            Group::new(&nfa, &limits, &rules, &members, MAX_ROW_BYTES)
        };
        let groups = kinds.iter().map(group).collect();
        let screens = [false, true].map(|normalise| {
            let of_text = rules.iter().filter(|entry| entry.normalise == normalise && entry.before.is_none());
            let lane = |entry: &Entry| kinds.iter().position(|kind| *kind == (entry.claim, normalise));
            let of_text: Vec<_> = of_text.filter_map(|entry| Some((entry, lane(entry)? as u16))).collect();
            let patterns: Vec<_> = of_text.iter().map(|(entry, lane)| (*lane, entry.pattern.clone())).collect();
            Screen::new(&nfa, &patterns, |at, which| group::may_start(of_text[at].0, which), MAX_ROW_BYTES)
        });
        let look_back = rules.iter().map(|entry| entry.checks.look_back()).max().unwrap_or(0).max(1);
        Self(Arc::new(Set { packs, rules, nfa, groups, screens, look_back }))
    }

    /// The packs that the rules come from.
    pub fn packs(&self) -> &[PackName] {
        &self.0.packs
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.0.rules.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.rules.is_empty()
    }

    /// What there is to say of rule number `rule`.
    ///
    /// # Panics
    ///
    /// If there is no such rule.
    pub fn about(&self, rule: usize) -> &About {
        &self.0.rules[rule].about
    }
}

impl About {
    /// The event of a match of this rule; in words that are `signed` it alters nothing.
    pub(crate) fn event(&self, span: Option<Span>, signed: Option<Signed>) -> Event {
        let action = match (&self.action, signed) {
            (Action::Report, _) | (Action::Mask(_) | Action::Hold, Some(Signed::Report)) => Handling::Report,
            (Action::Stop, _) | (Action::Mask(_) | Action::Hold, Some(Signed::Stop)) => Handling::Stop,
            (Action::Mask(_), None) => Handling::Mask,
            (Action::Hold, None) => Handling::Hold,
        };
        Event::Match { rule: self.id.clone(), kind: self.kind.clone(), severity: self.severity, action, span }
    }
}

/// For each state, how many bytes after its start a run is of no more use to the rule that the state belongs to.
fn limits(nfa: &Nfa, rules: &[Entry]) -> Vec<u32> {
    let mut limits = vec![0; nfa.states.len()];
    for entry in rules {
        let mut fill = |program: &Range<u32>, limit: usize| {
            limits[program.start as usize..program.end as usize].fill(limit as u32);
        };
        fill(&entry.pattern, entry.max_length + usize::from(entry.after));
        if let Some(before) = &entry.before {
            fill(before, MAX_BEFORE);
        }
    }
    limits
}

/// The most that the rows of one automaton take, in bytes.
const MAX_ROW_BYTES: usize = 16 << 20;
