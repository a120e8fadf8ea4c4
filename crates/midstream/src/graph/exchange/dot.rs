//! Graphviz DOT (<https://graphviz.org/doc/info/lang.html>): statements with attributes, labels to be drawn.
//!
//! All strings are what Graphviz calls escStrings: a backslash is written twice, so that none can escape the quote.

use std::fmt::{Result, Write};

use super::ImportError;
use super::collect::Collected;
use super::given::Properties;
use super::properties::{self, Value, relation};
use crate::graph::Graph;

pub(super) fn write(graph: &Graph, out: &mut dyn Write) -> Result {
    out.write_str("digraph midstream {\n")?;
    for node in graph.nodes() {
        write!(out, "n{} [", node.id().number())?;
        attribute(out, "label", &label(node.name()))?;
        attributes(out, &properties::of_node(&node))?;
        out.write_str("];\n")?;
    }
    for edge in graph.edges(None) {
        let (subject, object) = (edge.subject().id().number(), edge.object().id().number());
        write!(out, "n{subject} -> n{object} [")?;
        attribute(out, "label", &label(&relation(&edge)))?;
        attribute(out, ",id", &format!("e{}", edge.id().number()))?;
        attributes(out, &properties::of_edge(&edge))?;
        out.write_str("];\n")?;
    }
    out.write_str("}\n")
}

/// In labels Graphviz reads entities of HTML.
fn label(text: &str) -> String {
    text.replace('&', "&amp;")
}

fn attributes(out: &mut dyn Write, values: &[(&str, Value<'_>)]) -> Result {
    values.iter().try_for_each(|(name, value)| attribute(out, &format!(",{name}"), &value.to_string()))
}

fn attribute(out: &mut dyn Write, name: &str, value: &str) -> Result {
    write!(out, "{name}=\"")?;
    for char in value.chars() {
        match char {
            '"' => out.write_str("\\\""),
            '\\' => out.write_str("\\\\"),
            '\n' => out.write_str("\\n"),
            // It would end the text where texts are those of C.
            '\0' => out.write_char('\u{FFFD}'),
            _ => out.write_char(char),
        }?;
    }
    out.write_char('"')
}

pub(super) fn read(text: &str, collected: &mut Collected) -> std::result::Result<(), ImportError> {
    let mut reader = Reader { text, at: 0 };
    reader.expect("digraph")?;
    if !reader.is_next("{") {
        reader.id()?;
    }
    reader.expect("{")?;
    while !reader.is_next("}") {
        let subject = reader.id()?;
        let object = if reader.accept("->") { Some(reader.id()?) } else { None };
        let properties = reader.attributes()?;
        reader.accept(";");
        match object {
            Some(object) => {
                let name = properties.get("id").unwrap_or_default().to_owned();
                collected.edge(&name, [&subject, &object], properties);
            }
            // Defaults for what follows; Graphviz writes them.
            None if ["graph", "node", "edge"].contains(&subject.as_str()) => {}
            None => collected.node(&subject, properties),
        }
    }
    Ok(())
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&mut self) -> &str {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        rest
    }

    fn is_next(&mut self, token: &str) -> bool {
        self.rest().starts_with(token)
    }

    fn accept(&mut self, token: &str) -> bool {
        let is_next = self.is_next(token);
        self.at += if is_next { token.len() } else { 0 };
        is_next
    }

    fn expect(&mut self, token: &str) -> std::result::Result<(), ImportError> {
        if self.accept(token) { Ok(()) } else { Err(self.error(&format!("`{token}`"))) }
    }

    fn error(&mut self, wanted: &str) -> ImportError {
        let found = match self.rest().chars().next() {
            Some(char) => format!("`{char}`"),
            None => "the end".to_owned(),
        };
        ImportError::at(self.text, self.at, format!("expected {wanted}, found {found}"))
    }

    /// A name, or a text in quotes.
    fn id(&mut self) -> std::result::Result<String, ImportError> {
        let rest = self.rest();
        let Some(quoted) = rest.strip_prefix('"') else {
            let length = rest.find(|char: char| !(char.is_alphanumeric() || "_.".contains(char))).unwrap_or(rest.len());
            if length == 0 {
                return Err(self.error("a name"));
            }
            let id = rest[..length].to_owned();
            self.at += length;
            return Ok(id);
        };
        let mut id = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    self.at += at + 2;
                    return Ok(id);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => id.push('\n'),
                    // A line that goes on in the next one: Graphviz breaks long texts so.
                    Some((_, '\n')) | None => {}
                    Some((_, other)) => id.push(other),
                },
                _ => id.push(char),
            }
        }
        Err(ImportError::at(self.text, self.at, "expected `\"` at the end of a text, found the end"))
    }

    fn attributes(&mut self) -> std::result::Result<Properties, ImportError> {
        let mut properties = Properties::default();
        if !self.accept("[") {
            return Ok(properties);
        }
        while !self.accept("]") {
            let name = self.id()?;
            self.expect("=")?;
            let value = self.id()?;
            properties.insert(&name, &value);
            if !self.accept(",") {
                self.accept(";");
            }
        }
        Ok(properties)
    }
}
