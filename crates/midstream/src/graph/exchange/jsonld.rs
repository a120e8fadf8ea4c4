//! JSON-LD 1.1 (<https://www.w3.org/TR/json-ld11/>): the quads of [`super::nquads`].

use std::fmt::{Result, Write};

use serde_json::{Map, Value as Json, json};

use super::ImportError;
use super::collect::Collected;
use super::given::Properties;
use super::properties::{self, EDGE, NODE, Value};
use super::rdf::{BASE, LABEL, XSD, datatype, iri, read_name};
use crate::graph::Graph;

pub(super) fn write(graph: &Graph, out: &mut dyn Write) -> Result {
    write!(out, "{{\n\"@context\": {},\n\"@graph\": [", context())?;
    let mut separator = "\n";
    for node in graph.nodes() {
        let mut object = Map::new();
        object.insert("@id".into(), format!("{BASE}node:{}", node.id().number()).into());
        if !node.kind().is_empty() {
            object.insert("@type".into(), iri("kind", node.kind()).into());
        }
        object.insert("label".into(), node.name().into());
        insert(&mut object, &properties::of_node(&node));
        write!(out, "{separator}{}", Json::Object(object))?;
        separator = ",\n";
    }
    for edge in graph.edges(None) {
        let mut object = Map::new();
        object.insert("@id".into(), format!("{BASE}edge:{}", edge.id().number()).into());
        let predicate = iri(if edge.is_negated() { "not" } else { "predicate" }, edge.predicate());
        let subject = format!("{BASE}node:{}", edge.subject().id().number());
        let target = format!("{BASE}node:{}", edge.object().id().number());
        object.insert("@graph".into(), json!([{ "@id": subject, predicate: { "@id": target } }]));
        insert(&mut object, &properties::of_edge(&edge));
        write!(out, "{separator}{}", Json::Object(object))?;
        separator = ",\n";
    }
    out.write_str("\n]\n}\n")
}

/// Properties by their names, typed as XML Schema has it.
fn context() -> Json {
    let mut context = Map::new();
    context.insert("label".into(), LABEL.into());
    for (name, of) in NODE.iter().chain(EDGE) {
        let id = format!("{BASE}{name}");
        let term = match datatype(*of) {
            Some(of) => json!({ "@id": id, "@type": format!("{XSD}{of}") }),
            None => id.into(),
        };
        context.insert((*name).into(), term);
    }
    Json::Object(context)
}

fn insert(object: &mut Map<String, Json>, values: &[(&str, Value<'_>)]) {
    for (name, value) in values {
        let value = match value {
            Value::Integer(number) => (*number).into(),
            Value::Boolean(is) => (*is).into(),
            other => other.to_string().into(),
        };
        object.insert((*name).into(), value);
    }
}

pub(super) fn read(text: &str, collected: &mut Collected) -> std::result::Result<(), ImportError> {
    let document: Json = serde_json::from_str(text)
        .map_err(|error| ImportError { message: format!("expected JSON: {error}"), line: Some(error.line()) })?;
    let objects = document["@graph"].as_array().ok_or_else(|| ImportError::new("expected `@graph` with an array"))?;
    for object in objects {
        let id = object["@id"].as_str().unwrap_or_default();
        let name = read_name(id).ok_or_else(|| {
            ImportError::new(format!("expected an `@id` of a node or an edge of {BASE}, found `{id}`"))
        })?;
        let properties: Properties = object
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| !name.starts_with('@'))
            .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect();
        if name.starts_with('n') {
            collected.node(&name, properties);
            continue;
        }
        let ends = ends(&object["@graph"][0]);
        let ends = ends.ok_or_else(|| ImportError::new(format!("expected a triple between two nodes in `{id}`")))?;
        collected.edge(&name, [&ends[0], &ends[1]], properties);
    }
    Ok(())
}

fn ends(triple: &Json) -> Option<[String; 2]> {
    let target = triple.as_object()?.iter().find(|(name, _)| name.starts_with(BASE))?.1;
    Some([read_name(triple["@id"].as_str()?)?, read_name(target["@id"].as_str()?)?])
}
