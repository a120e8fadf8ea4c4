//! Reads a pack of rules from TOML.
//!
//! In: a file's text. Out: a [`Pack`], or every mistake in it with line, rule and field. What makes a rule impossible to
//! run (a pattern that can't be parsed, that matches the empty string or has no bound) is a mistake here already; nothing
//! is skipped or mended.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fields::{Fields, Mistakes};
use super::normalise::Normalised;
use super::rule::{
    Action, Boundary, Channels, Context, DEFAULT_DISTANCE, Edge, Example, MAX_AFTER, MAX_DISTANCE, MAX_MAX_LENGTH,
    MAX_PATTERN, Mask, Pack, Rule, Tests,
};
use super::syntax;
use super::validate::Validator;
use crate::event::Severity;

impl Pack {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// All mistakes in the file, at least one.
    pub fn parse(text: &str) -> Result<Self, PackErrors> {
        let mistakes = Mistakes::new(text);
        let (document, broken) = DeTable::parse_recoverable(text);
        for error in broken {
            let at = error.span().map_or(0, |span| span.start);
            mistakes.push(at, "", "", format!("can't read TOML: {}", error.message().replace('\n', ", ")));
        }
        if mistakes.len() > 0 {
            return Err(PackErrors(mistakes.into_sorted()));
        }
        let pack = read(document.get_ref(), &mistakes);
        if mistakes.len() > 0 { Err(PackErrors(mistakes.into_sorted())) } else { Ok(pack) }
    }
}

/// What is wrong with a file of rules: every mistake, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackErrors(pub Vec<PackError>);

/// One mistake in a file of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackError {
    /// The line's number, counted from 1.
    pub line: usize,
    /// The rule's id; empty where the mistake is in no rule.
    pub rule: String,
    /// The field; empty where the file is no TOML.
    pub field: String,
    /// What was expected and what was found.
    pub message: String,
}

impl fmt::Display for PackErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for PackErrors {}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.rule.is_empty() {
            write!(f, ", rule `{}`", self.rule)?;
        }
        if !self.field.is_empty() {
            write!(f, ", field `{}`", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for PackError {}

fn read<'i>(document: &DeTable<'i>, mistakes: &Mistakes<'i>) -> Pack {
    let file = Fields::new(document, 0, "", mistakes);
    let (name, version) = (file.required("name"), file.required("version"));
    let description = file.string("description").unwrap_or_default();
    let fragments = fragments(&file);
    let mut base = blank();
    if let Some(defaults) = file.value("defaults") {
        match file.within("defaults", defaults) {
            Some(fields) => {
                shared(&fields, &mut base);
                fields.finish();
            }
            None => drop(file.unlike::<()>("defaults", defaults, "a table", defaults.get_ref())),
        }
    }
    let mut rules = Vec::new();
    let mut ids = BTreeSet::new();
    for item in file.items("rule", "tables `[[rule]]`").unwrap_or_default() {
        if let Some(rule) = rule(item, &base, &fragments, mistakes) {
            if !rule.id.is_empty() && !ids.insert(rule.id.clone()) {
                mistakes.push(item.span().start, &rule.id, "id", "expected an id that no other rule has");
            }
            rules.push(rule);
        }
    }
    if rules.is_empty() {
        file.wrong("rule", "expected at least one rule");
    }
    file.finish();
    Pack { name, version, description, rules }
}

/// A rule before anything is set.
fn blank() -> Rule {
    Rule {
        id: String::new(),
        kind: String::new(),
        description: String::new(),
        before: None,
        pattern: String::new(),
        after: None,
        unicode: false,
        case_insensitive: false,
        boundary: Boundary::default(),
        max_length: 0,
        longest: false,
        keywords: Vec::new(),
        validators: Vec::new(),
        min_entropy: None,
        allow: Vec::new(),
        stop_words: Vec::new(),
        context: None,
        unless: None,
        apart: false,
        normalise: false,
        channels: Channels::ALL,
        action: Action::Mask(Mask::Placeholder),
        severity: Severity::default(),
        tests: Tests::default(),
    }
}

fn rule<'i>(item: &Spanned<DeValue<'i>>, base: &Rule, fragments: &Fragments, mistakes: &Mistakes<'i>) -> Option<Rule> {
    let DeValue::Table(table) = item.get_ref() else {
        mistakes.push(item.span().start, "", "rule", "expected tables `[[rule]]`");
        return None;
    };
    let id = table.iter().find(|(key, _)| key.get_ref() == "id").and_then(|(_, value)| value.get_ref().as_str());
    let fields = Fields::new(table, item.span().start, id.unwrap_or_default(), mistakes);
    let mut rule = base.clone();
    rule.id = word(&fields, "id", "lower case letters, digits and hyphens", |b| {
        b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'
    });
    rule.kind = word(&fields, "kind", "upper case letters, digits and underscores", |b| {
        b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'
    });
    rule.description = fields.string("description").unwrap_or_default();
    shared(&fields, &mut rule);
    patterns(&fields, fragments, &mut rule);
    rule.keywords = fields.strings("keywords").unwrap_or_default();
    if let Some(tests) = fields.value("tests") {
        match fields.within("tests", tests) {
            Some(inner) => rule.tests = self::tests(inner),
            None => drop(fields.unlike::<()>("tests", tests, "a table", tests.get_ref())),
        }
    }
    fields.finish();
    if rule.normalise {
        let contexts = rule.context.iter_mut().chain(&mut rule.unless).map(|context| &mut context.words);
        let lists = [&mut rule.keywords, &mut rule.allow, &mut rule.stop_words];
        lists.into_iter().chain(contexts).flatten().for_each(|word| *word = normal(word));
    }
    Some(rule)
}

/// `word` as it stands in the text that a rule with `normalise` reads.
fn normal(word: &str) -> String {
    String::from_utf8_lossy(Normalised::of(word).text()).into_owned()
}

/// A name that must be there and consist of what `allowed` says.
fn word(fields: &Fields<'_, '_>, field: &'static str, expected: &str, allowed: impl Fn(u8) -> bool) -> String {
    let word = fields.required(field);
    if !word.bytes().all(allowed) {
        fields.wrong(field, format!("expected {expected}, found `{word}`"));
    }
    word
}

/// The fields that a rule may take from the pack's `[defaults]`.
fn shared(fields: &Fields<'_, '_>, rule: &mut Rule) {
    set(&mut rule.unicode, fields.bool("unicode"));
    set(&mut rule.case_insensitive, fields.bool("case_insensitive"));
    set(&mut rule.normalise, fields.bool("normalise"));
    set(&mut rule.boundary, boundary(fields));
    set(&mut rule.max_length, fields.number("max_length", 1..=MAX_MAX_LENGTH));
    set(&mut rule.longest, fields.bool("longest"));
    set(&mut rule.min_entropy, fields.millibits("min_entropy").map(Some));
    set(&mut rule.validators, validators(fields));
    set(&mut rule.allow, fields.strings("allow"));
    if rule.allow.iter().any(|glob| glob.bytes().all(|byte| byte == b'*')) {
        fields.wrong("allow", "expected values that are no findings, found `*`, which all are");
    }
    set(&mut rule.stop_words, fields.strings("stop_words"));
    set(&mut rule.context, context(fields, "context").map(Some));
    set(&mut rule.unless, context(fields, "unless").map(Some));
    set(&mut rule.apart, fields.bool("apart"));
    set(&mut rule.channels, channels(fields));
    set(&mut rule.severity, fields.named("severity", "severity", Severity::NAMES));
    set(&mut rule.action, action(fields));
}

fn set<T>(setting: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *setting = value;
    }
}

/// `before`, `pattern` and `after`, and the bound that follows from them.
fn patterns(fields: &Fields<'_, '_>, fragments: &Fragments, rule: &mut Rule) {
    let parse = |field, pattern: &str| {
        syntax::parse(pattern, rule.unicode, rule.case_insensitive).map_err(|message| fields.wrong(field, message)).ok()
    };
    let expanded = |field, pattern: String| {
        expand(&pattern, fragments).map_err(|message| fields.wrong(field, message)).unwrap_or_default()
    };
    let before = fields.string("before").map(|before| expanded("before", before)).filter(|before| !before.is_empty());
    if let Some(hir) = before.as_deref().and_then(|before| parse("before", before))
        && hir.properties().minimum_len().unwrap_or(0) == 0
    {
        fields.wrong("before", "expected a pattern that does not match the empty string");
    }
    let after = fields.string("after").map(|after| expanded("after", after)).filter(|after| !after.is_empty());
    if let Some(hir) = after.as_deref().and_then(|after| parse("after", after)) {
        let (least, most) = (hir.properties().minimum_len(), hir.properties().maximum_len());
        if least != most || !least.is_some_and(|length| (1..=MAX_AFTER).contains(&length)) {
            let message = format!("expected a pattern whose matches all have the same length, 1 to {MAX_AFTER} bytes");
            fields.wrong("after", message);
        }
    }
    let pattern = expanded("pattern", fields.required("pattern"));
    if let Some(hir) = parse("pattern", &pattern) {
        let properties = hir.properties();
        match (properties.minimum_len(), properties.maximum_len()) {
            (None, _) => fields.wrong("pattern", "expected a pattern that can match something"),
            (Some(0), _) if !pattern.is_empty() => {
                fields.wrong("pattern", "expected a pattern that does not match the empty string");
            }
            (Some(0), _) => {}
            (Some(least), _) if rule.max_length > 0 && least > rule.max_length => {
                let message = format!("expected at least {least}, which the pattern's shortest match has");
                fields.wrong("max_length", message);
            }
            (_, None) if rule.max_length == 0 => {
                fields.wrong("pattern", "expected `max_length`, since the pattern has no bound of its own");
            }
            (_, Some(most)) if rule.max_length == 0 && most > MAX_MAX_LENGTH => {
                let message =
                    format!("expected matches of at most {MAX_MAX_LENGTH} bytes, found {most}; set `max_length`");
                fields.wrong("pattern", message);
            }
            (_, Some(most)) if rule.max_length == 0 => rule.max_length = most,
            (_, Some(most)) => rule.max_length = rule.max_length.min(most),
            (_, None) => {}
        }
    }
    (rule.before, rule.pattern, rule.after) = (before, pattern, after);
}

/// Parts of patterns by name: `[define]`.
type Fragments = BTreeMap<String, String>;

fn fragments(file: &Fields<'_, '_>) -> Fragments {
    let Some(value) = file.value("define") else { return Fragments::new() };
    let DeValue::Table(table) = value.get_ref() else {
        return file.unlike("define", value, "a table of strings", value.get_ref()).unwrap_or_default();
    };
    let mut fragments = Fragments::new();
    for (name, value) in table {
        match value.get_ref() {
            DeValue::String(text) => drop(fragments.insert(name.get_ref().to_string(), text.to_string())),
            other => drop(file.unlike::<()>("define", value, "a string", other)),
        }
    }
    fragments
}

/// `pattern` with a fragment in the place of each `${name}`; fragments may use fragments.
fn expand(pattern: &str, fragments: &Fragments) -> Result<String, String> {
    let mut text = pattern.to_owned();
    // Fragments that use each other never come to an end, so each use counts.
    for _ in 0..MAX_USES {
        let Some((before, rest)) = text.split_once("${") else { break };
        let (name, after) = rest.split_once('}').ok_or("expected `}` after `${`")?;
        let fragment =
            fragments.get(name).ok_or_else(|| format!("expected a name from [define], found `${{{name}}}`"))?;
        text = format!("{before}{fragment}{after}");
        if text.len() > MAX_PATTERN {
            break;
        }
    }
    if text.len() > MAX_PATTERN || text.contains("${") {
        return Err(format!("expected at most {MAX_PATTERN} bytes and {MAX_USES} uses of fragments"));
    }
    Ok(text)
}

/// How many uses of fragments one pattern may have, those within fragments included.
const MAX_USES: usize = 256;

/// `"word"` for both sides, or `{ start = "word", end = "none" }`.
fn boundary(fields: &Fields<'_, '_>) -> Option<Boundary> {
    let value = fields.value("boundary")?;
    let Some(sides) = fields.within("boundary", value) else {
        let edge = fields.named("boundary", "boundary", Edge::NAMES)?;
        return Some(Boundary { start: edge, end: edge });
    };
    let mut boundary = Boundary::default();
    set(&mut boundary.start, sides.named("start", "boundary", Edge::NAMES));
    set(&mut boundary.end, sides.named("end", "boundary", Edge::NAMES));
    sides.finish();
    Some(boundary)
}

fn validators(fields: &Fields<'_, '_>) -> Option<Vec<Validator>> {
    let names = fields.strings("validators")?;
    let mut validators = Vec::new();
    for name in names {
        match crate::named(Validator::NAMES, "validator", &name) {
            Ok(validator) => validators.push(validator),
            Err(message) => fields.wrong("validators", message),
        }
    }
    Some(validators)
}

/// `{ words = ["passport"], distance = 40 }`.
fn context(fields: &Fields<'_, '_>, field: &'static str) -> Option<Context> {
    let value = fields.value(field)?;
    let Some(inner) = fields.within(field, value) else {
        return fields.unlike(field, value, "a table with `words` and `distance`", value.get_ref());
    };
    let words = inner.strings("words").unwrap_or_default();
    if words.is_empty() {
        inner.wrong("words", "expected at least one word");
    }
    if words.iter().any(|word| word == "*") {
        inner.wrong("words", "expected a word, found `*` alone");
    }
    let distance = inner.number("distance", 1..=MAX_DISTANCE).unwrap_or(DEFAULT_DISTANCE);
    inner.finish();
    Some(Context { words, distance })
}

fn channels(fields: &Fields<'_, '_>) -> Option<Channels> {
    let names = fields.strings("channels")?;
    let mut channels = Channels { text: false, reasoning: false, refusal: false, tool: false };
    for name in &names {
        match name.as_str() {
            "text" => channels.text = true,
            "reasoning" => channels.reasoning = true,
            "refusal" => channels.refusal = true,
            "tool" => channels.tool = true,
            _ => {
                let message = format!("expected a channel (text, reasoning, refusal, tool), found `{name}`");
                fields.wrong("channels", message);
            }
        }
    }
    if names.is_empty() {
        fields.wrong("channels", "expected at least one channel");
    }
    Some(channels)
}

/// `action`, and `mask` where the action is to mask.
fn action(fields: &Fields<'_, '_>) -> Option<Action> {
    let mask = mask(fields);
    let action = fields.named("action", "rule's action", ACTIONS);
    match (action, mask) {
        (None, None) => None,
        (None | Some(ActionName::Mask), mask) => Some(Action::Mask(mask.unwrap_or(Mask::Placeholder))),
        (Some(name), mask) => {
            if mask.is_some() {
                fields.wrong("mask", "expected `mask` only where the action is `mask`");
            }
            Some(match name {
                ActionName::Report => Action::Report,
                ActionName::Stop => Action::Stop,
                ActionName::Hold | ActionName::Mask => Action::Hold,
            })
        }
    }
}

#[derive(Clone, Copy)]
enum ActionName {
    Report,
    Mask,
    Stop,
    Hold,
}

const ACTIONS: &[(&str, ActionName)] = &[
    ("report", ActionName::Report),
    ("mask", ActionName::Mask),
    ("stop", ActionName::Stop),
    ("hold", ActionName::Hold),
];

/// `"placeholder"`, `"pseudonym"`, `{ text = "***" }` or `{ keep_last = 4 }`.
fn mask(fields: &Fields<'_, '_>) -> Option<Mask> {
    let value = fields.value("mask")?;
    let Some(inner) = fields.within("mask", value) else {
        let name = fields.string("mask")?;
        return match name.as_str() {
            "placeholder" => Some(Mask::Placeholder),
            "pseudonym" => Some(Mask::Pseudonym),
            _ => {
                let expected = "placeholder, pseudonym, { text = \"...\" } or { keep_last = N }";
                fields.wrong("mask", format!("expected a mask ({expected}), found `{name}`"));
                None
            }
        };
    };
    let (text, keep) = (inner.string("text"), inner.number("keep_last", 1..=64));
    if inner.value("text").is_some() == inner.value("keep_last").is_some() {
        inner.wrong("text", "expected either `text` or `keep_last`");
    }
    inner.finish();
    text.map(Mask::Fixed).or(keep.map(Mask::KeepLast))
}

fn tests(fields: Fields<'_, '_>) -> Tests {
    let matches = fields.items("matches", "a list of texts").unwrap_or_default();
    let misses = fields.items("misses", "a list of texts").unwrap_or_default();
    let tests = Tests {
        matches: matches.into_iter().filter_map(|item| example(&fields, item)).collect(),
        misses: misses.into_iter().filter_map(|item| text(&fields, "misses", item)).collect(),
    };
    fields.finish();
    tests
}

/// A text, or `{ text = ..., value = ... }`.
fn example<'a, 'i>(fields: &Fields<'a, 'i>, item: &'a Spanned<DeValue<'i>>) -> Option<Example> {
    let Some(inner) = fields.within("matches", item) else {
        return text(fields, "matches", item).map(|text| Example { text, value: None });
    };
    let value = inner.value("value").and_then(|value| text(&inner, "value", value));
    let whole = match inner.value("text") {
        Some(whole) => text(&inner, "text", whole),
        None => {
            inner.wrong("text", "expected this field, found nothing");
            None
        }
    };
    inner.finish();
    whole.map(|text| Example { text, value })
}

/// A string, or a list of strings that are joined: so a file can hold a test value without holding it in one piece,
/// which scanners for secrets would take for a real one.
fn text<'i>(fields: &Fields<'_, 'i>, field: &str, item: &Spanned<DeValue<'i>>) -> Option<String> {
    match item.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Array(parts) => {
            let mut text = String::new();
            for part in parts {
                match part.get_ref() {
                    DeValue::String(part) => text.push_str(part),
                    other => return fields.unlike(field, part, "a string", other),
                }
            }
            Some(text)
        }
        other => fields.unlike(field, item, "a string or a list of strings to be joined", other),
    }
}
