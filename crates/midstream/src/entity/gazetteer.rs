//! The user's own names: products, projects, colleagues.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use super::{EntityKind, Found, Recogniser};
use crate::tagger::{Gap, Token, Tokenizer};

/// Names with their kinds, found wherever they stand as whole words, capitals aside.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer(Arc<Names>);

#[derive(Debug, Default)]
struct Names {
    /// By the first word, in lower case; longest name first.
    by_word: HashMap<String, Vec<Name>>,
    /// Words of the longest name.
    longest: usize,
}

#[derive(Debug)]
struct Name {
    words: Vec<String>,
    kind: EntityKind,
    normalized: Option<String>,
}

/// A line of a gazetteer that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GazetteerError {
    /// Which line, from 1.
    pub line: usize,
    /// What was expected and what came.
    pub message: String,
}

impl fmt::Display for GazetteerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for GazetteerError {}

impl Gazetteer {
    /// Reads a list of names: on each line a name, which is of kind `kind`, or CSV (RFC 4180, no line breaks in cells):
    /// name, kind, and what to report as its normalised value, the latter two optional. Empty lines and lines that begin
    /// with `#` don't count.
    ///
    /// # Errors
    ///
    /// If a line has no name, a name of more than 16 words, more than three cells or an open quotation mark.
    pub fn read(list: &str, kind: &EntityKind) -> Result<Self, GazetteerError> {
        let mut names = Names::default();
        for (line, text) in (1..).zip(list.lines()) {
            if !text.trim().is_empty() && !text.starts_with('#') {
                names.line(text, kind).map_err(|message| GazetteerError { line, message })?;
            }
        }
        for same in names.by_word.values_mut() {
            same.sort_by_key(|name| std::cmp::Reverse(name.words.len()));
        }
        Ok(Self(Arc::new(names)))
    }

    /// A recogniser for a new text.
    pub(super) fn start(&self) -> Lookup {
        Lookup { names: Arc::clone(&self.0), tokens: Tokenizer::default(), last: Recent::default() }
    }
}

impl Names {
    fn line(&mut self, line: &str, kind: &EntityKind) -> Result<(), String> {
        let cells = cells(line)?;
        let [name, rest @ ..] = cells.as_slice() else { unreachable!("a line has a cell") };
        if rest.len() > 2 {
            return Err(format!("expected a name, a kind and a value, found {} cells", cells.len()));
        }
        let mut words = Vec::new();
        let mut tokens = Tokenizer::default();
        tokens.push(name, &mut |token| words.push(token.text.to_lowercase()));
        tokens.finish(&mut |token| words.push(token.text.to_lowercase()));
        if words.is_empty() || words.len() > MAX_WORDS {
            return Err(format!("expected a name of 1 to {MAX_WORDS} words, found {} in `{name}`", words.len()));
        }
        let given = |cell: Option<&String>| cell.filter(|cell| !cell.is_empty()).cloned();
        let kind = given(rest.first()).map_or_else(|| kind.clone(), EntityKind::new);
        self.longest = self.longest.max(words.len());
        let name = Name { kind, normalized: given(rest.get(1)), words };
        self.by_word.entry(name.words[0].clone()).or_default().push(name);
        Ok(())
    }
}

/// The cells of a line of CSV.
fn cells(line: &str) -> Result<Vec<String>, String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.trim().chars().peekable();
    while let Some(char) = chars.next() {
        let cell = cells.last_mut().expect("there is a first cell");
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    if quoted { Err("expected a closing quotation mark, found the end of the line".to_owned()) } else { Ok(cells) }
}

/// Looks for the names in one text.
#[derive(Debug)]
pub(super) struct Lookup {
    names: Arc<Names>,
    tokens: Tokenizer,
    last: Recent,
}

/// The latest words that no name was looked for at.
#[derive(Debug, Default)]
struct Recent {
    words: VecDeque<(String, u64, u64)>,
    settled: u64,
}

impl Recogniser for Lookup {
    fn push(&mut self, text: &str, found: &mut Vec<Found>) {
        let Self { names, tokens, last } = self;
        tokens.push(text, &mut |token| last.token(token, names, found));
        if tokens.gap() == Some(Gap::Line) {
            last.flush(names, found);
        }
    }

    fn finish(&mut self, found: &mut Vec<Found>) {
        let Self { names, tokens, last } = self;
        tokens.finish(&mut |token| last.token(token, names, found));
        last.flush(names, found);
    }

    fn settled(&self) -> u64 {
        self.last.words.front().map_or(self.tokens.held_from(), |(_, start, _)| *start).max(self.last.settled)
    }
}

impl Recent {
    fn token(&mut self, token: Token<'_>, names: &Names, found: &mut Vec<Found>) {
        if token.gap == Gap::Line {
            self.flush(names, found);
        }
        self.words.push_back((token.text.to_lowercase(), token.start, token.start + token.text.len() as u64));
        while self.words.len() >= names.longest.max(1) {
            self.look(names, found);
        }
    }

    fn flush(&mut self, names: &Names, found: &mut Vec<Found>) {
        while !self.words.is_empty() {
            self.look(names, found);
        }
    }

    /// Looks for a name at the first word, and moves on behind it.
    fn look(&mut self, names: &Names, found: &mut Vec<Found>) {
        let same = names.by_word.get(&self.words[0].0).map_or(&[][..], Vec::as_slice);
        let is_here = |name: &&Name| {
            name.words.len() <= self.words.len() && name.words.iter().zip(&self.words).all(|(a, (b, ..))| a == b)
        };
        let name = same.iter().find(is_here);
        let length = name.map_or(1, |name| name.words.len());
        if let Some(name) = name {
            found.push(Found {
                kind: name.kind.clone(),
                start: self.words[0].1,
                end: self.words[length - 1].2,
                confidence: 1.0,
                normalized: name.normalized.clone(),
                yields: false,
            });
        }
        self.settled = self.words[length - 1].2;
        self.words.drain(..length);
    }
}

/// Words of a name at most.
const MAX_WORDS: usize = 16;
