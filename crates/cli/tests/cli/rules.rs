//! `midstream rules` and `midstream redact`.

use crate::command::{run, run_with};

const GOOD: &str = r#"
name = "mine"
version = "1"
[[rule]]
id = "ticket"
kind = "TICKET"
pattern = 'T-[0-9]{4}'
tests.matches = ["see T-1234", { text = "T-1234, T-5678", value = "T-1234" }]
tests.misses = ["T-12345"]
[[rule]]
id = "any-code"
kind = "CODE"
pattern = '[A-Z]-[0-9]{4}'
tests.matches = ["Q-0001"]
"#;

fn file(name: &str, text: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("midstream-rules-{}-{name}.toml", std::process::id()));
    std::fs::write(&path, text).expect("a temporary file");
    path
}

#[test]
fn each_rule_is_tried_and_told_of() {
    let run = run(["rules", "check", file("good", GOOD).to_str().expect("UTF-8")]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let lines = run.lines();
    assert_eq!(lines.len(), 2);
    assert_eq!((lines[0]["rule"].as_str(), lines[0]["tests"].as_u64()), (Some("ticket"), Some(3)));
    assert_eq!(lines[0]["overlaps"], serde_json::json!(["any-code"]));
    assert_eq!(lines[1]["overlaps"], serde_json::json!([]));
    assert!(lines[0]["held_max"].as_u64().expect("a number") <= 7, "{}", lines[0]);
}

#[test]
fn packs_that_can_not_run_together_or_are_no_text_are_told() {
    let told = run(["redact", "--rules", "secrets", "--rules", "secrets", "-"]);
    assert_eq!(told.code, 2);
    assert!(told.stderr.contains("found `secrets` once more in `secrets`"), "{}", told.stderr);
    let binary = file("binary", "");
    std::fs::write(&binary, b"name = \"\xff\"").expect("a temporary file");
    let told = run(["rules", "check", binary.to_str().expect("UTF-8")]);
    assert_eq!(told.code, 1);
    assert!(told.stderr.contains("expected rules in TOML, found byte 0xff at byte 8"), "{}", told.stderr);
}

#[test]
fn the_rule_that_the_documentation_shows_passes_its_tests() {
    let (_, example) = include_str!("../../../../rules/README.md").split_once("```toml\n").unwrap();
    let path = file("documented.toml", example.split_once("```").unwrap().0);
    let run = run(["rules", "check", path.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_test_that_fails_and_a_mistake_are_told_and_end_with_1() {
    let failing = file("failing", &GOOD.replace("see T-1234", "see T-123"));
    let told = run(["rules", "check", failing.to_str().expect("UTF-8")]);
    assert_eq!(told.code, 1);
    assert!(told.stderr.contains("rule `ticket`: 1 of its tests failed"), "{}", told.stderr);
    assert_eq!(told.lines()[0]["failed"][0], "expected a match in \"see T-123\", found none");
    let broken = file("broken", &GOOD.replace("kind = \"CODE\"", "knd = 1"));
    let told = run(["rules", "check", broken.to_str().expect("UTF-8")]);
    assert_eq!((told.code, told.stdout.as_str()), (1, ""));
    assert!(told.stderr.contains("line 12, rule `any-code`, field `knd`: unknown field"), "{}", told.stderr);
    assert_eq!(run(["rules", "check", "no-such-file.toml"]).code, 1);
}

const TEXT: &str = "see T-1234, not T-12345, but Q-0001";
const MASKED: &str = "see [TICKET], not T-12345, but [CODE]";

#[test]
fn text_is_masked_by_rules_and_by_what_they_compile_to_however_it_is_cut() {
    let source = file("redact", GOOD);
    let (source, text) = (source.to_str().expect("UTF-8"), file("text", TEXT));
    let text = text.to_str().expect("UTF-8");
    let compiled = source.replace(".toml", ".bin");
    let made = run(["rules", "compile", source, "-o", &compiled]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    for rules in [source, &compiled] {
        for cut in ["1", "3", "1000"] {
            let masked =
                run(["redact", "--rules", rules, "--framing", "text", "--dialect", "text", "--cut", cut, text]);
            assert_eq!(
                (masked.code, masked.stdout.as_str(), masked.stderr.as_str()),
                (0, MASKED, ""),
                "{rules}, {cut}"
            );
        }
    }
}

#[test]
fn rules_whose_own_tests_fail_are_not_compiled() {
    let wrong = file("wrong-test", &GOOD.replacen("T-1234", "T-12x4", 1));
    let wrong = wrong.to_str().expect("UTF-8");
    let to = wrong.replace(".toml", ".bin");
    let made = run(["rules", "compile", wrong, "-o", &to]);
    assert_eq!(made.code, 1, "{}", made.stderr);
    assert!(
        made.stderr.contains("rule `ticket`: expected ") && made.stderr.contains("nothing is written"),
        "{}",
        made.stderr
    );
    assert!(!std::path::Path::new(&to).exists());
}

#[test]
fn rules_that_cannot_run_mask_nothing_and_print_nothing() {
    let text = file("unmasked", TEXT);
    let text = text.to_str().expect("UTF-8");
    let empty = file("matches-nothing", &GOOD.replace("T-[0-9]{4}", "(T-[0-9]{4})?"));
    let short = std::env::temp_dir().join(format!("midstream-rules-{}-cut.bin", std::process::id()));
    let whole = short.with_extension("whole");
    let made = run(["rules", "compile", "secrets", "-o", whole.to_str().expect("UTF-8")]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let bytes = std::fs::read(&whole).expect("the compiled rules");
    std::fs::write(&short, &bytes[..bytes.len() / 2]).expect("a temporary file");
    for rules in [empty.to_str().expect("UTF-8"), short.to_str().expect("UTF-8"), "no-such-pack"] {
        let refused = run(["redact", "--rules", rules, text]);
        assert_ne!(refused.code, 0, "{rules}");
        assert_eq!(refused.stdout, "", "{rules}");
        assert!(refused.stderr.contains(rules) || refused.stderr.contains("ticket"), "{}", refused.stderr);
        assert_eq!(run(["rules", "compile", rules, "-o", "never-written"]).code, 1, "{rules}");
    }
    let checked = run(["rules", "check", whole.to_str().expect("UTF-8")]);
    assert_eq!(checked.code, 1);
    assert!(checked.stderr.contains("expected rules in TOML, found compiled ones"), "{}", checked.stderr);
}

#[test]
fn text_that_rules_cannot_read_ends_there_and_is_told() {
    let text = "mail ann@example.com now";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let bodies = [
        (little.clone(), "byte 1:", "0x00", ""),
        ([b"\xff\xfe", &little[..]].concat(), "byte 0:", "0xff", ""),
        (big.clone(), "byte 0:", "0x00", ""),
        ([b"\xfe\xff", &big[..]].concat(), "byte 0:", "0xfe", ""),
        (b"mail ann@ex\xffample.com now".to_vec(), "byte 11:", "0xff", "mail "),
        (b"mail ann@ex\xc3".to_vec(), "byte 11:", "0xc3", "mail "),
    ];
    for (body, at, byte, passes) in bodies {
        for options in [&[][..], &["--framing", "text"], &["--cut", "1"]] {
            let run = run_with(["redact", "--rules", "pii", "-"].iter().chain(options), &body);
            assert_eq!((run.code, run.stdout.as_str()), (1, passes), "{options:?}");
            assert!(run.stderr.contains(at) && run.stderr.contains(byte), "{options:?}: {}", run.stderr);
        }
    }
}
