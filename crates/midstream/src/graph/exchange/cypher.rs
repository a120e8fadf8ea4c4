//! openCypher 9 (<https://opencypher.org>): one statement a line, which Neo4j's cypher-shell and others run.
//!
//! Every node has the label `Entity` and its kind, and an `id` by which edges find it.

use std::fmt::{Result, Write};

use super::ImportError;
use super::collect::Collected;
use super::given::Properties;
use super::properties::{self, Value, relation};
use crate::graph::Graph;

pub(super) fn write(graph: &Graph, out: &mut dyn Write) -> Result {
    for node in graph.nodes() {
        out.write_str("CREATE (:Entity")?;
        if !node.kind().is_empty() {
            out.write_char(':')?;
            name(out, node.kind())?;
        }
        write!(out, " {{id: 'n{}'", node.id().number())?;
        map(out, &properties::of_node(&node))?;
        out.write_str("});\n")?;
    }
    for edge in graph.edges(None) {
        let (subject, object) = (edge.subject().id().number(), edge.object().id().number());
        write!(out, "MATCH (a:Entity {{id: 'n{subject}'}}), (b:Entity {{id: 'n{object}'}}) CREATE (a)-[:")?;
        name(out, &relation(&edge))?;
        write!(out, " {{id: 'e{}'", edge.id().number())?;
        map(out, &properties::of_edge(&edge))?;
        out.write_str("}]->(b);\n")?;
    }
    Ok(())
}

/// A label or a type, in backticks; one inside is doubled.
fn name(out: &mut dyn Write, name: &str) -> Result {
    // A name is one line, as a statement is.
    write!(out, "`{}`", name.replace('`', "``").replace(['\n', '\r', '\0'], " "))
}

fn map(out: &mut dyn Write, values: &[(&str, Value<'_>)]) -> Result {
    for (name, value) in values {
        write!(out, ", {name}: ")?;
        match value {
            Value::Text(text) => string(out, text)?,
            Value::Moment(moment) => string(out, &moment.to_string())?,
            _ => write!(out, "{value}")?,
        }
    }
    Ok(())
}

fn string(out: &mut dyn Write, text: &str) -> Result {
    out.write_char('\'')?;
    for char in text.chars() {
        match char {
            '\'' => out.write_str("\\'"),
            '\\' => out.write_str("\\\\"),
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            '\0'..='\x1F' | '\x7F'..='\u{9F}' | '\u{2028}' | '\u{2029}' => write!(out, "\\u{:04X}", char as u32),
            _ => out.write_char(char),
        }?;
    }
    out.write_char('\'')
}

pub(super) fn read(text: &str, collected: &mut Collected) -> std::result::Result<(), ImportError> {
    for (line, number) in text.split('\n').zip(1..) {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with("//") {
            statement(line, collected).map_err(|message| ImportError { message, line: Some(number) })?;
        }
    }
    Ok(())
}

fn statement(line: &str, collected: &mut Collected) -> std::result::Result<(), String> {
    let mut maps = Vec::new();
    let mut rest = line;
    // The statements differ in how many maps they have; what else is in them follows from these.
    while let Some(at) = rest.find(['{', '`']) {
        rest = if rest[at..].starts_with('`') {
            let name = &rest[at + 1..];
            let end = name.find('`').ok_or("expected `` ` `` after a name, found the end of the line")?;
            &name[end + 1..]
        } else {
            let (properties, rest) = read_map(&rest[at + 1..])?;
            maps.push(properties);
            rest
        };
    }
    let mut ids = Vec::new();
    for map in &maps {
        ids.push(map.get("id").ok_or("expected an `id` in each map, found none")?.to_owned());
    }
    // An edge's map is behind those of its two nodes.
    let (of_one, of_two) = (line.starts_with("CREATE"), line.starts_with("MATCH"));
    match (maps.pop(), &ids[..]) {
        (Some(node), [id]) if of_one => collected.node(id, node),
        (Some(edge), [subject, object, id]) if of_two => collected.edge(id, [subject, object], edge),
        _ => return Err("expected `CREATE` with a node or `MATCH` of two and `CREATE` with an edge".to_owned()),
    }
    Ok(())
}

/// A map without its first brace, and what follows it.
fn read_map(text: &str) -> std::result::Result<(Properties, &str), String> {
    let mut properties = Properties::default();
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once(':').ok_or("expected `:` after a property's name")?;
        let after = after.trim_start();
        let (value, after) = match after.strip_prefix('\'') {
            Some(quoted) => read_string(quoted)?,
            None => {
                let end =
                    after.find([',', '}']).ok_or("expected `}` after the properties, found the end of the line")?;
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        properties.insert(name.trim(), &value);
        let after = after.trim_start();
        match after.chars().next() {
            Some(',') => rest = &after[1..],
            Some('}') => return Ok((properties, &after[1..])),
            _ => return Err("expected `,` or `}` after a property".to_owned()),
        }
    }
}

/// A text without its first quote, and what follows it.
fn read_string(text: &str) -> std::result::Result<(String, &str), String> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '\'' => return Ok((value, &text[at + 1..])),
            '\\' => match chars.next().map(|(_, char)| char) {
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('t') => value.push('\t'),
                Some('u') => {
                    let hex: String = chars.by_ref().take(4).map(|(_, char)| char).collect();
                    let code = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32);
                    value.push(code.ok_or_else(|| format!("expected a character's number, found `{hex}`"))?);
                }
                Some(other) => value.push(other),
                None => break,
            },
            _ => value.push(char),
        }
    }
    Err("expected `'` at the end of a text, found the end of the line".to_owned())
}
