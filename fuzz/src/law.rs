//! The law, over whatever the fuzzer brings.

use midstream::{Config, Dialect, Event, Framing, Limits};
use midstream_testkit::{Found, bytewise, decode, found};

use crate::body::{self, Plan};

/// The decoder of `framing` finds the same however the body is cut.
pub fn wire(framing: Option<Framing>, input: &[u8]) {
    let Some((plan, bytes)) = Plan::take(input) else { return };
    let body = match framing {
        Some(Framing::EventStream) if !plan.raw => body::messages(bytes),
        Some(framing) if !plan.raw => body::framed(framing, bytes),
        _ => bytes.to_vec(),
    };
    let whole = found(framing, plan.max_frame_bytes, &body, &[]);
    for cuts in [plan.cuts(body.len()), bytewise(body.len())] {
        assert_eq!(found(framing, plan.max_frame_bytes, &body, &cuts), whole, "cut at {cuts:?}");
    }
    let length = body.len() as u64;
    for found in &whole {
        let offset = match found {
            Found::Frame(frame) => frame.offset,
            Found::Fault(error) => error.offset,
            Found::KeepAlive => continue,
        };
        assert!(offset <= length, "{found:?} lies outside of {length} bytes");
    }
}

/// A session gives the same events however the body is cut, and ends once.
pub fn session(dialect: Dialect, input: &[u8]) {
    let Some((plan, bytes)) = Plan::take(input) else { return };
    let framing = body::usual_framing(dialect, &plan);
    let body = if plan.raw { bytes.to_vec() } else { body::framed(framing, bytes) };
    let limits = Limits { max_frame_bytes: plan.max_frame_bytes, ..Limits::default() };
    let config = Config { framing: Some(framing), dialect: Some(dialect), limits, ..Config::default() };
    let whole = decode(&config, &body, &[]);
    for cuts in [plan.cuts(body.len()), bytewise(body.len())] {
        assert_eq!(decode(&config, &body, &cuts), whole, "cut at {cuts:?}");
    }
    let ends = whole.iter().filter(|event| matches!(event, Event::StreamEnd { .. })).count();
    assert_eq!(ends, 1, "{whole:?}");
    assert!(matches!(whole.last(), Some(Event::StreamEnd { .. })), "{whole:?}");
}
