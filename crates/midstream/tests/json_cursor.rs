//! What [`Cursor`] reads is what serde_json reads, however the text is laid out.

use midstream::json::{Cursor, Kind, Strings, SyntaxError};
use proptest::prelude::*;
use serde_json::{Map, Value};

proptest! {
    #[test]
    fn a_cursor_reads_what_serde_json_reads(value in any_json()) {
        let strings = Strings::default();
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap(), ascii(&value)] {
            let mut cursor = Cursor::new(&text, &strings);
            prop_assert_eq!(&read(&mut cursor).unwrap(), &value, "{}", text);
            cursor.end().unwrap();
            let mut cursor = Cursor::new(&text, &strings);
            prop_assert_eq!(cursor.raw().unwrap(), text.trim());
            cursor.end().unwrap();
        }
    }

    #[test]
    fn no_text_makes_a_cursor_panic(text in ".{0,40}|[\\[\\]{}\",:0-9a\\\\u ]{0,40}") {
        let _ = read(&mut Cursor::new(&text, &Strings::default()));
        let _ = Cursor::new(&text, &Strings::default()).skip();
    }
}

/// The next value as a tree.
fn read(cursor: &mut Cursor<'_>) -> Result<Value, SyntaxError> {
    Ok(match cursor.peek() {
        Kind::Object => {
            let mut fields = Map::new();
            cursor.object(|key, value| {
                fields.insert(key.into(), read(value)?);
                Ok(())
            })?;
            Value::Object(fields)
        }
        Kind::Array => {
            let mut items = Vec::new();
            cursor.array(|item| {
                items.push(read(item)?);
                Ok(())
            })?;
            Value::Array(items)
        }
        Kind::String => cursor.string()?.expect("a string was peeked").into(),
        Kind::Number => cursor.u64()?.map_or(Value::Null, Into::into),
        Kind::Bool => cursor.bool()?.map_or(Value::Null, Into::into),
        Kind::Null | Kind::Invalid => cursor.skip().map(|()| Value::Null)?,
    })
}

/// `value` with every character of its strings escaped that is not ASCII.
fn ascii(value: &Value) -> String {
    let mut out = String::new();
    for c in value.to_string().chars() {
        match c {
            ' '..='~' => out.push(c),
            _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out += &format!("\\u{unit:04x}")),
        }
    }
    out
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
        "[\"\\\\\n\t/a-c]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((".{0,20}", inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}
