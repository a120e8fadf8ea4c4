//! A rewritten stream is the same stream with its words filtered, however it is cut.

use std::collections::BTreeMap;
use std::sync::Arc;

use midstream::rewrite::{Filter, Filters, Kind, Rewriter};
use midstream::{Config, ErrorKind, Event, Framing, Limits};
use midstream_testkit::{Case, Recording, bytewise, decode, random_cuts, shared_data};

/// Shows everything at once.
#[derive(Debug)]
struct Same;

impl Filters for Same {
    fn start(&self, _: Kind) -> Box<dyn Filter> {
        Box::new(Same)
    }
}

impl Filter for Same {
    fn push(&mut self, words: &str, out: &mut String) {
        out.push_str(words);
    }

    fn finish(&mut self, _: &mut String) {}

    fn stopped(&self) -> Option<&str> {
        None
    }
}

/// Puts `##` in the place of `er`, and holds back an `e` until it knows.
#[derive(Debug)]
struct Masks;

#[derive(Debug, Default)]
struct Mask {
    held: String,
}

impl Filters for Masks {
    fn start(&self, _: Kind) -> Box<dyn Filter> {
        Box::<Mask>::default()
    }
}

impl Filter for Mask {
    fn push(&mut self, words: &str, out: &mut String) {
        self.held.push_str(words);
        let masked = mask(&self.held);
        let shown = masked.len() - usize::from(masked.ends_with('e'));
        out.push_str(&masked[..shown]);
        self.held = masked[shown..].to_owned();
    }

    fn finish(&mut self, out: &mut String) {
        out.push_str(&self.held);
    }

    fn stopped(&self) -> Option<&str> {
        None
    }
}

fn mask(text: &str) -> String {
    text.replace("er", "##")
}

fn rewrite(config: &Config, filters: Arc<dyn Filters>, body: &[u8], cuts: &[usize]) -> (Vec<u8>, Option<String>) {
    let mut rewriter = Rewriter::new(config.framing, config.dialect, &Limits::default(), filters);
    let mut out = Vec::new();
    let mut from = 0;
    for to in cuts.iter().copied().chain([body.len()]) {
        out.extend(rewriter.feed(&body[from..to]));
        from = to;
    }
    out.extend(rewriter.finish());
    (out, rewriter.stopped().map(str::to_owned))
}

/// The words of each block and each tool call, and how the stream ended.
fn words(events: &[Event]) -> (BTreeMap<String, String>, Vec<String>) {
    let mut words = BTreeMap::<String, String>::new();
    let mut rest = Vec::new();
    for event in events {
        match event {
            Event::TextDelta { choice, block, delta } | Event::ReasoningDelta { choice, block, delta } => {
                words.entry(format!("{choice}/{block}")).or_default().push_str(delta);
            }
            Event::RefusalDelta { choice, delta } => {
                words.entry(format!("{choice}/refusal")).or_default().push_str(delta);
            }
            Event::ToolInputDelta { id, delta } => words.entry(id.clone()).or_default().push_str(delta),
            Event::ToolInputStart { id, name, .. } => rest.push(format!("{id} {name}")),
            Event::Finish { choice, raw_reason, .. } => rest.push(format!("{choice} {raw_reason}")),
            Event::StreamEnd { verdict, .. } => rest.push(format!("{verdict:?}")),
            _ => {}
        }
    }
    (words, rest)
}

/// All streams there are: the corpus, and the recordings where they are.
fn streams() -> Vec<(String, Config, Vec<u8>)> {
    let recordings = shared_data().map(|data| Recording::all(&data)).unwrap_or_default();
    let recordings = recordings
        .into_iter()
        .map(|r| (r.name, Config { framing: Some(r.framing), dialect: r.dialect, ..Config::default() }, r.body));
    let cases = Case::all().into_iter().map(|case| {
        let config = Config { framing: case.framing, dialect: Some(case.dialect), ..Config::default() };
        (case.folder.display().to_string(), config, case.body)
    });
    let all = cases.chain(recordings);
    // Bodies that a client reads, as opposed to recordings of WebSocket messages.
    all.filter(|(_, config, _)| config.framing != Some(Framing::Ws)).collect()
}

#[test]
fn what_no_rule_touches_stays_as_it_is_to_the_byte() {
    let mut refused = Vec::new();
    for (name, config, body) in streams() {
        for cuts in std::iter::once(Vec::new()).chain(random_cuts(body.len(), 2)) {
            match rewrite(&config, Arc::new(Same), &body, &cuts) {
                (_, Some(reason)) => refused.push(format!("{name}: {reason}")),
                // Token probabilities say the words again in pieces that no rule can read: they are blanked.
                (out, None) if contains(&body, b"logprobs") => {
                    assert_eq!(all(&config, &out), all(&config, &body), "{name}")
                }
                // What the body's end cut off in a frame can't be checked and does not go on.
                (out, None) => {
                    let whole = out == body || (cut_off(&config, &body) && body.starts_with(&out));
                    assert!(whole, "{name}, {cuts:?}");
                }
            }
        }
    }
    refused.dedup();
    // Broken payloads, event streams in base64.
    assert!(refused.len() <= 12, "{refused:#?}");
}

#[test]
fn words_are_filtered_wherever_they_stand_however_the_body_is_cut() {
    for (name, config, body) in streams() {
        let (out, stopped) = rewrite(&config, Arc::new(Masks), &body, &[]);
        let bytewise = rewrite(&config, Arc::new(Masks), &body, &bytewise(body.len()));
        assert!(bytewise == (out.clone(), stopped.clone()), "{name}");
        if stopped.is_some() || cut_off(&config, &body) {
            continue;
        }
        let (mut expected, rest) = all(&config, &body);
        expected.values_mut().for_each(|words| *words = mask(words));
        assert_eq!(all(&config, &out), (expected, rest), "{name}");
    }
}

fn all(config: &Config, body: &[u8]) -> (BTreeMap<String, String>, Vec<String>) {
    words(&decode(config, body, &[]))
}

fn cut_off(config: &Config, body: &[u8]) -> bool {
    decode(config, body, &[])
        .iter()
        .any(|event| matches!(event, Event::Error(error) if error.kind == ErrorKind::IncompleteFrame))
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}
