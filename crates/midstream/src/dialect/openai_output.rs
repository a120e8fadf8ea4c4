//! The events that speak of output items, which Responses and Realtime have in common: which of them says what.

use super::Out;
use super::fields::logprobs;
use super::openai_event::{ServerEvent, string};
use super::openai_items::{Class, Items, tool};
use crate::json::SyntaxError;
use crate::wire::Frame;

/// Takes an event that speaks of an output item, by any of the names that Responses and Realtime have for it.
/// Returns `false` where it is no such event.
pub(super) fn output_event(
    items: &mut Items,
    event: &ServerEvent<'_>,
    frame: &Frame<'_>,
    out: &mut Out<'_>,
) -> Result<bool, SyntaxError> {
    match event.kind {
        "response.output_text.delta"
        | "response.text.delta"
        | "response.audio.transcript.delta"
        | "response.audio_transcript.delta"
        | "response.output_audio_transcript.delta" => text(items, Class::Text, event, frame, out)?,
        "response.function_call_arguments.delta" => input(items, "function_call", event, frame, out)?,
        "response.reasoning_summary_text.delta" => text(items, Class::Summary, event, frame, out)?,
        "response.reasoning_text.delta" => text(items, Class::Reasoning, event, frame, out)?,
        "response.audio.delta" | "response.output_audio.delta" => match string(event.delta)? {
            Some(data) => items.audio(event, data, out),
            None => out.unknown(event.kind, frame.data),
        },
        "response.refusal.delta" => text(items, Class::Refusal, event, frame, out)?,
        "response.code_interpreter_call_code.delta" => input(items, "code_interpreter_call", event, frame, out)?,
        "response.mcp_call_arguments.delta" => input(items, "mcp_call", event, frame, out)?,
        "response.custom_tool_call_input.delta" => input(items, "custom_tool_call", event, frame, out)?,
        "response.shell_call_command.delta" => input(items, "shell_call", event, frame, out)?,
        "response.apply_patch_call_operation_diff.delta" => input(items, "apply_patch_call", event, frame, out)?,

        "response.output_item.added" => items.added(event, out)?,
        "response.output_item.done" => items.done(event, out)?,
        "response.content_part.done" | "response.reasoning_part.done" | "response.reasoning_summary_part.done" => {
            items.part_done(event, out)?;
        }
        "response.output_text.annotation.added" | "response.output_text_annotation.added" => {
            items.annotation(event, out)?;
        }

        "response.output_text.done"
        | "response.text.done"
        | "response.audio.transcript.done"
        | "response.audio_transcript.done"
        | "response.output_audio_transcript.done" => items.text_done(Class::Text, event, out)?,
        "response.refusal.done" => items.text_done(Class::Refusal, event, out)?,
        "response.reasoning_text.done" => items.text_done(Class::Reasoning, event, out)?,
        "response.reasoning_summary_text.done" => items.text_done(Class::Summary, event, out)?,
        "response.function_call_arguments.done" => input_done(items, "function_call", event, frame, out)?,
        "response.code_interpreter_call_code.done" => {
            input_done(items, "code_interpreter_call", event, frame, out)?;
        }
        "response.mcp_call_arguments.done" => input_done(items, "mcp_call", event, frame, out)?,
        "response.custom_tool_call_input.done" => input_done(items, "custom_tool_call", event, frame, out)?,
        "response.shell_call_command.done" => input_done(items, "shell_call", event, frame, out)?,
        "response.apply_patch_call_operation_diff.done" => {
            input_done(items, "apply_patch_call", event, frame, out)?;
        }
        _ => return Ok(false),
    }
    event.unknown_fields(out);
    Ok(true)
}

fn text(
    items: &mut Items,
    class: Class,
    event: &ServerEvent<'_>,
    frame: &Frame<'_>,
    out: &mut Out<'_>,
) -> Result<(), SyntaxError> {
    match string(event.delta)? {
        Some(delta) => {
            items.delta(class, event, delta, out);
            event.logprobs.map_or(Ok(()), |mut value| logprobs(0, &mut value, out))?;
        }
        None if event.delta.is_none() => {}
        None => out.unknown(event.kind, frame.data),
    }
    Ok(())
}

/// More of a tool's input. What belongs to a call that nothing announced, as after resuming in the middle of it, is
/// kept as it came: the whole call follows.
fn input(
    items: &mut Items,
    item: &str,
    event: &ServerEvent<'_>,
    frame: &Frame<'_>,
    out: &mut Out<'_>,
) -> Result<(), SyntaxError> {
    let Some(piece) = event.delta else { return Ok(()) };
    let tool = tool(item);
    let taken = match items.call(tool, event) {
        None => false,
        Some(call) if tool.grows_strings() => call.string_delta(event.part_index, piece, out)?,
        Some(call) => match string(event.delta)? {
            Some(text) => {
                call.delta(text, out);
                true
            }
            None => false,
        },
    };
    if !taken {
        out.unknown(event.kind, frame.data);
    }
    Ok(())
}

fn input_done(
    items: &mut Items,
    item: &str,
    event: &ServerEvent<'_>,
    frame: &Frame<'_>,
    out: &mut Out<'_>,
) -> Result<(), SyntaxError> {
    let Some(whole) = event.whole else { return Ok(()) };
    let tool = tool(item);
    if items.call(tool, event).is_none() && !items.announce(tool, event, out)? {
        out.unknown(event.kind, frame.data);
        return Ok(());
    }
    match items.call(tool, event) {
        Some(call) if tool.grows_strings() => call.string_done(event.part_index, whole, out),
        Some(call) => call.text_done(whole, out),
        None => Ok(()),
    }
}
