//! The law: cutting the input differently changes nothing. Proved on every recorded stream.

use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};

use midstream::Config;
use midstream_testkit::{Recording, bytewise, decode, random_cuts, shared_data, two_way_cuts};

/// Up to this length every two-way cut is tried, in bytes.
const EVERY_CUT_UP_TO: usize = 20_000;
/// The same where all rules run. Up to 20,000 takes five minutes on two cores.
#[cfg(feature = "rules")]
const EVERY_CUT_OF_RULES_UP_TO: usize = 2_500;

#[test]
fn every_recording_gives_the_same_events_however_it_is_cut() {
    let Some(data) = shared_data() else { return };
    let recordings = Recording::all(&data);
    assert!(recordings.len() > 600, "only {} recordings", recordings.len());
    in_parallel(&recordings, |recording| {
        let config = Config { framing: Some(recording.framing), dialect: recording.dialect, ..Config::default() };
        obeys_the_law(&recording.name, &recording.body, 50, EVERY_CUT_UP_TO, |cuts| {
            decode(&config, &recording.body, cuts)
        });
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

#[cfg(feature = "rules")]
#[test]
fn every_recording_passes_all_rules_in_the_same_way_however_it_is_cut() {
    use std::sync::Arc;

    use midstream::pattern::{Pack, Redaction, Rules};
    use midstream::rewrite::{Guard, Rewriter};

    let Some(data) = shared_data() else { return };
    let packs = [
        include_str!("../../../rules/secrets.toml"),
        include_str!("../../../rules/pii.toml"),
        include_str!("../../../rules/injection.toml"),
    ];
    let rules = Rules::compile(&packs.map(|pack| Pack::parse(pack).unwrap())).unwrap();
    in_parallel(&Recording::all(&data), |Recording { name, framing, dialect, body, .. }| {
        let redaction = Some(Redaction::new(rules.clone()));
        let config = Config { framing: Some(*framing), dialect: *dialect, redaction, ..Config::default() };
        obeys_the_law(name, body, 10, EVERY_CUT_OF_RULES_UP_TO, |cuts| decode(&config, body, cuts));
        obeys_the_law(name, body, 10, EVERY_CUT_OF_RULES_UP_TO, |cuts| {
            let guard = Arc::new(Guard::new(rules.clone(), None));
            let mut rewriter = Rewriter::new(config.framing, config.dialect, &config.limits, guard.clone());
            let (mut out, mut found, mut from) = (Vec::new(), Vec::new(), 0);
            for &to in cuts.iter().chain([&body.len()]) {
                out.extend(rewriter.feed(&body[from..to]));
                found.extend(rewriter.findings().map(|finding| guard.event(&finding)));
                from = to;
            }
            out.extend(rewriter.finish());
            found.extend(rewriter.findings().map(|finding| guard.event(&finding)));
            let stopped = rewriter.stopped().map(str::to_owned);
            [(String::from_utf8_lossy(&out).into_owned(), found, stopped)]
        });
    });
}

/// `run` gives the same under every cut of `body`: byte by byte, at random `random` times, and in two where it is no
/// longer than `every`.
fn obeys_the_law<T: PartialEq + Debug, R: AsRef<[T]>>(
    name: &str,
    body: &[u8],
    random: usize,
    every: usize,
    run: impl Fn(&[usize]) -> R,
) {
    let whole = run(&[]);
    let check = |cuts: &[usize], how: &str| same(name, whole.as_ref(), run(cuts).as_ref(), how);
    check(&bytewise(body.len()), "bytewise");
    let two_way = two_way_cuts(if body.len() <= every { body.len() } else { 0 });
    for cuts in random_cuts(body.len(), random).chain(two_way) {
        check(&cuts, &format!("{cuts:?}"));
    }
}

fn same<T: PartialEq + Debug>(name: &str, whole: &[T], cut: &[T], how: &str) {
    if whole != cut {
        let at = whole.iter().zip(cut).take_while(|(a, b)| a == b).count();
        panic!("{name}, cut {how}: {at} is {:?}, whole it is {:?}", cut.get(at), whole.get(at));
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
