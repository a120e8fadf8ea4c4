//! N-Quads 1.1 (<https://www.w3.org/TR/n-quads/>).

use std::fmt::{Result, Write};

use super::ImportError;
use super::collect::Collected;
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
    for (line, number) in text.split('\n').zip(1..) {
        let line = line.trim_matches(['\r', ' ', '\t']);
        if !line.is_empty() && !line.starts_with('#') {
            statement(line, collected).map_err(|message| ImportError { message, line: Some(number) })?;
        }
    }
    Ok(())
}

fn statement(line: &str, collected: &mut Collected) -> std::result::Result<(), String> {
    let mut rest = line;
    let mut terms = Vec::new();
    while !rest.starts_with('.') {
        let (term, after) = term(rest)?;
        terms.push(term);
        rest = after.trim_start();
    }
    match &terms[..] {
        [Term::Iri(subject), Term::Iri(predicate), Term::Literal(value)] => {
            let property = predicate.strip_prefix(BASE);
            if let (Some(name), Some(property)) = (read_name(subject), property) {
                collected.property(&name, property, value.clone());
            }
            Ok(())
        }
        [Term::Iri(subject), Term::Iri(_), Term::Iri(object), Term::Iri(edge)] => {
            let names = (read_name(subject), read_name(object), read_name(edge));
            let (Some(subject), Some(object), Some(edge)) = names else {
                return Err(format!("expected an edge between nodes of {BASE}, found `{line}`"));
            };
            collected.ends(&edge, [&subject, &object]);
            Ok(())
        }
        [Term::Iri(_), Term::Iri(_), Term::Iri(_)] => Ok(()),
        _ => Err(format!("expected a statement of three or four terms, found `{line}`")),
    }
}

enum Term {
    Iri(String),
    Literal(String),
}

fn term(text: &str) -> std::result::Result<(Term, &str), String> {
    if let Some(rest) = text.strip_prefix('<') {
        let (iri, rest) = rest.split_once('>').ok_or("expected `>` after an IRI, found the end of the line")?;
        return Ok((Term::Iri(iri.to_owned()), rest));
    }
    let Some(mut rest) = text.strip_prefix('"') else {
        return Err(format!("expected `<`, `\"` or ` .`, found `{text}`"));
    };
    let mut value = String::new();
    loop {
        let at = rest.find(['"', '\\']).ok_or("expected `\"` after a text, found the end of the line")?;
        value += &rest[..at];
        let escape = rest[at..].starts_with('\\');
        rest = &rest[at + 1..];
        if !escape {
            break;
        }
        let char = rest.chars().next().ok_or("expected an escape, found the end of the line")?;
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
    // The type follows from the property, and so does that no text has a language.
    let end = rest.find([' ', '\t']).unwrap_or(rest.len());
    Ok((Term::Literal(value), &rest[end..]))
}
