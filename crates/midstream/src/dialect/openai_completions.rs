//! OpenAI `completions` (legacy) and its cousins (vLLM, older text-generation-inference).
//!
//! A chunk is a chat chunk whose choices have `text` where those have `delta`, and some servers send `delta` all the
//! same: there is nothing to read that [`OpenaiChat`] would not.

use super::openai_chat::OpenaiChat;
use super::{Decode, Out, Progress};
use crate::json::SyntaxError;
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct OpenaiCompletions(OpenaiChat);

impl Decode for OpenaiCompletions {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        self.0.frame(frame, out)
    }

    fn progress(&self) -> Progress {
        self.0.progress()
    }
}
