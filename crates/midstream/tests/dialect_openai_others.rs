//! OpenAI Assistants, audio transcription and MCP: every recording against what its payloads amount to.

mod openai;

use midstream::{Dialect, FinishReason, Usage, Verdict};
use openai::{calls, decode, payloads, recordings, text, unknown};
use serde_json::Value;

#[test]
fn assistants_runs_amount_to_what_their_payloads_say() {
    for recording in recordings(Dialect::OpenaiAssistants) {
        let payloads = payloads(&recording);
        let (events, response) = decode(&recording);
        let strings = |name: &str, path: &str| -> String {
            payloads.iter().filter(|(event, _)| event == name).map(|(_, data)| text(data, path)).collect()
        };
        let choice = &response.choices[0];
        assert!(!choice.text.is_empty());
        assert_eq!(choice.text, strings("thread.message.delta", "/delta/content/0/text/value"));
        let input = "/delta/step_details/tool_calls/0/code_interpreter/input";
        let id = strings("thread.run.step.delta", "/delta/step_details/tool_calls/0/id");
        let code = strings("thread.run.step.delta", input);
        assert_eq!(calls(&events), [(id, "code_interpreter".into(), code)]);
        let (_, run) = payloads.iter().find(|(event, _)| event == "thread.run.completed").unwrap();
        let count = |path: &str| run["usage"].pointer(path).and_then(Value::as_u64);
        let usage = Usage {
            input_tokens: count("/prompt_tokens"),
            output_tokens: count("/completion_tokens"),
            reasoning_tokens: count("/completion_tokens_details/reasoning_tokens"),
            cache_read_tokens: count("/prompt_token_details/cached_tokens"),
            cache_write_tokens: None,
            total_tokens: count("/total_tokens"),
        };
        assert_eq!(response.usage, usage);
        assert_eq!(response.id.as_deref(), run["id"].as_str());
        assert_eq!(response.model.as_deref(), run["model"].as_str());
        assert_eq!(choice.finish_reason, Some(FinishReason::Stop));
        assert_eq!(response.verdict, Some(Verdict::Complete));
        assert!(unknown(&events).is_empty());
    }
}

#[test]
fn a_transcription_is_said_once() {
    for recording in recordings(Dialect::OpenaiTranscription) {
        let payloads = payloads(&recording);
        let (_, done) = payloads.last().unwrap();
        let (events, response) = decode(&recording);
        assert_eq!(response.choices[0].text, text(done, "/text"));
        assert_eq!(response.usage.total_tokens, done["usage"]["total_tokens"].as_u64());
        assert_eq!(response.verdict, Some(Verdict::Complete));
        // Who speaks.
        assert_eq!(unknown(&events), ["transcript.text.segment"]);
    }
}

#[test]
fn an_mcp_server_that_lists_its_tools_says_nothing_else() {
    for recording in recordings(Dialect::Mcp) {
        let (events, response) = decode(&recording);
        assert_eq!(response.choices, []);
        assert_eq!(response.verdict, Some(Verdict::Complete));
        assert!(unknown(&events).is_empty());
    }
}
