//! The packs that come with midstream: they load, and each rule finds what its own tests say.
#![cfg(feature = "rules")]

use std::path::Path;

use midstream::pattern::Pack;
use midstream_testkit::SlowRules;

fn packs() -> Vec<Pack> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut files: Vec<_> = folder
        .read_dir()
        .expect("the folder of packs")
        .map(|entry| entry.expect("a file of the folder").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    assert!(!files.is_empty());
    let read = |file: &std::path::PathBuf| {
        Pack::parse(&std::fs::read_to_string(file).expect("a pack is text"))
            .unwrap_or_else(|errors| panic!("{}:\n{errors}", file.display()))
    };
    files.iter().map(read).collect()
}

#[test]
fn every_rule_passes_its_own_tests() {
    let packs = packs();
    let rules = SlowRules::new(&packs);
    let mut wrong = Vec::new();
    for (index, rule) in rules.rules().enumerate() {
        let values = |text: &str| -> Vec<String> {
            rules.find_one(index, text).into_iter().map(|(start, end)| text[start..end].to_owned()).collect()
        };
        assert!(!rule.tests.matches.is_empty(), "{} has no test", rule.id);
        for test in &rule.tests.matches {
            let found = values(&test.text);
            if found.is_empty() || test.value.as_ref().is_some_and(|value| found[0] != *value) {
                wrong.push(format!("{}: expected {:?} in `{}`, found {found:?}", rule.id, test.value, test.text));
            }
        }
        for text in &rule.tests.misses {
            let found = values(text);
            if !found.is_empty() {
                wrong.push(format!("{}: expected nothing in `{text}`, found {found:?}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
