//! What N-Quads and JSON-LD share: names of things as IRIs.

use super::properties::Type;

/// Everything that midstream names begins so.
pub(super) const BASE: &str = "urn:midstream:";
pub(super) const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
pub(super) const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
pub(super) const LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";

/// The XML Schema type of a property, after [`XSD`]; `None` for a plain text.
pub(super) fn datatype(of: Type) -> Option<&'static str> {
    match of {
        Type::Text => None,
        Type::Integer => Some("integer"),
        Type::Decimal => Some("decimal"),
        Type::Boolean => Some("boolean"),
        Type::Moment => Some("dateTime"),
    }
}

/// The IRI of a kind or a predicate: all but unreserved characters percent-encoded (RFC 3986, section 2.1).
///
/// That something is not so is another predicate, since RDF has no other way to say it.
pub(super) fn iri(what: &str, name: &str) -> String {
    let mut iri = format!("{BASE}{what}:");
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => iri.push(byte.into()),
            _ => iri += &format!("%{byte:02X}"),
        }
    }
    iri
}

/// `n0` or `e0` of the IRI that [`name`] made.
pub(super) fn read_name(iri: &str) -> Option<String> {
    let rest = iri.strip_prefix(BASE)?;
    let (letter, number) = match rest.split_once(':')? {
        ("node", number) => ('n', number),
        ("edge", number) => ('e', number),
        _ => return None,
    };
    Some(format!("{letter}{number}"))
}
