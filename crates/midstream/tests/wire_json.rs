//! JSON lines, JSON arrays and recorded WebSockets.

use midstream::wire::{Decoder, Item, Origin};
use midstream::{ErrorKind, Framing};
use midstream_testkit::{Found, bytewise, found, two_way_cuts};
use proptest::prelude::*;
use serde_json::Value;
use serde_json::value::RawValue;

const NO_LIMIT: usize = usize::MAX;

/// What stands in a body, in order.
#[derive(Debug, PartialEq)]
enum Is {
    /// A frame with this data.
    Frame(String),
    /// One in a place that the framing has none for.
    Bare(String),
    /// One that the end of the body cut off.
    Cut(String),
    KeepAlive,
    Fault(ErrorKind, u64),
}

fn frame(data: &str) -> Is {
    Is::Frame(data.into())
}

/// What `body` is found to be, after checking that no cut changes it.
fn read(framing: Framing, max_frame_bytes: usize, body: &[u8]) -> Vec<Is> {
    let whole = found(Some(framing), max_frame_bytes, body, &[]);
    for cuts in two_way_cuts(body.len()).chain([bytewise(body.len())]) {
        assert_eq!(found(Some(framing), max_frame_bytes, body, &cuts), whole, "cut at {cuts:?}");
    }
    let is = |found: &Found| match found {
        Found::Frame(frame) => match frame.origin {
            Origin::Bare => Is::Bare(frame.data.clone()),
            Origin::Incomplete => Is::Cut(frame.data.clone()),
            _ => Is::Frame(frame.data.clone()),
        },
        Found::KeepAlive => Is::KeepAlive,
        Found::Fault(error) => Is::Fault(error.kind, error.offset),
    };
    whole.iter().map(is).collect()
}

fn check(framing: Framing, max_frame_bytes: usize, table: &[(&str, &[Is])]) {
    for (body, expected) in table {
        assert_eq!(read(framing, max_frame_bytes, body.as_bytes()), *expected, "{body:?}");
    }
}

#[test]
fn ndjson_has_one_value_a_line() {
    let pretty = "{\n  \"error\": {\n    \"code\": 500,\n    \"details\": [\n      {\n        \"a\": \"}\"\n      }\n    ]\n  }\n}";
    check(
        Framing::Ndjson,
        NO_LIMIT,
        &[
            ("{\"a\":1}\n{\"b\":2}\n", &[frame("{\"a\":1}"), frame("{\"b\":2}")]),
            ("{\"a\":1}\r\n{\"b\":2}", &[frame("{\"a\":1}"), frame("{\"b\":2}")]),
            ("  {\"a\":1} \t\n", &[frame("{\"a\":1}")]),
            (
                "\n{\"a\":1}\n\r\n \n[1]\n",
                &[Is::KeepAlive, frame("{\"a\":1}"), Is::KeepAlive, Is::KeepAlive, frame("[1]")],
            ),
            ("{\"a\":1}{\"b\":2} {\"c\":3}\n", &[frame("{\"a\":1}"), frame("{\"b\":2}"), frame("{\"c\":3}")]),
            ("{\"a\":\"}\\\"{\\\\\"}\n[DONE]\n", &[frame("{\"a\":\"}\\\"{\\\\\"}"), frame("[DONE]")]),
            (
                "1\ntrue\n\"a b\"\nnull\n-1.5e3",
                &[frame("1"), frame("true"), frame("\"a b\""), frame("null"), frame("-1.5e3")],
            ),
            ("\u{FEFF}{}\n", &[frame("{}")]),
            (pretty, &[frame(pretty)]),
            ("{\"x\":1}\n[\n{\n}\n,\n{}\n]\n", &[frame("{\"x\":1}"), frame("[\n{\n}\n,\n{}\n]")]),
            ("{\"a\": {\"b\": 1}\n}\n{\"c\": 1}\n", &[frame("{\"a\": {\"b\": 1}\n}"), frame("{\"c\": 1}")]),
            ("", &[]),
        ],
    );
}

#[test]
fn a_deep_value_over_several_lines_is_one_value() {
    for depth in [1, 63, 64, 65, 66, 200] {
        let deep = format!("{}{}", "[\n".repeat(depth), "]\n".repeat(depth));
        let value = format!("[\n[\n{deep},\n{deep}],\n[]\n,\n{{\n}}]");
        assert_eq!(read(Framing::Ndjson, NO_LIMIT, value.as_bytes()), [frame(&value)], "{depth}");
    }
}

#[test]
fn a_broken_line_of_ndjson_does_not_swallow_the_next_one() {
    check(
        Framing::Ndjson,
        NO_LIMIT,
        &[
            ("{\"a\":{}\n{\"b\":2}\n", &[frame("{\"a\":{}"), frame("{\"b\":2}")]),
            ("{\"a\":1,\n{\"b\":2}\n", &[frame("{\"a\":1,"), frame("{\"b\":2}")]),
            ("{\"a\":\"unclosed\n{\"b\":2}\n", &[frame("{\"a\":\"unclosed"), frame("{\"b\":2}")]),
            ("{\"a\":\"\\\n{\"b\":2}\n", &[frame("{\"a\":\"\\"), frame("{\"b\":2}")]),
            ("{\"a\":1\n[DONE]\n", &[frame("{\"a\":1"), frame("[DONE]")]),
            (
                "{\"a\":1}}\n{\"b\":2}\n",
                &[frame("{\"a\":1}"), Is::Fault(ErrorKind::MalformedFrame, 7), frame("{\"b\":2}")],
            ),
            ("{\"a\":{}\n", &[frame("{\"a\":{}")]),
            ("{\"a\":", &[Is::Cut("{\"a\":".into())]),
            ("{\"a\":\n", &[Is::Cut("{\"a\":".into())]),
            ("{\n \"a\": 1\n", &[Is::Cut("{\n \"a\": 1".into())]),
            (
                "{}\ndata: {}\nevent: x\n\n{}\nx",
                &[
                    frame("{}"),
                    Is::Fault(ErrorKind::MalformedFrame, 3),
                    Is::KeepAlive,
                    frame("{}"),
                    Is::Fault(ErrorKind::MalformedFrame, 25),
                ],
            ),
        ],
    );
}

#[test]
fn ndjson_over_the_limit_is_left_out() {
    check(
        Framing::Ndjson,
        8,
        &[
            ("{\"a\":12}\n", &[frame("{\"a\":12}")]),
            ("{\"a\":123}\n{}\n", &[Is::Fault(ErrorKind::Limit, 0), frame("{}")]),
            ("{}\n  {\"a\":\n123}\n{}\n", &[frame("{}"), Is::Fault(ErrorKind::Limit, 5), frame("{}")]),
            ("123456789\n{}\n", &[Is::Fault(ErrorKind::Limit, 0), frame("{}")]),
            ("{\"a\":12345", &[Is::Fault(ErrorKind::Limit, 0)]),
        ],
    );
}

#[test]
fn a_json_array_has_an_element_a_frame() {
    check(
        Framing::JsonArray,
        NO_LIMIT,
        &[
            ("[{\"a\":1},{\"b\":2}]", &[frame("{\"a\":1}"), frame("{\"b\":2}")]),
            ("[{\n  \"a\": \"]},\\\"\"\n}\n,\r\n{}\n]\n", &[frame("{\n  \"a\": \"]},\\\"\"\n}"), frame("{}")]),
            ("\u{FEFF} \n[\n]\n", &[]),
            (
                "[1, true,null , \"a,]\", [[1],{}], -2]",
                &[frame("1"), frame("true"), frame("null"), frame("\"a,]\""), frame("[[1],{}]"), frame("-2")],
            ),
            ("[{} {}\n{},,{}]", &[frame("{}"), frame("{}"), frame("{}"), frame("{}")]),
            ("{\n \"error\": {}\n}\n", &[Is::Bare("{\n \"error\": {}\n}".into())]),
            ("[{}]\n{\"error\": 1}", &[frame("{}"), Is::Bare("{\"error\": 1}".into())]),
            ("[{}][{}]", &[frame("{}"), frame("{}")]),
            ("", &[]),
            (" \n", &[]),
        ],
    );
}

#[test]
fn what_is_wrong_in_a_json_array_is_said_once_and_with_its_place() {
    let malformed = |offset| Is::Fault(ErrorKind::MalformedFrame, offset);
    let incomplete = |offset| Is::Fault(ErrorKind::IncompleteFrame, offset);
    check(
        Framing::JsonArray,
        NO_LIMIT,
        &[
            ("[{}, garbage here, {}]", &[frame("{}"), malformed(5), frame("{}")]),
            ("[{}} {}]", &[frame("{}"), malformed(3), frame("{}")]),
            ("[{}, nul, {}]", &[frame("{}"), malformed(5), frame("{}")]),
            ("[{}] x {} y", &[frame("{}"), malformed(5)]),
            ("[{},", &[frame("{}"), incomplete(4)]),
            ("[", &[incomplete(1)]),
            ("[{\"a\":", &[Is::Cut("{\"a\":".into())]),
            ("[\"ab", &[Is::Cut("\"ab".into())]),
            ("[12", &[Is::Cut("12".into())]),
            ("{\"a\":", &[Is::Cut("{\"a\":".into())]),
            ("data: [{}]", &[Is::Fault(ErrorKind::WrongFraming, 0)]),
        ],
    );
    check(
        Framing::JsonArray,
        8,
        &[
            ("[{\"a\":12},{}]", &[frame("{\"a\":12}"), frame("{}")]),
            (
                "[{\"a\":123},{},123456789,1]",
                &[Is::Fault(ErrorKind::Limit, 1), frame("{}"), Is::Fault(ErrorKind::Limit, 14), frame("1")],
            ),
        ],
    );
}

#[test]
fn a_recorded_websocket_has_the_messages_received() {
    let line = |direction: &str, data: &str| {
        format!("{{\"kind\": \"message\", \"direction\": \"{direction}\", \"data\": {data}}}\n")
    };
    let body = [
        "{\"request\": {\"method\": \"POST\"}}\n".to_owned(),
        line("sent", "{\"a\": 1}"),
        line("received", "{\"b\": [1, \"\\n\"]}"),
        line("received", "\"{\\\"c\\\": \\\"\\u00e9\\\"}\""),
        "{\"data\": \"AAEC\", \"direction\": \"received\", \"kind\": \"binary\"}\n".to_owned(),
        "\n".to_owned(),
    ]
    .concat();
    assert_eq!(
        read(Framing::Ws, NO_LIMIT, body.as_bytes()),
        [
            Is::KeepAlive,
            Is::KeepAlive,
            frame("{\"b\": [1, \"\\n\"]}"),
            frame("{\"c\": \"é\"}"),
            frame("AAEC"),
            Is::KeepAlive,
        ]
    );
    let all = found(Some(Framing::Ws), NO_LIMIT, body.as_bytes(), &[]);
    let frames: Vec<_> = all.iter().filter_map(Found::frame).map(|frame| (&*frame.event, frame.offset)).collect();
    let at = |what: &str| body.find(what).expect("it stands there") as u64;
    assert_eq!(frames, [("", at("{\"b\"")), ("", at("{\\\"c")), ("binary", at("AAEC"))]);
}

#[test]
fn what_is_wrong_in_a_recorded_websocket_is_said() {
    check(
        Framing::Ws,
        NO_LIMIT,
        &[
            ("{\"kind\": oops}\n", &[Is::Fault(ErrorKind::MalformedFrame, 9)]),
            ("{\"direction\": \"received\", \"data\": {\"a", &[Is::Fault(ErrorKind::IncompleteFrame, 37)]),
            ("{\"type\": \"response.created\"}\n", &[Is::KeepAlive, Is::Fault(ErrorKind::WrongFraming, 0)]),
            ("<html>\n", &[Is::Fault(ErrorKind::WrongFraming, 0)]),
        ],
    );
}

#[test]
fn a_value_in_one_piece_is_borrowed() {
    for (framing, body) in [
        (Framing::Ndjson, "{\"a\": \"\\n\"}\n{}\n"),
        (Framing::JsonArray, "[{\"a\": \"\\n\"}, {}]"),
        (Framing::Ws, "{\"direction\": \"received\", \"data\": {}}\n{\"direction\": \"received\", \"data\": \"x\"}\n"),
    ] {
        let mut borrowed = 0;
        Decoder::new(Some(framing), NO_LIMIT).feed(body.as_bytes(), &mut |_, item| {
            let Item::Frame(frame) = item else { panic!("{item:?}") };
            assert!(body.as_bytes().as_ptr_range().contains(&frame.data.as_ptr()), "{framing}");
            borrowed += 1;
        });
        assert_eq!(borrowed, 2, "{framing}");
    }
}

#[test]
fn a_body_that_is_no_json_is_said_to_be_none() {
    let table: &[(&[u8], &str)] = &[
        (b"\x1f\x8b\x08\0{\"a\n{}\n", "a gzip-compressed body"),
        (b"\x28\xb5\x2f\xfd", "a zstd-compressed body"),
        (b"  <html>\n{\n", "HTML: `<html>`"),
    ];
    for framing in [Framing::Ndjson, Framing::JsonArray, Framing::Ws] {
        for (body, what) in table {
            assert_eq!(read(framing, NO_LIMIT, body), [Is::Fault(ErrorKind::WrongFraming, 0)], "{framing}");
            let all = found(Some(framing), NO_LIMIT, body, &[]);
            let fault = all.iter().find_map(Found::fault).expect("a fault");
            assert_eq!(fault.message, format!("expected {framing}, found {what}"));
        }
    }
}

#[test]
fn ten_megabytes_in_pieces_of_one_byte() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(10 << 20));
    let deep = format!("{}{}", "[".repeat(1 << 20), "]".repeat(1 << 20));
    let tall = format!("{{{}}}", "\n".repeat(1 << 20));
    for value in [&long, &deep, &tall] {
        for (framing, body) in
            [(Framing::Ndjson, format!("{value}\n{{}}\n")), (Framing::JsonArray, format!("[{value},{{}}]"))]
        {
            let all = found(Some(framing), NO_LIMIT, body.as_bytes(), &bytewise(body.len()));
            let frames: Vec<_> = all.iter().filter_map(Found::frame).map(|frame| frame.data.len()).collect();
            assert_eq!(frames, [value.len(), 2], "{framing}");
        }
    }
}

proptest! {
    #[test]
    fn values_are_found_however_they_are_laid_out(values in prop::collection::vec(json(), 0..5), pretty: bool, crlf: bool) {
        let write = |value: &Value| match pretty && (value.is_object() || value.is_array()) {
            true => serde_json::to_string_pretty(value),
            false => serde_json::to_string(value),
        };
        let texts: Vec<_> = values.iter().map(|value| write(value).expect("a value serialises")).collect();
        let expected: Vec<_> = texts.iter().map(|text| frame(text)).collect();
        let lines: String = texts.iter().map(|text| format!("{text}{}", if crlf { "\r\n" } else { "\n" })).collect();
        prop_assert_eq!(read(Framing::Ndjson, NO_LIMIT, lines.as_bytes()), expected);

        let array = format!("[{}]", texts.join(if crlf { "\r\n,\r\n" } else { "," }));
        let elements: Vec<&RawValue> = serde_json::from_str(&array).expect("an array of values");
        let expected: Vec<_> = elements.iter().map(|element| frame(element.get())).collect();
        prop_assert_eq!(read(Framing::JsonArray, NO_LIMIT, array.as_bytes()), expected);

        let messages = values.iter().map(|data| serde_json::json!({"direction": "received", "kind": "message", "data": data}));
        let lines: String = messages.map(|message| format!("{message}\n")).collect();
        let expected = values.iter().map(|data| Is::Frame(data.as_str().map_or_else(|| data.to_string(), str::to_owned)));
        prop_assert_eq!(read(Framing::Ws, NO_LIMIT, lines.as_bytes()), expected.collect::<Vec<_>>());
    }
}

fn json() -> impl Strategy<Value = Value> {
    let text = "[ -~\\n\"\\\\{}\\[\\],é\u{1F600}]{0,8}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text, inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
