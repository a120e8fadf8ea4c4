//! The SSE decoder against the plain reading of the specification.

#![no_main]

use midstream::Framing;
use midstream::wire::Origin;
use midstream_fuzz::body::Plan;
use midstream_testkit::{Found, SlowEvent, SlowSse, found};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    midstream_fuzz::law::wire(Some(Framing::Sse), input);
    let Some((plan, body)) = Plan::take(input) else { return };
    let all = found(Some(Framing::Sse), usize::MAX, body, &plan.cuts(body.len()));
    let slow = SlowSse::read(body);
    assert_eq!(events(&all, Origin::Message), slow.dispatched);
    assert_eq!(events(&all, Origin::Incomplete), Vec::from_iter(slow.incomplete));
    assert_eq!(all.iter().filter(|found| **found == Found::KeepAlive).count(), slow.comments);
});

fn events(all: &[Found], origin: Origin) -> Vec<SlowEvent> {
    let frames = all.iter().filter_map(Found::frame).filter(|frame| frame.origin == origin).cloned();
    frames.map(|frame| SlowEvent { event: frame.event, data: frame.data, id: frame.id, retry: frame.retry }).collect()
}
