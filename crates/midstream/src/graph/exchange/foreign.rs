//! Statements of other programs' RDF as a graph: what a thing is called and what it is, and facts.
//!
//! A thing is called by its label, or else by the end of its IRI; its kind is called as its type is. A statement about
//! another thing is an edge, whose predicate is the label or the end of the predicate's IRI in words (`birthPlace` is `birth
//! place`); one about a literal is an edge to a node whose name is the literal's text. Things that are called alike are
//! told apart by the ends of their IRIs. The named graph that a statement is in is its stream.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;

use super::collect::Collected;
use super::given::Properties;
use super::rdf::{BASE, LABEL, TYPE, XSD};

/// A thing or a literal of a statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    /// An IRI or a blank node.
    Thing(String),
    /// A text, the language it is marked with, and the IRI of its type.
    Literal { text: String, language: Option<String>, datatype: Option<String> },
}

/// The statements of a file that are not midstream's own.
#[derive(Default)]
pub(super) struct Foreign {
    /// How well each label fits, and the label.
    labels: BTreeMap<String, (u8, String)>,
    types: BTreeMap<String, String>,
    /// Subject, predicate, object, graph; in the order of the file.
    facts: Vec<(String, String, Object, Option<String>)>,
}

impl Foreign {
    /// Takes a statement.
    pub(super) fn statement(&mut self, subject: String, predicate: String, object: Object, graph: Option<String>) {
        match object {
            Object::Literal { text, language, .. } if LABELS.contains(&predicate.as_str()) => {
                // Without a language or in English; the first of those that fit alike.
                let fit = match language.as_deref() {
                    None => 0,
                    Some(language) if language.starts_with("en") => 0,
                    Some(_) => 1,
                };
                let known = self.labels.entry(subject).or_insert((u8::MAX, String::new()));
                if fit < known.0 && !text.trim().is_empty() {
                    *known = (fit, text);
                }
            }
            Object::Thing(kind) if predicate == TYPE => {
                self.types.entry(subject).or_insert(kind);
            }
            object => self.facts.push((subject, predicate, object, graph)),
        }
    }

    /// Hands on all things and facts. `own` names the nodes that midstream's own statements tell of.
    pub(super) fn hand_on(self, own: impl Fn(&str) -> Option<String>, collected: &mut Collected) {
        let Self { labels, types, facts } = self;
        let label = |iri: &str| labels.get(iri).map(|(_, label)| label.clone()).filter(|label| !label.is_empty());
        let mut nodes =
            Nodes { own: &own, label: &label, types: &types, names: BTreeMap::new(), taken: BTreeSet::new() };
        let mut seen = BTreeSet::new();
        // What others are only spoken of by, and what describes such words.
        let mut words: BTreeSet<String> = types.values().cloned().collect();
        words.extend(facts.iter().map(|(_, predicate, ..)| predicate.clone()));
        words.extend(types.iter().filter(|(_, of)| of.starts_with("http://www.w3.org/")).map(|(iri, _)| iri.clone()));
        let mut edges = 0;
        for (subject, predicate, object, graph) in facts {
            if !seen.insert((subject.clone(), predicate.clone(), object.clone())) {
                continue;
            }
            let ends = [
                nodes.thing(subject, collected),
                match object {
                    Object::Thing(iri) => nodes.thing(iri, collected),
                    Object::Literal { text, datatype, .. } => nodes.literal(text, datatype.as_deref(), collected),
                },
            ];
            let negated = predicate.starts_with("urn:midstream:not:");
            let mut properties = Properties::default();
            let name = label(&predicate).unwrap_or_else(|| in_words(&end(&predicate)));
            properties.insert("predicate", &name);
            if negated {
                properties.insert("negated", "true");
            }
            if let Some(graph) = graph {
                properties.insert("stream", &graph);
            }
            collected.edge(&format!("foreign edge {edges}"), [&ends[0], &ends[1]], properties);
            edges += 1;
        }
        // Things of which nothing is said but what they are called or are.
        for thing in labels.keys().chain(types.keys()).filter(|thing| !words.contains(*thing)) {
            nodes.thing(thing.clone(), collected);
        }
    }
}

/// The nodes that facts are about.
struct Nodes<'a> {
    own: &'a dyn Fn(&str) -> Option<String>,
    label: &'a dyn Fn(&str) -> Option<String>,
    types: &'a BTreeMap<String, String>,
    /// By IRI, or by a literal's text and kind.
    names: BTreeMap<(String, String), String>,
    /// Names with their kinds.
    taken: BTreeSet<(String, String)>,
}

impl Nodes<'_> {
    fn thing(&mut self, iri: String, collected: &mut Collected) -> String {
        if let Some(own) = (self.own)(&iri) {
            return own;
        }
        let kind = self.types.get(&iri).map(|of| (self.label)(of).unwrap_or_else(|| end(of))).unwrap_or_default();
        let last = end(&iri);
        let mut name = (self.label)(&iri).unwrap_or_else(|| last.replace('_', " "));
        let known = self.names.contains_key(&(iri.clone(), String::new()));
        if !known && self.taken.contains(&(name.clone(), kind.clone())) {
            name = format!("{name} ({last})");
        }
        if !known && self.taken.contains(&(name.clone(), kind.clone())) {
            name.clone_from(&iri);
        }
        self.node((iri, String::new()), name, kind, collected)
    }

    fn literal(&mut self, text: String, datatype: Option<&str>, collected: &mut Collected) -> String {
        let kind = match datatype.and_then(|of| of.strip_prefix(XSD)) {
            Some("date" | "dateTime" | "gYear" | "gYearMonth") => "DATE",
            Some(
                "integer" | "decimal" | "double" | "float" | "int" | "long" | "nonNegativeInteger" | "positiveInteger",
            ) => "NUMBER",
            Some("anyURI") => "URL",
            _ => "TEXT",
        };
        let text = if text.trim().is_empty() { "\"\"".to_owned() } else { text };
        self.node((text.clone(), kind.to_owned()), text, kind.to_owned(), collected)
    }

    fn node(&mut self, key: (String, String), name: String, kind: String, collected: &mut Collected) -> String {
        let number = self.names.len();
        let Self { names, taken, .. } = self;
        let known = names.entry(key).or_insert_with(|| {
            let own = format!("foreign {number}");
            let properties = [("name", &name), ("kind", &kind)].into_iter().collect();
            collected.node(&own, properties);
            taken.insert((name, kind));
            own
        });
        known.clone()
    }
}

/// What stands at the end of an IRI, behind the last `#`, `/` or `:`; the IRI where that is nothing.
fn end(iri: &str) -> String {
    let own = ["predicate:", "not:", "kind:"].iter().find_map(|what| iri.strip_prefix(BASE)?.strip_prefix(what));
    let whole = iri.trim_end_matches(['/', '#']);
    let last = own.unwrap_or_else(|| whole.rsplit(['#', '/', ':']).next().unwrap_or(whole));
    // Percent-encoding that is no text stays.
    let last = percent_decode_str(last).decode_utf8().unwrap_or(Cow::Borrowed(last));
    if last.is_empty() { iri.to_owned() } else { last.into_owned() }
}

/// `birthPlace` and `birth_place` as words.
fn in_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut last = ' ';
    for char in name.chars() {
        if char.is_uppercase() && last.is_lowercase() {
            words.push(' ');
            words.extend(char.to_lowercase());
        } else {
            words.push(if char == '_' { ' ' } else { char });
        }
        last = char;
    }
    words
}

/// Predicates that say what a thing is called.
const LABELS: &[&str] = &[
    LABEL,
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://xmlns.com/foaf/0.1/name",
    "http://schema.org/name",
    "https://schema.org/name",
];
