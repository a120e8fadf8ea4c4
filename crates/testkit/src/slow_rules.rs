//! Rules by the letter of what `midstream::pattern` says a match is: the whole text at once, one condition after the
//! other, every start and every end. The reference that the streaming matcher is held to.

use std::cell::RefCell;

use midstream::pattern::normalise::Normalised;
use midstream::pattern::validate::entropy_millibits;
use midstream::pattern::{Context, MAX_BEFORE, Pack, Rule, syntax};
use regex_automata::hybrid::dfa::{Cache, DFA, OverlappingState};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax::Config as SyntaxConfig;
use regex_automata::{Anchored, Input, MatchKind, meta};
use regex_syntax::hir::Hir;

/// Rules made ready for searches of whole texts.
pub struct SlowRules {
    rules: Vec<Compiled>,
}

/// A match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlowMatch {
    /// Where the match starts, in bytes of the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The rule's index, counted over all packs.
    pub rule: usize,
}

impl SlowRules {
    /// The rules of `packs`, which have been read from files and so are sound.
    pub fn new<'a>(packs: impl IntoIterator<Item = &'a Pack>) -> Self {
        Self { rules: packs.into_iter().flat_map(|pack| &pack.rules).map(Compiled::new).collect() }
    }

    /// The rules in the order of their indices.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|compiled| &compiled.rule)
    }

    /// All matches of all rules in `text`, by start, then end, then rule.
    pub fn find(&self, text: &str) -> Vec<SlowMatch> {
        let plain = Normalised::plain(text);
        let normalised = Normalised::of(text);
        let mut found = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            let view = if rule.rule.normalise { &normalised } else { &plain };
            found.extend(rule.find(view).into_iter().map(|(start, end)| SlowMatch { start, end, rule: index }));
        }
        found.sort_unstable();
        found
    }

    /// The matches of one rule in `text`, as ranges.
    pub fn find_one(&self, rule: usize, text: &str) -> Vec<(usize, usize)> {
        let compiled = &self.rules[rule];
        let view = if compiled.rule.normalise { Normalised::of(text) } else { Normalised::plain(text) };
        compiled.find(&view)
    }
}

struct Compiled {
    rule: Rule,
    /// Finds out quickly that there is nothing to find.
    screen: meta::Regex,
    before: Option<Ends>,
    pattern: Ends,
    after: Option<Ends>,
}

impl Compiled {
    fn new(rule: &Rule) -> Self {
        let hir = |pattern: &str| {
            syntax::parse(pattern, rule.unicode, rule.case_insensitive)
                .expect("packs that were read have sound patterns")
        };
        let parts = rule.before.iter().chain([&rule.pattern]).map(|part| hir(part)).collect();
        let screen = meta::Builder::new()
            .syntax(SyntaxConfig::new().utf8(true))
            .build_from_hir(&Hir::concat(parts))
            .expect("a pattern within its limit of bytes can be compiled");
        Self {
            screen,
            before: rule.before.as_deref().map(|before| Ends::new(&hir(before))),
            pattern: Ends::new(&hir(&rule.pattern)),
            after: rule.after.as_deref().map(|after| Ends::new(&hir(after))),
            rule: rule.clone(),
        }
    }

    /// Matches in the original text of `view`.
    fn find(&self, view: &Normalised) -> Vec<(usize, usize)> {
        let text = view.text();
        if !self.screen.is_match(text) {
            return Vec::new();
        }
        let starts: Box<dyn Iterator<Item = usize>> = match &self.before {
            Some(before) => Box::new(self.starts_behind(before, text).into_iter()),
            None => Box::new((0..text.len()).filter(|&start| self.may_start_behind(text[..start].last()))),
        };
        let mut found = Vec::new();
        let mut from = 0;
        for start in starts {
            if start < from || (self.before.is_none() && !self.screen_from(text, start)) {
                continue;
            }
            if let Some(end) = self.longest(text, start) {
                found.push(view.original(start..end));
                from = end;
            }
        }
        found
    }

    /// Whether the pattern could match at `start` at all.
    fn screen_from(&self, text: &[u8], start: usize) -> bool {
        self.screen.is_match(Input::new(text).range(start..).anchored(Anchored::Yes))
    }

    /// Where a match may start: where a match of `before` ends whose own start passes.
    fn starts_behind(&self, before: &Ends, text: &[u8]) -> Vec<usize> {
        let mut starts: Vec<usize> = Vec::new();
        for begin in (0..text.len()).filter(|&begin| self.may_start_behind(text[..begin].last())) {
            starts.extend(before.from(text, begin, text.len().min(begin + MAX_BEFORE)));
        }
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    fn may_start_behind(&self, neighbour: Option<&u8>) -> bool {
        neighbour.is_none_or(|&byte| !self.rule.boundary.start.refuses(byte))
    }

    /// The longest candidate from `start` that passes the checks.
    fn longest(&self, text: &[u8], start: usize) -> Option<usize> {
        let limit = text.len().min(start + self.rule.max_length);
        let ends = self.pattern.from(text, start, limit);
        let mut candidates = ends.into_iter().rev().filter(|&end| self.may_end(text, end));
        let passes = |end: &usize| self.passes(text, start, *end);
        if self.rule.longest { candidates.next().filter(passes) } else { candidates.find(passes) }
    }

    fn may_end(&self, text: &[u8], end: usize) -> bool {
        match &self.after {
            Some(after) => !after.from(text, end, text.len().min(end + midstream::pattern::MAX_AFTER)).is_empty(),
            None => text.get(end).is_none_or(|&byte| !self.rule.boundary.end.refuses(byte)),
        }
    }

    fn passes(&self, text: &[u8], start: usize, end: usize) -> bool {
        let (rule, value) = (&self.rule, &text[start..end]);
        let lower = value.to_ascii_lowercase();
        let contains = |word: &String| find(&lower, word.to_ascii_lowercase().as_bytes());
        (rule.keywords.is_empty() || rule.keywords.iter().any(contains))
            && rule.validators.iter().all(|validator| validator.accepts(value))
            && rule.min_entropy.is_none_or(|least| entropy_millibits(value) >= least)
            && !rule.allow.iter().any(|glob| fits(glob.to_ascii_lowercase().as_bytes(), &lower))
            && !rule.stop_words.iter().any(contains)
            && rule.context.as_ref().is_none_or(|context| stands(context, text, start))
            && !rule.unless.as_ref().is_some_and(|context| stands(context, text, start))
            && !(rule.apart && goes_on(&text[..start], value))
    }
}

/// Whether the last word of `before` and one separator make `value` the rest of a row of numbers.
fn goes_on(before: &[u8], value: &[u8]) -> bool {
    let words = |byte: &u8| !byte.is_ascii_alphanumeric();
    let Some((separator, before)) = before.split_last() else { return false };
    let (last, first) =
        (before.rsplit(words).next().unwrap_or_default(), value.split(words).next().unwrap_or_default());
    b" .:/-".contains(separator)
        && (1..=8).contains(&last.len())
        && last.len() == first.len()
        && last.iter().all(u8::is_ascii_hexdigit)
        && (*separator == b':' || last.iter().any(u8::is_ascii_digit))
}

fn find(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

/// Whether `text` is what `glob` says, where `*` is any run of bytes.
fn fits(glob: &[u8], text: &[u8]) -> bool {
    match glob.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|skip| fits(rest, &text[skip..])),
        Some((byte, rest)) => text.split_first().is_some_and(|(first, text)| first == byte && fits(rest, text)),
    }
}

/// Whether one of the context's words stands before `start`.
fn stands(context: &Context, text: &[u8], start: usize) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let lower = text[..start].to_ascii_lowercase();
    context.words.iter().any(|word| {
        let prefix = word.ends_with('*');
        let word = word.trim_end_matches('*').to_ascii_lowercase().into_bytes();
        let least = start.saturating_sub(context.distance);
        (least..start).any(|at| {
            let end = at + word.len();
            end <= start
                && lower[at..end] == word[..]
                && !(is_word(word[0]) && at > 0 && is_word(text[at - 1]))
                && (prefix || !(is_word(word[word.len() - 1]) && text.get(end).is_some_and(|&byte| is_word(byte))))
        })
    })
}

/// All ends of a pattern's matches from one start.
struct Ends {
    dfa: DFA,
    cache: RefCell<Cache>,
}

impl Ends {
    fn new(hir: &Hir) -> Self {
        let nfa = thompson::Compiler::new().build_from_hir(hir).expect("a pattern within its limit can be compiled");
        let config = DFA::config().match_kind(MatchKind::All).skip_cache_capacity_check(true);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).expect("the cache's capacity is not checked");
        let cache = RefCell::new(dfa.create_cache());
        Self { dfa, cache }
    }

    /// In ascending order; none lies beyond `limit`.
    fn from(&self, text: &[u8], start: usize, limit: usize) -> Vec<usize> {
        let input = Input::new(text).range(start..limit).anchored(Anchored::Yes);
        let (mut state, mut ends) = (OverlappingState::start(), Vec::new());
        loop {
            self.dfa
                .try_search_overlapping_fwd(&mut self.cache.borrow_mut(), &input, &mut state)
                .expect("no byte makes the search quit");
            match state.get_match() {
                Some(found) => ends.push(found.offset()),
                None => return ends,
            }
        }
    }
}
