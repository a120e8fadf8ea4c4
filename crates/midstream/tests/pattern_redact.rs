//! Redaction of one text in pieces: what is masked, what is held, and that cutting changes nothing.

#![cfg(feature = "rules")]

use midstream::pattern::{Kind, Pack, Passage, PseudonymKey, Rules};
use midstream_testkit::{assert_any_cut_reads_the_same, redacted};

const PACK: &str = r##"
name = "test"
version = "1"

[[rule]]
id = "email"
kind = "EMAIL"
pattern = '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}'
max_length = 254
allow = ["*@example.org"]

[[rule]]
id = "card"
kind = "CARD"
pattern = '[0-9]([ -]?[0-9]){12,18}'
boundary = "digit"
validators = ["luhn"]
mask = { keep_last = 4 }

[[rule]]
id = "password"
kind = "PASSWORD"
case_insensitive = true
before = 'pass(word)?\s?[:=]\s?["]?'
pattern = '[A-Za-z0-9!_-]{6,40}'
boundary = "word"
mask = { text = "\"****\"" }

[[rule]]
id = "passport"
kind = "PASSPORT"
pattern = '[A-Z][0-9]{8}'
context = { words = ["passport*"], distance = 30 }
mask = "pseudonym"

[[rule]]
id = "stopper"
kind = "STOP"
pattern = 'launch code [0-9]{4}'
action = "stop"

[[rule]]
id = "note"
kind = "NOTE"
pattern = 'note [0-9]+'
max_length = 20
action = "report"
"##;

fn rules() -> Rules {
    Rules::compile(&[Pack::parse(PACK).expect("the pack is sound")]).expect("the rules can run")
}

/// What comes out of `pieces`, the matches by rule and place, and how it ended.
fn redact<'a>(rules: &Rules, pieces: impl IntoIterator<Item = &'a str>) -> (String, Vec<(String, u64, u64)>, Passage) {
    let redactor = rules.redactor_with_key(Kind::Text, Some(PseudonymKey::new([7; 16])));
    let (out, matches, passage) = redacted(redactor, pieces);
    let named = matches.iter().map(|found| (rules.about(found.rule).id.clone(), found.start, found.end)).collect();
    (out, named, passage)
}

/// Text and what is made of it.
const CASES: &[(&str, &str)] = &[
    ("nothing to see", "nothing to see"),
    ("mail to ann.lee@mail.example.com.", "mail to [EMAIL]."),
    ("mail ann@example.org instead", "mail ann@example.org instead"),
    ("我的邮箱是ann@example.com谢谢", "我的邮箱是[EMAIL]谢谢"),
    ("a@b.co,c@d.eu", "[EMAIL],[EMAIL]"),
    ("ann@@example.com@x", "ann@@example.com@x"),
    ("card 4111 1111 1111 1111!", "card ***************1111!"),
    ("1 4111 1111 1111 1111", "1 ***************1111"),
    ("card 4111 1111 1111 1112!", "card 4111 1111 1111 1112!"),
    ("PASSWORD = \"hunter2!\"", "PASSWORD = \"\"****\"\""),
    ("password: short", "password: short"),
    ("pass: pass: secret", "pass: pass: \"****\""),
    ("Passport no. X12345678", "Passport no. [PASSPORT-"),
    ("X12345678 alone", "X12345678 alone"),
    ("the launch code 1234 is", "the "),
    ("ann@example.com has launch code 1234 and bob@example.com", "[EMAIL] has "),
    ("ann@example.launch code 1234", ""),
    ("note 12 is fine", "note 12 is fine"),
];

#[test]
fn what_rules_cover_is_replaced_and_all_else_passes() {
    let rules = rules();
    for (text, expected) in CASES {
        let (out, ..) = redact(&rules, [*text]);
        if expected.ends_with('-') {
            assert!(out.starts_with(expected), "{text}: {out}");
        } else {
            assert_eq!(out, *expected, "{text}");
        }
    }
}

#[test]
fn cutting_a_text_changes_nothing() {
    let rules = rules();
    for (text, _) in CASES {
        assert_any_cut_reads_the_same(text, |pieces| redact(&rules, pieces.iter().copied()));
    }
}

#[test]
fn only_what_may_still_be_covered_is_held() {
    let rules = rules();
    for (text, held) in [
        ("plain words are held while an address may begin with the", "the"),
        ("but not once it can't", "t"),
        ("ann@", "ann@"),
        ("ann@ ", ""),
        ("password = ", ""),
        ("password = hunt", "hunt"),
        ("谢谢", ""),
        ("note 1", "1"),
        ("{\"a\":\"b\",\"c\":", ""),
        ("4111 1111", "4111 1111"),
    ] {
        let mut redactor = rules.redactor(Kind::Text);
        let mut out = String::new();
        redactor.push(text, &mut out);
        assert_eq!(redactor.held(), held, "of `{text}`");
        assert_eq!(out + held, text);
    }
}

#[test]
fn a_pseudonym_is_the_same_for_the_same_value_under_one_key() {
    let rules = rules();
    let of = |text: &str, key: u8| {
        let mut redactor = rules.redactor_with_key(Kind::Text, Some(PseudonymKey::new([key; 16])));
        let mut out = String::new();
        redactor.push(text, &mut out);
        redactor.finish(&mut out);
        out
    };
    let one = of("passport X12345678", 1);
    assert_eq!(one, of("passport X12345678", 1));
    assert_ne!(one, of("passport X12345678", 2));
    assert_ne!(one, of("passport X12345679", 1));
}
