//! The law for every framing and for `auto`: whatever the bytes, cutting them differently changes nothing.

use midstream::{ErrorKind, Framing};
use midstream_testkit::{Found, bytewise, event_stream_message, found, random_cuts, two_way_cuts};
use proptest::prelude::*;

fn obeys(framing: Option<Framing>, max_frame_bytes: usize, body: &[u8]) -> Result<Vec<Found>, TestCaseError> {
    let whole = found(framing, max_frame_bytes, body, &[]);
    for cuts in two_way_cuts(body.len()).chain([bytewise(body.len())]).chain(random_cuts(body.len(), 5)) {
        let cut = found(framing, max_frame_bytes, body, &cuts);
        prop_assert_eq!(&cut, &whole, "{:?} with limit {}, cut at {:?}", framing, max_frame_bytes, cuts);
    }
    Ok(whole)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn no_cut_changes_anything(body in body(), limit in prop_oneof![Just(usize::MAX), 0usize..40]) {
        for (_, framing) in Framing::ALL {
            obeys(Some(*framing), limit, &body)?;
        }
        obeys(None, limit, &body)?;
    }

    #[test]
    fn offsets_ascend_and_lie_in_the_body(body in body()) {
        for framing in Framing::ALL.iter().map(|(_, framing)| Some(*framing)).chain([None]) {
            let all = found(framing, 30, &body, &[]);
            let mut before = 0;
            for frame in all.iter().filter_map(Found::frame) {
                prop_assert!(frame.offset <= body.len() as u64);
                if frame.origin != midstream::wire::Origin::Bare {
                    prop_assert!(before <= frame.offset, "{framing:?}");
                    before = frame.offset;
                }
            }
            prop_assert!(all.iter().filter_map(Found::fault).all(|error| error.offset <= body.len() as u64));
        }
    }

    #[test]
    fn text_is_what_a_lossy_conversion_makes_of_it(body in body()) {
        let all = obeys(Some(Framing::Text), usize::MAX, &body)?;
        let text: String = all.iter().filter_map(Found::frame).map(|frame| &*frame.data).collect();
        let (end, expected) = signs_of_binary(&body);
        let lossy = String::from_utf8_lossy(&body[..end]);
        prop_assert_eq!(&text, lossy.strip_prefix('\u{FEFF}').unwrap_or(&lossy));
        let faults: Vec<_> = all.iter().filter_map(Found::fault).map(|error| (error.kind, error.offset as usize)).collect();
        prop_assert_eq!(faults, expected);
    }
}

#[test]
fn text_is_given_as_it_arrives_and_characters_are_whole() {
    let body = "aé\u{20AC}\u{1F600}z".as_bytes();
    let mut decoder = midstream::wire::Decoder::new(Some(Framing::Text), usize::MAX);
    let mut pieces = Vec::new();
    for &byte in body {
        let before = pieces.len();
        decoder.feed(&[byte], &mut |_, item| {
            let midstream::wire::Item::Frame(frame) = item else { panic!("{item:?}") };
            pieces.push((frame.data.to_owned(), frame.offset));
        });
        assert!(pieces.len() <= before + 1);
    }
    let expected = [("a", 0), ("é", 1), ("\u{20AC}", 3), ("\u{1F600}", 6), ("z", 10)];
    assert_eq!(pieces, expected.map(|(text, offset)| (text.to_owned(), offset)));
}

#[test]
fn text_that_ends_inside_a_character_says_so() {
    let all = found(Some(Framing::Text), usize::MAX, b"ab\xf0\x9f\x98", &[3, 4]);
    let [Found::Frame(text), Found::Fault(fault)] = &all[..] else { panic!("{all:?}") };
    assert_eq!(text.data, "ab\u{FFFD}");
    assert_eq!((fault.kind, fault.offset), (ErrorKind::InvalidUtf8, 2));
}

#[test]
fn auto_says_what_a_body_is_that_is_no_stream() {
    let table: &[(&[u8], &str)] = &[
        (b"<!DOCTYPE html>\n<p>502</p>", "HTML: `<!DOCTYPE html>`"),
        (b"\n <HTML><body>Bad Gateway</body></HTML>", "HTML: `<HTML><body>Bad Gateway</body></HTML>`"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03data: x\n\n", "a gzip-compressed body"),
        (b"\x28\xb5\x2f\xfd\x04\x00", "a zstd-compressed body"),
        (b"\x78\x9c\x01\x02", "a deflate-compressed body"),
        (
            b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c",
            "binary data: `\\0\\u{1}\\u{2}\\u{3}\\u{4}\\u{5}\\u{6}\\u{7}\\u{8}\\t`",
        ),
    ];
    for (body, what) in table {
        for cuts in two_way_cuts(body.len()).chain([vec![], bytewise(body.len())]) {
            let all = found(None, usize::MAX, body, &cuts);
            let faults: Vec<_> = all.iter().filter_map(Found::fault).map(|e| (e.kind, e.offset, &*e.message)).collect();
            assert_eq!(faults, [(ErrorKind::WrongFraming, 0, &*format!("expected a stream, found {what}"))]);
            assert_eq!(all.len(), 1, "the rest is ignored");
        }
    }
}

#[test]
fn auto_finds_what_the_framing_given_finds() {
    let aws = event_stream_message(&[(":event-type", "a")], b"{}");
    let table: &[(Framing, &[u8])] = &[
        (Framing::Sse, b"\xef\xbb\xbfdata: a\n\n"),
        (Framing::Sse, b"\r\n\r\n: ping\r\n\r\ndata: {\"a\": 1}\r\n\r\n"),
        (Framing::Sse, b"event: a\ndata\n\n"),
        (Framing::Ndjson, b"\n{\"model\": \"m\"}\n{}\n"),
        (Framing::Ndjson, b"{\n  \"error\": {}\n}\n"),
        (Framing::Ndjson, b"[DONE]\n"),
        (Framing::Ndjson, b"{}"),
        (Framing::JsonArray, b"[{\n}\n,\n{}]\n"),
        (Framing::JsonArray, b"["),
        (Framing::Ws, b"{\"kind\": \"message\", \"direction\": \"received\", \"data\": {}}\n"),
        (Framing::Ws, b"{\"request\": {}}\n{\"kind\": \"message\", \"direction\": \"received\", \"data\": {}}\n"),
        (Framing::EventStream, &aws),
        (Framing::Text, b"AAAAJAAAAABRY1au"),
        (Framing::Text, b"  Once upon a time"),
        (Framing::Text, b"<think>hm</think>"),
        (Framing::Text, b"da"),
        (Framing::Text, "\u{E9}t\u{E9}".as_bytes()),
        (Framing::Text, b"\xe9t\xe9"),
    ];
    for (framing, body) in table {
        let expected = found(Some(*framing), usize::MAX, body, &[]);
        assert!(!expected.is_empty());
        for cuts in two_way_cuts(body.len()).chain([vec![], bytewise(body.len())]) {
            assert_eq!(found(None, usize::MAX, body, &cuts), expected, "{framing} cut at {cuts:?}");
        }
    }
}

#[test]
fn auto_holds_back_only_what_it_needs() {
    let table: &[(&[u8], usize)] = &[
        (b"data: x", 5),
        (b": ping", 1),
        (b"{\"model\": 1}", 3),
        (b"[{\"a\": 1}]", 2),
        (b"Hello", 1),
        (b"{\"kind\": \"message\", \"direction\": \"received\"", 31),
    ];
    for (body, length) in table {
        let mut decoder = midstream::wire::Decoder::new(None, usize::MAX);
        let known = body.iter().position(|&byte| {
            decoder.feed(&[byte], &mut |_, _| {});
            decoder.framing().is_some()
        });
        assert_eq!(known.map(|at| at + 1), Some(*length), "{}", String::from_utf8_lossy(body));
    }
}

#[test]
fn every_decoder_and_dialect_has_a_fuzz_target() {
    let fuzz = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).expect("the fuzz crate has a manifest");
    let framings = Framing::ALL.iter().map(|(name, _)| name.replace('-', "_"));
    let dialects = midstream::Dialect::ALL.iter().map(|(name, _)| format!("dialect_{}", name.replace('-', "_")));
    for target in framings.chain(dialects).chain(["auto".into(), "json_incremental".into()]) {
        assert!(manifest.contains(&format!("name = \"{target}\"\n")), "no [[bin]] for {target}");
        assert!(fuzz.join(format!("fuzz_targets/{target}.rs")).is_file(), "no file for {target}");
    }
}

/// A body of any framing, broken in any way.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let text = |choices: Vec<&'static str>| prop::sample::select(choices).prop_map(|token| token.as_bytes().to_vec());
    let json =
        text(vec!["{", "}", "[", "]", "\"", "\\", ",", ":", "1", "null", "{}", "[{", "\"a\"", "tru", "-", "[DONE]"]);
    let lines =
        text(vec!["\n", "\r\n", "\r", " ", "\t", "data: ", "data:", "event:", "id", "retry:7", ": x", "\u{FEFF}"]);
    let recorded = text(vec![
        "{\"kind\": \"message\", \"direction\": \"received\", \"data\": ",
        "{\"kind\":\"binary\",\"direction\":\"received\",\"data\":\"AAEC\"}\n",
        "{\"kind\": \"message\", \"direction\": \"sent\", \"data\": {}}\n",
        "{\"request\": {}}\n",
        "\"\\u00e9\"}",
    ]);
    let foreign = text(vec!["<html>", "<!DOCTYPE", "<", "x", "A", "AAAA", "AAAAJAAAAABRY1at", "Hello", "(", "\u{1b}["]);
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..4),
        prop::sample::select(vec![
            &b"\xef\xbb"[..],
            b"\xf0\x9f",
            b"\xc3",
            b"\xff",
            b"\x80",
            b"\x1f\x8b",
            b"\x28\xb5\x2f\xfd",
            b"\x78\x9c",
            b"\0\0\0\x10"
        ])
        .prop_map(<[u8]>::to_vec),
    ];
    let message = prop::sample::select(vec![
        event_stream_message(&[(":event-type", "e")], b"{}"),
        event_stream_message(&[(":message-type", "exception"), (":exception-type", "x")], b"\xff"),
        event_stream_message(&[], b"0123456789012345678901234567890123456789"),
    ]);
    let broken = (message.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut message, at, byte)| {
        let at = at.index(message.len());
        message[at] ^= byte;
        message
    });
    let token = prop_oneof![5 => json, 4 => lines, 1 => recorded, 1 => foreign, 2 => bytes, 1 => message, 1 => broken];
    prop::collection::vec(token, 0..14).prop_map(|tokens| tokens.concat())
}

/// How far a text is read, and what is wrong with it, worked out the plain way: binary data has 32 zeros, or bytes that
/// are no UTF-8, within 256 bytes.
fn signs_of_binary(body: &[u8]) -> (usize, Vec<(ErrorKind, usize)>) {
    let mut signs = Vec::new();
    let mut at = 0;
    for chunk in body.utf8_chunks() {
        signs.extend(chunk.valid().bytes().enumerate().filter(|(_, byte)| *byte == 0).map(|(n, _)| (at + n, 1, false)));
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            signs.push((at, chunk.invalid().len(), true));
            at += chunk.invalid().len();
        }
    }
    let first = |signs: &[(usize, usize, bool)]| {
        signs.iter().find(|(.., replaced)| *replaced).map(|(at, ..)| (ErrorKind::InvalidUtf8, *at))
    };
    let (mut window, mut count) = (0, 0);
    for (n, &(at, length, _)) in signs.iter().enumerate() {
        if count == 0 || at >= window + 256 {
            (window, count) = (at, 0);
        }
        count += 1;
        if count == 32 {
            let replaced = signs[..=n].iter().filter(|(.., replaced)| *replaced).count();
            let before = first(&signs).filter(|_| replaced > 32);
            return (at + length, [(ErrorKind::WrongFraming, window)].into_iter().chain(before).collect());
        }
    }
    (body.len(), first(&signs).into_iter().collect())
}

#[test]
fn binary_data_behind_a_letter_is_one_error_and_a_foreign_encoding_is_text() {
    let mut state = 1u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let binary: Vec<u8> = b"PK".iter().copied().chain(noise.take(100_000)).collect();
    let all = found(None, usize::MAX, &binary, &[]);
    let faults: Vec<_> = all.iter().filter_map(Found::fault).collect();
    assert_eq!(faults.iter().map(|error| error.kind).collect::<Vec<_>>(), [ErrorKind::WrongFraming], "{faults:?}");
    assert!(faults[0].is_fatal() && faults[0].offset < 300, "{faults:?}");
    for cuts in [bytewise(binary.len()), (1..400).collect()] {
        assert_eq!(found(None, usize::MAX, &binary, &cuts), all);
    }

    let latin_1 = b"Gr\xfc\xdfe aus K\xf6ln, wo es in Str\xf6men regnet. ".repeat(500);
    let all = found(None, usize::MAX, &latin_1, &[]);
    let faults: Vec<_> = all.iter().filter_map(Found::fault).collect();
    assert_eq!(faults.len(), 1);
    assert_eq!((faults[0].kind, faults[0].offset), (ErrorKind::InvalidUtf8, 2));
    assert!(faults[0].message.ends_with("in 2000 places in all"), "{faults:?}");

    let utf_16: Vec<u8> =
        "Hello, this is written in UTF-16, as Windows likes it.".bytes().flat_map(|b| [b, 0]).collect();
    let faults: Vec<_> =
        found(None, usize::MAX, &utf_16, &[]).iter().filter_map(Found::fault).map(|e| e.kind).collect();
    assert_eq!(faults, [ErrorKind::WrongFraming]);
}
