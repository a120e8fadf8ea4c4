//! OpenAI Responses: every recording against what its payloads amount to, read the plain way.

mod openai;

use std::collections::BTreeMap;

use midstream::{Dialect, FinishReason, Usage, Verdict};
use openai::{calls, decode, payloads, recordings, text, unknown};
use serde_json::Value;

#[derive(Debug, Default, PartialEq)]
struct Expected {
    text: String,
    reasoning: String,
    refusal: String,
    /// Id, name, input.
    tools: Vec<(String, String, Value)>,
    usage: Usage,
    finish: Option<(FinishReason, String)>,
    id: Option<String>,
    model: Option<String>,
    sources: usize,
    verdict: Option<Verdict>,
}

#[test]
fn recordings_amount_to_what_their_payloads_say() {
    let mut wrong = Vec::new();
    for recording in recordings(Dialect::OpenaiResponses) {
        let expected = expected(&payloads(&recording));
        let (events, response) = decode(&recording);
        let choice = response.choices.first().cloned().unwrap_or_default();
        let found = Expected {
            text: choice.text,
            reasoning: choice.reasoning,
            refusal: choice.refusal,
            tools: calls(&events).into_iter().map(tool).collect(),
            usage: response.usage,
            finish: choice.finish_reason.zip(choice.raw_finish_reason),
            id: response.id,
            model: response.model,
            sources: events.iter().filter(|event| matches!(event, midstream::Event::Source { .. })).count(),
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
const EXPLAINED: &[&str] = &[
    // A preview of the image.
    "response.image_generation_call.partial_image",
    // The context, compacted and encrypted.
    "compaction",
    // A text that contradicts its deltas, in a recording that was cut down by hand.
    "response.output_text.done",
];

fn tool((id, name, input): (String, String, String)) -> (String, String, Value) {
    (id, name, serde_json::from_str(&input).unwrap_or(Value::String(input)))
}

fn expected(payloads: &[(String, Value)]) -> Expected {
    let mut expected = Expected::default();
    // What deltas said of each text, by response, item and part.
    let mut said: BTreeMap<(usize, String, u64), String> = BTreeMap::new();
    let mut turn = 0;
    for (_, event) in payloads {
        let kind = text(event, "/type");
        let key = (turn, text(event, "/item_id").to_owned(), event["content_index"].as_u64().unwrap_or(0));
        match kind {
            "response.output_text.delta" => {
                expected.text += text(event, "/delta");
                *said.entry(key).or_default() += text(event, "/delta");
            }
            // Some recordings leave deltas out.
            "response.output_text.done" => {
                let rest = text(event, "/text").strip_prefix(said.entry(key).or_default().as_str());
                expected.text += rest.unwrap_or_default();
            }
            "response.reasoning_text.delta" | "response.reasoning_summary_text.delta" => {
                expected.reasoning += text(event, "/delta");
            }
            "response.refusal.delta" => expected.refusal += text(event, "/delta"),
            "response.output_text.annotation.added" => expected.sources += 1,
            "response.output_item.added" => {
                let item = &event["item"];
                let done = payloads.iter().map(|(_, event)| event).find(|done| {
                    text(done, "/type") == "response.output_item.done" && done["item"]["id"] == item["id"]
                });
                expected.tools.extend(done.and_then(|done| call(item, &done["item"])));
            }
            "response.completed" | "response.failed" | "response.incomplete" => {
                let response = &event["response"];
                let count = |path: &str| response["usage"].pointer(path).and_then(Value::as_u64);
                expected.usage = Usage {
                    input_tokens: count("/input_tokens"),
                    output_tokens: count("/output_tokens"),
                    reasoning_tokens: count("/output_tokens_details/reasoning_tokens"),
                    cache_read_tokens: count("/input_tokens_details/cached_tokens"),
                    cache_write_tokens: count("/input_tokens_details/cache_write_tokens"),
                    total_tokens: count("/total_tokens"),
                };
                let status = text(response, "/status");
                let waits = response["output"].as_array().expect("output is an array").iter().any(waits_for_the_host);
                expected.finish = Some(match status {
                    "completed" if waits => (FinishReason::ToolCalls, status.to_owned()),
                    "completed" => (FinishReason::Stop, status.to_owned()),
                    "failed" => (FinishReason::Error, status.to_owned()),
                    other => panic!("no recording had the status {other}"),
                });
                expected.id = Some(text(response, "/id").to_owned());
                expected.model = Some(text(response, "/model").to_owned());
                turn += 1;
            }
            _ => {}
        }
    }
    let failed = payloads
        .iter()
        .any(|(_, event)| event.is_null() || ["error", "response.failed"].contains(&text(event, "/type")));
    let ended = expected.finish.is_some();
    expected.verdict = Some(match () {
        () if failed => Verdict::Failed,
        () if ended => Verdict::Complete,
        () => Verdict::Truncated,
    });
    expected
}

fn waits_for_the_host(item: &Value) -> bool {
    match text(item, "/type") {
        "function_call" | "custom_tool_call" | "apply_patch_call" => true,
        "shell_call" => !text(item, "/environment/type").starts_with("container"),
        "tool_search_call" => text(item, "/execution") == "client",
        _ => false,
    }
}

fn call(added: &Value, done: &Value) -> Option<(String, String, Value)> {
    let kind = text(added, "/type");
    let id = added["call_id"].as_str().unwrap_or(text(added, "/id")).to_owned();
    let parsed = |path: &str| {
        serde_json::from_str(text(done, path)).unwrap_or_else(|_| done.pointer(path).expect("it is there").clone())
    };
    Some(match kind {
        "function_call" | "mcp_approval_request" | "mcp_call" => {
            (id, text(added, "/name").to_owned(), parsed("/arguments"))
        }
        "code_interpreter_call" => (id, "code_interpreter".into(), parsed("/code")),
        "file_search_call" => (id, "file_search".into(), serde_json::json!({ "queries": done["queries"] })),
        "image_generation_call" => {
            (id, "image_generation".into(), serde_json::json!({ "revised_prompt": done["revised_prompt"] }))
        }
        "shell_call" => (id, "shell".into(), done["action"].clone()),
        "apply_patch_call" => (id, "apply_patch".into(), done["operation"].clone()),
        "tool_search_call" => (id, "tool_search".into(), done["arguments"].clone()),
        _ => return None,
    })
}
