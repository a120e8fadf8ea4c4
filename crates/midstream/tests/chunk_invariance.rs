//! The law: cutting the input differently changes nothing. Proved on every recorded stream.

use std::sync::atomic::{AtomicUsize, Ordering};

use midstream::{Config, Event};
use midstream_testkit::{Recording, bytewise, decode, random_cuts, shared_data, two_way_cuts};

/// Up to this length every two-way cut is tried, in bytes.
const EVERY_CUT_UP_TO: usize = 20_000;

#[test]
fn every_recording_gives_the_same_events_however_it_is_cut() {
    let Some(data) = shared_data() else { return };
    let recordings = Recording::all(&data);
    assert!(recordings.len() > 600, "only {} recordings", recordings.len());
    in_parallel(&recordings, |recording| {
        let config = Config { framing: Some(recording.framing), dialect: recording.dialect, ..Config::default() };
        obeys_the_law(&recording.name, &config, &recording.body);
        let auto = Config::default();
        let whole = decode(&auto, &recording.body, &[]);
        same(
            &recording.name,
            &whole,
            &decode(&auto, &recording.body, &bytewise(recording.body.len())),
            "bytewise, auto",
        );
    });
}

fn obeys_the_law(name: &str, config: &Config, body: &[u8]) {
    let whole = decode(config, body, &[]);
    same(name, &whole, &decode(config, body, &bytewise(body.len())), "bytewise");
    for cuts in random_cuts(body.len(), 50) {
        same(name, &whole, &decode(config, body, &cuts), &format!("{cuts:?}"));
    }
    if body.len() <= EVERY_CUT_UP_TO {
        for cuts in two_way_cuts(body.len()) {
            same(name, &whole, &decode(config, body, &cuts), &format!("{cuts:?}"));
        }
    }
}

fn same(name: &str, whole: &[Event], cut: &[Event], how: &str) {
    if whole != cut {
        let at = whole.iter().zip(cut).take_while(|(a, b)| a == b).count();
        panic!("{name}, cut {how}: event {at} is {:?}, whole it is {:?}", cut.get(at), whole.get(at));
    }
}

fn in_parallel<T: Sync>(items: &[T], check: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    check(item);
                }
            });
        }
    });
}
