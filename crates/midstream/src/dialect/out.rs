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

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn metadata(&mut self, id: Option<&str>, model: Option<&str>) {
        self.delta(Delta::Metadata { id, model });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn text(&mut self, choice: u32, text: &str) {
        self.delta(Delta::Text { choice, text });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn reasoning(&mut self, choice: u32, text: &str) {
        self.delta(Delta::Reasoning { choice, text });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn signature(&mut self, choice: u32, signature: &str) {
        self.delta(Delta::Signature { choice, signature });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn redacted(&mut self, choice: u32, data: &str) {
        self.delta(Delta::Redacted { choice, data });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn text_signature(&mut self, choice: u32, signature: &str) {
        self.delta(Delta::TextSignature { choice, signature });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn refusal(&mut self, choice: u32, text: &str) {
        self.delta(Delta::Refusal { choice, text });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn block_end(&mut self, choice: u32) {
        self.delta(Delta::BlockEnd { choice });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn tool_start(&mut self, choice: u32, slot: u32, id: &str, name: &str, provider_executed: bool) {
        self.delta(Delta::ToolStart { choice, slot, id, name, provider_executed });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn tool_input(&mut self, slot: u32, text: &str) {
        self.delta(Delta::ToolInput { slot, text });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn tool_freeform(&mut self, slot: u32) {
        self.delta(Delta::ToolFreeform { slot });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn tool_signature(&mut self, slot: u32, signature: &str) {
        self.delta(Delta::ToolSignature { slot, signature });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn tool_end(&mut self, slot: u32) {
        self.delta(Delta::ToolEnd { slot });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn tool_result(&mut self, choice: u32, id: &str, raw: &str, signature: Option<&str>) {
        self.delta(Delta::ToolResult { choice, id, raw, signature });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn source(&mut self, choice: u32, url: Option<&str>, title: Option<&str>, raw: &str) {
        self.delta(Delta::Source { choice, url, title, raw });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn audio(&mut self, choice: u32, data: &str) {
        self.delta(Delta::Audio { choice, data });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn audio_format(&mut self, choice: u32, media_type: &str) {
        self.delta(Delta::AudioFormat { choice, media_type });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn file(&mut self, choice: u32, file: File<'_>) {
        self.delta(Delta::File { choice, file });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn usage(&mut self, usage: Usage) {
        self.delta(Delta::Usage(usage));
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn finish(&mut self, choice: u32, reason: FinishReason, raw_reason: &str) {
        self.delta(Delta::Finish { choice, reason, raw_reason });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn stop_sequence(&mut self, choice: u32, sequence: &str) {
        self.delta(Delta::StopSequence { choice, sequence });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn logprobs(&mut self, choice: u32, raw: &str) {
        self.delta(Delta::Logprobs { choice, raw });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn provider_metadata(&mut self, choice: Option<u32>, name: &str, raw: &str) {
        self.delta(Delta::ProviderMetadata { choice, name, raw });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn error(&mut self, code: Option<&str>, message: &str) {
        self.delta(Delta::Error { code, message });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn limit(&mut self, setting: &'static str, max: usize, consequence: &'static str) {
        self.delta(Delta::Limit { setting, max, consequence });
    }

    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn unknown(&mut self, name: &str, raw: &str) {
        self.delta(Delta::Unknown { name, raw });
    }
}
