//! Files of rules: what is read, and what is said of every kind of mistake.
#![cfg(feature = "rules")]

use midstream::Severity;
use midstream::pattern::{Action, Edge, Mask, Pack};

const HEAD: &str = "name = \"x\"\nversion = \"1\"\n[[rule]]\n";

#[test]
fn every_field_reaches_the_rule() {
    let pack = Pack::parse(
        r#"
        name = "mine"
        version = "1.2"
        description = "d"
        define.digits = '[0-9]+'
        define.key = 'k${digits}'
        [defaults]
        severity = "high"
        stop_words = ["example"]
        [[rule]]
        id = "my-key"
        kind = "MY_KEY"
        description = "a key"
        before = 'key='
        pattern = '${key}'
        after = '[;,]'
        case_insensitive = true
        boundary = { start = "digit", end = "none" }
        max_length = 20
        keywords = ["k"]
        validators = ["luhn"]
        min_entropy = 2.5
        allow = ["k0*"]
        context = { words = ["pass*"], distance = 10 }
        unless = { words = ["not"] }
        normalise = true
        channels = ["text", "tool"]
        action = "mask"
        mask = { keep_last = 4 }
        tests.matches = ["key=k1;", { text = ["key", "=k2;"], value = "k2" }]
        tests.misses = [["a", "b"]]
        [[rule]]
        id = "other"
        kind = "OTHER"
        pattern = 'ab{1,3}'
        severity = "low"
        "#,
    )
    .unwrap();
    let rule = &pack.rules[0];
    assert_eq!(rule.pattern, "k[0-9]+");
    assert_eq!((rule.boundary.start, rule.boundary.end), (Edge::Digit, Edge::None));
    assert_eq!((rule.max_length, rule.min_entropy, rule.severity), (20, Some(2500), Severity::High));
    assert_eq!(rule.action, Action::Mask(Mask::KeepLast(4)));
    assert_eq!(rule.tests.matches[1].text, "key=k2;");
    assert_eq!(rule.tests.matches[1].value.as_deref(), Some("k2"));
    assert_eq!(rule.tests.misses, ["ab"]);
    assert_eq!(rule.stop_words, ["example"]);
    assert!(rule.channels.tool && !rule.channels.reasoning);
    let other = &pack.rules[1];
    assert_eq!((other.max_length, other.severity), (4, Severity::Low), "the bound is the pattern's own");
    assert_eq!(other.action, Action::Mask(Mask::Placeholder));
}

#[test]
fn every_kind_of_mistake_is_told_with_its_line_and_field() {
    let rule = "id = \"a\"\nkind = \"A\"\n";
    for (text, expected) in [
        ("name = ", "line 1: can't read TOML: "),
        ("version = \"1\"\n[[rule]]\nid = \"a\"\nkind = \"A\"\npattern = \"a\"", "line 1, field `name`: expected this"),
        ("name = \"x\"\nversion = \"1\"\n", "line 1, field `rule`: expected at least one rule"),
        (
            "name = 1\nversion = \"1\"\n[[rule]]\nid = \"a\"\nkind = \"A\"\npattern = \"a\"",
            "line 1, field `name`: expected a string, found a whole number",
        ),
        (
            &format!("{HEAD}id = \"a\"\npattern = \"a\""),
            "line 3, rule `a`, field `kind`: expected this field, found nothing",
        ),
        (
            &format!("{HEAD}{rule}pattern = \"a\"\npatern = 1"),
            "line 7, rule `a`, field `patern`: unknown field, expected one of action, after,",
        ),
        (
            &format!("{HEAD}id = \"A\"\nkind = \"A\"\npattern = \"a\""),
            "line 4, rule `A`, field `id`: expected lower case",
        ),
        (
            &format!("{HEAD}{rule}pattern = \"(\""),
            "line 6, rule `a`, field `pattern`: can't read the pattern at byte 0: unclosed group",
        ),
        (
            &format!("{HEAD}{rule}pattern = \"a*\""),
            "line 6, rule `a`, field `pattern`: expected a pattern that does not match the empty",
        ),
        (&format!("{HEAD}{rule}pattern = \"a+\""), "line 6, rule `a`, field `pattern`: expected `max_length`, since"),
        (
            &format!("{HEAD}{rule}pattern = \"a{{20000}}\""),
            "line 6, rule `a`, field `pattern`: expected matches of at most 16384 bytes, found 20000",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a${{b}}'"),
            "line 6, rule `a`, field `pattern`: expected a name from [define], found `${b}`",
        ),
        (
            &format!("define.a = '${{a}}'\n{HEAD}{rule}pattern = '${{a}}'"),
            "line 7, rule `a`, field `pattern`: expected at most 65536 bytes",
        ),
        (&format!("{HEAD}{rule}pattern = '^a'"), "line 6, rule `a`, field `pattern`: expected no `^`"),
        (
            &format!("{HEAD}{rule}pattern = 'a[^b]'"),
            "line 6, rule `a`, field `pattern`: the pattern at byte 1 can match part of a character",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nbefore = 'b*'"),
            "line 7, rule `a`, field `before`: expected a pattern that does not",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nafter = 'b|cd'"),
            "line 7, rule `a`, field `after`: expected a pattern whose matches all have",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'aaa'\nmax_length = 2"),
            "line 7, rule `a`, field `max_length`: expected at least 3",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nmax_length = 0"),
            "line 7, rule `a`, field `max_length`: expected a whole number from 1 to 16384, found 0",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nvalidators = [\"lun\"]"),
            "line 7, rule `a`, field `validators`: expected a validator (luhn",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nvalidators = \"luhn\""),
            "line 7, rule `a`, field `validators`: expected a list of strings, found a string",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nallow = [\"\"]"),
            "line 7, rule `a`, field `allow`: expected a string, found an empty one",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nmin_entropy = 9.1"),
            "line 7, rule `a`, field `min_entropy`: expected a number of bits",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nboundary = \"wrd\""),
            "line 7, rule `a`, field `boundary`: expected a boundary (word, alnum, digit",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nboundary = {{ begin = \"word\" }}"),
            "line 7, rule `a`, field `boundary.begin`: unknown field, expected one of end, start",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\ncontext = [\"x\"]"),
            "line 7, rule `a`, field `context`: expected a table",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\ncontext = {{ words = [] }}"),
            "line 7, rule `a`, field `context.words`: expected at least one",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\ncontext = {{ words = [\"a\"], distance = 300 }}"),
            "line 7, rule `a`, field `context.distance`: expected a whole number from 1 to 256, found 300",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nchannels = [\"txt\"]"),
            "line 7, rule `a`, field `channels`: expected a channel",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\naction = \"mask it\""),
            "line 7, rule `a`, field `action`: expected a rule's action (report",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\naction = \"stop\"\nmask = \"placeholder\""),
            "line 8, rule `a`, field `mask`: expected `mask` only",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nmask = {{ text = \"x\", keep_last = 3 }}"),
            "line 7, rule `a`, field `mask.text`: expected either",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\nmask = {{ keep_last = -1 }}"),
            "line 7, rule `a`, field `mask.keep_last`: expected a whole number from 1 to 64, found -1",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\ntests.matches = [1]"),
            "line 7, rule `a`, field `tests.matches`: expected a string or a list",
        ),
        (
            &format!("{HEAD}{rule}pattern = 'a'\n[[rule]]\n{rule}pattern = 'b'"),
            "line 7, rule `a`, field `id`: expected an id that no other rule has",
        ),
    ] {
        let told = Pack::parse(text).expect_err(text).to_string();
        assert!(told.starts_with(expected), "{text}\n-> {told}\nnot {expected}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = format!("{HEAD}id = \"a\"\nkind = \"a\"\npattern = \"(\"\nallow = 1\nfoo = 2");
    let errors = Pack::parse(&text).expect_err("four mistakes");
    let lines: Vec<_> = errors.0.iter().map(|error| (error.line, error.field.as_str())).collect();
    assert_eq!(lines, [(5, "kind"), (6, "pattern"), (7, "allow"), (8, "foo")]);
}
