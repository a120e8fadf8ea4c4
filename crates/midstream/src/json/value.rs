//! A JSON value that keeps what was written: numbers as text, objects in order.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::serialize_raw;

/// A JSON value (RFC 8259).
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object: its members in the order of writing, repeated names included.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The member `name` of an object: the last one, where the name is repeated.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let Self::Object(members) = self else { return None };
        members.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The element `index` of an array.
    pub fn at(&self, index: usize) -> Option<&Value> {
        let Self::Array(elements) = self else { return None };
        elements.get(index)
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        let Self::String(text) = self else { return None };
        Some(text)
    }

    /// The value that was begun last in a container.
    pub(super) fn last_mut(&mut self) -> Option<&mut Value> {
        match self {
            Self::Array(elements) => elements.last_mut(),
            Self::Object(members) => members.last_mut().map(|(_, value)| value),
            _ => None,
        }
    }
}

/// Serialises to the same JSON; numbers keep their digits where the serialiser is `serde_json`'s.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(text) => serialize_raw(text, serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(elements) => {
                let mut sequence = serializer.serialize_seq(Some(elements.len()))?;
                elements.iter().try_for_each(|element| sequence.serialize_element(element))?;
                sequence.end()
            }
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
        }
    }
}
