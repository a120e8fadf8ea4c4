//! Rules and texts that cost more than others: many rules, long values, patterns that other matchers blow up on.
#![cfg(feature = "rules")]

use midstream::pattern::{Kind, Pack, Rules};

fn rules(rule: &str) -> Rules {
    let pack = format!("name = \"x\"\nversion = \"1\"\n{rule}");
    Rules::compile(&[Pack::parse(&pack).expect("the pack is sound")]).expect("the rules can run")
}

/// `text` masked, pushed in pieces of `size` bytes; how much was held at most.
fn redact(rules: &Rules, text: &str, size: usize) -> (String, usize) {
    let (mut out, mut held) = (String::new(), 0);
    let mut redactor = rules.redactor(Kind::Text);
    for piece in text.as_bytes().chunks(size) {
        redactor.push(std::str::from_utf8(piece).expect("the texts here are ASCII"), &mut out);
        held = held.max(redactor.held().len());
    }
    redactor.finish(&mut out);
    (out, held)
}

#[test]
fn ten_thousand_rules_run_together() {
    let each = (0..10_000)
        .map(|n| format!("[[rule]]\nid = \"r{n}\"\nkind = \"K{n}\"\npattern = 'key-{n:05}-[a-f0-9]{{8}}'\n"));
    let rules = rules(&each.collect::<String>());
    assert_eq!(rules.len(), 10_000);
    let text = "key-00000-01234567 key-07777-89abcdef key-09999-0a0a0a0a key-10000-01234567 key-07777-89abcde";
    let masked = "[K0] [K7777] [K9999] key-10000-01234567 key-07777-89abcde";
    for size in [1, 7, text.len()] {
        assert_eq!(redact(&rules, text, size).0, masked);
    }
}

#[test]
fn a_value_of_a_megabyte_is_masked_whole_up_to_the_rules_bound_and_no_more_is_held() {
    let bound = 1 << 14;
    let rules = rules(&format!(
        "[[rule]]\nid = \"blob\"\nkind = \"BLOB\"\npattern = 'blob:[a-z]+'\nmax_length = {bound}\nboundary = \"none\"\n"
    ));
    let text = format!("see blob:{} end", "a".repeat(1 << 20));
    let (masked, held) = redact(&rules, &text, 4096);
    assert!(masked.starts_with("see [BLOB]"), "{}", &masked[..40]);
    assert!(masked.ends_with(" end") && masked.len() <= text.len() - bound + 10);
    assert!(held <= bound, "{held}");
    assert_eq!(redact(&rules, &text, text.len()).0, masked, "in one piece");
}

#[test]
fn patterns_on_which_backtracking_explodes_take_linear_time() {
    for pattern in ["(a+)+b", "(a|aa)+b", "(a|a?)+b", "([a-z]+)*1"] {
        let rules = rules(&format!(
            "[[rule]]\nid = \"evil\"\nkind = \"EVIL\"\npattern = '{pattern}'\nmax_length = 64\nboundary = \"none\"\n"
        ));
        // A matcher that goes back would take 2^64 steps for each byte.
        let text = "a".repeat(100_000);
        for size in [1, text.len()] {
            assert_eq!(redact(&rules, &text, size).0, text, "{pattern}");
        }
    }
}

#[test]
fn a_rule_that_matches_the_empty_string_is_refused_by_name() {
    for pattern in ["a*", "(ab)?", "a|"] {
        let pack =
            format!("name = \"x\"\nversion = \"1\"\n[[rule]]\nid = \"none\"\nkind = \"N\"\npattern = '{pattern}'\n");
        let error = Pack::parse(&pack)
            .map_err(|error| error.to_string())
            .and_then(|pack| Rules::compile(&[pack]).map_err(|error| error.to_string()));
        let words = error.expect_err(pattern);
        assert!(words.contains("`none`") && words.contains("empty"), "{words}");
    }
}

#[test]
fn threads_that_share_rules_do_not_wait_for_each_other_for_ever() {
    let sources = [
        include_str!("../../../rules/secrets.toml"),
        include_str!("../../../rules/pii.toml"),
        include_str!("../../../rules/injection.toml"),
    ];
    let packs = sources.map(|pack| Pack::parse(pack).expect("the pack is sound"));
    // The rules' own tests are full of values.
    let text = sources[1].replace(|c: char| !c.is_ascii(), "?");
    let expected = redact(&Rules::compile(&packs).expect("the rules can run"), &text, 512).0;
    for round in 0..4 {
        // These have read no text yet, so all threads miss the same rows.
        let rules = Rules::compile(&packs).expect("the rules can run");
        let (done, all) = std::sync::mpsc::channel();
        for _ in 0..4 {
            let (rules, text, done) = (rules.clone(), text.clone(), done.clone());
            std::thread::spawn(move || done.send(redact(&rules, &text, 512).0));
        }
        for _ in 0..4 {
            let redacted = all.recv_timeout(std::time::Duration::from_secs(60));
            assert_eq!(redacted.expect("a thread waits for another"), expected, "round {round}");
        }
    }
}
