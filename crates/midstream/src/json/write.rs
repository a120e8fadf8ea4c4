//! Writes whatever serialises as JSON, byte for byte as `serde_json` does, in a tenth of its code: what goes into a
//! WASM module is paid for by every visitor of a page.

use std::fmt::{self, Display, Write as _};

use serde::ser::{self, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::plain_end;

/// `value` as JSON.
///
/// Floating-point numbers are rounded to three decimals, which all that an [`Event`](crate::Event) holds are already.
pub fn to_json(value: &(impl Serialize + ?Sized)) -> String {
    let mut out = String::new();
    write_json(value, &mut out);
    out
}

/// Appends `value` as JSON to `out`; see [`to_json`].
///
/// # Panics
/// Where `value` is of a kind that no event consists of: bytes, tuples, enum variants with an outer tag.
pub fn write_json(value: &(impl Serialize + ?Sized), out: &mut String) {
    value.serialize(Writer { out, raw: false }).expect("events consist of what can be written");
}

/// Appends `text` as a JSON string to `out`.
pub(crate) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    escape(text, out);
    out.push('"');
}

/// Appends `text` as the contents of a JSON string to `out` (RFC 8259, section 7).
pub(crate) fn escape(text: &str, out: &mut String) {
    let mut from = 0;
    loop {
        let at = plain_end(text.as_bytes(), from);
        out.push_str(&text[from..at]);
        let Some(&byte) = text.as_bytes().get(at) else { break };
        from = at + 1;
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0C => "\\f",
            _ => {
                let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' + value - 10 });
                out.extend(['\\', 'u', '0', '0', digit(byte >> 4), digit(byte & 15)]);
                continue;
            }
        };
        out.push_str(escape);
    }
}

/// Serialises `json`, which is JSON already, as it stands: in the way of `serde_json::value::RawValue`, by whose name
/// its serialiser knows it. Making such a value would parse the text again.
pub(crate) fn serialize_raw<S: Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let mut raw = serializer.serialize_struct(RAW, 1)?;
    raw.serialize_field(RAW, json)?;
    raw.end()
}

/// The smallest step of a floating-point number is one in so many.
pub(crate) const STEPS: f64 = 1000.0;
const RAW: &str = "$serde_json::private::RawValue";

struct Writer<'o> {
    out: &'o mut String,
    /// Strings are JSON already.
    raw: bool,
}

/// Something that can't be written.
#[derive(Debug)]
pub(crate) struct NotWritten;

impl Display for NotWritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that no event consists of")
    }
}

impl std::error::Error for NotWritten {}

impl ser::Error for NotWritten {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

type Written = Result<(), NotWritten>;

impl Writer<'_> {
    #[inline(never)]
    fn word(self, word: &str) -> Written {
        self.out.push_str(word);
        Ok(())
    }

    #[inline(never)]
    fn unsigned(self, value: u64) -> Written {
        write!(self.out, "{value}").map_err(|_| NotWritten)
    }

    #[inline(never)]
    fn signed(self, value: i64) -> Written {
        write!(self.out, "{value}").map_err(|_| NotWritten)
    }

    fn float(self, value: f64) -> Written {
        if !value.is_finite() {
            return self.word("null");
        }
        let thousandths = (value.abs() * STEPS).round() as u64;
        let (whole, rest) = (thousandths / 1000, thousandths % 1000);
        let sign = if value.is_sign_negative() { "-" } else { "" };
        let (rest, width) = match rest {
            _ if rest % 100 == 0 => (rest / 100, 1),
            _ if rest % 10 == 0 => (rest / 10, 2),
            _ => (rest, 3),
        };
        write!(self.out, "{sign}{whole}.{rest:0width$}").map_err(|_| NotWritten)
    }
}

impl<'o> Serializer for Writer<'o> {
    type Ok = ();
    type Error = NotWritten;
    type SerializeSeq = Members<'o>;
    type SerializeTuple = Impossible<(), NotWritten>;
    type SerializeTupleStruct = Impossible<(), NotWritten>;
    type SerializeTupleVariant = Impossible<(), NotWritten>;
    type SerializeMap = Members<'o>;
    type SerializeStruct = Members<'o>;
    type SerializeStructVariant = Impossible<(), NotWritten>;

    fn serialize_bool(self, value: bool) -> Written {
        self.word(if value { "true" } else { "false" })
    }
    fn serialize_i8(self, value: i8) -> Written {
        self.signed(value.into())
    }
    fn serialize_i16(self, value: i16) -> Written {
        self.signed(value.into())
    }
    fn serialize_i32(self, value: i32) -> Written {
        self.signed(value.into())
    }
    fn serialize_i64(self, value: i64) -> Written {
        self.signed(value)
    }
    fn serialize_u8(self, value: u8) -> Written {
        self.unsigned(value.into())
    }
    fn serialize_u16(self, value: u16) -> Written {
        self.unsigned(value.into())
    }
    fn serialize_u32(self, value: u32) -> Written {
        self.unsigned(value.into())
    }
    fn serialize_u64(self, value: u64) -> Written {
        self.unsigned(value)
    }
    fn serialize_f32(self, value: f32) -> Written {
        self.float(value.into())
    }
    fn serialize_f64(self, value: f64) -> Written {
        self.float(value)
    }
    fn serialize_char(self, value: char) -> Written {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, value: &str) -> Written {
        if self.raw {
            self.out.push_str(value)
        } else {
            write_string(value, self.out)
        }
        Ok(())
    }
    fn serialize_bytes(self, _: &[u8]) -> Written {
        Err(NotWritten)
    }
    fn serialize_none(self) -> Written {
        self.word("null")
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Written {
        self.word("null")
    }
    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.word("null")
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Written {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Written {
        Err(NotWritten)
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'o>, NotWritten> {
        Ok(Members::open(self.out, '[', ']'))
    }
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, NotWritten> {
        Err(NotWritten)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, NotWritten> {
        Err(NotWritten)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NotWritten> {
        Err(NotWritten)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Members<'o>, NotWritten> {
        Ok(Members::open(self.out, '{', '}'))
    }
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'o>, NotWritten> {
        if name == RAW {
            return Ok(Members { out: self.out, close: None, first: true });
        }
        Ok(Members::open(self.out, '{', '}'))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NotWritten> {
        Err(NotWritten)
    }
}

/// The members of an array or object that is being written; of raw JSON, where nothing closes it.
struct Members<'o> {
    out: &'o mut String,
    close: Option<char>,
    first: bool,
}

impl<'o> Members<'o> {
    #[inline(never)]
    fn open(out: &'o mut String, open: char, close: char) -> Self {
        out.push(open);
        Self { out, close: Some(close), first: true }
    }

    #[inline(never)]
    fn next(&mut self) -> Writer<'_> {
        if !std::mem::take(&mut self.first) {
            self.out.push(',');
        }
        Writer { out: self.out, raw: false }
    }

    /// A place for a field's value; raw JSON is its only field and has no name.
    #[inline(never)]
    fn field(&mut self, name: &str) -> Writer<'_> {
        if self.close.is_none() {
            return Writer { out: self.out, raw: true };
        }
        let Writer { out, raw } = self.next();
        write_string(name, out);
        out.push(':');
        Writer { out, raw }
    }

    #[inline(never)]
    fn shut(self) -> Written {
        self.out.extend(self.close);
        Ok(())
    }
}

impl SerializeSeq for Members<'_> {
    type Ok = ();
    type Error = NotWritten;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(self.next())
    }
    fn end(self) -> Written {
        self.shut()
    }
}

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = NotWritten;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        key.serialize(self.next())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.out.push(':');
        value.serialize(Writer { out: self.out, raw: false })
    }
    fn end(self) -> Written {
        self.shut()
    }
}

impl SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = NotWritten;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Written {
        value.serialize(self.field(key))
    }
    fn end(self) -> Written {
        self.shut()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{Error, ErrorKind, Event, JsonText, Metrics, Verdict};

    fn agree<T: Serialize>(value: &T) {
        assert_eq!(to_json(value), serde_json::to_string(value).expect("it serialises"));
    }

    #[test]
    fn events_are_written_as_serde_json_writes_them() {
        let error = Error::new(ErrorKind::Provider, 7, "quoted \"words\"\n\u{1}\u{7f}é").with_code(Some("429"));
        agree(&Event::Error(error));
        agree(&Event::Unknown { name: "a\\b".into(), raw: JsonText::lossless("{\"a\": [1, 2.50]}") });
        agree(&Event::Usage(crate::Usage { input_tokens: Some(u64::MAX), ..Default::default() }));
        let metrics = Metrics { chunks_per_second: Some(12.34), gaps: Some(Default::default()), ..Default::default() };
        agree(&Event::StreamEnd { verdict: Verdict::Truncated, metrics: Box::new(metrics) });
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_as_serde_json_has_it(
            map in prop::collection::btree_map(".*", prop::collection::vec(any::<Option<i64>>(), 0..3), 0..4),
        ) {
            agree::<BTreeMap<_, _>>(&map);
        }

        #[test]
        fn thousandths_are_written_as_serde_json_has_them(thousandths in -10_000_000_000_i64..10_000_000_000) {
            agree(&(thousandths as f64 / STEPS));
        }
    }

    #[test]
    fn what_is_escaped_is_read_back() {
        let value = "plain \"quoted\" back\\slash \n\r\t\u{1}\u{1f} naïve \u{1f600}";
        let mut out = String::new();
        write_string(value, &mut out);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), value);
    }
}
