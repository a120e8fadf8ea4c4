//! A rewritten stream is the same stream with its words filtered, however it is cut.

use std::collections::BTreeMap;
use std::sync::Arc;

use midstream::pattern::{Pack, Rules, Signed};
use midstream::rewrite::{Filter, Filters, Guard, Kind, Rewriter, body};
use midstream::{Config, Dialect, ErrorKind, Event, Framing, Limits};
use midstream_testkit::{Case, Masks, Recording, Same, bytewise, decode, mask, random_cuts, shared_data};

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
                // What the body's end cut off in a frame can't be checked and does not go on, nor do lines at the end that
                // no client reads.
                (out, None) => {
                    let whole = out == body || (has_idle_end(&config, &body) && body.starts_with(&out));
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
        if stopped.is_some() || has_idle_end(&config, &body) {
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

fn has_idle_end(config: &Config, body: &[u8]) -> bool {
    let idle = |kind| matches!(kind, ErrorKind::IncompleteFrame | ErrorKind::IgnoredLines);
    decode(config, body, &[]).iter().any(|event| matches!(event, Event::Error(error) if idle(error.kind)))
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

/// Stops at `!!`, and holds back a `!` until it knows.
#[derive(Debug, Default)]
struct Stop {
    held: bool,
    stopped: bool,
}

#[derive(Debug)]
struct Stops;

impl Filters for Stops {
    fn start(&self, _: Kind) -> Box<dyn Filter> {
        Box::<Stop>::default()
    }
}

impl Filter for Stop {
    fn push(&mut self, words: &str, out: &mut String) {
        for character in words.chars() {
            let held = std::mem::replace(&mut self.held, character == '!');
            self.stopped |= held && self.held;
            if self.stopped {
                return;
            }
            if held {
                out.push('!');
            }
            if !self.held {
                out.push(character);
            }
        }
    }

    fn finish(&mut self, out: &mut String) {
        if self.held && !self.stopped {
            out.push('!');
        }
    }

    fn stopped(&self) -> Option<&str> {
        self.stopped.then_some("rule `bangs` stops this answer")
    }
}

#[test]
fn a_stream_that_is_stopped_ends_with_an_error_in_its_dialect() {
    let chat = |text: &str| {
        format!(
            "data: {{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n"
        )
    };
    let anthropic = |text: &str| {
        format!(
            "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{{\"type\":\"text_delta\",\"text\":\"{text}\"}}}}\n\n"
        )
    };
    let ollama = |text: &str| {
        format!("{{\"model\":\"m\",\"message\":{{\"role\":\"assistant\",\"content\":\"{text}\"}},\"done\":false}}\n")
    };
    let gemini = |text: &str| {
        format!(
            "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{text}\"}}],\"role\":\"model\"}},\"index\":0}}]}}\n\n"
        )
    };
    for (dialect, frames) in [
        (Dialect::OpenaiChat, [chat("Well"), chat(" now !"), chat("! more"), chat("never")]),
        (Dialect::Anthropic, [anthropic("Well"), anthropic(" now !"), anthropic("! more"), anthropic("never")]),
        (Dialect::Ollama, [ollama("Well"), ollama(" now !"), ollama("! more"), ollama("never")]),
        (Dialect::Gemini, [gemini("Well"), gemini(" now !"), gemini("! more"), gemini("never")]),
    ] {
        let config = Config { dialect: Some(dialect), ..Config::default() };
        let (out, stopped) = rewrite(&config, Arc::new(Stops), frames.concat().as_bytes(), &[]);
        assert_eq!(stopped.as_deref(), Some("rule `bangs` stops this answer"), "{dialect}");
        let events = decode(&config, &out, &[]);
        let (words, rest) = words(&events);
        assert_eq!(words.values().collect::<Vec<_>>(), ["Well now "], "{dialect}");
        assert_eq!(rest.last().map(String::as_str), Some("Failed"), "{dialect}: {rest:?}");
        let told =
            |event: &Event| matches!(event, Event::Error(error) if error.message == "rule `bangs` stops this answer");
        assert!(events.iter().any(told), "{dialect}: {}", String::from_utf8_lossy(&out));
    }
}

#[test]
fn signed_reasoning_is_never_altered() {
    let thinking = |text: &str| {
        format!(
            "data: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"thinking_delta\",\"thinking\":\"{text}\"}}}}\n\n"
        )
    };
    let config = Config { dialect: Some(Dialect::Anthropic), ..Config::default() };
    let fine = [thinking("all is "), thinking("fin"), thinking("e")].concat();
    let (out, stopped) = rewrite(&config, Arc::new(Masks), fine.as_bytes(), &[]);
    assert_eq!((all(&config, &out).0.values().next().map(String::as_str), stopped), (Some("all is fine"), None));
    let (_, stopped) = rewrite(&config, Arc::new(Masks), thinking("nev").as_bytes(), &[]);
    assert_eq!(stopped, None);
    let (out, stopped) =
        rewrite(&config, Arc::new(Masks), [thinking("so nev"), thinking("er")].concat().as_bytes(), &[]);
    assert!(stopped.is_some_and(|reason| reason.contains("signed")));
    assert!(!String::from_utf8_lossy(&out).contains("##"));
    let whole = r#"{"content":[{"type":"thinking","thinking":"never","signature":"c2ln"}]}"#;
    assert!(body(&Masks, whole).is_err_and(|reason| reason.contains("signed")));
}

#[test]
fn signed_reasoning_may_be_reported_and_pass() {
    let pack = Pack::parse("name = 'a'\nversion = '1'\n[[rule]]\nid = 'never'\nkind = 'NEVER'\npattern = 'never'\n");
    let guard = Guard::new(Rules::compile(&[pack.expect("it is sound")]).expect("it can run"), None);
    let thinking = "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"so never\"}}\n\n";
    let config = Config { dialect: Some(Dialect::Anthropic), ..Config::default() };
    let whole =
        r#"{"content":[{"type":"thinking","thinking":"never","signature":"c2ln"},{"type":"text","text":"never"}]}"#;
    let (_, stopped) = rewrite(&config, Arc::new(guard.clone()), thinking.as_bytes(), &[]);
    assert!(stopped.is_some_and(|reason| reason.contains("signed")));
    assert!(body(&guard, whole).is_err_and(|reason| reason.contains("signed")));
    let guard = guard.with_signed(Signed::Report);
    let (out, stopped) = rewrite(&config, Arc::new(guard.clone()), thinking.as_bytes(), &[]);
    assert_eq!((String::from_utf8_lossy(&out).as_ref(), stopped), (thinking, None));
    let masked =
        r#"{"content":[{"type":"thinking","thinking":"never","signature":"c2ln"},{"type":"text","text":"[NEVER]"}]}"#;
    assert_eq!(body(&guard, whole), Ok(Some(masked.to_owned())));
}

#[test]
fn a_rule_that_covers_a_label_is_named_with_the_label() {
    let pack = Pack::parse("name = 'a'\nversion = '1'\n[[rule]]\nid = 'never'\nkind = 'NEVER'\npattern = 'never'\n");
    let guard = Guard::new(Rules::compile(&[pack.expect("it is sound")]).expect("it can run"), None);
    let reason =
        body(&guard, r#"{"choices":[{"message":{"role":"never","content":"x"}}]}"#).expect_err("it is covered");
    assert!(reason.contains("(rule `never`), in `role`"), "{reason}");
}

#[test]
fn a_whole_answer_is_filtered_in_all_its_strings() {
    let answer = r#"{"id":"er-1","choices":[{"message":{"content":"never \"er\"","tool_calls":[{"function":{"name":"ser","arguments":"{\"er\":\"er\"}"}}]},"logprobs":{"content":[]}}]}"#;
    let expected = r###"{"id":"er-1","choices":[{"message":{"content":"nev## \"##\"","tool_calls":[{"function":{"name":"ser","arguments":"{\"##\":\"##\"}"}}]},"logprobs":null}]}"###;
    assert_eq!(body(&Masks, answer), Ok(Some(expected.to_owned())));
    assert_eq!(body(&Masks, r#"{"content":"plain"}"#), Ok(None));
    assert_eq!(body(&Masks, "plain words never"), Ok(Some("plain words nev##".to_owned())));
    assert_eq!(body(&Stops, r#"{"content":"stop!!"}"#), Err("rule `bangs` stops this answer".to_owned()));
}

const PACK: &str = r#"
    name = "mine"
    version = "1"
    [[rule]]
    id = "ticket"
    kind = "TICKET"
    pattern = "T-[0-9]{4}"
    action = "mask"
"#;

#[test]
fn a_value_split_over_frames_is_masked_in_every_channel() {
    let rules = Rules::compile(&[Pack::parse(PACK).unwrap()]).unwrap();
    let said = "See T-1234 now";
    let chat = |delta: String| format!("data: {{\"id\":\"c\",\"choices\":[{{\"index\":0,\"delta\":{delta}}}]}}\n\n");
    let call = |arguments: &str, first: bool| {
        let start = if first { r#""id":"c1","type":"function","# } else { "" };
        let name = if first { r#""name":"look","# } else { "" };
        let arguments = serde_json::to_string(arguments).unwrap();
        format!(r#"{{"tool_calls":[{{"index":0,{start}"function":{{{name}"arguments":{arguments}}}}}]}}"#)
    };
    for size in 1..=said.len() {
        let mut body = String::new();
        let pieces = |text: &str| -> Vec<String> {
            text.as_bytes().chunks(size).map(|piece| String::from_utf8(piece.to_vec()).unwrap()).collect()
        };
        for piece in pieces(said) {
            body += &chat(format!(r#"{{"reasoning_content":"{piece}"}}"#));
        }
        for piece in pieces(said) {
            body += &chat(format!(r#"{{"content":"{piece}"}}"#));
        }
        for (at, piece) in pieces(r#"{"q":"T-1234","n":1}"#).iter().enumerate() {
            body += &chat(call(piece, at == 0));
        }
        body += "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
        let config = Config { dialect: Some(Dialect::OpenaiChat), ..Config::default() };
        let guard = Arc::new(Guard::new(rules.clone(), None));
        let mut rewriter = Rewriter::new(None, config.dialect, &Limits::default(), guard.clone());
        let mut out = rewriter.feed(body.as_bytes());
        let found: Vec<_> = rewriter.findings().map(|finding| guard.event(&finding)).collect();
        out.extend(rewriter.finish());
        let (words, rest) = all(&config, &out);
        let words: Vec<_> = words.values().map(String::as_str).collect();
        assert_eq!(words, ["See [TICKET] now", "See [TICKET] now", r#"{"q":"[TICKET]","n":1}"#], "{size}");
        assert_eq!(rest, ["c1 look", "0 tool_calls", "Complete"]);
        let spans: Vec<_> = found.iter().map(|event| serde_json::to_value(event).unwrap()["span"].clone()).collect();
        let span =
            |channel: &str, start: u64| serde_json::json!({"choice":0,"channel":channel,"start":start,"end":start + 6});
        assert_eq!(spans, [span("reasoning", 4), span("text", 4), span("tool:c1", 6)], "{size}");
    }
}

#[test]
fn what_an_unknown_field_tells_in_pieces_is_never_completed() {
    let rules = Rules::compile(&[Pack::parse(PACK).unwrap()]).unwrap();
    let chat = |piece: &str| {
        format!(
            "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"\",\"record_field\":\"{piece}\"}}}}]}}\n\n"
        )
    };
    let config = Config { dialect: Some(Dialect::OpenaiChat), ..Config::default() };
    let value = "T-1234";
    for at in 1..value.len() {
        let body = [chat("See "), chat(&value[..at]), chat(&value[at..]), chat(" now")].concat();
        let (out, stopped) = rewrite(&config, Arc::new(Guard::new(rules.clone(), None)), body.as_bytes(), &[]);
        let last = format!("\"{}\"", &value[at..]);
        assert!(stopped.is_some() && !String::from_utf8_lossy(&out).contains(&last), "{at}");
    }
    // A value that says the same in each frame is left alone, and one that is whole is masked.
    let body = [chat("calm"), chat("calm"), chat("T-1234"), chat("calm")].concat();
    let (out, stopped) = rewrite(&config, Arc::new(Guard::new(rules, None)), body.as_bytes(), &[]);
    assert_eq!((String::from_utf8(out).unwrap(), stopped), (body.replace("T-1234", "[TICKET]"), None));
}

#[test]
fn a_value_that_others_come_between_is_never_completed() {
    let rules = Rules::compile(&[Pack::parse(PACK).unwrap()]).unwrap();
    let chat = |delta: &str| format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{{delta}}}}}]}}\n\n");
    let text = |text: &str| chat(&format!("\"content\":\"{text}\""));
    let thought = chat("\"reasoning_content\":\"hm\"");
    let call = chat("\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]");
    let finish = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n".to_owned();
    let config = Config { dialect: Some(Dialect::OpenaiChat), ..Config::default() };
    for between in [&thought, &call, &finish] {
        for (frames, stops, shown) in [
            ([text("See T-1"), between.clone(), text("2"), between.clone(), text("34 now")], true, "See T-12"),
            ([text("See T-12"), between.clone(), text("3"), text("4"), text("never")], true, "See T-123"),
            (
                [text("See T-12"), between.clone(), text(" and"), text(" T-1234"), text(" ok")],
                false,
                "See T-12 and [TICKET] ok",
            ),
            ([text("See T-1234"), between.clone(), text(" 5"), text(""), text("")], false, "See [TICKET] 5"),
        ] {
            let guard = Arc::new(Guard::new(rules.clone(), None));
            let (out, stopped) = rewrite(&config, guard, frames.concat().as_bytes(), &[]);
            let said: String = decode(&config, &out, &[])
                .iter()
                .filter_map(|event| match event {
                    Event::TextDelta { delta, .. } => Some(delta.as_str()),
                    _ => None,
                })
                .collect();
            assert_eq!(stopped.is_some(), stops, "{frames:?}: {stopped:?}");
            assert!(said == shown || (stops && shown.starts_with(&said)), "{said}");
        }
    }
}

#[test]
fn a_frame_that_stops_the_stream_shows_nothing_that_was_not_checked() {
    let pack = format!("{PACK}\n[[rule]]\nid = \"bomb\"\nkind = \"BOMB\"\npattern = \"boom!\"\naction = \"stop\"\n");
    let rules = Rules::compile(&[Pack::parse(&pack).unwrap()]).unwrap();
    let config = Config { dialect: Some(Dialect::OpenaiChat), ..Config::default() };
    let chat = |content: &str, field: &str| {
        format!(
            "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{content}\",\"field\":\"{field}\"}}}}]}}\n\n"
        )
    };
    let call = |name: &str| {
        let call = format!("{{\"index\":0,\"function\":{{\"name\":\"{name}\",\"arguments\":\"1\"}}}}");
        format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"tool_calls\":[{call}]}}}}]}}\n\n")
    };
    for (frames, shown, hidden) in [
        // The field completes a value.
        ([chat("one", "T-12"), chat("two", "34")], "one", "34"),
        // The field is stopped itself.
        ([chat("one", "fine"), chat("two", "boom!")], "one", "boom"),
        // The words are stopped, and the field is to be masked.
        ([chat("one", "fine"), chat("two boom!", "T-1234")], "two", "1234"),
        // So is a tool's name that some clients put together.
        ([call("T-12"), call("34")], "T-12", "34"),
    ] {
        let guard = Arc::new(Guard::new(rules.clone(), None));
        let (out, stopped) = rewrite(&config, guard, frames.concat().as_bytes(), &[]);
        let out = String::from_utf8(out).unwrap();
        assert!(stopped.is_some() && out.contains(shown) && !out.contains(hidden), "{out}");
    }
}

#[test]
fn what_a_tool_is_given_is_filtered_in_names_and_numbers_too() {
    let pack = PACK.replace("T-[0-9]{4}", "T?-?12345678[0-9]");
    let guard = Guard::new(Rules::compile(&[Pack::parse(&pack).unwrap()]).unwrap(), None);
    for (answer, expected) in [
        (
            r#"{"type":"tool_use","name":"f","input":{"a":123456789,"T-123456789":1,"b":"T-123456789"},"usage":1}"#,
            r#"{"type":"tool_use","name":"f","input":{"a":999999999,"[TICKET]":1,"b":"[TICKET]"},"usage":1}"#,
        ),
        (
            r#"{"functionCall":{"args":{"a":[{"b":123456789}]}}}"#,
            r#"{"functionCall":{"args":{"a":[{"b":999999999}]}}}"#,
        ),
        (r#"{"T-123456789":1,"x":{"T-123456789":2}}"#, r#"{"[TICKET]":1,"x":{"[TICKET]":2}}"#),
        (r#"{"code":"see T-123456789"}"#, r#"{"code":"see [TICKET]"}"#),
    ] {
        assert_eq!(body(&guard, answer), Ok(Some(expected.to_owned())));
    }
    for escaped in [
        r#"{"T-1234567\u00389":1}"#,
        r#"{"a":"T-1234567\u00389"} and more"#,
        "data: {\"a\":\"T-1234567\\u00389\"}",
        r#"{"a":"T-1234567\u00389",}"#,
    ] {
        assert!(body(&guard, escaped).is_err_and(|reason| reason.contains("escapes")), "{escaped}");
    }
}

#[test]
fn what_is_nested_too_deep_to_be_looked_into_does_not_pass() {
    let rules = Rules::compile(&[Pack::parse(PACK).unwrap()]).unwrap();
    let config = Config { dialect: Some(Dialect::OpenaiChat), ..Config::default() };
    for depth in [100, 130, 5000] {
        let deep = format!("{}\"T-1234\"{}", "[".repeat(depth), "]".repeat(depth));
        let body =
            format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"See\"}}}}],\"x\":{deep}}}\n\n");
        let guard = Arc::new(Guard::new(rules.clone(), None));
        let (out, stopped) = rewrite(&config, guard, body.as_bytes(), &[]);
        assert!(!String::from_utf8_lossy(&out).contains("T-1234"), "{depth}");
        assert_eq!(stopped.is_some(), depth > 100, "{depth}: {stopped:?}");
    }
}

#[test]
fn text_that_rules_cannot_read_stops_the_body() {
    let wide: Vec<u8> = "write to ann@example.com today".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let pack = Pack::parse(include_str!("../../../rules/pii.toml")).expect("the pack is sound");
    let rules = Rules::compile(&[pack]).expect("the rules can run");
    for body in [&wide[..], b"write to ann@ex\xffample.com", b"to ann@example\0.com"] {
        for framing in [None, Some(Framing::Text)] {
            let config = Config { framing, ..Config::default() };
            let guard: Arc<dyn Filters> = Arc::new(Guard::new(rules.clone(), None));
            let (out, stopped) = rewrite(&config, Arc::clone(&guard), body, &[]);
            assert!(stopped.is_some_and(|reason| reason.contains("expected text in UTF-8")), "{framing:?}");
            let shown = String::from_utf8(out.clone()).expect("what passes is UTF-8");
            assert!("write to ".starts_with(&shown) || shown == "to ", "{shown:?}");
            let (cut, stopped) = rewrite(&config, guard, body, &bytewise(body.len()));
            assert!(stopped.is_some() && cut == out, "{framing:?}: {cut:?} and {out:?}");
        }
    }
}

#[test]
fn what_stands_around_the_data_is_checked() {
    let pack = Pack::parse(include_str!("../../../rules/pii.toml")).expect("the pack is sound");
    let guard: Arc<dyn Filters> = Arc::new(Guard::new(Rules::compile(&[pack]).expect("the rules can run"), None));
    let data = r#"data: {"choices":[{"index":0,"delta":{"role":"assistant"}}]}"#;
    let body = |end: &str, lines: [&str; 6]| {
        let [comment, first, event, id, field, retry] = lines;
        let head = format!("{comment}\n: OPENROUTER PROCESSING\n\n{first}\n{event}\n{id}\n{field}\n{retry}\n");
        let frames = format!("{head}{data}\n\n:\n\nevent: message\nid: 7\n{data}\n{comment}\n\ndata: [DONE]\n\n");
        frames.replace('\n', end)
    };
    let sent = [
        ": ann@example.com",
        ":ann@example.com, once more",
        "event: ann@example.com",
        "id: ann@example.com",
        "ann@example.com: x",
        "retry: 4111111111111111",
    ];
    let shown = [":", ":", "event: [EMAIL]", "id: [EMAIL]", "[EMAIL]: x", "retry: [CARD]"];
    let plain = [": 4", ": ok", "event: completion.chunk", "id: 1-2", "x-vendor: 5", "retry: 3000"];
    for end in ["\n", "\r\n", "\r"] {
        for (sent, shown) in [(sent, shown), (plain, plain)] {
            let (sent, shown) = (body(end, sent), body(end, shown));
            let config = Config { framing: Some(Framing::Sse), ..Config::default() };
            for cuts in [vec![], bytewise(sent.len())] {
                let (out, stopped) = rewrite(&config, Arc::clone(&guard), sent.as_bytes(), &cuts);
                assert_eq!((stopped, String::from_utf8(out).expect("it is UTF-8")), (None, shown.clone()), "{end:?}");
            }
        }
    }
}

/// `frames` under the rules of `PACK`.
fn guarded(dialect: Dialect, frames: &[String]) -> (String, Option<String>) {
    let rules = Rules::compile(&[Pack::parse(PACK).expect("it is a pack")]).expect("its rules can run");
    let config = Config { dialect: Some(dialect), ..Config::default() };
    let (out, stopped) =
        rewrite(&config, Arc::new(Guard::new(rules, None).with_audio()), frames.concat().as_bytes(), &[]);
    (String::from_utf8(out).expect("frames are text"), stopped)
}

fn chat(choice: &str) -> String {
    format!("data: {{\"choices\":[{{\"index\":0,{choice}}}]}}\n\n")
}

#[test]
fn words_held_to_the_end_go_with_a_frame_whatever_else_that_said() {
    let finish = chat(r#""delta":{},"finish_reason":"stop""#);
    for (delta, again) in [
        (r#""delta":{"content":"at T-12","speaker":"bot"}"#, r#""delta":{"content":"T-12","speaker":null}"#),
        (
            r#""delta":{"content":"at T-12","audio":{"data":"AAAA"}}"#,
            r#""delta":{"content":"T-12","audio":{"data":""}}"#,
        ),
        (
            r#""delta":{"content":"at T-12"},"logprobs":{"content":[{"token":"at"}]}"#,
            r#""delta":{"content":"T-12"},"logprobs":null"#,
        ),
    ] {
        let (out, stopped) = guarded(Dialect::OpenaiChat, &[chat(delta), finish.clone()]);
        assert_eq!(stopped, None, "{delta}");
        let frames: Vec<_> = out.split_inclusive("\n\n").collect();
        assert_eq!(frames[1..], [chat(again), finish.clone()], "{delta}");
    }
}

#[test]
fn what_was_held_comes_before_a_providers_error() {
    let error = "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n".to_owned();
    let (out, stopped) = guarded(
        Dialect::OpenaiChat,
        &[chat(r#""delta":{"content":"at "}"#), chat(r#""delta":{"content":"T-12"}"#), error.clone()],
    );
    assert_eq!(stopped, None);
    let frames: Vec<_> = out.split_inclusive("\n\n").collect();
    assert_eq!(frames[2..], [chat(r#""delta":{"content":"T-12"}"#), error]);
}

#[test]
fn what_was_held_comes_before_the_end_of_the_stream() {
    let done = "data: [DONE]\n\n".to_owned();
    let (out, _) = guarded(Dialect::OpenaiChat, &[chat(r#""delta":{"content":"at T-12"}"#), done.clone()]);
    let frames: Vec<_> = out.split_inclusive("\n\n").collect();
    assert_eq!(frames[1..], [chat(r#""delta":{"content":"T-12"}"#), done]);
}

#[test]
fn a_value_over_two_blocks_of_text_is_never_completed() {
    let event = |kind: &str, rest: &str| format!("event: {kind}\ndata: {{\"type\":\"{kind}\",{rest}}}\n\n");
    let block = |index: u32, text: &str| {
        let start = event(
            "content_block_start",
            &format!("\"index\":{index},\"content_block\":{{\"type\":\"text\",\"text\":\"\"}}"),
        );
        let delta = event(
            "content_block_delta",
            &format!("\"index\":{index},\"delta\":{{\"type\":\"text_delta\",\"text\":\"{text}\"}}"),
        );
        start + &delta + &event("content_block_stop", &format!("\"index\":{index}"))
    };
    for (first, second, stops) in [
        ("See T-12", "34 now", true),
        ("See T-1", "234", true),
        ("See T-12", " and T-1234", false),
        ("See T-", "T-1234", false),
    ] {
        let (out, stopped) = guarded(Dialect::Anthropic, &[block(0, first), block(1, second)]);
        assert_eq!(stopped.is_some(), stops, "{first}{second}: {stopped:?}");
        assert!(!out.contains("34"), "{out}");
    }
}

#[test]
fn a_name_that_a_rule_covers_stops_the_stream() {
    for frame in [
        chat(r#""delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"T-1234","arguments":"{}"}}]}"#),
        chat(r#""delta":{"content":"x","role":"T-1234"}"#),
        chat(r#""delta":{},"finish_reason":"T-1234""#),
        "data: {\"model\":\"T-1234\",\"choices\":[]}\n\n".to_owned(),
    ] {
        let (out, stopped) = guarded(Dialect::OpenaiChat, &[chat(r#""delta":{"content":"hi"}"#), frame.clone()]);
        assert!(stopped.is_some() && !out.contains("T-1234"), "{frame}");
    }
}

#[test]
fn a_frame_of_too_many_channels_stops_the_stream() {
    let many = |calls: usize| {
        let call =
            |at: usize| format!(r#"{{"index":{at},"id":"c{at}","function":{{"name":"f","arguments":"\"\n{at}"}}}}"#);
        let calls: Vec<_> = (0..calls).map(call).collect();
        let noise: Vec<_> = (0..4 * calls.len()).map(|at| format!("\"word {at}\"")).collect();
        chat(&format!(r#""delta":{{"tool_calls":[{}]}},"noise":[{}]"#, calls.join(","), noise.join(",")))
    };
    let (out, stopped) = guarded(Dialect::OpenaiChat, &[many(1000)]);
    assert!(stopped.is_none() && out.len() > 50_000, "{stopped:?}");
    let (_, stopped) = guarded(Dialect::OpenaiChat, &[many(60_000)]);
    assert!(stopped.is_some_and(|reason| reason.contains("more than 1024")));
}
