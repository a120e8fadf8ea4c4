//! The session's own behaviour: time, limits, findings, the end.

use std::sync::Arc;
use std::time::Duration;

use midstream::{
    Config, Dialect, Engine, ErrorKind, Event, Framing, Limits, Repetition, Response, Session, Timeouts, Timestamp,
    Verdict,
};

const HEAD: &str = "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"choices\":[]}\n\n";
const DONE: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

fn content(text: &str) -> String {
    let text = serde_json::to_string(text).expect("text serialises");
    format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{text}}}}}]}}\n\n")
}

fn sse(config: Config) -> Session {
    let config = Config { framing: Some(Framing::Sse), dialect: Some(Dialect::OpenaiChat), ..config };
    Engine::new(config).session(Timestamp::ZERO)
}

fn events(session: &mut Session) -> Vec<Event> {
    std::iter::from_fn(|| session.poll()).collect()
}

fn errors(events: &[Event]) -> Vec<ErrorKind> {
    let kind = |event: &Event| if let Event::Error(error) = event { Some(error.kind) } else { None };
    events.iter().filter_map(kind).collect()
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn timeouts(first_content: u64, gap: u64, total: u64) -> Config {
    let millis = |millis| Some(Duration::from_millis(millis));
    let timeouts = Timeouts { first_content: millis(first_content), gap: millis(gap), total: millis(total) };
    Config { timeouts, ..Config::default() }
}

#[test]
fn keep_alives_and_metadata_do_not_put_off_the_first_content_timeout() {
    let mut session = sse(timeouts(100, 1000, 10_000));
    for millis in (10..100).step_by(10) {
        session.feed(b": ping\n\n", at(millis));
        session.feed(HEAD.as_bytes(), at(millis));
        assert_eq!(session.poll_timeout(), Some(at(100)));
        session.handle_timeout(at(millis));
    }
    assert!(!session.is_ended());
    session.handle_timeout(at(100));
    let events = events(&mut session);
    assert_eq!(errors(&events), [ErrorKind::TimeoutFirstContent]);
    assert!(matches!(events.last(), Some(Event::StreamEnd { verdict: Verdict::Failed, .. })));
    assert_eq!(session.poll_timeout(), None);
}

#[test]
fn each_content_puts_off_the_gap_timeout_but_not_the_total() {
    let mut session = sse(timeouts(100, 50, 200));
    for millis in (20..200).step_by(40) {
        session.feed(content("x").as_bytes(), at(millis));
        assert_eq!(session.poll_timeout(), Some(at(200.min(millis + 50))));
    }
    session.handle_timeout(at(199));
    assert!(!session.is_ended());
    session.handle_timeout(at(200));
    assert_eq!(errors(&events(&mut session)), [ErrorKind::TimeoutTotal]);

    let mut session = sse(timeouts(100, 50, 200));
    session.feed(content("x").as_bytes(), at(10));
    session.feed(b": ping\n\n", at(50));
    session.handle_timeout(at(60));
    let events = events(&mut session);
    assert_eq!(errors(&events), [ErrorKind::TimeoutGap]);
    assert!(events.iter().any(|event| matches!(event, Event::TextEnd { .. })), "open blocks are closed");
}

#[test]
fn a_silence_is_one_stall_whether_time_or_content_ends_it() {
    let config = || Config { stall_after: Some(Duration::from_millis(100)), ..Config::default() };
    let stalls = |events: Vec<Event>| -> Vec<(&str, u64)> {
        let silent = |event| match event {
            Event::Stall { silent_us } => Some(("begins", silent_us / 1000)),
            Event::StallEnd { silent_us } => Some(("ends", silent_us / 1000)),
            _ => None,
        };
        events.into_iter().filter_map(silent).collect()
    };
    let mut session = sse(config());
    session.feed(content("a").as_bytes(), at(50));
    assert_eq!(session.poll_timeout(), Some(at(150)));
    session.handle_timeout(at(150));
    session.handle_timeout(at(400));
    assert_eq!(session.poll_timeout(), None, "a stall is told once");
    session.feed(content("b").as_bytes(), at(500));
    session.feed(content("c").as_bytes(), at(700));
    session.handle_timeout(at(810));
    session.feed(b": ping\n\n", at(900));
    session.finish(at(950));
    let expected = [("begins", 100), ("ends", 450), ("begins", 200), ("ends", 200), ("begins", 110), ("ends", 250)];
    assert_eq!(stalls(events(&mut session)), expected);
}

#[test]
fn metrics_measure_content_and_not_frames() {
    let mut session = sse(Config::default());
    session.feed(b": ping\n\n", at(5));
    session.feed(HEAD.as_bytes(), at(10));
    for (n, millis) in [30, 40, 60, 160].into_iter().enumerate() {
        session.feed(content(&"x".repeat(n + 1)).as_bytes(), at(millis));
    }
    session.feed(DONE.as_bytes(), at(170));
    session.finish(at(200));
    let events = events(&mut session);
    let Some(Event::StreamEnd { verdict: Verdict::Complete, metrics }) = events.last() else { panic!("{events:?}") };
    assert_eq!((metrics.first_byte_us, metrics.first_content_us), (Some(5000), Some(30_000)));
    assert_eq!((metrics.last_content_us, metrics.duration_us), (Some(160_000), 200_000));
    assert_eq!((metrics.frames, metrics.keep_alives, metrics.chunks, metrics.text_bytes), (7, 1, 4, 10));
    let gaps = metrics.gaps.as_ref().unwrap();
    assert_eq!(gaps.max_us, 100_000);
    assert!((20_000..=20_000 + 20_000 / 16).contains(&gaps.p50_us), "{gaps:?}");
    assert_eq!(metrics.chunks_per_second, Some(23.077), "three in 130 ms, to a thousandth");
    assert_eq!(metrics.output_tokens_per_second, None, "nobody counted tokens");
}

#[test]
fn repetition_is_reported_behind_the_delta_that_shows_it() {
    let config = Config { analyses: vec![Arc::new(Repetition::default())], ..Config::default() };
    let mut session = sse(config);
    for _ in 0..40 {
        session.feed(content("and again and on, ").as_bytes(), at(1));
    }
    let events = events(&mut session);
    let found: Vec<_> = events.iter().filter(|event| matches!(event, Event::Repetition { .. })).collect();
    let [Event::Repetition { span, period: 18, repeats: 14 }] = found[..] else { panic!("{found:?}") };
    assert_eq!((span.start, span.end), (0, 256));
}

#[test]
fn limits_are_errors_that_name_the_setting_and_the_stream_goes_on() {
    let limits = Limits {
        max_frame_bytes: 200,
        max_choices: 1,
        max_tool_calls: 1,
        max_tool_input_bytes: 4,
        max_metadata_fields: 1,
        ..Limits::default()
    };
    let mut session = sse(Config { limits, ..Config::default() });
    let tool = |index: u32, arguments: &str| {
        format!(
            "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"tool_calls\":[{{\"index\":{index},\"id\":\"t{index}\",\
             \"function\":{{\"name\":\"f\",\"arguments\":\"{arguments}\"}}}}]}}}}]}}\n\n"
        )
    };
    let second = "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"second\"}}]}\n\n";
    let beside = "data: {\"service_tier\":\"a\",\"provider\":\"b\",\"cost\":\"c\",\"choices\":[]}\n\n";
    for frame in [
        beside,
        &content("kept"),
        &content(&"x".repeat(300)),
        second,
        &tool(0, "12345"),
        &tool(1, "1"),
        &content("too"),
        DONE,
    ] {
        session.feed(frame.as_bytes(), at(1));
    }
    session.finish(at(2));
    let events = events(&mut session);
    let named: Vec<_> = events
        .iter()
        .filter_map(|event| if let Event::Error(error) = event { Some(error) } else { None })
        .map(|error| (error.kind, error.message.split('`').nth(1).unwrap().to_owned()))
        .collect();
    let expected = ["max_metadata_fields", "max_frame_bytes", "max_choices", "max_tool_input_bytes", "max_tool_calls"];
    assert_eq!(named, expected.map(|setting| (ErrorKind::Limit, setting.to_owned())));
    let mut response = Response::default();
    events.into_iter().for_each(|event| response.push(event));
    assert_eq!(response.choices[0].text, "kepttoo");
    assert_eq!(response.verdict, Some(Verdict::Failed));
}

#[test]
fn a_broken_transport_fails_an_open_stream_and_spares_a_finished_one() {
    let mut session = sse(Config::default());
    session.feed(content("half").as_bytes(), at(1));
    session.abort("connection reset", at(2));
    let open = events(&mut session);
    assert_eq!(errors(&open), [ErrorKind::Transport]);

    let mut session = sse(Config::default());
    session.feed((content("whole") + DONE).as_bytes(), at(1));
    session.abort("connection reset", at(2));
    let whole = events(&mut session);
    assert_eq!(errors(&whole), []);
    assert!(matches!(whole.last(), Some(Event::StreamEnd { verdict: Verdict::Complete, .. })));
}

#[test]
fn an_answer_that_nobody_waits_for_is_truncated_unless_it_was_whole() {
    for (body, expected, verdict) in [
        (content("half"), [ErrorKind::Cancelled].as_slice(), Verdict::Truncated),
        (content("whole") + DONE, &[], Verdict::Complete),
    ] {
        let mut session = sse(Config::default());
        session.feed(body.as_bytes(), at(1));
        session.cancel("the reader left", at(2));
        let events = events(&mut session);
        assert_eq!(errors(&events), expected);
        assert!(matches!(events.last(), Some(Event::StreamEnd { verdict: found, .. }) if *found == verdict));
    }
}

#[test]
fn broken_json_is_an_error_at_its_byte_and_the_rest_is_read() {
    let good = content("a");
    let body = format!("{good}data: {{\"choices\":[}}\n\n{}{DONE}", content("b"));
    let mut session = sse(Config::default());
    session.feed(body.as_bytes(), at(1));
    session.finish(at(1));
    let events = events(&mut session);
    let error =
        events.iter().find_map(|event| if let Event::Error(error) = event { Some(error) } else { None }).unwrap();
    assert_eq!(error.kind, ErrorKind::MalformedJson);
    assert_eq!(error.offset as usize, body.find("[}").unwrap() + 1);
    let mut response = Response::default();
    events.into_iter().for_each(|event| response.push(event));
    assert_eq!((response.choices[0].text.as_str(), response.verdict), ("ab", Some(Verdict::Failed)));
}

#[test]
fn after_the_end_nothing_more_is_said() {
    let mut session = sse(Config::default());
    session.finish(at(1));
    let first = events(&mut session);
    assert!(matches!(first[..], [Event::StreamEnd { verdict: Verdict::Truncated, .. }]), "{first:?}");
    session.feed(content("late").as_bytes(), at(2));
    session.finish(at(3));
    session.abort("late", at(3));
    session.handle_timeout(at(4));
    assert_eq!(session.poll(), None);
}

#[test]
fn input_that_is_nested_too_deep_is_an_error_that_names_the_setting() {
    let limits = Limits { max_json_depth: 3, ..Limits::default() };
    let mut session = sse(Config { limits, ..Config::default() });
    let call = r#"data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","function":{"name":"f",
data: "arguments":"{\"a\":[[[1]]]}"}}]}}]}"#;
    session.feed(format!("{call}\n\n{DONE}").as_bytes(), at(1));
    session.finish(at(1));
    let events = events(&mut session);
    assert_eq!(errors(&events), [ErrorKind::Limit]);
    let error = events.iter().find_map(|event| if let Event::Error(error) = event { Some(error) } else { None });
    let error = error.unwrap();
    assert!(error.message.contains("`max_json_depth` (3)"), "{error}");
    let span = error.span.as_ref().unwrap();
    assert_eq!((span.channel.to_string().as_str(), span.start, span.end), ("tool:t", 7, 13));
}

#[test]
fn items_over_the_limit_are_an_error_and_their_text_is_kept() {
    let limits = Limits { max_output_items: 2, ..Limits::default() };
    let config = Config { framing: Some(Framing::Sse), limits, ..Config::default() };
    let mut session = Engine::new(config).session(Timestamp::ZERO);
    for item in 0..5 {
        let event = format!(
            "data: {{\"type\":\"response.output_text.delta\",\"output_index\":{item},\"item_id\":\"m{item}\",\"delta\":\"x\"}}\n\n"
        );
        session.feed(event.as_bytes(), at(1));
    }
    session.finish(at(1));
    let events = events(&mut session);
    assert_eq!(errors(&events), [ErrorKind::Limit]);
    let mut response = Response::default();
    events.into_iter().for_each(|event| response.push(event));
    assert_eq!(response.choices[0].text, "xxxxx");
    assert!(response.error.unwrap().message.contains("`max_output_items` (2)"));
}

#[test]
fn a_wrong_dialect_is_told_with_the_right_one() {
    let body = content("a") + DONE;
    for (_, given) in Dialect::ALL {
        let config = Config { framing: Some(Framing::Sse), dialect: Some(*given), ..Config::default() };
        let mut session = Engine::new(config).session(Timestamp::ZERO);
        session.feed(body.as_bytes(), at(1));
        session.finish(at(1));
        let events = events(&mut session);
        let right = matches!(given, Dialect::OpenaiChat | Dialect::OpenaiCompletions);
        // Replicate's frames are named, and Bedrock wraps any model's; text and unknown are never wrong.
        match given {
            _ if right => assert_eq!(errors(&events), []),
            Dialect::Text | Dialect::Unknown => assert_eq!(errors(&events), []),
            _ => {
                assert_eq!(errors(&events)[0], ErrorKind::WrongDialect, "{given}");
                let told =
                    events.iter().find_map(|e| if let Event::Error(error) = e { Some(&error.message) } else { None });
                assert_eq!(*told.unwrap(), format!("expected `{given}`, found frames that look like `openai-chat`"));
            }
        }
    }
}

#[test]
fn a_frame_named_error_is_an_error_whatever_it_holds() {
    for (_, given) in Dialect::ALL.iter().filter(|(_, given)| !matches!(given, Dialect::Text | Dialect::Mcp)) {
        for data in ["upstream timed out", "\"words\"", "[1]", ""] {
            let config = Config { framing: Some(Framing::Sse), dialect: Some(*given), ..Config::default() };
            let mut session = Engine::new(config).session(Timestamp::ZERO);
            session.feed(format!("event: error\ndata: {data}\n\n").as_bytes(), at(1));
            session.finish(at(1));
            assert_eq!(errors(&events(&mut session)), [ErrorKind::Provider], "{given}: {data}");
        }
    }
}

#[test]
fn frames_that_only_keep_the_connection_open_are_counted_as_such() {
    for (dialect, ping) in [
        (Dialect::Anthropic, "event: ping\ndata: {\"type\":\"ping\"}"),
        (Dialect::OpenaiRealtime, "data: {\"type\":\"ping\",\"event_id\":\"e\"}"),
        (Dialect::OpenaiResponses, "data: {\"type\":\"keepalive\"}"),
    ] {
        let config = Config { framing: Some(Framing::Sse), dialect: Some(dialect), ..Config::default() };
        let mut session = Engine::new(config).session(Timestamp::ZERO);
        session.feed(format!("{ping}\n\n{ping}\n\n: ping\n\n").as_bytes(), at(1));
        session.finish(at(1));
        let metrics = session.metrics();
        assert_eq!((metrics.frames, metrics.keep_alives), (0, 3), "{dialect}");
    }
}

#[test]
fn an_end_inside_a_frame_says_where_it_began_and_how_much_came() {
    let body = content("a") + "data: {\"choices\":[";
    let mut session = sse(Config::default());
    session.feed(body.as_bytes(), at(1));
    session.finish(at(1));
    let events = events(&mut session);
    assert_eq!(errors(&events), [ErrorKind::IncompleteFrame]);
    let told =
        events.iter().find_map(|event| if let Event::Error(error) = event { Some(error) } else { None }).unwrap();
    assert!(told.message.ends_with("found the end of the stream after 12 bytes"), "{told}");
}
