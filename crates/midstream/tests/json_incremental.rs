//! Incremental JSON: what it accepts, what it says half-way, and that neither depends on the pieces.

use midstream::json::{Incremental, IncrementalError, Limits, Value};
use midstream_testkit::{bytewise, random_cuts, shared_data, two_way_cuts};
use proptest::prelude::*;

fn read(text: &str, cuts: &[usize]) -> Result<Value, IncrementalError> {
    let mut json = Incremental::default();
    let mut from = 0;
    for to in cuts.iter().copied().filter(|cut| text.is_char_boundary(*cut)).chain([text.len()]) {
        json.push(&text[from..to]);
        from = to;
    }
    json.finish()
}

fn as_serde(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(digits) => serde_json::from_str(digits).expect("a number is JSON"),
        Value::String(text) => text.as_str().into(),
        Value::Array(elements) => elements.iter().map(as_serde).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), as_serde(value))).collect(),
    }
}

#[test]
fn json_test_suite_under_every_cut() {
    let Some(data) = shared_data() else { return };
    let mut seen = 0;
    for entry in std::fs::read_dir(data.join("JSONTestSuite/test_parsing")).expect("the suite can be listed") {
        let path = entry.expect("the suite can be listed").path();
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("a case can be read");
        // Text is UTF-8 before it comes here: what is not never becomes JSON.
        let Ok(text) = String::from_utf8(bytes) else {
            assert!(!name.starts_with("y_"), "{name} is no UTF-8");
            continue;
        };
        seen += 1;
        let whole = read(&text, &[]);
        match &name[..2] {
            "y_" => assert_eq!(
                as_serde(whole.as_ref().expect(&name)),
                serde_json::from_str::<serde_json::Value>(&text).unwrap(),
                "{name}"
            ),
            "n_" => assert!(whole.is_err(), "{name} was accepted"),
            _ => {}
        }
        let every = if text.len() < 20_000 { two_way_cuts(text.len()).collect() } else { vec![] };
        for cuts in random_cuts(text.len(), 20).chain([bytewise(text.len())]).chain(every) {
            assert_eq!(read(&text, &cuts), whole, "{name} cut at {cuts:?}");
        }
    }
    assert!(seen > 280, "only {seen} cases");
}

#[test]
fn value_so_far_says_nothing_that_is_taken_back() {
    let steps: &[(&str, &str)] = &[
        ("  {", "{}"),
        (r#""na"#, "{}"),
        (r#"me" "#, "{}"),
        (r#": "An"#, r#"{"name":"An"}"#),
        (r"n\u00e", r#"{"name":"Ann"}"#),
        (r"9\ud83d", r#"{"name":"Anné"}"#),
        (r#"\ude00","#, r#"{"name":"Anné😀"}"#),
        (r#""n":-1"#, r#"{"name":"Anné😀"}"#),
        ("2.5e1", r#"{"name":"Anné😀"}"#),
        (",", r#"{"name":"Anné😀","n":-12.5e1}"#),
        (r#""list":[tru"#, r#"{"name":"Anné😀","n":-12.5e1,"list":[]}"#),
        ("e,[", r#"{"name":"Anné😀","n":-12.5e1,"list":[true,[]]}"#),
        ("]]}", r#"{"name":"Anné😀","n":-12.5e1,"list":[true,[]]}"#),
    ];
    let mut json = Incremental::default();
    assert_eq!(json.value(), None);
    for (piece, expected) in steps {
        json.push(piece);
        assert_eq!(serde_json::to_string(json.value().unwrap()).unwrap(), *expected, "after {piece}");
    }
    json.finish().unwrap();
}

#[test]
fn errors_say_what_was_expected_and_where() {
    let cases: &[(&str, usize, &str)] = &[
        ("", 0, "expected a value, found the end of the text"),
        ("{\"a\":1,}", 7, "expected a name in quotes, found `}`"),
        ("[1 2]", 3, "expected `,` or `]`, found `2`"),
        ("[1,2", 4, "expected a digit or the end of the number, found the end of the text"),
        ("[1,2 ", 5, "expected `,` or `]`, found the end of the text"),
        ("01", 1, "expected a digit or the end of the number, found `1`"),
        ("nul", 3, "expected null, found the end of the text"),
        ("\"a\nb\"", 2, "expected text or a closing quote, found `\\n`"),
        ("{} {}", 3, "expected the end of the text, found `{`"),
        ("\"\\x\"", 2, "expected an escape that JSON knows, found `x`"),
    ];
    for (text, at, message) in cases {
        let error = read(text, &[]).unwrap_err();
        assert_eq!((error.at, error.message.as_str()), (*at, *message), "{text}");
    }
}

#[test]
fn limits_are_errors_at_their_place_and_keep_what_came_before() {
    let mut json = Incremental::new(Limits { max_depth: 2, max_bytes: 1000 });
    json.push(r#"[["kept"],[["#);
    assert_eq!(json.error().unwrap().at, 11);
    assert_eq!(json.error().unwrap().message, "nested deeper than `max_depth` (2)");
    assert_eq!(serde_json::to_string(json.value().unwrap()).unwrap(), r#"[["kept"],[]]"#);

    for cuts in two_way_cuts(20) {
        let mut json = Incremental::new(Limits { max_depth: 2, max_bytes: 10 });
        let text = r#"["abcdefghéjklmnop"]"#;
        let cut = cuts[0];
        if text.is_char_boundary(cut) {
            json.push(&text[..cut]);
            json.push(&text[cut..]);
            assert_eq!(json.error().unwrap().message, "more than `max_bytes` (10)");
            assert_eq!(json.value().unwrap().at(0).unwrap().as_str(), Some("abcdefgh"), "cut at {cut}");
        }
    }
}

#[test]
fn a_long_argument_in_many_pieces_is_one_value() {
    let text = format!("{{\"code\":\"{}\"}}", "let x = 1;\\n".repeat(200_000));
    let mut json = Incremental::default();
    let mut shown = 0;
    for piece in text.as_bytes().chunks(8) {
        json.push(std::str::from_utf8(piece).unwrap());
        shown += usize::from(json.value().is_some());
    }
    assert_eq!(shown, text.len().div_ceil(8));
    assert_eq!(json.finish().unwrap().get("code").unwrap().as_str().unwrap().len(), 200_000 * 11);
}

proptest! {
    #[test]
    fn agrees_with_serde_json_on_anything_at_any_cut(
        text in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\\", "\\u00e9", "\\ud83d", "\\ude00", "1", "0", "-", ".", "e", "+",
            "true", "null", "fals", " ", "\n", "é", "😀", "x", "\"k\":", "\u{1}",
        ]), 0..24).prop_map(|parts| parts.concat()),
        cut in 0usize..64,
    ) {
        let whole = read(&text, &[]);
        let parsed = serde_json::from_str::<serde_json::Value>(&text);
        // Numbers out of range and lone surrogates are JSON (RFC 8259, sections 6 and 8.2) that serde_json refuses.
        let refused = parsed.as_ref().err().map(ToString::to_string).unwrap_or_default();
        if !refused.contains("surrogate") && !refused.contains("out of range") && !refused.contains("hex escape") {
            prop_assert_eq!(whole.is_ok(), parsed.is_ok(), "{:?} {:?}", whole, parsed);
            if let (Ok(whole), Ok(parsed)) = (&whole, &parsed) {
                prop_assert_eq!(&as_serde(whole), parsed);
            }
        }
        prop_assert_eq!(&read(&text, &[cut.min(text.len())]), &whole);
        prop_assert_eq!(&read(&text, &bytewise(text.len())), &whole);
    }
}

#[test]
fn the_largest_limit_is_no_limit() {
    let limits = Limits { max_bytes: usize::MAX, ..Limits::default() };
    let mut json = Incremental::new(limits);
    json.push(r#"{"a": "b"}"#);
    assert!(json.finish().is_ok());
}
