//! OpenAI Realtime: every recording against what its payloads amount to, read the plain way.

mod openai;

use midstream::{Dialect, Event, FinishReason, Usage, Verdict};
use openai::{calls, decode, payloads, recordings, text, unknown};
use serde_json::Value;

#[derive(Debug, Default, PartialEq)]
struct Expected {
    text: String,
    audio: String,
    /// Id, name, input.
    tools: Vec<(String, String, String)>,
    usage: Usage,
    finish: Option<(FinishReason, String)>,
    id: Option<String>,
    model: Option<String>,
    verdict: Option<Verdict>,
}

#[test]
fn recordings_amount_to_what_their_payloads_say() {
    let mut wrong = Vec::new();
    for recording in recordings(Dialect::OpenaiRealtime) {
        let expected = expected(&payloads(&recording));
        let (events, response) = decode(&recording);
        let choice = response.choices.first().cloned().unwrap_or_default();
        let audio = |event: &Event| match event {
            Event::AudioDelta { data, .. } => Some(data.clone()),
            _ => None,
        };
        let found = Expected {
            text: choice.text,
            audio: events.iter().filter_map(audio).collect(),
            tools: calls(&events),
            usage: response.usage,
            finish: choice.finish_reason.zip(choice.raw_finish_reason),
            id: response.id,
            model: response.model,
            verdict: response.verdict,
        };
        if found != expected {
            wrong.push(format!("{}\n  expected {expected:?}\n  found    {found:?}", recording.name));
        }
        let unexplained: Vec<_> = unknown(&events).into_iter().filter(|name| !EXPLAINED.contains(name)).collect();
        if !unexplained.is_empty() {
            wrong.push(format!("{}: unknown {unexplained:?}", recording.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What recordings hold and midstream has no word for.
const EXPLAINED: &[&str] = &["conversation.item.input_audio_transcription.failed"];

fn expected(payloads: &[(String, Value)]) -> Expected {
    let mut expected = Expected::default();
    let mut usage = Usage::default();
    for (_, event) in payloads {
        let session = text(event, "/session/model");
        if !session.is_empty() {
            expected.model = Some(session.to_owned());
        }
        match text(event, "/type") {
            "response.output_text.delta"
            | "response.text.delta"
            | "response.output_audio_transcript.delta"
            | "response.audio_transcript.delta"
            | "session.output_transcript.delta" => expected.text += text(event, "/delta"),
            "response.output_audio.delta" | "response.audio.delta" | "session.output_audio.delta" => {
                expected.audio += text(event, "/delta");
            }
            "response.created" => expected.verdict = None,
            "response.function_call_arguments.done" => expected.tools.push((
                text(event, "/call_id").to_owned(),
                text(event, "/name").to_owned(),
                text(event, "/arguments").to_owned(),
            )),
            "response.done" => {
                let response = &event["response"];
                // xAI has it beside the response, which holds an empty object.
                let counts = event.get("usage").unwrap_or(&response["usage"]);
                let count = |path: &str| counts.pointer(path).and_then(Value::as_u64);
                usage.update(&Usage {
                    input_tokens: count("/input_tokens"),
                    output_tokens: count("/output_tokens"),
                    reasoning_tokens: count("/output_token_details/reasoning_tokens"),
                    cache_read_tokens: count("/input_token_details/cached_tokens"),
                    cache_write_tokens: None,
                    total_tokens: count("/total_tokens"),
                });
                let calls = response["output"]
                    .as_array()
                    .expect("output is an array")
                    .iter()
                    .any(|item| item["type"] == "function_call");
                assert_eq!(text(response, "/status"), "completed", "no recording had another");
                let reason = if calls { FinishReason::ToolCalls } else { FinishReason::Stop };
                expected.finish = Some((reason, "completed".into()));
                expected.id = Some(text(response, "/id").to_owned());
                expected.verdict = Some(Verdict::Complete);
            }
            "session.closed" => expected.verdict = Some(Verdict::Complete),
            _ => {}
        }
    }
    expected.usage = usage;
    expected.verdict = expected.verdict.or(Some(Verdict::Truncated));
    expected
}
