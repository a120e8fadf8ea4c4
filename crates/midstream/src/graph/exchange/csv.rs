//! CSV (RFC 4180): one table for nodes and edges.

use std::fmt::{Result, Write};

use super::ImportError;
use super::collect::Collected;
use super::given::Properties;
use super::properties::{self, EDGE, NODE, Value};
use crate::graph::Graph;

pub(super) fn write(graph: &Graph, out: &mut dyn Write) -> Result {
    let columns = || NODE.iter().chain(EDGE).map(|(name, _)| *name);
    out.write_str("record,id,source,target")?;
    columns().try_for_each(|name| write!(out, ",{name}"))?;
    out.write_str("\r\n")?;
    let mut row = |first: String, values: &[(&str, Value<'_>)]| {
        out.write_str(&first)?;
        for column in columns() {
            out.write_char(',')?;
            if let Some((_, value)) = values.iter().find(|(name, _)| *name == column) {
                field(out, &value.to_string())?;
            }
        }
        out.write_str("\r\n")
    };
    for node in graph.nodes() {
        row(format!("node,n{},,", node.id().number()), &properties::of_node(&node))?;
    }
    for edge in graph.edges(None) {
        let (subject, object) = (edge.subject().id().number(), edge.object().id().number());
        row(format!("edge,e{},n{subject},n{object}", edge.id().number()), &properties::of_edge(&edge))?;
    }
    Ok(())
}

fn field(out: &mut dyn Write, text: &str) -> Result {
    if text.contains([',', '"', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
        write!(out, "\"{}\"", text.replace('"', "\"\""))
    } else {
        out.write_str(text)
    }
}

pub(super) fn read(text: &str, collected: &mut Collected) -> std::result::Result<(), ImportError> {
    let mut at = 0;
    let header = row(text, &mut at)?;
    let column = |name: &str| header.iter().position(|known| known == name);
    let (Some(record), Some(id), Some(source), Some(target)) =
        (column("record"), column("id"), column("source"), column("target"))
    else {
        return Err(ImportError::at(text, 0, "expected columns `record`, `id`, `source` and `target`"));
    };
    while at < text.len() {
        let start = at;
        let fields = row(text, &mut at)?;
        if fields.len() != header.len() {
            let message = format!("expected {} fields, found {}", header.len(), fields.len());
            return Err(ImportError::at(text, start, message));
        }
        let values = header.iter().zip(&fields).filter(|(_, value)| !value.is_empty());
        let properties = Properties::from_iter(values);
        match fields[record].as_str() {
            "node" => collected.node(&fields[id], properties),
            "edge" => collected.edge(&fields[id], [&fields[source], &fields[target]], properties),
            other => return Err(ImportError::at(text, start, format!("expected `node` or `edge`, found `{other}`"))),
        }
    }
    Ok(())
}

/// The fields of the row at `at`, which is at the next row then.
fn row(text: &str, at: &mut usize) -> std::result::Result<Vec<String>, ImportError> {
    let mut fields = Vec::new();
    loop {
        let rest = &text[*at..];
        let mut value = String::new();
        if let Some(mut quoted) = rest.strip_prefix('"') {
            loop {
                let Some(end) = quoted.find('"') else {
                    return Err(ImportError::at(text, *at, "expected `\"` at the end of a field, found the end"));
                };
                value += &quoted[..end];
                quoted = &quoted[end + 1..];
                match quoted.strip_prefix('"') {
                    Some(more) => {
                        value.push('"');
                        quoted = more;
                    }
                    None => break,
                }
            }
            *at = text.len() - quoted.len();
        } else {
            let end = rest.find([',', '\r', '\n']).unwrap_or(rest.len());
            value += &rest[..end];
            *at += end;
        }
        fields.push(value);
        let rest = &text[*at..];
        if rest.starts_with(',') {
            *at += 1;
            continue;
        }
        *at += match rest.as_bytes() {
            [] => 0,
            [b'\r', b'\n', ..] => 2,
            [b'\n' | b'\r', ..] => 1,
            _ => return Err(ImportError::at(text, *at, "expected `,` or the end of the line after a quoted field")),
        };
        return Ok(fields);
    }
}
