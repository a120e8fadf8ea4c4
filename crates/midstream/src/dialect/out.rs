//! The way out of a dialect: a word for each delta, so that each is put together in one place of a WASM module.

use super::{Delta, File, Sink};
use crate::event::{FinishReason, Usage};
use crate::json::Strings;

/// Where a dialect's deltas go, and where the strings are kept of the frame that it reads. One pointer, which dialects
/// hand on everywhere.
pub(super) struct Out<'s> {
    pub(super) sink: &'s mut dyn Sink,
    /// Of the frame that is read.
    pub(super) strings: &'s Strings,
}

impl Out<'_> {
    pub(super) fn delta(&mut self, delta: Delta<'_>) {
        self.sink.delta(delta);
    }
}

/// A method for each delta. Inlined, a WASM module would hold the making of a delta at each place that says one: called, it
/// is 2 KB smaller after Brotli.
macro_rules! words {
    ($($name:ident($($argument:ident: $type:ty),*) => $delta:expr;)*) => {
        impl Out<'_> {
            $(
                #[cfg_attr(not(target_family = "wasm"), inline)]
                #[cfg_attr(target_family = "wasm", inline(never))]
                pub(super) fn $name(&mut self, $($argument: $type),*) {
                    self.delta($delta);
                }
            )*
        }
    };
}

words! {
    metadata(id: Option<&str>, model: Option<&str>) => Delta::Metadata { id, model };
    text(choice: u32, text: &str) => Delta::Text { choice, text };
    reasoning(choice: u32, text: &str) => Delta::Reasoning { choice, text };
    signature(choice: u32, signature: &str) => Delta::Signature { choice, signature };
    redacted(choice: u32, data: &str) => Delta::Redacted { choice, data };
    text_signature(choice: u32, signature: &str) => Delta::TextSignature { choice, signature };
    refusal(choice: u32, text: &str) => Delta::Refusal { choice, text };
    block_end(choice: u32) => Delta::BlockEnd { choice };
    tool_start(choice: u32, slot: u32, id: &str, name: &str, provider_executed: bool) =>
        Delta::ToolStart { choice, slot, id, name, provider_executed };
    tool_input(slot: u32, text: &str) => Delta::ToolInput { slot, text };
    tool_freeform(slot: u32) => Delta::ToolFreeform { slot };
    tool_signature(slot: u32, signature: &str) => Delta::ToolSignature { slot, signature };
    tool_end(slot: u32) => Delta::ToolEnd { slot };
    tool_result(choice: u32, id: &str, raw: &str, signature: Option<&str>) =>
        Delta::ToolResult { choice, id, raw, signature };
    source(choice: u32, url: Option<&str>, title: Option<&str>, raw: &str) => Delta::Source { choice, url, title, raw };
    audio(choice: u32, data: &str) => Delta::Audio { choice, data };
    audio_format(choice: u32, media_type: &str) => Delta::AudioFormat { choice, media_type };
    file(choice: u32, file: File<'_>) => Delta::File { choice, file };
    usage(usage: Usage) => Delta::Usage(usage);
    finish(choice: u32, reason: FinishReason, raw_reason: &str) => Delta::Finish { choice, reason, raw_reason };
    stop_sequence(choice: u32, sequence: &str) => Delta::StopSequence { choice, sequence };
    logprobs(choice: u32, raw: &str) => Delta::Logprobs { choice, raw };
    provider_metadata(choice: Option<u32>, name: &str, raw: &str) => Delta::ProviderMetadata { choice, name, raw };
    error(code: Option<&str>, message: &str) => Delta::Error { code, message };
    limit(setting: &'static str, max: usize, consequence: &'static str) => Delta::Limit { setting, max, consequence };
    unknown(name: &str, raw: &str) => Delta::Unknown { name, raw };
    aside(number: u32, text: &str) => Delta::Aside { number, text };
    aside_end(number: u32) => Delta::AsideEnd { number };
}
