//! N-Quads 1.1 (<https://www.w3.org/TR/n-quads/>).

use std::collections::BTreeSet;
use std::fmt::{Result, Write};

use super::ImportError;
use super::collect::Collected;
use super::foreign::{Foreign, Object};
use super::properties::{self, EDGE, NODE, Type, Value};
use super::rdf::{BASE, LABEL, TYPE, XSD, datatype, iri, read_name};
use crate::graph::Graph;

pub(super) fn write(graph: &Graph, out: &mut dyn Write) -> Result {
    for node in graph.nodes() {
        let subject = format!("<{BASE}node:{}>", node.id().number());
        if !node.kind().is_empty() {
            writeln!(out, "{subject} <{TYPE}> <{}> .", iri("kind", node.kind()))?;
        }
        write!(out, "{subject} <{LABEL}> ")?;
        literal(out, node.name())?;
        writeln!(out, " .")?;
        write_properties(out, &subject, &properties::of_node(&node), NODE)?;
    }
    for edge in graph.edges(None) {
        let name = format!("<{BASE}edge:{}>", edge.id().number());
        let (subject, object) = (edge.subject().id().number(), edge.object().id().number());
        let predicate = iri(if edge.is_negated() { "not" } else { "predicate" }, edge.predicate());
        writeln!(out, "<{BASE}node:{subject}> <{predicate}> <{BASE}node:{object}> {name} .")?;
        write_properties(out, &name, &properties::of_edge(&edge), EDGE)?;
    }
    Ok(())
}

fn write_properties(
    out: &mut dyn Write,
    subject: &str,
    values: &[(&str, Value<'_>)],
    types: &[(&str, Type)],
) -> Result {
    for (name, value) in values {
        write!(out, "{subject} <{BASE}{name}> ")?;
        literal(out, &value.to_string())?;
        let of = types.iter().find(|(known, _)| known == name).and_then(|(_, of)| datatype(*of));
        if let Some(of) = of {
            write!(out, "^^<{XSD}{of}>")?;
        }
        writeln!(out, " .")?;
    }
    Ok(())
}

fn literal(out: &mut dyn Write, text: &str) -> Result {
    out.write_char('"')?;
    for char in text.chars() {
        match char {
            '"' => out.write_str("\\\""),
            '\\' => out.write_str("\\\\"),
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            // Line separators of other programs, and what can't be seen.
            '\0'..='\x1F' | '\x7F'..='\u{9F}' | '\u{2028}' | '\u{2029}' => write!(out, "\\u{:04X}", char as u32),
            _ => out.write_char(char),
        }?;
    }
    out.write_char('"')
}

pub(super) fn read(text: &str, collected: &mut Collected) -> std::result::Result<(), ImportError> {
    let mut foreign = Foreign::default();
    let mut own = BTreeSet::new();
    for (line, number) in text.split('\n').zip(1..) {
        let line = line.trim_matches(['\r', ' ', '\t']);
        if !line.is_empty() && !line.starts_with('#') {
            statement(line, &mut own, &mut foreign, collected)
                .map_err(|message| ImportError { message, line: Some(number) })?;
        }
    }
    foreign.hand_on(|iri| read_name(iri).filter(|name| own.contains(name)), collected);
    Ok(())
}

fn statement(
    line: &str,
    own: &mut BTreeSet<String>,
    foreign: &mut Foreign,
    collected: &mut Collected,
) -> std::result::Result<(), String> {
    let mut rest = line;
    let mut terms = Vec::new();
    while !rest.starts_with('.') {
        let (term, after) = term(rest)?;
        terms.push(term);
        rest = after.trim_start();
    }
    let wrong = || format!("expected a statement of three or four terms, found `{line}`");
    let mut terms = terms.into_iter();
    let (Some(Object::Thing(subject)), Some(Object::Thing(predicate)), Some(object), graph, None) =
        (terms.next(), terms.next(), terms.next(), terms.next(), terms.next())
    else {
        return Err(wrong());
    };
    let graph = match graph {
        Some(Object::Thing(graph)) => Some(graph),
        Some(Object::Literal { .. }) => return Err(wrong()),
        None => None,
    };
    let name = read_name(&subject);
    match (object, name, graph.as_deref().and_then(read_name)) {
        // What is said of a node or an edge in midstream's own words.
        (Object::Literal { text, .. }, Some(name), None) if graph.is_none() && predicate.starts_with(BASE) => {
            let property = &predicate[BASE.len()..];
            own.insert(name.clone());
            collected.property(&name, property, &text);
        }
        // `name` and `kind` say the same.
        (Object::Literal { .. }, Some(_), None) if graph.is_none() && predicate == LABEL => {}
        (Object::Thing(kind), Some(_), None) if predicate == TYPE && kind.starts_with(BASE) => {}
        (Object::Thing(object), subject_name, Some(edge)) => {
            let (Some(subject), Some(object)) = (subject_name, read_name(&object)) else {
                return Err(format!("expected an edge between nodes of {BASE}, found `{line}`"));
            };
            collected.ends(&edge, [&subject, &object]);
        }
        (object, ..) => foreign.statement(subject, predicate, object, graph),
    }
    Ok(())
}

fn term(text: &str) -> std::result::Result<(Object, &str), String> {
    if let Some(rest) = text.strip_prefix('<') {
        let (iri, rest) = rest.split_once('>').ok_or("expected `>` after an IRI, found the end of the line")?;
        return Ok((Object::Thing(unescaped(iri)?), rest));
    }
    if text.starts_with("_:") {
        let end = text.find([' ', '\t', '<', '"']).unwrap_or(text.len());
        let name = text[..end].trim_end_matches('.');
        return Ok((Object::Thing(name.to_owned()), &text[name.len()..]));
    }
    let Some(rest) = text.strip_prefix('"') else {
        return Err(format!("expected `<`, `\"`, `_:` or ` .`, found `{text}`"));
    };
    let mut at = 0;
    loop {
        at += rest[at..].find(['"', '\\']).ok_or("expected `\"` after a text, found the end of the line")?;
        if rest[at..].starts_with('"') {
            break;
        }
        let escaped = rest[at + 1..].chars().next().ok_or("expected an escape, found the end of the line")?;
        at += 1 + escaped.len_utf8();
    }
    let (text, behind) = (unescaped(&rest[..at])?, &rest[at + 1..]);
    // Of midstream's own properties, the type follows from which it is.
    let (language, behind) = match behind.strip_prefix('@') {
        Some(behind) => {
            let end = behind.find([' ', '\t', '<']).unwrap_or(behind.len());
            (Some(behind[..end].trim_end_matches('.').to_owned()), &behind[end..])
        }
        None => (None, behind),
    };
    let (datatype, behind) = match behind.strip_prefix("^^<") {
        Some(behind) => {
            let (datatype, behind) =
                behind.split_once('>').ok_or("expected `>` after a type, found the end of the line")?;
            (Some(datatype.to_owned()), behind)
        }
        None => (None, behind),
    };
    Ok((Object::Literal { text, language, datatype }, behind))
}

/// A text or an IRI without escapes.
fn unescaped(text: &str) -> std::result::Result<String, String> {
    let mut value = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        value += &rest[..at];
        rest = &rest[at + 1..];
        let char = rest.chars().next().ok_or("expected an escape, found the end of the text")?;
        rest = &rest[char.len_utf8()..];
        let digits = match char {
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        value.push(match char {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\x08',
            'f' => '\x0C',
            'u' | 'U' => {
                let code =
                    rest.get(..digits).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
                rest = rest.get(digits..).unwrap_or("");
                code.ok_or("expected a character's number in an escape, found something else")?
            }
            '"' | '\\' | '\'' => char,
            _ => return Err(format!("expected an escape, found `\\{char}`")),
        });
    }
    Ok(value + rest)
}
