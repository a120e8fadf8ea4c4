//! Ollama, text-generation-inference, Replicate and watsonx.ai on every recorded stream, against expectations computed
//! from the payloads by themselves.

mod recorded;

use midstream::{Dialect, FinishReason, Usage, Verdict};
use serde_json::Value;

#[test]
fn every_recorded_ollama_answer_is_what_its_lines_say() {
    recorded::each(Dialect::Ollama, 10, |recording, payloads, _, response| {
        let lines: Vec<Value> = payloads.iter().map(|payload| serde_json::from_str(payload).unwrap()).collect();
        let of = |field: &str, other: &str| -> String {
            let text = |line: &Value| line["message"][field].as_str().or(line[other].as_str()).map(str::to_owned);
            lines.iter().filter_map(text).collect()
        };
        let calls: Vec<Value> = lines
            .iter()
            .flat_map(|line| line["message"]["tool_calls"].as_array().cloned().unwrap_or_default())
            .collect();
        let last = lines.last().expect("a recording has lines");
        let choice = &response.choices[0];
        assert_eq!(choice.text, of("content", "response"), "{}", recording.name);
        assert_eq!(choice.reasoning, of("thinking", "thinking"), "{}", recording.name);
        let found = choice.tool_calls.iter().map(|call| {
            let input: Value = serde_json::from_str(&call.input_text).unwrap();
            (Value::from(call.id.clone()), Value::from(call.name.clone()), input)
        });
        let expected = calls.iter().map(|call| {
            let function = &call["function"];
            (call["id"].clone(), function["name"].clone(), function["arguments"].clone())
        });
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{}", recording.name);
        let usage = Usage {
            input_tokens: last["prompt_eval_count"].as_u64(),
            output_tokens: last["eval_count"].as_u64(),
            ..Usage::default()
        };
        assert_eq!(
            (&response.usage, response.model.as_deref()),
            (&usage, last["model"].as_str()),
            "{}",
            recording.name
        );
        let reason = match last["done_reason"].as_str() {
            Some("stop") if calls.is_empty() => FinishReason::Stop,
            Some("stop") => FinishReason::ToolCalls,
            Some("length") => FinishReason::Length,
            other => panic!("{}: no expectation for {other:?}", recording.name),
        };
        assert_eq!(choice.finish_reason, Some(reason), "{}", recording.name);
        assert_eq!(choice.raw_finish_reason.as_deref(), last["done_reason"].as_str(), "{}", recording.name);
        assert_eq!((response.verdict, response.unknown_events), (Some(Verdict::Complete), 0), "{}", recording.name);
        assert_eq!(response.error, None, "{}", recording.name);
    });
}

#[test]
fn every_recorded_tgi_answer_is_its_plain_tokens() {
    recorded::each(Dialect::Tgi, 2, |recording, payloads, _, response| {
        let frames = payloads.iter().map(|payload| serde_json::from_str::<Value>(payload).unwrap());
        let plain = frames.filter(|frame| frame["token"]["special"] != true);
        let text: String = plain.map(|frame| frame["token"]["text"].as_str().unwrap_or_default().to_owned()).collect();
        assert_eq!(response.choices[0].text, text, "{}", recording.name);
        assert_eq!(response.choices[0].finish_reason, None, "{} gives none", recording.name);
        assert_eq!((response.verdict, response.unknown_events), (Some(Verdict::Complete), 0), "{}", recording.name);
    });
}

#[test]
fn every_recorded_replicate_answer_is_its_outputs() {
    recorded::each(Dialect::Replicate, 1, |recording, payloads, _, response| {
        let (done, outputs) = payloads.split_last().expect("a recording has events");
        assert_eq!(done, "{}", "{}", recording.name);
        assert_eq!(response.choices[0].text, outputs.concat(), "{}", recording.name);
        assert_eq!((response.verdict, response.unknown_events), (Some(Verdict::Complete), 0), "{}", recording.name);
    });
}

#[test]
fn every_recorded_watsonx_answer_is_its_results() {
    recorded::each(Dialect::Watsonx, 1, |recording, payloads, _, response| {
        let frames: Vec<Value> = payloads.iter().map(|payload| serde_json::from_str(payload).unwrap()).collect();
        let result = |frame: &Value, field: &str| frame["results"][0][field].clone();
        let text = frames.iter().map(|frame| result(frame, "generated_text").as_str().unwrap_or_default().to_owned());
        let (first, last) = (&frames[0], &frames[frames.len() - 1]);
        assert_eq!(response.choices[0].text, text.collect::<String>(), "{}", recording.name);
        assert_eq!(response.usage.input_tokens, result(first, "input_token_count").as_u64(), "{}", recording.name);
        assert_eq!(response.usage.output_tokens, result(last, "generated_token_count").as_u64(), "{}", recording.name);
        assert_eq!(response.choices[0].finish_reason, Some(FinishReason::Stop), "{}", recording.name);
        assert_eq!(response.choices[0].raw_finish_reason.as_deref(), Some("eos_token"), "{}", recording.name);
        assert_eq!((response.verdict, response.unknown_events), (Some(Verdict::Complete), 0), "{}", recording.name);
    });
}
