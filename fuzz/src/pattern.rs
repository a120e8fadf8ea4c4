//! Rules over whatever the fuzzer brings: the streaming matcher finds what the reference finds, however the text is cut.

use midstream::pattern::{Kind, Pack, Rules};
use midstream_testkit::{SlowMatch, SlowRules};

/// Rules whose candidates overlap, nest, begin everywhere and depend on what stands before and behind them.
const AWKWARD: &str = r##"
name = "awkward"
version = "1"
[defaults]
severity = "low"
[[rule]]
id = "nested"
kind = "NESTED"
pattern = 'a[ab]*b'
boundary = "none"
max_length = 9
[[rule]]
id = "judged"
kind = "JUDGED"
pattern = '[0-9]([ -]?[0-9]){3,9}'
boundary = "digit"
validators = ["luhn"]
[[rule]]
id = "behind"
kind = "BEHIND"
before = '[a-c]{1,3}[=:]+'
pattern = '[^\x00-\x20]{2,6}'
unicode = true
boundary = "none"
[[rule]]
id = "between"
kind = "BETWEEN"
before = '"'
pattern = '[a-z ]+'
after = '"'
max_length = 12
boundary = "none"
[[rule]]
id = "near"
kind = "NEAR"
pattern = '[A-C]{2}[0-9]+'
max_length = 6
context = { words = ["ab", "c*"], distance = 7 }
[[rule]]
id = "plain"
kind = "PLAIN"
pattern = '[ab.]+@[ab]+(\.[ab]+)+'
max_length = 20
allow = ["*@b.*"]
"##;

/// Ordinary text, with a value in it.
const ORDINARY: &str = "A sentence of some length, such as people write (or models do), by 12:30 on the 3rd of May. \
    Its key = \"aaab: 079927398713\" is of no account. Another one follows it, and ends as most do with a word";

struct Both {
    fast: Rules,
    slow: SlowRules,
}

/// Compiled once: the slow rules keep caches that threads can't share.
fn both() -> &'static [Both] {
    thread_local!(static BOTH: &'static [Both] = Box::leak(Box::new(compiled())));
    BOTH.with(|both| *both)
}

fn compiled() -> [Both; 2] {
    let [secrets, pii, injection] = [
        include_str!("../../rules/secrets.toml"),
        include_str!("../../rules/pii.toml"),
        include_str!("../../rules/injection.toml"),
    ];
    [&[AWKWARD][..], &[secrets, pii, injection]].map(|texts| {
        let packs: Vec<_> = texts.iter().map(|text| Pack::parse(text).expect("the pack is sound")).collect();
        let fast = Rules::compile(&packs).expect("the rules can run");
        // As a browser has them.
        let fast = Rules::from_bytes(&fast.to_bytes()).expect("they were just compiled");
        Both { fast, slow: SlowRules::new(&packs) }
    })
}

/// The first byte says which rules and how finely to cut, the rest is the text: as it is, or each byte one of a few
/// characters that the rules are about; alone or behind ordinary text, which is passed over in large pieces only.
pub fn law(input: &[u8]) {
    let Some((&plan, bytes)) = input.split_first() else { return };
    let few = b"ab.@ab =:\"019- ABCc";
    let text = match plan & 2 {
        0 => String::from_utf8_lossy(bytes).into_owned(),
        _ => bytes.iter().map(|byte| char::from(few[usize::from(*byte) % few.len()])).collect(),
    };
    let text = if plan & 128 == 0 { text } else { ORDINARY.to_owned() + &text };
    let both = &both()[usize::from(plan & 1)];
    let expected = both.slow.find(&text);
    let mut outs = Vec::new();
    for size in [text.len().max(1), 1, usize::from(plan >> 2) + 1] {
        let mut redactor = both.fast.redactor(Kind::Text);
        let (mut out, mut found, mut rest) = (String::new(), Vec::new(), text.as_str());
        while !rest.is_empty() {
            let piece =
                rest.char_indices().map(|(at, c)| at + c.len_utf8()).find(|end| *end >= size).unwrap_or(rest.len());
            redactor.push(&rest[..piece], &mut out);
            found.extend(redactor.matches());
            rest = &rest[piece..];
        }
        redactor.finish(&mut out);
        found.extend(redactor.matches());
        let found = found.iter().map(|it| SlowMatch { start: it.start as usize, end: it.end as usize, rule: it.rule });
        let mut found: Vec<_> = found.collect();
        found.sort_unstable();
        assert_eq!(found, expected, "in {text:?}, in pieces of {size}");
        outs.push(out);
    }
    assert!(outs.iter().all(|out| *out == outs[0]), "{outs:?}");
}
