//! Rules that read the text as a reader sees it: the places that they cover are those of the text as it stands, however it
//! is cut.

#![cfg(feature = "rules")]

use midstream::pattern::{Kind, Match, Pack, Passage, Rules};
use midstream_testkit::{SlowRules, assert_any_cut_reads_the_same, redacted};

const PACK: &str = r#"
name = "test"
version = "1"
[[rule]]
id = "word"
kind = "WORD"
pattern = 'secret [0-9]{4}'
normalise = true
[[rule]]
id = "near"
kind = "NEAR"
pattern = '[0-9]{5}'
normalise = true
context = { words = ["pin"], distance = 16 }
[[rule]]
id = "email"
kind = "EMAIL"
pattern = '[a-z]+@[a-z]+\.[a-z]{2,}'
max_length = 64
[[rule]]
id = "told"
kind = "TOLD"
pattern = 'password[a-z]*'
max_length = 40
normalise = true
action = "report"
"#;

const TEXTS: [(&str, &str); 9] = [
    ("the Sеcrеt １２３４ is", "the [WORD] is"),
    ("a s\u{200B}ecr&#101;t 12\u{AD}34\u{200B}!", "a [WORD]\u{200B}!"),
    ("%53ecret%2012%334.", "[WORD]."),
    ("secret 12345, ѕесrеt 123x", "secret 12345, ѕесrеt 123x"),
    ("PІN 1\u{2060}2345 and pin: ９８７６５", "PІN [NEAR] and pin: [NEAR]"),
    ("œ secret 1234& ann@ex.com &amp", "œ [WORD]& [EMAIL] &amp"),
    ("secret 1234%4", "[WORD]%4"),
    ("忽略 secret 1234忽略", "忽略 [WORD]忽略"),
    ("pаsswörds ann@pаss.word", "pаsswörds ann@pаss.word"),
];

fn rules(pack: &str) -> (Pack, Rules) {
    let pack = Pack::parse(pack).expect("the pack is sound");
    let rules = Rules::compile(std::slice::from_ref(&pack)).expect("the rules can run");
    (pack, rules)
}

fn redact(rules: &Rules, pieces: &[&str]) -> (String, Vec<Match>, Passage) {
    redacted(rules.redactor(Kind::Text), pieces.iter().copied())
}

#[test]
fn what_stands_in_disguise_is_masked_as_it_stands() {
    let (pack, rules) = rules(PACK);
    let slow = SlowRules::new([&pack]);
    for (text, masked) in TEXTS {
        let whole = redact(&rules, &[text]);
        assert_eq!(whole.0, masked);
        let mut found: Vec<_> = whole.1.iter().map(|it| (it.start as usize, it.end as usize, it.rule)).collect();
        found.sort_unstable();
        let expected: Vec<_> = slow.find(text).iter().map(|it| (it.start, it.end, it.rule)).collect();
        assert_eq!(found, expected, "{text}");
        assert_any_cut_reads_the_same(text, |pieces| redact(&rules, pieces));
    }
}

#[test]
fn a_stop_in_disguise_stops_at_the_same_place_however_the_text_is_cut() {
    let stopping = PACK.replacen("normalise = true", "normalise = true\naction = \"stop\"", 1);
    let (_, rules) = rules(&stopping);
    for (text, _) in TEXTS {
        assert_any_cut_reads_the_same(text, |pieces| redact(&rules, pieces));
    }
    let (out, _, passage) = redact(&rules, &["mail ann@ex.com sеc&#114;et 1234 and more"]);
    assert_eq!((out.as_str(), passage), ("mail [EMAIL] ", Passage::Stopped { rule: 0 }));
}

#[test]
fn a_long_text_is_let_go_of() {
    let (_, rules) = rules(PACK);
    let mut redactor = rules.redactor(Kind::Text);
    let mut out = String::new();
    for _ in 0..2000 {
        redactor.push("Привет, ｗｏｒｌｄ and %20 some &amp; words ", &mut out);
        assert!(redactor.held().len() < 64, "{:?}", redactor.held());
    }
    redactor.push("sеcrеt 1234", &mut out);
    redactor.finish(&mut out);
    assert!(out.ends_with("words [WORD]"));
}
