//! Gemini Live and Interactions on every recorded stream, against expectations computed from the payloads by themselves.

mod recorded;

use midstream::{Dialect, Event, FinishReason, Response, Usage, Verdict};
use serde_json::Value;

#[test]
fn every_recorded_live_session_is_what_its_messages_say() {
    recorded::each(Dialect::GeminiLive, 9, |recording, payloads, events, response| {
        let (mut text, mut reasoning, mut audio, mut calls) = (String::new(), String::new(), Vec::new(), Vec::new());
        let (mut turns, mut open, mut usage, mut session) = (0, true, Usage::default(), None);
        for message in payloads.iter().map(|payload| parsed(payload)) {
            let content = &message["serverContent"];
            for part in list(&content["modelTurn"]["parts"]) {
                let prose = if part["thought"] == true { &mut reasoning } else { &mut text };
                prose.push_str(part["text"].as_str().unwrap_or_default());
                let data = &part["inlineData"];
                audio.extend(
                    data["data"].as_str().map(|d| (d.to_owned(), data["mimeType"].as_str().map(str::to_owned))),
                );
                open = true;
            }
            let spoken = content["outputTranscription"]["text"].as_str().unwrap_or_default();
            text.push_str(spoken);
            open |= !spoken.is_empty();
            for call in list(&message["toolCall"]["functionCalls"]) {
                calls.push((call["id"].clone(), call["name"].clone(), call["args"].clone()));
                open = true;
            }
            if content["turnComplete"] == true {
                turns += 1;
                open = false;
            }
            let count = |name: &str| message["usageMetadata"][name].as_u64();
            usage.update(&Usage {
                input_tokens: count("promptTokenCount"),
                output_tokens: count("responseTokenCount").or(count("candidatesTokenCount")),
                reasoning_tokens: count("thoughtsTokenCount"),
                cache_read_tokens: None,
                cache_write_tokens: None,
                total_tokens: count("totalTokenCount"),
            });
            session = message["setupComplete"]["sessionId"].as_str().map(str::to_owned).or(session);
        }
        let choice = &response.choices[0];
        assert_eq!((&choice.text, &choice.reasoning), (&text, &reasoning), "{}", recording.name);
        assert_eq!(tool_calls(response), calls, "{}", recording.name);
        let found = events.iter().filter_map(|event| match event {
            Event::AudioDelta { data, media_type, .. } => Some((data.clone(), media_type.clone())),
            _ => None,
        });
        assert_eq!(found.collect::<Vec<_>>(), audio, "{}", recording.name);
        let finishes = events.iter().filter(|event| matches!(event, Event::Finish { .. })).count();
        assert_eq!(finishes, turns, "{}", recording.name);
        assert_eq!((&response.usage, &response.id), (&usage, &session), "{}", recording.name);
        let verdict = if open { Verdict::Truncated } else { Verdict::Complete };
        assert_eq!((response.verdict, response.unknown_events), (Some(verdict), 0), "{}", recording.name);
    });
}

#[test]
fn every_recorded_interaction_is_what_its_steps_say() {
    recorded::each(Dialect::GeminiInteractions, 8, |recording, payloads, events, response| {
        let (mut text, mut signatures, mut calls) = (String::new(), Vec::new(), Vec::<(Value, Value, String)>::new());
        let (mut usage, mut status, mut id) = (Usage::default(), None, None);
        for event in payloads.iter().filter(|payload| *payload != "[DONE]").map(|payload| parsed(payload)) {
            let (step, delta, interaction) = (&event["step"], &event["delta"], &event["interaction"]);
            if step["type"] == "function_call" {
                calls.push((step["id"].clone(), step["name"].clone(), String::new()));
            }
            text.push_str(delta["text"].as_str().unwrap_or_default());
            signatures.extend(delta["signature"].as_str().map(str::to_owned));
            if let Some(piece) = delta["arguments"].as_str() {
                calls.last_mut().expect("arguments belong to a call").2.push_str(piece);
            }
            let count = |name: &str| interaction["usage"][name].as_u64();
            usage.update(&Usage {
                input_tokens: count("total_input_tokens"),
                output_tokens: count("total_output_tokens"),
                reasoning_tokens: count("total_thought_tokens"),
                cache_read_tokens: count("total_cached_tokens"),
                cache_write_tokens: None,
                total_tokens: count("total_tokens"),
            });
            if event["event_type"] == "interaction.completed" {
                status = interaction["status"].as_str().map(str::to_owned);
            }
            id = interaction["id"].as_str().map(str::to_owned).or(id);
        }
        let choice = &response.choices[0];
        let calls: Vec<_> = calls.into_iter().map(|(id, name, input)| (id, name, parsed(&input))).collect();
        let reason = match status.as_deref() {
            Some("completed") => FinishReason::Stop,
            Some("requires_action") => FinishReason::ToolCalls,
            other => panic!("{}: no expectation for {other:?}", recording.name),
        };
        assert_eq!(choice.text, text, "{}", recording.name);
        assert_eq!(tool_calls(response), calls, "{}", recording.name);
        assert_eq!((choice.finish_reason, &choice.raw_finish_reason), (Some(reason), &status), "{}", recording.name);
        assert_eq!((&response.usage, &response.id), (&usage, &id), "{}", recording.name);
        let found = events.iter().filter_map(|event| match event {
            Event::ReasoningEnd { signature, .. } => signature.clone(),
            _ => None,
        });
        assert_eq!(found.collect::<Vec<_>>(), signatures, "{}", recording.name);
        assert_eq!((response.verdict, response.unknown_events), (Some(Verdict::Complete), 0), "{}", recording.name);
    });
}

/// Id, name and input of each call.
fn tool_calls(response: &Response) -> Vec<(Value, Value, Value)> {
    let calls = response.choices.iter().flat_map(|choice| &choice.tool_calls);
    calls.map(|call| (call.id.clone().into(), call.name.clone().into(), parsed(&call.input_text))).collect()
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
