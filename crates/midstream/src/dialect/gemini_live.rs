//! Gemini Live, server side: a WebSocket message a frame, many turns a stream. What the model says comes as audio with a
//! transcription, or as text.

use super::fields::{keep, later, metadata};
use super::gemini_parts::Contents;
use super::gemini_sources::Sources;
use super::usage::spent;
use super::{Decode, Out, Progress, error, payload};
use crate::event::FinishReason;
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct GeminiLive {
    contents: Contents,
    sources: Sources,
    /// The latest turn is complete.
    complete: bool,
    /// The user spoke while the model did.
    interrupted: bool,
}

impl Decode for GeminiLive {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut message) = payload(frame, out) else { return Ok(()) };
        message.object(|key, value| match key {
            "serverContent" => self.server_content(value, out),
            "toolCall" => self.tool_call(value, out),
            "usageMetadata" => spent(value, out),
            "setupComplete" => setup_complete(value, out),
            // The token with which a session is resumed.
            "sessionResumptionUpdate" => metadata(None, ("", key), value, out),
            "error" if value.peek() != Kind::Null => error(value, out),
            _ => keep(("", key), MESSAGES, value, out),
        })?;
        message.end()
    }

    fn progress(&self) -> Progress {
        if self.complete { Progress::Complete } else { Progress::Open }
    }
}

impl GeminiLive {
    fn server_content(&mut self, content: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (mut transcription, mut reason, mut complete) = (None, None, false);
        let mut heard = None;
        content.object(|key, value| {
            match key {
                "modelTurn" => {
                    self.resume();
                    self.contents.content(0, value, out)?;
                }
                "outputTranscription" if value.peek() == Kind::Object => value.later_into(&mut transcription)?,
                "inputTranscription" if value.peek() == Kind::Object => value.later_into(&mut heard)?,
                "groundingMetadata" | "urlContextMetadata" => self.sources.metadata(0, key, value, out)?,
                "interrupted" => self.interrupted |= value.bool()? == Some(true),
                "turnComplete" => complete = value.bool()? == Some(true),
                "turnCompleteReason" => value.string_into(&mut reason)?,
                _ => keep(("serverContent", key), CONTENT_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        if let Some(mut transcription) = transcription {
            transcription.object(|key, value| match key {
                "text" => {
                    if let Some(text) = value.string()?.filter(|text| !text.is_empty()) {
                        self.resume();
                        self.contents.text(0, text, out);
                    }
                    Ok(())
                }
                _ => keep(("outputTranscription", key), TRANSCRIPTION_FIELDS, value, out),
            })?;
        }
        if let Some(mut heard) = heard {
            input_transcription(&mut heard, out)?;
        }
        if complete {
            out.aside_end(HEARD);
            self.turn_complete(reason, out);
        }
        Ok(())
    }

    fn tool_call(&mut self, call: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        self.complete = false;
        call.object(|key, value| match key {
            "functionCalls" => value.array(|call| self.contents.function_call(0, later(call)?, None, out)).map(drop),
            _ => keep(("toolCall", key), &[], value, out),
        })?;
        Ok(())
    }

    /// The model speaks: a turn is open.
    fn resume(&mut self) {
        self.complete = false;
        self.contents.resume(0);
    }

    /// Live gives a reason only where something went wrong; otherwise the event itself is the word.
    fn turn_complete(&mut self, reason: Option<&str>, out: &mut Out<'_>) {
        self.complete = true;
        let called = self.contents.end_turn(0, out);
        let (reason, raw_reason) = match reason {
            Some(raw @ "MALFORMED_FUNCTION_CALL") => (FinishReason::Error, raw),
            Some(raw @ "RESPONSE_REJECTED") => (FinishReason::ContentFilter, raw),
            Some(raw) if !raw.is_empty() => (FinishReason::Other, raw),
            _ if std::mem::take(&mut self.interrupted) => (FinishReason::Other, "interrupted"),
            _ if called => (FinishReason::ToolCalls, "turnComplete"),
            _ => (FinishReason::Stop, "turnComplete"),
        };
        self.interrupted = false;
        out.finish(0, reason, raw_reason);
    }
}

/// What the user said. It comes beside the model's words, in no certain order.
fn input_transcription(transcription: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let mut finished = false;
    transcription.object(|key, value| {
        match key {
            "text" => {
                if let Some(text) = value.string()? {
                    out.aside(HEARD, text);
                }
            }
            "finished" => finished = value.bool()? == Some(true),
            _ => value.skip()?,
        }
        Ok(())
    })?;
    if finished {
        out.aside_end(HEARD);
    }
    Ok(())
}

fn setup_complete(setup: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    setup.object(|key, value| {
        match key {
            "sessionId" => out.metadata(value.string()?, None),
            _ => keep(("setupComplete", key), &[], value, out)?,
        }
        Ok(())
    })?;
    Ok(())
}

/// The number of the text that the user says.
const HEARD: u32 = 0;

/// Messages that carry no content: signs of speech in the input; and the client's own, which recordings of both
/// directions have in between. `goAway` and `toolCallCancellation`, which the host must act on, are kept.
const MESSAGES: &[&str] = &[
    "voiceActivity",
    "voiceActivityDetectionSignal",
    "setup",
    "clientContent",
    "client_content",
    "realtimeInput",
    "realtime_input",
    "toolResponse",
    "tool_response",
];

/// How far generation is: it is complete before its audio was played. (And a transcription that is none.)
const CONTENT_FIELDS: &[&str] = &["inputTranscription", "generationComplete", "waitingForInput"];

const TRANSCRIPTION_FIELDS: &[&str] = &["finished", "languageCode"];
