//! The text decoder, against the standard library's conversion.

#![no_main]

use midstream::Framing;
use midstream_fuzz::body::Plan;
use midstream_testkit::{Found, found};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((plan, body)) = Plan::take(input) else { return };
    midstream_fuzz::law::wire(Some(Framing::Text), input);
    let all = found(Some(Framing::Text), usize::MAX, body, &plan.cuts(body.len()));
    let text: String = all.iter().filter_map(Found::frame).map(|frame| &*frame.data).collect();
    let lossy = String::from_utf8_lossy(body);
    assert_eq!(text, lossy.strip_prefix('\u{FEFF}').unwrap_or(&lossy));
});
