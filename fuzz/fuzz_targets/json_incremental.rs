//! Incremental JSON: no cut changes its value, and it accepts what serde_json accepts.

#![no_main]

use midstream::json::{Incremental, IncrementalError, Limits, Value};
use midstream_fuzz::body::Plan;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((plan, bytes)) = Plan::take(input) else { return };
    let text = &*String::from_utf8_lossy(bytes);
    let limits = Limits { max_bytes: plan.max_frame_bytes, ..Limits::default() };
    let whole = read(limits, text, &[]);
    for cuts in [plan.cuts(text.len()), (1..text.len()).collect()] {
        assert_eq!(read(limits, text, &cuts), whole, "cut at {cuts:?}");
    }
    // serde_json's own limit on nesting is 128 as well, but counts differently at the edge.
    let depth = text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count();
    if plan.max_frame_bytes == usize::MAX && depth < 100 {
        let valid = serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
        assert_eq!(whole.is_ok(), valid, "{text:?}: {whole:?}");
    }
});

fn read(limits: Limits, text: &str, cuts: &[usize]) -> Result<Value, IncrementalError> {
    let mut json = Incremental::new(limits);
    let mut from = 0;
    for to in cuts.iter().copied().filter(|&cut| text.is_char_boundary(cut)).chain([text.len()]) {
        json.push(&text[from..to]);
        from = to;
    }
    json.finish()
}
