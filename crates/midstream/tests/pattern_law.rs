//! The law for rules: however a text is cut, what is found and what comes out is what the reference finds in the whole
//! text.

#![cfg(feature = "rules")]

use std::path::Path;

use midstream::pattern::{Action, Kind, Mask, Pack, Rules};
use midstream_testkit::{SlowMatch, SlowRules, pieces, redacted};
use proptest::prelude::*;

struct Both {
    packs: Vec<Pack>,
    slow: SlowRules,
    fast: Rules,
}

/// The packs that come with midstream.
fn both() -> Both {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let files = folder.read_dir().expect("the folder of packs").map(|file| file.expect("a file of the folder").path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|it| it == "toml")).collect();
    files.sort();
    let read = |file: &std::path::PathBuf| std::fs::read_to_string(file).expect("a pack is text");
    let packs: Vec<_> = files.iter().map(|file| Pack::parse(&read(file)).expect("the packs are sound")).collect();
    // By way of bytes, as a browser has them.
    let bytes = Rules::compile(&packs).expect("the rules can run").to_bytes();
    Both { slow: SlowRules::new(&packs), fast: Rules::from_bytes(&bytes).expect("they were just compiled"), packs }
}

impl Both {
    /// Asserts that `text` gives what the reference says, cut into pieces that end at `cuts`.
    fn agree(&self, text: &str, cuts: &[usize]) {
        let expected = self.slow.find(text);
        let (out, found, _) = redacted(self.fast.redactor(Kind::Text), pieces(text, cuts));
        let found = found.iter().map(|it| SlowMatch { start: it.start as usize, end: it.end as usize, rule: it.rule });
        let mut found: Vec<_> = found.collect();
        found.sort_unstable();
        let named = |found: &[SlowMatch]| -> Vec<(String, String)> {
            let name = |it: &SlowMatch| (self.fast.about(it.rule).id.clone(), text[it.start..it.end].to_owned());
            found.iter().map(name).collect()
        };
        assert_eq!(named(&found), named(&expected), "in {text:?}, cut at {cuts:?}");
        assert_eq!(found, expected, "in {text:?}, cut at {cuts:?}");
        assert_eq!(out, self.redacted(text, &expected), "of {text:?}, cut at {cuts:?}");
    }

    /// `text` as `matches` leave it: where they overlap, the one that starts first, then the longer one, then the rule that
    /// comes first stands for all.
    fn redacted(&self, text: &str, matches: &[SlowMatch]) -> String {
        let action = |it: &SlowMatch| &self.fast.about(it.rule).action;
        let mut covering: Vec<_> = matches.iter().filter(|it| matches!(action(it), Action::Mask(_))).collect();
        covering.sort_by_key(|it| (it.start, std::cmp::Reverse(it.end), it.rule));
        let (mut out, mut at) = (String::new(), 0);
        while let Some(first) = covering.first().copied() {
            let mut end = first.end;
            while let Some(other) = covering.first().filter(|other| other.start < end) {
                end = end.max(other.end);
                covering.remove(0);
            }
            out.push_str(&text[at..first.start]);
            match action(first) {
                Action::Mask(Mask::Placeholder) => out.push_str(&format!("[{}]", self.fast.about(first.rule).kind)),
                other => panic!("the packs mask with placeholders, found {other:?}"),
            }
            at = end;
        }
        out + &text[at..]
    }

    /// All texts that the rules' own tests name.
    fn texts(&self) -> Vec<&str> {
        let rules = self.packs.iter().flat_map(|pack| &pack.rules);
        rules
            .flat_map(|rule| {
                rule.tests.matches.iter().map(|it| it.text.as_str()).chain(rule.tests.misses.iter().map(String::as_str))
            })
            .collect()
    }
}

/// Text in which no rule finds anything.
const ORDINARY: &str = "A sentence of some length, such as people write (or models do), by noon on the third of May. It is \
                        of no account, says Dr. Who's secret token of access; another one follows it and ends with a word";

fn characters(text: &str) -> Vec<usize> {
    text.char_indices().map(|(at, _)| at).skip(1).collect()
}

#[test]
fn the_rules_own_tests_give_what_the_reference_finds() {
    let both = both();
    for text in both.texts() {
        both.agree(text, &[]);
        both.agree(text, &characters(text));
    }
}

#[test]
fn a_value_is_found_wherever_it_is_cut() {
    let both = both();
    for text in both.texts().into_iter().step_by(7) {
        for cut in characters(text) {
            both.agree(text, &[cut]);
        }
    }
}

#[test]
fn values_among_other_text_are_found_however_it_is_cut() {
    let both = both();
    let texts: Vec<String> = both.texts().into_iter().map(str::to_owned).collect();
    let words = [
        "the ",
        "key: ",
        "password = ",
        "\"",
        " ",
        "\n",
        "谢谢",
        "a.b-c_d",
        "12 34",
        "=",
        ",",
        "token",
        "x",
        "-",
        "@",
        ".",
    ];
    let part = prop_oneof![
        3 => prop::sample::select(texts).prop_map(String::from),
        4 => prop::sample::select(words.to_vec()).prop_map(String::from),
        1 => "[a-zA-Z0-9+/=_.-]{1,40}",
        1 => "\\PC{1,6}",
        // Enough of it is passed over at once.
        2 => Just(ORDINARY.to_owned()),
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let plan = (prop::collection::vec(part, 1..6), prop::collection::vec(any::<prop::sample::Index>(), 0..6));
    runner
        .run(&plan, |(parts, cuts)| {
            let text = parts.concat();
            let at = characters(&text);
            let mut cuts: Vec<_> = cuts.iter().filter(|_| !at.is_empty()).map(|cut| at[cut.index(at.len())]).collect();
            cuts.sort_unstable();
            both.agree(&text, &cuts);
            both.agree(&text, &at);
            Ok(())
        })
        .expect("the law holds");
}
