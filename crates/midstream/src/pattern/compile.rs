//! Packs to [`Rules`]: regular expressions become programs of the automaton.

use std::fmt;

use regex_automata::nfa::thompson::{self, Compiler, WhichCaptures};
use regex_syntax::hir::Hir;

use super::check::Checks;
use super::file::MAX_STATES;
use super::group::Claim;
use super::nfa::{Nfa, Range, State};
use super::rule::{Edge, Pack, Rule};
use super::set::{About, Entry, PackName, Rules};
use super::syntax;

impl Rules {
    /// Compiles `packs`.
    ///
    /// # Errors
    ///
    /// A rule that can't run: its pattern can't be read, can match nothing at all or the empty string, or is too large;
    /// more than [`Rules::MAX_RULES`] rules. No rule is left out.
    pub fn compile(packs: &[Pack]) -> Result<Self, CompileError> {
        let count = packs.iter().map(|pack| pack.rules.len()).sum::<usize>();
        if count > Self::MAX_RULES {
            let message = format!("expected at most {} rules, found {count}", Self::MAX_RULES);
            return Err(CompileError { pack: String::new(), rule: String::new(), field: "", message });
        }
        let mut compiler = Compiler::new();
        compiler.configure(
            thompson::Config::new()
                .which_captures(WhichCaptures::None)
                .shrink(true)
                .nfa_size_limit(Some(MAX_PROGRAM_BYTES)),
        );
        let mut nfa = Nfa::default();
        let mut rules = Vec::with_capacity(count);
        for (number, pack) in packs.iter().enumerate() {
            for rule in &pack.rules {
                let failed =
                    |(field, message)| CompileError { pack: pack.name.clone(), rule: rule.id.clone(), field, message };
                rules.push(entry(&compiler, &mut nfa, rule, rules.len() as u16, number).map_err(failed)?);
            }
        }
        let name = |pack: &Pack| PackName { name: pack.name.clone(), version: pack.version.clone() };
        Ok(Self::new(packs.iter().map(name).collect(), rules, nfa))
    }
}

/// Why packs can't be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    /// The pack's name; empty where it is about all of them.
    pub pack: String,
    /// The rule's id; empty where it is about no rule.
    pub rule: String,
    /// The rule's field; empty where it is about none.
    pub field: &'static str,
    /// What was expected and what was found.
    pub message: String,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.rule.is_empty() {
            write!(f, "pack `{}`, rule `{}`, field `{}`: ", self.pack, self.rule, self.field)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for CompileError {}

fn entry(
    compiler: &Compiler,
    nfa: &mut Nfa,
    rule: &Rule,
    number: u16,
    pack: usize,
) -> Result<Entry, (&'static str, String)> {
    let parse = |field, pattern: &str| {
        let hir = syntax::parse(pattern, rule.unicode, rule.case_insensitive).map_err(|message| (field, message))?;
        match hir.properties().minimum_len() {
            None => Err((field, "expected a pattern that can match something".to_owned())),
            Some(0) => Err((field, "expected a pattern that does not match the empty string".to_owned())),
            Some(_) => Ok(hir),
        }
    };
    let before = match &rule.before {
        Some(before) => Some(program(compiler, nfa, "before", vec![parse("before", before)?], number, 0, Edge::None)?),
        None => None,
    };
    let pattern = parse("pattern", &rule.pattern)?;
    let is_cut = pattern.properties().maximum_len().is_none_or(|most| most > rule.max_length);
    let (patterns, back, edge) = match &rule.after {
        Some(after) => {
            let after = parse("after", after)?;
            let properties = after.properties();
            let length = properties.maximum_len().filter(|most| properties.minimum_len() == Some(*most));
            let length = length.and_then(|length| u8::try_from(length).ok());
            let message = "expected a pattern whose matches all have the same length";
            (vec![pattern, after], length.ok_or(("after", message.to_owned()))?, Edge::None)
        }
        None => (vec![pattern], 0, rule.boundary.end),
    };
    let pattern = program(compiler, nfa, "pattern", patterns, number, back, edge)?;
    let checks = Checks::of(rule);
    let channels = rule.channels;
    Ok(Entry {
        about: About {
            id: rule.id.clone(),
            kind: rule.kind.clone(),
            pack,
            severity: rule.severity,
            action: rule.action.clone(),
        },
        claim: Claim::of(&rule.action),
        normalise: rule.normalise,
        channels: [channels.text, channels.reasoning, channels.refusal, channels.tool],
        start: rule.boundary.start,
        max_length: rule.max_length,
        is_cut,
        longest: rule.longest,
        after: back,
        judged: !checks.are_none(),
        checks,
        before,
        pattern,
    })
}

/// Adds a program that matches `patterns` one behind the other.
fn program(
    compiler: &Compiler,
    nfa: &mut Nfa,
    field: &'static str,
    patterns: Vec<Hir>,
    rule: u16,
    back: u8,
    edge: Edge,
) -> Result<std::ops::Range<u32>, (&'static str, String)> {
    let built = compiler.build_from_hir(&Hir::concat(patterns));
    let built = built.map_err(|error| (field, format!("expected a smaller pattern: {error}")))?;
    let first = nfa.states.len() as u32;
    let total = nfa.states.len() + built.states().len() + 1;
    if total > MAX_STATES {
        return Err((field, format!("expected at most {MAX_STATES} states of all rules together, found {total}")));
    }
    // The first state is where the program begins.
    nfa.states.push(split(nfa.splits.len(), 1));
    nfa.splits.push(first + 1 + built.start_anchored().as_u32());
    for state in built.states() {
        let state = translate(nfa, state, first + 1, rule, back, edge);
        nfa.states.push(state);
    }
    Ok(first..nfa.states.len() as u32)
}

fn translate(nfa: &mut Nfa, state: &thompson::State, base: u32, rule: u16, back: u8, edge: Edge) -> State {
    let at = nfa.ranges.len();
    let mut read = |transition: &thompson::Transition| {
        let next = base + transition.next.as_u32();
        nfa.ranges.push(Range { low: transition.start, high: transition.end, next });
    };
    match state {
        thompson::State::ByteRange { trans } => read(trans),
        thompson::State::Sparse(sparse) => sparse.transitions.iter().for_each(read),
        thompson::State::Dense(dense) => {
            for (byte, next) in (0..=255).zip(dense.transitions.iter()).filter(|(_, next)| next.as_usize() != 0) {
                read(&thompson::Transition { start: byte, end: byte, next: *next });
            }
        }
        thompson::State::Match { .. } => return State::Final { rule, back, edge },
        thompson::State::Look { .. } => unreachable!("patterns with look-around are refused when they are read"),
        thompson::State::Capture { next, .. } => return one_way(nfa, base + next.as_u32()),
        thompson::State::Fail => return split(nfa.splits.len(), 0),
        thompson::State::Union { alternates } => {
            nfa.splits.extend(alternates.iter().map(|next| base + next.as_u32()));
            return split(nfa.splits.len() - alternates.len(), alternates.len());
        }
        thompson::State::BinaryUnion { alt1, alt2 } => {
            nfa.splits.extend([alt1, alt2].map(|next| base + next.as_u32()));
            return split(nfa.splits.len() - 2, 2);
        }
    }
    State::Read { first: at as u32, len: (nfa.ranges.len() - at) as u16 }
}

fn one_way(nfa: &mut Nfa, next: u32) -> State {
    nfa.splits.push(next);
    split(nfa.splits.len() - 1, 1)
}

fn split(first: usize, len: usize) -> State {
    State::Split {
        first: first as u32,
        len: u16::try_from(len).expect("a pattern of the size allowed has fewer branches"),
    }
}

/// The most that one pattern's program may take, in bytes of regex-automata's.
const MAX_PROGRAM_BYTES: usize = 1 << 20;
