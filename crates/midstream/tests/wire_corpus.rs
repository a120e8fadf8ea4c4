//! Every case of `corpus/wire/` gives its frames, however it is cut, its framing given or recognised; and every
//! recording is recognised as what its manifest says.

use midstream::Framing;
use midstream::wire::Origin;
use midstream_testkit::{Found, Recording, WireCase, bytewise, found, shared_data, two_way_cuts};

const NO_LIMIT: usize = usize::MAX;

#[test]
fn every_case_gives_its_frames() {
    let cases = WireCase::all();
    assert!(!cases.is_empty());
    for case in cases {
        let name = case.folder.display();
        let expected = std::fs::read_to_string(case.folder.join("frames.jsonl")).expect("a case has frames");
        let expected: Vec<serde_json::Value> =
            expected.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
        let all = found(case.framing, NO_LIMIT, &case.body, &[]);
        assert_eq!(dispatched(&all), expected, "{name}");
        for cuts in two_way_cuts(case.body.len()).chain([bytewise(case.body.len())]) {
            assert_eq!(found(case.framing, NO_LIMIT, &case.body, &cuts), all, "{name} cut at {cuts:?}");
        }
        assert_eq!(found(None, NO_LIMIT, &case.body, &[]), all, "{name}, its framing recognised");
    }
}

#[test]
fn recordings_are_recognised_and_free_of_faults() {
    let Some(data) = shared_data() else { return };
    for recording in Recording::all(&data) {
        let given = found(Some(recording.framing), NO_LIMIT, &recording.body, &[]);
        assert_eq!(given.iter().find_map(Found::fault), None, "{}", recording.name);
        let recognised = found(None, NO_LIMIT, &recording.body, &[]);
        match recording.framing {
            // Three hold only the request of a hand-shake, and one only an error: nothing shows what they are part of.
            Framing::Ws | Framing::Sse if given.iter().all(is_no_message) => {}
            _ => assert_eq!(recognised, given, "{}", recording.name),
        }
    }
}

fn is_no_message(found: &Found) -> bool {
    !found.frame().is_some_and(|frame| frame.origin == Origin::Message)
}

/// What the framing's specification dispatches, as `midstream frames` prints it.
fn dispatched(all: &[Found]) -> Vec<serde_json::Value> {
    let frames = all.iter().filter_map(Found::frame);
    let frames = frames.filter(|frame| matches!(frame.origin, Origin::Message | Origin::Exception));
    let print = |frame: &midstream_testkit::OwnedFrame| {
        let event = if frame.event.is_empty() { "message" } else { &frame.event };
        serde_json::json!({ "event": event, "data": frame.data, "id": frame.id, "retry": frame.retry })
    };
    frames.map(print).collect()
}
