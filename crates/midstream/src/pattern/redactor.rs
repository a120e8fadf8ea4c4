//! One text in, the same text out as its rules let it pass: what they cover is masked, what they may still cover is
//! held, and nothing else.

use super::lane::Found;
use super::mask::{PseudonymKey, mask};
use super::rule::Action;
use super::scanner::Scanner;
use super::set::Rules;

/// Which of an answer's texts a [`Redactor`] reads; rules may be for some of them only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the model says.
    Text,
    /// What the model thinks.
    Reasoning,
    /// Why it refuses.
    Refusal,
    /// What it gives to a tool.
    Tool,
}

/// Redacts one text while it arrives.
///
/// How the text is cut changes nothing: what is put out is the same when put together, and so are the matches. After
/// each piece all has been put out that no rule can cover any more, whatever follows.
///
/// ```
/// # #[cfg(feature = "rules")] {
/// use midstream::pattern::{Kind, Pack, Rules};
///
/// let pack = r#"
///     name = "mine"
///     version = "1"
///     [[rule]]
///     id = "ticket"
///     kind = "TICKET"
///     pattern = "T-[0-9]{4}"
/// "#;
/// let rules = Rules::compile(&[Pack::parse(pack).unwrap()]).unwrap();
/// let mut redactor = rules.redactor(Kind::Text);
/// let mut out = String::new();
/// redactor.push("See T-12", &mut out);
/// assert_eq!(out, "See ");
/// redactor.push("34, please", &mut out);
/// redactor.finish(&mut out);
/// assert_eq!(out, "See [TICKET], please");
/// assert_eq!(redactor.matches().next().unwrap().start, 4);
/// # }
/// ```
#[derive(Debug)]
pub struct Redactor {
    rules: Rules,
    key: Option<PseudonymKey>,
    scanner: Scanner,
    /// Matches that cover text that was not put out, by start, then the longer, then the rule that comes first.
    covering: Vec<Found>,
    /// Those of them that hold no longer: rule and start.
    decided: Vec<(u16, u64)>,
    found: Vec<Found>,
    matches: Vec<Match>,
    /// Up to where the text was put out or masked.
    out: u64,
    passage: Passage,
    unaltered: Option<Signed>,
    altered: bool,
}

/// A match of a rule, in bytes of the text as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The rule's number, for [`Rules::about`].
    pub rule: usize,
    /// Its first byte.
    pub start: u64,
    /// One past its last byte.
    pub end: u64,
}

/// Whether text passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// It does.
    Open,
    /// Nothing from the match of this rule on will ever be put out: the stream is to end.
    Stopped {
        /// The rule's number.
        rule: usize,
    },
    /// Nothing from the match of this rule on is put out until someone decides.
    Held {
        /// The rule's number.
        rule: usize,
    },
}

/// What is decided on text that a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It passes as it is.
    Pass,
    /// A placeholder stands for it.
    Mask,
}

/// What happens to text that must not be altered where a rule would mask or hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signed {
    /// It ends the stream: nothing leaks.
    #[default]
    Stop,
    /// It passes and is reported.
    Report,
}

/// Where a redactor puts out what passes: pieces of text as they came, and what stands for others.
pub(super) trait Sink {
    /// The text from byte `start` passes as it is.
    fn pass(&mut self, start: u64, text: &str);
    /// `mask` stands for the bytes from `start` to `end`.
    fn mask(&mut self, start: u64, end: u64, mask: &str);
}

impl Sink for String {
    fn pass(&mut self, _start: u64, text: &str) {
        self.push_str(text);
    }

    fn mask(&mut self, _start: u64, _end: u64, mask: &str) {
        self.push_str(mask);
    }
}

impl Rules {
    /// A redactor for one text. Its pseudonyms have no key and so no tag: see [`Rules::redactor_with_key`].
    pub fn redactor(&self, kind: Kind) -> Redactor {
        self.redactor_with_key(kind, None)
    }

    /// A redactor for one text; `key` makes the tags of pseudonyms. Without a key, what a pseudonym would stand for is
    /// replaced by a placeholder.
    pub fn redactor_with_key(&self, kind: Kind, key: Option<PseudonymKey>) -> Redactor {
        Redactor {
            scanner: Scanner::new(self.clone(), kind as usize),
            rules: self.clone(),
            key,
            covering: Vec::new(),
            decided: Vec::new(),
            found: Vec::new(),
            matches: Vec::new(),
            out: 0,
            passage: Passage::Open,
            unaltered: None,
            altered: false,
        }
    }
}

impl Redactor {
    /// Takes more of the text and appends to `out` what passes now.
    pub fn push(&mut self, text: &str, out: &mut String) {
        self.push_to(text, out);
    }

    /// Takes the end of the text and appends to `out` all that was held, but for what a rule stops or holds.
    pub fn finish(&mut self, out: &mut String) {
        self.finish_to(out);
    }

    /// What was found since this was last asked, each match once it was known. Not in order of place where matches of
    /// different rules overlap.
    pub fn matches(&mut self) -> std::vec::Drain<'_, Match> {
        self.matches.drain(..)
    }

    /// Whether text passes.
    pub fn passage(&self) -> Passage {
        self.passage
    }

    /// Masks and holds nothing from now on: what rules would mask or hold is treated as `instead` says. To be called
    /// before the first text.
    pub fn leave_unaltered(&mut self, instead: Signed) {
        self.unaltered = Some(instead);
        self.scanner.leave_unaltered(instead);
    }

    /// Whether something was masked.
    pub fn is_altered(&self) -> bool {
        self.altered
    }

    /// Decides on what is held: it passes as it is, or it is masked by a placeholder; what came since follows. Later
    /// matches of rules that hold are held again.
    pub fn decide(&mut self, decision: Decision, out: &mut String) {
        self.decide_to(decision, out);
    }

    pub(super) fn decide_to(&mut self, decision: Decision, sink: &mut impl Sink) {
        if !matches!(self.passage, Passage::Held { .. }) {
            return;
        }
        let Self { rules, covering, decided, .. } = self;
        match decision {
            Decision::Pass => covering.retain(|found| rules.about(found.rule.into()).action != Action::Hold),
            Decision::Mask => decided.extend(covering.iter().map(|found| (found.rule, found.start))),
        }
        self.passage = Passage::Open;
        self.put(sink);
    }

    /// The text that came and was not put out or masked yet.
    pub fn held(&self) -> &str {
        self.scanner.text(self.out, self.scanner.end())
    }

    /// The first byte that a match may start at, of those that were not reported.
    pub(super) fn base(&self) -> u64 {
        self.scanner.base()
    }

    pub(super) fn push_to(&mut self, text: &str, sink: &mut impl Sink) {
        if matches!(self.passage, Passage::Stopped { .. }) {
            return;
        }
        self.scanner.push(text, &mut self.found);
        self.put(sink);
    }

    pub(super) fn finish_to(&mut self, sink: &mut impl Sink) {
        if matches!(self.passage, Passage::Stopped { .. }) {
            return;
        }
        self.scanner.finish(&mut self.found);
        self.put(sink);
    }

    /// Puts out what is decided.
    fn put(&mut self, sink: &mut impl Sink) {
        let mut until = self.scanner.release();
        for found in self.found.drain(..) {
            let rule = usize::from(found.rule);
            self.matches.push(Match { rule, start: found.start, end: found.end });
            match (&self.rules.about(rule).action, self.unaltered) {
                (Action::Report, _) | (Action::Mask(_) | Action::Hold, Some(Signed::Report)) => {}
                (Action::Mask(_) | Action::Hold, None) => self.covering.push(found),
                (Action::Stop, _) | (_, Some(Signed::Stop)) => {
                    until = found.start;
                    self.passage = Passage::Stopped { rule };
                    break;
                }
            }
        }
        self.found.clear();
        self.covering.sort_unstable_by_key(|found| (found.start, std::cmp::Reverse(found.end), found.rule));
        let mut done = 0;
        while let Some(first) = self.covering.get(done).filter(|first| first.start < until) {
            let (mut end, mut next) = (first.end, done + 1);
            while let Some(other) = self.covering.get(next).filter(|other| other.start < end) {
                end = end.max(other.end);
                next += 1;
            }
            let cluster = &self.covering[done..next];
            let holds = |found: &&Found| {
                self.rules.about(found.rule.into()).action == Action::Hold
                    && !self.decided.contains(&(found.rule, found.start))
            };
            let held = cluster.iter().find(holds);
            if let Some(held) = held {
                if self.passage == Passage::Open {
                    self.passage = Passage::Held { rule: held.rule.into() };
                }
                until = until.min(first.start);
                break;
            }
            if end > until {
                // What may still overlap it is not known yet.
                until = first.start;
                break;
            }
            pass(&self.scanner, self.out, first.start, sink);
            let about = self.rules.about(first.rule.into());
            let mut text = String::new();
            mask(about, self.scanner.text(first.start, end), next - done == 1, self.key.as_ref(), &mut text);
            sink.mask(first.start, end, &text);
            self.altered = true;
            self.out = end;
            done = next;
        }
        self.covering.drain(..done);
        if !self.decided.is_empty() {
            let Self { decided, covering, .. } = self;
            decided.retain(|(rule, start)| covering.iter().any(|found| (found.rule, found.start) == (*rule, *start)));
        }
        if until > self.out {
            pass(&self.scanner, self.out, until, sink);
            self.out = until;
        }
        self.scanner.let_go(self.out);
    }
}

fn pass(scanner: &Scanner, start: u64, end: u64, sink: &mut impl Sink) {
    if start < end {
        sink.pass(start, scanner.text(start, end));
    }
}
