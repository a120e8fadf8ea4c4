//! Server-sent events: the conformance cases of web-platform-tests, equality with a plain reading of the
//! specification, and what is done beyond it.

use midstream::wire::{Decoder, Item, Origin};
use midstream::{ErrorKind, Framing};
use midstream_testkit::{Found, OwnedFrame, SlowEvent, SlowSse, bytewise, found, two_way_cuts};
use proptest::prelude::*;

const NO_LIMIT: usize = usize::MAX;

/// Named after web-platform-tests, `eventsource/`: the body, then `(event, data, id, retry)` of each event.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str, &'static str, Option<u64>)]);

const CONFORMANCE: &[Case] = &[
    ("format-bom", "\u{FEFF}data:1\n\n\u{FEFF}data:2\n\ndata:3\n\n", &[("", "1", "", None), ("", "3", "", None)]),
    ("format-bom-2", "\u{FEFF}\u{FEFF}data:1\n\ndata:2\n\ndata:3\n\n", &[("", "2", "", None), ("", "3", "", None)]),
    (
        "format-comments",
        "data:1\r:\0\n:\r\ndata:2\n:xxxxxxxxxxxxxxxxxxxx\rdata:3\n:data:fail\r:xxxxxxxxxxx\ndata:4\n\n",
        &[("", "1\n2\n3\n4", "", None)],
    ),
    (
        "format-data-before-final-empty-line",
        "retry:1000\ndata:test1\n\nid:test\ndata:test2",
        &[("", "test1", "", Some(1000))],
    ),
    (
        "format-field-data",
        "data:\n\ndata\ndata\n\ndata:test\n\n",
        &[("", "", "", None), ("", "\n", "", None), ("", "test", "", None)],
    ),
    ("format-field-event-empty", "event: \ndata:data\n\n", &[("", "data", "", None)]),
    ("format-field-event", "event:test\ndata:x\n\ndata:x\n\n", &[("test", "x", "", None), ("", "x", "", None)]),
    (
        "an event without data is not dispatched, and its type is forgotten",
        "event:test\n\ndata:x\n\n",
        &[("", "x", "", None)],
    ),
    ("the last of several event names counts", "event:a\nevent:b\ndata:x\n\n", &[("b", "x", "", None)]),
    ("format-field-id", "id:\u{2026}\ndata:1\n\n", &[("", "1", "\u{2026}", None)]),
    (
        "format-field-id-2",
        "id:1\ndata:a\n\ndata:b\n\nid:2\n\ndata:c\n\nid\ndata:d\n\n",
        &[("", "a", "1", None), ("", "b", "1", None), ("", "c", "2", None), ("", "d", "", None)],
    ),
    (
        "format-field-id-null",
        "id:1\ndata:a\n\nid:x\0y\ndata:b\n\nid:\0\ndata:c\n\n",
        &[("", "a", "1", None), ("", "b", "1", None), ("", "c", "1", None)],
    ),
    (
        "format-field-parsing",
        "data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n",
        &[("", "\0\n 2\n1\n3\n\n4", "", None)],
    ),
    ("format-field-retry", "retry:3000\ndata:x\n\ndata:y\n\n", &[("", "x", "", Some(3000)), ("", "y", "", None)]),
    ("format-field-retry-bogus", "retry:3000\nretry:1000x\ndata:x\n\n", &[("", "x", "", Some(3000))]),
    ("format-field-retry-empty", "retry\nretry:\nretry: \ndata:x\n\n", &[("", "x", "", None)]),
    (
        "a sign, a fraction or other digits set no retry",
        "retry:-1\nretry:+1\nretry:1.5\nretry:\u{0661}\ndata:x\n\n",
        &[("", "x", "", None)],
    ),
    ("a retry without data counts for the next event", "retry:5\n\ndata:x\n\n", &[("", "x", "", Some(5))]),
    (
        "a retry beyond 64 bits is the longest",
        "retry:99999999999999999999\ndata:x\n\n",
        &[("", "x", "", Some(u64::MAX))],
    ),
    (
        "format-field-unknown",
        "data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n",
        &[("", "test\n\ntest", "", None)],
    ),
    ("format-leading-space", "data:\ttest\rdata: \ndata:test\n\n", &[("", "\ttest\n\ntest", "", None)]),
    ("only one space is taken off", "data:  x \n\n", &[("", " x ", "", None)]),
    ("format-newlines", "data:test\r\ndata\ndata:test\r\n\r", &[("", "test\n\ntest", "", None)]),
    (
        "all line ends",
        "data:a\r\rdata:b\n\ndata:c\r\n\r\ndata:d\n\r\ndata:e\r\n\ndata:f\n\r",
        &[
            ("", "a", "", None),
            ("", "b", "", None),
            ("", "c", "", None),
            ("", "d", "", None),
            ("", "e", "", None),
            ("", "f", "", None),
        ],
    ),
    ("lf cr is two line ends", "data:a\n\rdata:b\n\r", &[("", "a", "", None), ("", "b", "", None)]),
    ("format-null-character", "data:\0\n\n\n\n", &[("", "\0", "", None)]),
    ("format-utf-8", "data:ok\u{2026}\n\n", &[("", "ok\u{2026}", "", None)]),
    (
        "other separators of unicode end no line",
        "data:a\u{2028}b\u{85}c\u{b}d\u{c}e\n\n",
        &[("", "a\u{2028}b\u{85}c\u{b}d\u{c}e", "", None)],
    ),
    ("colons belong to the value", "data:a:b\nevent:c:d\nid::\n\n", &[("c:d", "a:b", ":", None)]),
    ("field names are exact", "DATA:x\ndata :x\n data:x\ndatax:x\ndat:x\n\n", &[]),
    ("nothing", "", &[]),
    ("line ends only", "\n\r\n\r\n\n", &[]),
];

#[test]
fn conforms_to_web_platform_tests_at_every_cut() {
    for (name, body, expected) in CONFORMANCE {
        let expected: Vec<_> = expected.iter().map(|&event| slow_event(event)).collect();
        assert_eq!(SlowSse::read(body.as_bytes()).dispatched, expected, "the twin: {name}");
        for cuts in two_way_cuts(body.len()).chain([vec![], bytewise(body.len())]) {
            let all = found(Some(Framing::Sse), NO_LIMIT, body.as_bytes(), &cuts);
            assert_eq!(events(&all, Origin::Message), expected, "{name}, cut at {cuts:?}");
        }
    }
}

#[test]
fn bytes_that_are_no_utf8_are_replaced_and_reported() {
    let body = b"event:\xff\nid:a\xc3\ndata:x\xf0\x9f\ndata:\x80\n\n";
    let all = found(Some(Framing::Sse), NO_LIMIT, body, &[]);
    let faults: Vec<_> = all.iter().filter_map(Found::fault).map(|error| (error.kind, error.offset)).collect();
    let expected = [6, 12, 20].map(|offset| (ErrorKind::InvalidUtf8, offset));
    assert_eq!(faults, expected);
    let [frame] = &events(&all, Origin::Message)[..] else { panic!("{all:?}") };
    assert_eq!((&*frame.event, &*frame.id, &*frame.data), ("\u{FFFD}", "a\u{FFFD}", "x\u{FFFD}\n\u{FFFD}"));
}

#[test]
fn offsets_are_those_of_the_first_byte_of_data() {
    let body = "\u{FEFF}data: a\r\n\r\nid: 1\ndata:b\ndata: c\n\n:x\n\ndata\n\n{\"e\": 1}\n\ndata:  d";
    let all = found(Some(Framing::Sse), NO_LIMIT, body.as_bytes(), &[]);
    let places: Vec<_> = all.iter().filter_map(Found::frame).map(|frame| (frame.offset, &*frame.data)).collect();
    let at = |what: &str| body.find(what).expect("it stands there") as u64;
    let expected = [
        (at("a\r\n"), "a"),
        (at("b\ndata"), "b\nc"),
        (at("data\n\n{") + 4, ""),
        (at("{\"e"), "{\"e\": 1}"),
        (at(" d"), " d"),
    ];
    assert_eq!(places, expected);
}

#[test]
fn a_data_line_in_one_piece_is_borrowed() {
    let body = b"event: a\ndata: {\"x\": 1}\n\ndata: y\r\n\r\n";
    let mut borrowed = 0;
    Decoder::new(Some(Framing::Sse), NO_LIMIT).feed(body, &mut |_, item| {
        let Item::Frame(frame) = item else { panic!("{item:?}") };
        assert!(body.as_ptr_range().contains(&frame.data.as_ptr()));
        borrowed += 1;
    });
    assert_eq!(borrowed, 2);
}

#[test]
fn an_event_that_the_end_cuts_off_is_incomplete() {
    for (body, expected) in [
        ("data: a\n\ndata: {\"x", "{\"x"),
        ("data: a\n", "a"),
        ("data: a", "a"),
        ("event: e\ndata: a\nda", "a"),
        ("data: a\r\n\r", ""), // The empty line was there: complete.
    ] {
        let all = found(Some(Framing::Sse), NO_LIMIT, body.as_bytes(), &[]);
        let incomplete: Vec<_> = events(&all, Origin::Incomplete).into_iter().map(|event| event.data).collect();
        let expected: Vec<_> = [expected].into_iter().filter(|data| !data.is_empty()).map(str::to_owned).collect();
        assert_eq!(incomplete, expected, "{body:?}");
    }
}

#[test]
fn bare_json_is_handed_on_where_it_stands() {
    let pretty = "{\n  \"error\": {\n    \"code\": 500\n  }\n}";
    let table: &[(&str, &[(Origin, &str)])] = &[
        ("{\"error\": 1}", &[(Origin::Bare, "{\"error\": 1}")]),
        ("{\"error\": 1}\n", &[(Origin::Bare, "{\"error\": 1}")]),
        ("{\"a\": 1}\n{\"b\": 2}\n", &[(Origin::Bare, "{\"a\": 1}"), (Origin::Bare, "{\"b\": 2}")]),
        (
            "data: x\r\n\r\n{\"e\": 1}\r\n\r\ndata: y\r\n\r\n",
            &[(Origin::Message, "x"), (Origin::Bare, "{\"e\": 1}"), (Origin::Message, "y")],
        ),
        ("data:\n {\"a\": 1}\n\n", &[(Origin::Message, ""), (Origin::Bare, "{\"a\": 1}")]),
        (
            "data: x\n{\"e\": 1}\nunknown\ndata: y\n[2]\n[3\n\n",
            &[(Origin::Bare, "{\"e\": 1}"), (Origin::Bare, "[2]"), (Origin::Message, "x\ny"), (Origin::Bare, "[3")],
        ),
        ("data: a\ndata: b\n\n{\n \"c\": 1\n}\n", &[(Origin::Message, "a\nb"), (Origin::Bare, "{\n \"c\": 1\n}")]),
        ("{\"e\": 1}\ndata: x\n\n", &[(Origin::Bare, "{\"e\": 1}"), (Origin::Message, "x")]),
        ("[{\"error\": 1}]\n", &[(Origin::Bare, "[{\"error\": 1}]")]),
        ("[DONE]\n", &[(Origin::Bare, "[DONE]")]),
        ("{\"a\": \"b\ndata: x\n\n", &[(Origin::Bare, "{\"a\": \"b"), (Origin::Message, "x")]),
        ("{\"a\": 1,\ndata: x\n\n", &[(Origin::Bare, "{\"a\": 1,"), (Origin::Message, "x")]),
    ];
    for (body, expected) in table.iter().chain([&(pretty, &[(Origin::Bare, pretty)][..])]) {
        for cuts in two_way_cuts(body.len()).chain([vec![], bytewise(body.len())]) {
            let all = found(Some(Framing::Sse), NO_LIMIT, body.as_bytes(), &cuts);
            let frames: Vec<_> = all.iter().filter_map(Found::frame).map(|f| (f.origin, &*f.data)).collect();
            assert_eq!(frames, *expected, "{body:?} cut at {cuts:?}");
        }
    }
}

#[test]
fn a_frame_over_the_limit_is_left_out_and_the_next_one_read() {
    // Limit 12; the offset is that of the line that is too much.
    let table: &[(&str, &[u64], &[&str])] = &[
        ("data: 123456\n\n", &[], &["123456"]),
        ("data: 1234567\n\ndata: x\n\n", &[0], &["x"]),
        ("data: 1\ndata: 2\n\n", &[], &["1\n2"]),
        ("data: 123\ndata: 456789\ndata: 0\n\ndata: x\n\n", &[10], &["x"]),
        (": a comment may be as long as it likes\ndata: x\n\n", &[], &["x"]),
        ("data: 1\n: a comment may be as long as it likes\n\n", &[], &["1"]),
        ("event: 1234567\ndata: y\n\ndata: x\n\n", &[0], &["x"]),
        ("an unknown field that is long\ndata: y\n\ndata: x\n\n", &[0], &["x"]),
        ("{\"a\":\n\"b\", \"c\": 1}\n\ndata: x\n\n", &[6], &["x"]),
        ("data: 1234567\nid: 7\nretry: 3\n\ndata: x\n\n", &[0], &["x"]),
        ("data: 1234567890", &[0], &[]),
    ];
    for (body, faults, frames) in table {
        for cuts in two_way_cuts(body.len()).chain([vec![], bytewise(body.len())]) {
            let all = found(Some(Framing::Sse), 12, body.as_bytes(), &cuts);
            let limits: Vec<_> = all.iter().filter_map(Found::fault).map(|e| (e.kind, e.offset)).collect();
            let expected: Vec<_> = faults.iter().map(|&offset| (ErrorKind::Limit, offset)).collect();
            assert_eq!(limits, expected, "{body:?} cut at {cuts:?}");
            let data: Vec<_> = all.iter().filter_map(Found::frame).map(|frame| &*frame.data).collect();
            assert_eq!(data, *frames, "{body:?} cut at {cuts:?}");
        }
    }
    let all = found(Some(Framing::Sse), 12, b"data: 1234567\nid: 7\nretry: 3\n\ndata: x\n\n", &[]);
    let frame = all.iter().find_map(Found::frame).expect("one frame");
    assert_eq!((&*frame.id, frame.retry), ("7", Some(3)), "what was set in the frame left out stays set");
}

#[test]
fn a_body_that_is_none_is_said_to_be_none() {
    let table: &[(&[u8], Option<&str>)] = &[
        (b"<!DOCTYPE html>\n<html></html>", Some("expected sse, found HTML: `<!DOCTYPE html>`")),
        (b"\x1f\x8b\x08\0\0\0", Some("expected sse, found a gzip-compressed body")),
        (b"Bad Gateway\n", Some("expected sse, found `Bad Gateway`")),
        (b": ping\n\n", None),
        (b"retry: 3000\n\n", None),
        (b"\n\n\n", None),
        (b"", None),
        (b"{\"error\": 1}", None),
    ];
    for (body, expected) in table {
        for cuts in two_way_cuts(body.len()).chain([vec![], bytewise(body.len())]) {
            let all = found(Some(Framing::Sse), NO_LIMIT, body, &cuts);
            let faults: Vec<_> = all.iter().filter_map(Found::fault).map(|e| (e.kind, e.offset, &*e.message)).collect();
            let expected: Vec<_> = expected.iter().map(|message| (ErrorKind::WrongFraming, 0, *message)).collect();
            assert_eq!(faults, expected);
        }
    }
}

#[test]
fn one_line_of_ten_megabytes_in_pieces_of_one_byte() {
    let mut body = b"data: ".to_vec();
    body.resize(10 << 20, b'x');
    body.extend_from_slice(b"\n\n");
    let all = found(Some(Framing::Sse), NO_LIMIT, &body, &bytewise(body.len()));
    assert_eq!(all.iter().filter_map(Found::frame).map(|frame| frame.data.len()).collect::<Vec<_>>(), [(10 << 20) - 6]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn equals_the_specification_at_every_cut(body in adversarial()) {
        let slow = SlowSse::read(&body);
        for cuts in two_way_cuts(body.len()).chain([vec![], bytewise(body.len())]) {
            let all = found(Some(Framing::Sse), NO_LIMIT, &body, &cuts);
            prop_assert_eq!(&events(&all, Origin::Message), &slow.dispatched, "cut at {:?}", &cuts);
            let incomplete = events(&all, Origin::Incomplete).pop();
            prop_assert_eq!(&incomplete, &slow.incomplete, "cut at {:?}", &cuts);
            let comments = all.iter().filter(|found| **found == Found::KeepAlive).count();
            prop_assert_eq!(comments, slow.comments);
        }
    }
}

fn adversarial() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        4 => prop::sample::select(vec!["\r", "\n", "\r\n", "\n\n", "\r\r", "\r\n\r\n", "\n\r"]),
        4 => prop::sample::select(vec!["data", "event", "id", "retry", "data:", "data: ", "event:", "id:", "retry:"]),
        2 => prop::sample::select(vec![":", " ", "\0", "\u{FEFF}", "x", "1", "0", "é", "\u{1F600}", "\t"]),
        1 => prop::sample::select(vec!["{", "}", "[", "]", "\"", "\\", ",", "{\"a\":1}", "[DONE]", "dat", "even"]),
    ]
    .prop_map(|token| token.as_bytes().to_vec());
    let broken =
        prop::sample::select(vec![&b"\xef"[..], b"\xef\xbb", b"\xbb\xbf", b"\xff", b"\xf0\x9f", b"\xc3", b"\x80"])
            .prop_map(<[u8]>::to_vec);
    prop::collection::vec(prop_oneof![12 => token, 1 => broken], 0..24).prop_map(|tokens| tokens.concat())
}

fn events(all: &[Found], origin: Origin) -> Vec<SlowEvent> {
    let event = |frame: &OwnedFrame| {
        let OwnedFrame { event, data, id, retry, .. } = frame.clone();
        SlowEvent { event, data, id, retry }
    };
    all.iter().filter_map(Found::frame).filter(|frame| frame.origin == origin).map(event).collect()
}

fn slow_event((event, data, id, retry): (&str, &str, &str, Option<u64>)) -> SlowEvent {
    SlowEvent { event: event.into(), data: data.into(), id: id.into(), retry }
}
