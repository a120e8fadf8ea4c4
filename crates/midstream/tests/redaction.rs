//! Rules in a session: every channel, under every cut, and rules as bytes.

#![cfg(feature = "rules")]

use midstream::pattern::{Decision, Kind, Pack, Redaction, Rules, Signed};
use midstream::{Config, Engine, ErrorKind, Event, Framing, Response, Timestamp, Verdict};
use midstream_testkit::{bytewise, decode, two_way_cuts};
use serde_json::{Value, json};

const PACK: &str = r##"
name = "test"
version = "1"
[[rule]]
id = "email"
kind = "EMAIL"
pattern = '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}'
max_length = 254
[[rule]]
id = "card"
kind = "CARD"
pattern = '[0-9]([ -]?[0-9]){12,18}'
boundary = "digit"
validators = ["luhn"]
[[rule]]
id = "code"
kind = "CODE"
pattern = 'launch code [0-9]{4}'
action = "stop"
[[rule]]
id = "salary"
kind = "SALARY"
pattern = 'salary [0-9]{4,6}'
action = "hold"
"##;

fn rules() -> Rules {
    Rules::compile(&[Pack::parse(PACK).expect("the pack is sound")]).expect("the rules can run")
}

fn config(signed: Signed) -> Config {
    let mut redaction = Redaction::new(rules());
    redaction.signed = signed;
    Config { redaction: Some(redaction), ..Config::default() }
}

/// An answer in chat completions whose deltas are `deltas`.
fn chat(deltas: impl IntoIterator<Item = Value>) -> String {
    let frame = |delta| format!("data: {}\n\n", json!({ "id": "c", "choices": [{ "index": 0, "delta": delta }] }));
    let mut body: String = deltas.into_iter().map(frame).collect();
    body +=
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    body
}

/// The events of `body`, which are the same however it is cut.
fn events(config: &Config, body: &str) -> Vec<Event> {
    let whole = decode(config, body.as_bytes(), &[]);
    assert_eq!(whole, decode(config, body.as_bytes(), &bytewise(body.len())), "byte by byte");
    for cuts in two_way_cuts(body.len()) {
        assert_eq!(whole, decode(config, body.as_bytes(), &cuts), "cut at {cuts:?}");
    }
    whole
}

fn response(events: Vec<Event>) -> Response {
    let mut response = Response::default();
    events.into_iter().for_each(|event| response.push(event));
    response
}

fn spans(events: &[Event]) -> Vec<(String, u64, u64)> {
    let span = |event: &Event| match event {
        Event::Match { span: Some(span), .. } => Some((span.channel.to_string(), span.start, span.end)),
        _ => None,
    };
    events.iter().filter_map(span).collect()
}

#[test]
fn a_value_split_over_deltas_is_masked_in_text_reasoning_and_refusal() {
    for (field, channel) in [("content", "text"), ("reasoning_content", "reasoning"), ("refusal", "refusal")] {
        let text = "write to ann@example.com today";
        for cut in 0..=text.len() {
            let (a, b) = text.split_at(cut);
            let events =
                decode(&config(Signed::Stop), chat([json!({ field: a }), json!({ field: b })]).as_bytes(), &[]);
            assert_eq!(spans(&events), [(channel.to_owned(), 9, 24)], "cut at {cut}");
            let choice = response(events).choices.remove(0);
            let out = choice.text + &choice.reasoning + &choice.refusal;
            assert_eq!(out, "write to [EMAIL] today", "{field}, cut at {cut}");
        }
    }
}

#[test]
fn masked_tool_input_is_json_of_the_same_types() {
    let input =
        r#"{"to":"ann\u0040example.com","n":4111111111111111,"ok":true,"e":"\"ann@example.com\"\n","x":-1.5e3}"#;
    let masked = r#"{"to":"[EMAIL]","n":9999999999999999,"ok":true,"e":"\"[EMAIL]\"\n","x":-1.5e3}"#;
    let call = |arguments: &str, first: bool| match first {
        true => {
            json!({ "tool_calls": [{ "index": 0, "id": "t", "function": { "name": "mail", "arguments": arguments } }] })
        }
        false => json!({ "tool_calls": [{ "index": 0, "function": { "arguments": arguments } }] }),
    };
    for cut in 0..=input.len() {
        let (a, b) = input.split_at(cut);
        let events = decode(&config(Signed::Stop), chat([call(a, true), call(b, false)]).as_bytes(), &[]);
        let deltas: String = events
            .iter()
            .filter_map(|event| match event {
                Event::ToolInputDelta { delta, .. } => Some(delta.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(deltas, masked, "cut at {cut}");
        let at = |text: &str| input.find(text).unwrap() as u64;
        let expected = [(at("ann\\u"), at("\",\"n\"")), (at("4111"), at(",\"ok\"")), (at("ann@"), at("\\\"\\n"))];
        let expected = expected.map(|(start, end)| ("tool:t".to_owned(), start, end));
        assert_eq!(spans(&events), expected, "cut at {cut}");
        let call = response(events).choices[0].tool_calls[0].clone();
        assert_eq!(call.input_text, masked);
        assert_eq!(call.input.unwrap().as_str(), masked);
    }
}

#[test]
fn a_rule_that_stops_ends_the_stream_before_its_match() {
    let body = chat([
        json!({ "content": "the launch " }),
        json!({ "content": "code 1234 and ann@example.com" }),
        json!({ "content": " more" }),
    ]);
    let events = events(&config(Signed::Stop), &body);
    let stopped =
        events.iter().position(|event| matches!(event, Event::Error(e) if e.kind == ErrorKind::Stopped)).unwrap();
    assert!(matches!(&events[stopped + 1..], [Event::StreamEnd { verdict: Verdict::Failed, .. }]), "{events:?}");
    assert_eq!(response(events).choices[0].text, "the ");
}

#[test]
fn what_is_held_waits_for_a_decision() {
    let body = chat([json!({ "content": "her salary 5000 is" }), json!({ "content": " fine" })]);
    let events = events(&config(Signed::Stop), &body);
    assert!(
        events.iter().any(|event| matches!(event, Event::Error(e) if e.kind == ErrorKind::Redaction)),
        "{events:?}"
    );
    let response = response(events);
    assert_eq!((response.choices[0].text.as_str(), response.verdict), ("her ", Some(Verdict::Failed)));
    for (decision, text) in [(Decision::Pass, "her salary 5000 is fine"), (Decision::Mask, "her [SALARY] is fine")] {
        let mut redactor = rules().redactor(Kind::Text);
        let mut out = String::new();
        redactor.push("her salary 5000 is", &mut out);
        assert_eq!(out, "her ");
        redactor.decide(decision, &mut out);
        redactor.push(" fine", &mut out);
        redactor.finish(&mut out);
        assert_eq!(out, text);
    }
}

#[test]
fn signed_reasoning_is_never_altered() {
    let body = concat!(
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"role\":\"assistant\",\"content\":[],\"model\":\"c\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n",
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}\n\n",
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"ask ann@example.com now\"}}\n\n",
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"c2ln\"}}\n\n",
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
        "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\n",
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
    );
    let reported = response(events(&config(Signed::Report), body));
    assert_eq!(reported.choices[0].reasoning, "ask ann@example.com now");
    assert_eq!(reported.verdict, Some(Verdict::Complete));
    let stopped = response(events(&config(Signed::Stop), body));
    assert_eq!(stopped.choices[0].reasoning, "ask ");
    assert_eq!(stopped.verdict, Some(Verdict::Failed));
}

#[test]
fn a_time_limit_releases_nothing() {
    let mut config = config(Signed::Stop);
    config.timeouts.gap = Some(std::time::Duration::from_secs(1));
    let mut session = Engine::new(config).session(Timestamp::ZERO);
    let body = chat([json!({ "content": "ask ann@example.co" })]);
    let first = body.split_inclusive("\n\n").next().unwrap();
    session.feed(first.as_bytes(), Timestamp::ZERO);
    session.handle_timeout(Timestamp::from_millis(2000));
    let mut out = String::new();
    while let Some(event) = session.poll() {
        if let Event::TextDelta { delta, .. } = event {
            out.push_str(&delta);
        }
    }
    // The stream is over then, so what stands there is decided: it is an address.
    assert_eq!(out, "ask [EMAIL]");
}

#[test]
fn compiled_rules_are_the_rules() {
    let rules = rules();
    let bytes = rules.to_bytes();
    let loaded = Rules::from_bytes(&bytes).unwrap();
    assert_eq!(loaded.to_bytes(), bytes);
    for rules in [&rules, &loaded] {
        let (mut redactor, mut out) = (rules.redactor(Kind::Text), String::new());
        redactor.push("ann@example.com, 4111 1111 1111 1111", &mut out);
        redactor.finish(&mut out);
        assert_eq!(out, "[EMAIL], [CARD]");
    }
    let two = Rules::from_files(&[&bytes, &bytes]).unwrap();
    assert_eq!((two.len(), two.packs().len(), two.about(5).pack), (2 * rules.len(), 2, 1));
    let (mut redactor, mut out) = (two.redactor(Kind::Text), String::new());
    redactor.push("ann@example.com", &mut out);
    redactor.finish(&mut out);
    let found: Vec<_> = redactor.matches().map(|it| two.about(it.rule).id.as_str()).collect();
    assert_eq!((out.as_str(), &found[..]), ("[EMAIL]", &["email", "email"][..]));
    assert_eq!(Rules::from_files(&[&bytes, b"no rules"]).unwrap_err().0, 1);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x20;
        assert!(Rules::from_bytes(&damaged).is_err(), "byte {at}");
        assert!(Rules::from_bytes(&bytes[..at]).is_err(), "the first {at} bytes");
    }
}

/// Texts that rules can't read, with the offset of the first byte that they can't, and what passes before it.
fn unreadable() -> Vec<(Vec<u8>, u64, &'static str)> {
    let text = "write to ann@example.com today, or call; write to ann@example.com";
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    vec![
        (wide(u16::to_le_bytes), 1, ""),
        ([b"\xff\xfe", &wide(u16::to_le_bytes)[..]].concat(), 0, ""),
        (wide(u16::to_be_bytes), 0, ""),
        ([b"\xfe\xff", &wide(u16::to_be_bytes)[..]].concat(), 0, ""),
        (b"write to ann@example.com, ann@ex\xffample.com and ann@example.com".to_vec(), 32, "write to [EMAIL], "),
        (b"write to ann@ex\xe4".to_vec(), 15, "write to "),
    ]
}

#[test]
fn text_that_rules_cannot_read_ends_there() {
    for framing in [Some(Framing::Text), None] {
        let config = Config { framing, ..config(Signed::Stop) };
        for (body, at, passes) in unreadable() {
            let all = |cuts: &[usize]| {
                let events = decode(&config, &body, cuts);
                (spans(&events), response(events))
            };
            let whole = all(&[]);
            for cuts in two_way_cuts(body.len()).chain([bytewise(body.len())]) {
                assert_eq!(whole, all(&cuts), "{framing:?}, {at}: cut at {cuts:?}");
            }
            let response = whole.1;
            let error = response.error.expect("it is told");
            assert_eq!((error.kind, error.offset), (ErrorKind::WrongFraming, at), "{error}");
            assert_eq!(response.verdict, Some(Verdict::Failed));
            let text: String = response.choices.iter().map(|choice| choice.text.as_str()).collect();
            assert_eq!(text, passes, "{framing:?}, {at}");
        }
    }
}
