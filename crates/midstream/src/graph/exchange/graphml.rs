//! GraphML (<http://graphml.graphdrawing.org/specification.html>).

use std::fmt::{Result, Write};

use roxmltree::{Document, Node as Element};

use super::ImportError;
use super::collect::Collected;
use super::given::Properties;
use super::properties::{self, EDGE, NODE, Type, Value};
use crate::graph::Graph;

pub(super) fn write(graph: &Graph, out: &mut dyn Write) -> Result {
    out.write_str(HEAD)?;
    for (target, properties) in [("node", NODE), ("edge", EDGE)] {
        for (name, of) in properties {
            let of = match of {
                Type::Text | Type::Moment => "string",
                Type::Integer => "long",
                Type::Decimal => "double",
                Type::Boolean => "boolean",
            };
            let id = key(target, name);
            writeln!(out, "<key id=\"{id}\" for=\"{target}\" attr.name=\"{name}\" attr.type=\"{of}\"/>")?;
        }
    }
    out.write_str("<graph id=\"midstream\" edgedefault=\"directed\">\n")?;
    for node in graph.nodes() {
        write!(out, "<node id=\"n{}\">", node.id().number())?;
        data(out, "node", &properties::of_node(&node))?;
        out.write_str("</node>\n")?;
    }
    for edge in graph.edges(None) {
        let (subject, object) = (edge.subject().id().number(), edge.object().id().number());
        write!(out, "<edge id=\"e{}\" source=\"n{subject}\" target=\"n{object}\">", edge.id().number())?;
        data(out, "edge", &properties::of_edge(&edge))?;
        out.write_str("</edge>\n")?;
    }
    out.write_str("</graph>\n</graphml>\n")
}

fn key(target: &str, name: &str) -> String {
    format!("{}_{name}", &target[..1])
}

fn data(out: &mut dyn Write, target: &str, values: &[(&str, Value<'_>)]) -> Result {
    for (name, value) in values {
        write!(out, "<data key=\"{}\">", key(target, name))?;
        for char in value.to_string().chars() {
            match char {
                '&' => out.write_str("&amp;"),
                '<' => out.write_str("&lt;"),
                '>' => out.write_str("&gt;"),
                // Else read as a line feed, or trimmed.
                '\r' => out.write_str("&#13;"),
                '\t' | '\n' => out.write_char(char),
                // What no XML document can hold (XML 1.0, section 2.2).
                '\0'..='\x1F' | '\u{FFFE}' | '\u{FFFF}' => out.write_char('\u{FFFD}'),
                _ => out.write_char(char),
            }?;
        }
        out.write_str("</data>")?;
    }
    Ok(())
}

pub(super) fn read(text: &str, collected: &mut Collected) -> std::result::Result<(), ImportError> {
    let document = Document::parse(text).map_err(|error| ImportError {
        message: format!("expected XML: {error}"),
        line: Some(error.pos().row as usize),
    })?;
    let all = |name: &'static str| document.descendants().filter(move |element| element.tag_name().name() == name);
    let keys: Properties =
        all("key").filter_map(|key| Some((key.attribute("id")?, key.attribute("attr.name")?))).collect();
    let properties = |element: Element<'_, '_>| -> Properties {
        let data = element.children().filter(|child| child.tag_name().name() == "data");
        data.filter_map(|data| {
            let name = keys.get(data.attribute("key")?)?;
            Some((name, data.text().unwrap_or_default()))
        })
        .collect()
    };
    let wanted = |element: Element<'_, '_>, name: &str| {
        let value = element.attribute(name).map(str::to_owned);
        let missing = || ImportError::at(text, element.range().start, format!("expected an attribute `{name}`"));
        value.ok_or_else(missing)
    };
    for node in all("node") {
        collected.node(&wanted(node, "id")?, properties(node));
    }
    for edge in all("edge") {
        let ends = [wanted(edge, "source")?, wanted(edge, "target")?];
        collected.edge(edge.attribute("id").unwrap_or("e"), [&ends[0], &ends[1]], properties(edge));
    }
    Ok(())
}

const HEAD: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
