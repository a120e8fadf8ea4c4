//! A WebSocket's messages, rewritten one by one, are the same messages with the words filtered.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

use std::sync::Arc;

use midstream::pattern::{Pack, Rules};
use midstream::rewrite::{Filters, Guard, Message, Messages};
use midstream::{Config, Dialect, Event, Framing, Limits};
use midstream_testkit::{Case, Found, Masks, Recording, Same, decode, found, shared_data};
use serde_json::{Value, json};

const PACK: &str = r#"
    name = "mine"
    version = "1"
    [[rule]]
    id = "ticket"
    kind = "TICKET"
    pattern = "T-[0-9]{4}"
    action = "mask"
    [[rule]]
    id = "bomb"
    kind = "BOMB"
    pattern = "boom!"
    action = "stop"
"#;

fn guard() -> Guard {
    Guard::new(Rules::compile(&[Pack::parse(PACK).unwrap()]).unwrap(), None)
}

/// The messages that came, of all recorded WebSockets there are.
fn conversations() -> Vec<(String, Option<Dialect>, Vec<String>)> {
    let recordings = shared_data().map(|data| Recording::all(&data)).unwrap_or_default();
    let recordings = recordings.into_iter().map(|r| (r.name, Some(r.framing), r.dialect, r.body));
    let cases = Case::all().into_iter().map(|case| {
        let dialect = Some(case.dialect).filter(|dialect| *dialect != Dialect::Unknown);
        (case.folder.display().to_string(), case.framing, dialect, case.body)
    });
    let of_sockets = recordings.chain(cases).filter(|(_, framing, ..)| *framing == Some(Framing::Ws));
    let conversations = of_sockets.map(|(name, framing, dialect, body)| {
        let frames = found(framing, usize::MAX, &body, &[]);
        let frames = frames.iter().filter_map(Found::frame).filter(|frame| frame.event.is_empty());
        (name, dialect, frames.map(|frame| frame.data.clone()).collect())
    });
    conversations.collect()
}

fn rewrite(
    dialect: Option<Dialect>,
    filters: Arc<dyn Filters>,
    messages: &[String],
) -> (Vec<String>, Option<String>, usize) {
    let mut rewriter = Messages::new(dialect, &Limits::default(), filters);
    let mut out: Vec<Message> = messages.iter().flat_map(|text| rewriter.message(text, false)).collect();
    out.extend(rewriter.finish());
    let texts = out.into_iter().map(|message| message.text).collect();
    (texts, rewriter.stopped().map(str::to_owned), rewriter.heard())
}

fn events(dialect: Option<Dialect>, messages: &[String]) -> Vec<Event> {
    let line = |text: &String| {
        let data = if text.starts_with(['{', '[']) { text.replace('\n', " ") } else { json!(text).to_string() };
        format!("{{\"kind\":\"message\",\"direction\":\"received\",\"data\":{data}}}\n")
    };
    let body: String = messages.iter().map(line).collect();
    let config = Config { framing: Some(Framing::Ws), dialect, ..Config::default() };
    decode(&config, body.as_bytes(), &[])
}

/// The words of each kind in the order in which they come, and how each answer ended.
fn words(events: &[Event]) -> ([String; 4], Vec<String>) {
    let mut words = [const { String::new() }; 4];
    let mut rest = Vec::new();
    for event in events {
        match event {
            Event::TextDelta { delta, .. } => words[0].push_str(delta),
            Event::ReasoningDelta { delta, .. } => words[1].push_str(delta),
            Event::RefusalDelta { delta, .. } => words[2].push_str(delta),
            Event::ToolInputDelta { delta, .. } => words[3].push_str(delta),
            Event::ToolInputStart { id, name, .. } => rest.push(format!("{id} {name}")),
            Event::TextEnd { .. } | Event::ReasoningEnd { .. } => words.iter_mut().for_each(|words| words.push('|')),
            Event::Finish { raw_reason, .. } => rest.push(raw_reason.clone()),
            Event::StreamEnd { verdict, .. } => rest.push(format!("{verdict:?}")),
            _ => {}
        }
    }
    (words, rest)
}

#[test]
fn what_no_rule_touches_stays_as_it_is_message_by_message() {
    let conversations = conversations();
    assert!(conversations.len() >= 18, "{}", conversations.len());
    for (name, dialect, messages) in conversations {
        for dialect in [dialect, None] {
            let (out, stopped, _) = rewrite(dialect, Arc::new(Same), &messages);
            assert_eq!((out, stopped), (messages.clone(), None), "{name}");
        }
    }
}

#[test]
fn words_are_filtered_in_every_recorded_conversation() {
    for (name, dialect, messages) in conversations() {
        let (out, stopped, _) = rewrite(dialect, Arc::new(Masks), &messages);
        assert_eq!(stopped, None, "{name}");
        let (before, ends) = words(&events(dialect, &messages));
        let (after, ends_after) = words(&events(dialect, &out));
        assert_eq!(after, before.map(|words| words.replace("er", "##")), "{name}");
        assert_eq!(ends_after, ends, "{name}");
        for text in &out {
            serde_json::from_str::<Value>(text).unwrap_or_else(|_| panic!("{name}: {text}"));
            for said in said(text) {
                assert!(!said.contains("er"), "{name}: {text}");
            }
        }
    }
}

/// What a message of OpenAI's says under the names that words have there.
fn said(text: &str) -> Vec<String> {
    fn walk(value: &Value, name: &str, out: &mut Vec<String>) {
        match value {
            Value::String(text) if ["delta", "text", "transcript", "arguments"].contains(&name) => {
                out.push(text.clone());
            }
            Value::Array(values) => values.iter().for_each(|value| walk(value, name, out)),
            Value::Object(members) => members.iter().for_each(|(name, value)| walk(value, name, out)),
            _ => {}
        }
    }
    let message: Value = serde_json::from_str(text).unwrap();
    let is_audio = message["type"].as_str().is_some_and(|kind| kind.ends_with("audio.delta"));
    let mut out = Vec::new();
    if !is_audio {
        walk(&message, "", &mut out);
    }
    out
}

/// Cuts `text` before each of its bytes: a way to say it in two messages.
fn cuts(text: &str) -> impl Iterator<Item = [&str; 2]> {
    (0..=text.len()).map(move |at| [&text[..at], &text[at..]])
}

/// Runs a conversation in which `piece` says each part of `said` and `done` ends it; returns what the pieces say behind the
/// guard, put together.
fn told(
    dialect: Dialect,
    said: [&str; 2],
    piece: &dyn Fn(&str) -> Value,
    ahead: &[Value],
    done: &[Value],
    pointer: &str,
) -> (String, Vec<Value>) {
    let messages: Vec<_> = ahead.iter().cloned().chain(said.into_iter().map(piece)).chain(done.to_vec()).collect();
    let texts: Vec<_> = messages.iter().map(Value::to_string).collect();
    let (out, stopped, _) = rewrite(Some(dialect), Arc::new(guard()), &texts);
    assert_eq!(stopped, None, "{texts:#?}");
    let out: Vec<Value> = out.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let kind = piece("")["type"].clone();
    let told = out.iter().filter(|value| value["type"] == kind).filter_map(|value| value.pointer(pointer)?.as_str());
    (told.collect(), out)
}

#[test]
fn a_value_split_over_two_messages_is_masked_wherever_openai_realtime_says_words() {
    let at = json!({ "response_id": "r", "item_id": "i", "output_index": 0, "content_index": 0 });
    let event = move |kind: &str, field: &str, text: &str| {
        let mut event = at.clone();
        event["type"] = json!(kind);
        event[field] = json!(text);
        event
    };
    let item = |item: Value| json!({ "type": "response.output_item.added", "output_index": 0, "item": item });
    let message = item(json!({ "id": "i", "type": "message", "role": "assistant", "content": [] }));
    let call = item(json!({ "id": "i", "type": "function_call", "name": "look", "call_id": "c1", "arguments": "" }));
    let end = |output: Value| json!({ "type": "response.done", "response": { "id": "r", "status": "completed", "output": [output] } });
    for (stem, ahead, field, whole, done) in [
        (
            "response.output_text",
            &message,
            "text",
            "See T-1234 now",
            json!({ "type": "message", "id": "i", "content": [{ "type": "output_text", "text": "See T-1234 now" }] }),
        ),
        ("response.text", &message, "text", "T-1234", json!({})),
        (
            "response.output_audio_transcript",
            &message,
            "transcript",
            "See T-1234",
            json!({ "type": "message", "id": "i", "content": [{ "type": "output_audio", "transcript": "See T-1234" }] }),
        ),
        ("response.audio_transcript", &message, "transcript", "T-1234 \"T-1234\"", json!({})),
        (
            "response.function_call_arguments",
            &call,
            "arguments",
            r#"{"q":"T-1234","n":[1,"x T-1234"]}"#,
            json!({ "type": "function_call", "id": "i", "call_id": "c1", "arguments": r#"{"q":"T-1234","n":[1,"x T-1234"]}"# }),
        ),
        ("conversation.item.input_audio_transcription", &message, "transcript", "I said T-1234", json!({})),
    ] {
        let masked = whole.replace("T-1234", "[TICKET]");
        let delta = format!("{stem}.delta");
        let piece = |text: &str| event(&delta, "delta", text);
        let ends = if stem.starts_with("conversation") { "completed" } else { "done" };
        let done = [event(&format!("{stem}.{ends}"), field, whole), end(done)];
        for said in cuts(whole) {
            let (told, out) = told(Dialect::OpenaiRealtime, said, &piece, std::slice::from_ref(ahead), &done, "/delta");
            assert_eq!(told, masked, "{stem}: {said:?}");
            let all = Value::from(out.clone()).to_string();
            assert!(!all.contains("1234"), "{stem}: {all}");
            let last = out.iter().find(|event| event["type"] == format!("{stem}.{ends}")).unwrap();
            assert_eq!(last[field], masked, "{stem}: {last}");
            // A frame like the last one carries on what it says beside the words.
            assert!(out.iter().filter(|event| event["type"] == *delta).all(|event| event["item_id"] == "i"));
        }
    }
}

#[test]
fn a_value_split_over_two_messages_is_masked_wherever_gemini_live_says_words() {
    let content = |content: Value| json!({ "serverContent": content });
    let turn = |text: &str| content(json!({ "modelTurn": { "role": "model", "parts": [{ "text": text }] } }));
    let spoken = |text: &str| content(json!({ "outputTranscription": { "text": text } }));
    let heard = |text: &str| content(json!({ "inputTranscription": { "text": text } }));
    let done = [content(json!({ "generationComplete": true })), content(json!({ "turnComplete": true }))];
    for (piece, pointer) in [
        (&turn as &dyn Fn(&str) -> Value, "/serverContent/modelTurn/parts/0/text"),
        (&spoken, "/serverContent/outputTranscription/text"),
        (&heard, "/serverContent/inputTranscription/text"),
    ] {
        for said in cuts("See T-1234 now, T-1234") {
            let (told, out) = told(Dialect::GeminiLive, said, piece, &[json!({ "setupComplete": {} })], &done, pointer);
            assert_eq!(told, "See [TICKET] now, [TICKET]", "{pointer}: {said:?}");
            assert_eq!(out[0], json!({ "setupComplete": {} }));
            assert_eq!(out.last(), done.last());
        }
    }
    let call = json!({ "toolCall": { "functionCalls": [{ "id": "f", "name": "look", "args": { "q": "see T-1234", "n": 1 } }] } });
    let (out, stopped, _) = rewrite(Some(Dialect::GeminiLive), Arc::new(guard()), &[call.to_string()]);
    assert_eq!((out, stopped), (vec![call.to_string().replace("T-1234", "[TICKET]")], None));
}

#[test]
fn what_is_held_goes_on_when_its_text_ends_and_no_sooner() {
    let delta = |text: &str| json!({ "type": "response.output_text.delta", "item_id": "i", "delta": text }).to_string();
    let mut messages = Messages::new(Some(Dialect::OpenaiRealtime), &Limits::default(), Arc::new(guard()));
    let texts = |messages: Vec<Message>| messages.into_iter().map(|message| message.text).collect::<Vec<_>>();
    assert_eq!(texts(messages.message(&delta("so T-12"), false)), [delta("so ")]);
    assert_eq!(messages.held(), 4);
    let other = json!({ "type": "input_audio_buffer.speech_started", "item_id": "u" }).to_string();
    assert_eq!(texts(messages.message(&other, false)), [other]);
    let done = json!({ "type": "response.output_text.done", "item_id": "i", "text": "so T-12" }).to_string();
    assert_eq!(texts(messages.message(&done, true)), [delta("T-12"), done]);
    assert_eq!((messages.held(), messages.finish()), (0, vec![]));
}

#[test]
fn messages_keep_their_kind_and_their_shape() {
    let pretty = "{\n  \"serverContent\": {\n    \"modelTurn\": {\"parts\": [{\"text\": \" T-1234 now\"}]}\n  }\n}\n";
    let mut messages = Messages::new(None, &Limits::default(), Arc::new(guard()));
    for is_binary in [true, false] {
        let text = pretty.replace("T-1234", "[TICKET]");
        assert_eq!(messages.message(pretty, is_binary), [Message { text, is_binary }]);
    }
}

#[test]
fn a_conversation_that_is_stopped_ends_in_its_dialect() {
    let realtime = |text: &str| json!({ "type": "response.output_text.delta", "item_id": "i", "delta": text });
    let live = |text: &str| json!({ "serverContent": { "modelTurn": { "parts": [{ "text": text }] } } });
    for (dialect, say) in [(Dialect::OpenaiRealtime, &realtime as &dyn Fn(&str) -> Value), (Dialect::GeminiLive, &live)]
    {
        let said: Vec<_> = ["Fine, ", "bo", "om", "! and", " more"].iter().map(|text| say(text).to_string()).collect();
        let (out, stopped, _) = rewrite(Some(dialect), Arc::new(guard()), &said);
        assert_eq!(stopped.as_deref(), Some("the answer was stopped by the rule `bomb`"));
        let events = events(Some(dialect), &out);
        let (words, rest) = words(&events);
        assert_eq!(words[0], "Fine, |", "{dialect}");
        assert_eq!(rest.len(), 2, "{dialect}: {rest:?}");
        assert_eq!(rest[1], "Failed", "{dialect}");
        let told = |event: &Event| matches!(event, Event::Error(error) if error.message.contains("`bomb`"));
        assert!(events.iter().any(told), "{dialect}: {out:?}");
    }
}

#[test]
fn audio_stops_a_conversation_unless_it_may_pass() {
    let sound = "UklGRiQAAABXQVZFZm10IBAAAAABAAEA";
    for (dialect, message) in [
        (Dialect::OpenaiRealtime, json!({ "type": "response.output_audio.delta", "item_id": "i", "delta": sound })),
        (Dialect::OpenaiRealtime, json!({ "type": "session.output_audio.delta", "delta": sound })),
        (
            Dialect::OpenaiRealtime,
            json!({ "type": "conversation.item.retrieved", "item": { "content": [{ "type": "audio", "audio": sound }] } }),
        ),
        (
            Dialect::GeminiLive,
            json!({ "serverContent": { "modelTurn": { "parts": [
                { "inlineData": { "mimeType": "audio/pcm;rate=24000", "data": sound } }] } } }),
        ),
    ] {
        let text = message.to_string();
        let (out, stopped, heard) = rewrite(Some(dialect), Arc::new(guard()), std::slice::from_ref(&text));
        assert!(stopped.is_some_and(|reason| reason.contains("audio")), "{text}");
        assert!(!out.concat().contains(sound) && heard <= 1, "{out:?}");
        let passing = Arc::new(guard().with_audio());
        assert_eq!(rewrite(Some(dialect), passing, std::slice::from_ref(&text)), (vec![text.clone()], None, 1));
        // Words in the place of audio are words.
        let words = text.replace(sound, "see T-1234 there");
        let (out, ..) = rewrite(Some(dialect), Arc::new(guard().with_audio()), &[words]);
        assert!(!out.concat().contains("1234"), "{out:?}");
    }
}

#[test]
fn what_no_dialect_has_words_for_is_checked_over_all_messages() {
    for piece in [
        |text: &str| json!({ "event": "say", "words": text }).to_string(),
        |text: &str| json!([text]).to_string(),
        str::to_owned,
    ] {
        for said in cuts("T-1234") {
            let (out, stopped, _) = rewrite(None, Arc::new(guard()), &said.map(piece));
            let whole = said.iter().any(|piece| piece.is_empty());
            assert_eq!(stopped.is_none(), whole, "{said:?}");
            assert!(out.concat().contains("[TICKET]") || !whole, "{out:?}");
            if !whole {
                assert!(!out.concat().contains(said[1]) || said[1].len() < 2, "{out:?}");
            }
        }
    }
}

#[test]
fn a_message_that_can_not_be_read_stops_the_conversation() {
    for text in ["{\"type\":\"response.output_text.delta\",\"delta\":\"T-12", "{\"a\":1} {\"b\":2}", "{'a':1}"] {
        for dialect in [Dialect::OpenaiRealtime, Dialect::GeminiLive] {
            let (out, stopped, _) = rewrite(Some(dialect), Arc::new(guard()), &[text.to_owned()]);
            assert!(stopped.is_some(), "{text}");
            assert!(!out.concat().contains("T-12"), "{out:?}");
        }
    }
    let limits = Limits { max_frame_bytes: 64, ..Limits::default() };
    let mut messages = Messages::new(Some(Dialect::OpenaiRealtime), &limits, Arc::new(guard()));
    let out = messages.message(&json!({ "type": "x", "text": "y".repeat(100) }).to_string(), false);
    assert!(messages.stopped().is_some_and(|reason| reason.contains("max_frame_bytes")));
    assert!(out.iter().all(|message| !message.text.contains("yyy")));
    assert!(messages.message("{}", false).is_empty());
}
