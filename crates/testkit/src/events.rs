//! A stream's events in a form that can be compared.

use midstream::{Config, Engine, Event, Timestamp};

/// The events of `body` cut at `cuts`, adjacent deltas merged.
pub fn decode(config: &Config, body: &[u8], cuts: &[usize]) -> Vec<Event> {
    let mut session = Engine::new(config.clone()).session(Timestamp::ZERO);
    let mut events = Vec::new();
    let mut from = 0;
    for &to in cuts.iter().chain([&body.len()]) {
        session.feed(&body[from..to], Timestamp::ZERO);
        from = to;
        events.extend(std::iter::from_fn(|| session.poll()));
    }
    session.finish(Timestamp::ZERO);
    events.extend(std::iter::from_fn(|| session.poll()));
    merged(events)
}

/// `events` with adjacent deltas of one block merged into one.
pub fn merged(events: impl IntoIterator<Item = Event>) -> Vec<Event> {
    let mut out: Vec<Event> = Vec::new();
    for event in events {
        if !out.last_mut().is_some_and(|last| absorb(last, &event)) {
            out.push(event);
        }
    }
    out
}

fn absorb(last: &mut Event, event: &Event) -> bool {
    use Event::{ReasoningDelta, RefusalDelta, TextDelta, ToolInputDelta};
    let (text, more) = match (last, event) {
        (TextDelta { choice: a, block: b, delta }, TextDelta { choice: c, block: d, delta: more })
        | (ReasoningDelta { choice: a, block: b, delta }, ReasoningDelta { choice: c, block: d, delta: more })
            if (*a, *b) == (*c, *d) =>
        {
            (delta, more)
        }
        (RefusalDelta { choice: a, delta }, RefusalDelta { choice: b, delta: more }) if a == b => (delta, more),
        (ToolInputDelta { id: a, delta }, ToolInputDelta { id: b, delta: more }) if a == b => (delta, more),
        _ => return false,
    };
    text.push_str(more);
    true
}
