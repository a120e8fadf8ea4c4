//! Amazon event stream: AWS's own vectors, and what is done with messages of each kind.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use midstream::wire::{Decoder, Item, Origin};
use midstream::{ErrorKind, Framing};
use midstream_testkit::{Found, bytewise, event_stream_message, event_stream_raw, found, shared_data, two_way_cuts};
use proptest::prelude::*;

const NO_LIMIT: usize = usize::MAX;

/// What `body` is found to be, after checking that no cut changes it.
fn read(max_frame_bytes: usize, body: &[u8]) -> Vec<Found> {
    let framing = Some(Framing::EventStream);
    let whole = found(framing, max_frame_bytes, body, &[]);
    for cuts in two_way_cuts(body.len()).chain([bytewise(body.len())]) {
        assert_eq!(found(framing, max_frame_bytes, body, &cuts), whole, "cut at {cuts:?}");
    }
    whole
}

fn payloads(all: &[Found]) -> Vec<&str> {
    all.iter().filter_map(Found::frame).map(|frame| &*frame.data).collect()
}

fn faults(all: &[Found]) -> Vec<(ErrorKind, u64)> {
    all.iter().filter_map(Found::fault).map(|error| (error.kind, error.offset)).collect()
}

fn event(name: &str, payload: &str) -> Vec<u8> {
    event_stream_message(&[(":message-type", "event"), (":event-type", name)], payload.as_bytes())
}

#[test]
fn the_vectors_of_aws_are_judged_as_they_say() {
    let Some(data) = shared_data() else { return };
    let valid = [
        ("valid_with_all_headers_and_payload", "some payload"),
        ("valid_empty_payload", ""),
        ("valid_no_headers", "another test payload"),
    ];
    let invalid = [
        ("invalid_prelude_checksum", ErrorKind::Checksum),
        ("invalid_message_checksum", ErrorKind::Checksum),
        ("invalid_headers_length", ErrorKind::MalformedFrame),
        // Their headers were broken without a new checksum, which therefore tells first.
        ("invalid_header_name_length", ErrorKind::Checksum),
        ("invalid_header_name_length_too_long", ErrorKind::Checksum),
        ("invalid_header_string_length_cut_off", ErrorKind::Checksum),
        ("invalid_header_string_value_length", ErrorKind::Checksum),
        ("invalid_header_value_type", ErrorKind::Checksum),
    ];
    let vector = |name: &str| std::fs::read(data.join("aws-eventstream").join(name)).expect("the vector can be read");
    for (name, payload) in valid {
        let all = read(NO_LIMIT, &vector(name));
        assert_eq!((payloads(&all), faults(&all)), (vec![payload], vec![]), "{name}");
    }
    for (name, kind) in invalid {
        let all = read(NO_LIMIT, &vector(name));
        // One vector has more bytes than its length says, which are no message either.
        assert_eq!((payloads(&all), faults(&all).first()), (vec![], Some(&(kind, 0))), "{name}");
    }
}

#[test]
fn headers_that_are_broken_under_a_right_checksum_are_malformed() {
    let data: &[(&[u8], u64)] = &[
        (b"\x00\x07\x00\x01a", 12),               // a name without length
        (b"\x09name\x07\x00\x01a", 12),           // a name longer than the block
        (b"\x04name", 17),                        // no type
        (b"\x04name\x0a", 17),                    // a type that is none
        (b"\x04name\x07\x00", 17),                // half a length
        (b"\x04name\x07\x00\x02a", 17),           // a value longer than the block
        (b"\x04name\x05\0\0\0\0\0\0\0", 17),      // a number longer than the block
        (b"\x0b:event-type\x07\x00\x01\xff", 27), // a name that is no UTF-8
    ];
    for (headers, offset) in data {
        let body = [event_stream_raw(headers, b"lost"), event("e", "kept")].concat();
        let all = read(NO_LIMIT, &body);
        assert_eq!((payloads(&all), faults(&all)), (vec!["kept"], vec![(ErrorKind::MalformedFrame, *offset)]));
    }
}

#[test]
fn all_types_of_headers_are_read_over() {
    let mut headers = Vec::new();
    let values: [&[u8]; 10] = [
        b"",
        b"",
        b"\x01",
        b"\x01\x02",
        b"1234",
        b"12345678",
        b"\x00\x02ab",
        b"\x00\x02ab",
        b"12345678",
        b"0123456789abcdef",
    ];
    for (kind, value) in (0u8..).zip(values) {
        headers.extend_from_slice(b"\x01h");
        headers.push(kind);
        headers.extend_from_slice(value);
    }
    headers.extend_from_slice(b"\x0b:event-type\x07\x00\x01e");
    let all = read(NO_LIMIT, &event_stream_raw(&headers, b"payload"));
    let frame = all[0].frame().expect("a frame");
    assert_eq!((&*frame.event, &*frame.data, frame.offset), ("e", "payload", 12 + headers.len() as u64));
}

#[test]
fn exceptions_and_errors_are_frames_of_their_own_kind() {
    let exception = [(":message-type", "exception"), (":exception-type", "throttlingException")];
    let error = [(":message-type", "error"), (":error-code", "InternalError"), (":error-message", "say \"no\"")];
    let body = [
        event("messageStart", "{}"),
        event_stream_message(&exception, b"{\"message\":\"slow down\"}"),
        event_stream_message(&error, b""),
    ]
    .concat();
    let all = read(NO_LIMIT, &body);
    let frames: Vec<_> = all.iter().filter_map(Found::frame).map(|f| (f.origin, &*f.event, &*f.data)).collect();
    assert_eq!(
        frames,
        [
            (Origin::Message, "messageStart", "{}"),
            (Origin::Exception, "throttlingException", "{\"message\":\"slow down\"}"),
            (Origin::Exception, "InternalError", "{\"message\":\"say \\\"no\\\"\"}"),
        ]
    );
}

#[test]
fn a_message_with_a_wrong_checksum_is_left_out_and_the_next_one_read() {
    let (first, mut second, third) = (event("a", "1"), event("b", "2"), event("c", "3"));
    let payload = second.len() - 5;
    second[payload] ^= 1;
    let all = read(NO_LIMIT, &[&*first, &second, &third].concat());
    assert_eq!(payloads(&all), ["1", "3"]);
    assert_eq!(faults(&all), [(ErrorKind::Checksum, first.len() as u64)]);
}

#[test]
fn behind_a_wrong_prelude_nothing_can_be_read() {
    let (first, mut second, third) = (event("a", "1"), event("b", "2"), event("c", "3"));
    second[5] ^= 1;
    let all = read(NO_LIMIT, &[&*first, &second, &third].concat());
    assert_eq!(payloads(&all), ["1"]);
    assert_eq!(faults(&all), [(ErrorKind::Checksum, first.len() as u64)]);
}

#[test]
fn lengths_that_contradict_each_other_are_malformed() {
    let prelude = |total: u32, headers: u32| {
        // The first twelve bytes of a message without headers whose payload is empty, with other lengths.
        let mut bytes = [total.to_be_bytes(), headers.to_be_bytes()].concat();
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_be_bytes());
        bytes
    };
    let next = event("next", "kept");
    let table = [(15, 0, false), (0, 0, false), (20, 5, true), (16, 1, true), (20, u32::MAX, true)];
    for (total, headers, goes_on) in table {
        let mut body = prelude(total, headers);
        body.resize(body.len().max(total as usize), 0);
        body.extend_from_slice(&next);
        let all = read(NO_LIMIT, &body);
        assert_eq!(faults(&all), [(ErrorKind::MalformedFrame, 0)], "{total}, {headers}");
        assert_eq!(payloads(&all).len(), usize::from(goes_on), "{total}, {headers}");
    }
}

#[test]
fn a_message_over_the_limit_is_left_out_without_being_kept() {
    let (small, large) = (event("a", "1"), event("a", "12"));
    let all = read(small.len(), &[&*large, &small, &large, &large, &small].concat());
    assert_eq!(payloads(&all), ["1", "1"]);
    let step = large.len() as u64;
    let offsets = [0, step + small.len() as u64, 2 * step + small.len() as u64];
    assert_eq!(faults(&all), offsets.map(|offset| (ErrorKind::Limit, offset)));
}

#[test]
fn a_body_that_ends_inside_a_message_is_incomplete() {
    let (first, second) = (event("a", "1"), event("b", "2"));
    let body = [&*first, &second].concat();
    for length in first.len() + 1..body.len() {
        let all = found(Some(Framing::EventStream), NO_LIMIT, &body[..length], &bytewise(length));
        assert_eq!(payloads(&all), ["1"]);
        assert_eq!(faults(&all), [(ErrorKind::IncompleteFrame, first.len() as u64)]);
    }
}

#[test]
fn a_body_in_base64_is_read_and_offsets_are_its_own() {
    let (first, mut second, third) = (event("a", "1"), event("b", "22"), event("c", "333"));
    let last = second.len() - 1;
    second[last] ^= 1;
    let body = [&*first, &second, &third].concat();
    let text = STANDARD.encode(&body) + "\n";
    let all = read(NO_LIMIT, text.as_bytes());
    assert_eq!(payloads(&all), ["1", "333"]);
    let place = |offset: usize| (offset / 3 * 4 + offset % 3) as u64;
    assert_eq!(faults(&all), [(ErrorKind::Checksum, place(first.len()))]);
    assert_eq!(found(None, NO_LIMIT, text.as_bytes(), &bytewise(text.len())), all);
    let cut = &text[..text.len() - 9];
    assert_eq!(faults(&read(NO_LIMIT, cut.as_bytes())).last().map(|(kind, _)| *kind), Some(ErrorKind::IncompleteFrame));
    let broken = format!("{}*{}", &text[..place(first.len()) as usize + 4], &text[place(first.len()) as usize + 5..]);
    let all = read(NO_LIMIT, broken.as_bytes());
    assert_eq!(payloads(&all), ["1"]);
    assert_eq!(faults(&all), [(ErrorKind::MalformedFrame, place(first.len()) + 4)]);
}

#[test]
fn a_body_that_is_none_is_said_to_be_none() {
    let table: &[(&[u8], &str)] = &[
        (b"<html></html>", "HTML: `<html></html>`"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\0\0\0\0", "a gzip-compressed body"),
        (b"Service Unavailable", "`Service Unavailable`"),
        (b"A gateway error occurred", "`A gateway error occurred`"),
        (b"oops", "`oops`"),
    ];
    for (body, what) in table {
        let all = read(NO_LIMIT, body);
        let faults: Vec<_> = all.iter().filter_map(Found::fault).map(|e| (e.kind, &*e.message)).collect();
        assert_eq!(faults, [(ErrorKind::WrongFraming, &*format!("expected event-stream, found {what}"))]);
    }
}

#[test]
fn a_message_in_one_piece_is_borrowed() {
    let body = event("a", "payload");
    Decoder::new(Some(Framing::EventStream), NO_LIMIT).feed(&body, &mut |_, item| {
        let Item::Frame(frame) = item else { panic!("{item:?}") };
        assert!(body.as_ptr_range().contains(&frame.data.as_ptr()));
        assert!(body.as_ptr_range().contains(&frame.event.as_ptr()));
    });
}

proptest! {
    #[test]
    fn what_was_written_is_read(messages in prop::collection::vec(("[a-z]{0,9}", "\\PC{0,40}"), 0..6)) {
        let body: Vec<u8> = messages.iter().flat_map(|(name, payload)| event(name, payload)).collect();
        let all = read(NO_LIMIT, &body);
        let frames: Vec<_> = all.iter().map(|found| found.frame().map(|frame| (frame.event.clone(), frame.data.clone()))).collect();
        prop_assert_eq!(frames, messages.into_iter().map(Some).collect::<Vec<_>>());
    }
}
