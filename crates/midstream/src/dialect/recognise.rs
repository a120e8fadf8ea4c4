//! Which dialect a stream speaks, by the shape of one of its first frames.

use super::Dialect;
use crate::json::{Cursor, Strings, SyntaxError};
use crate::wire::{Frame, Framing};

/// The dialect that `frame` speaks, where this one frame is enough to tell: an error object, for one, is not.
pub(super) fn recognise(framing: Framing, frame: &Frame<'_>) -> Option<Dialect> {
    match framing {
        Framing::Text => return Some(Dialect::Text),
        Framing::EventStream if frame.event == "chunk" => return Some(Dialect::BedrockInvoke),
        // Exceptions are the same in both.
        Framing::EventStream => return Some(Dialect::BedrockConverse),
        _ if frame.event == "output" && !frame.data.starts_with('{') => return Some(Dialect::Replicate),
        _ if frame.data.trim_ascii() == super::DONE => return Some(Dialect::OpenaiChat),
        _ => {}
    }
    Shape::of(frame.data).ok()?.dialect()
}

/// What tells dialects apart: the keys of the outermost object, with the values of a few.
#[derive(Debug, Default)]
struct Shape {
    keys: Vec<String>,
    kind: String,
    event_type: String,
    object: String,
    choice_keys: Vec<String>,
}

impl Shape {
    fn of(data: &str) -> Result<Self, SyntaxError> {
        let mut shape = Self::default();
        let strings = Strings::default();
        let mut cursor = Cursor::new(data, &strings);
        cursor.object(|key, value| {
            shape.keys.push(key.to_owned());
            match key {
                "type" => shape.kind = value.string()?.unwrap_or_default().to_owned(),
                "event_type" => shape.event_type = value.string()?.unwrap_or_default().to_owned(),
                "object" => shape.object = value.string()?.unwrap_or_default().to_owned(),
                "choices" => {
                    value.array(|choice| {
                        choice.object(|key, value| {
                            shape.choice_keys.push(key.to_owned());
                            value.skip()
                        })?;
                        Ok(())
                    })?;
                }
                _ => value.skip()?,
            }
            Ok(())
        })?;
        cursor.end()?;
        Ok(shape)
    }

    fn dialect(&self) -> Option<Dialect> {
        if self.has("jsonrpc") {
            return Some(Dialect::Mcp);
        }
        self.by_object().or_else(|| self.by_type()).or_else(|| self.by_event_type()).or_else(|| self.by_keys())
    }

    fn by_object(&self) -> Option<Dialect> {
        Some(match self.object.as_str() {
            "chat.completion.chunk" | "chat.completion" => Dialect::OpenaiChat,
            "text_completion" => Dialect::OpenaiCompletions,
            "response" => Dialect::OpenaiResponses,
            object if object.starts_with("thread.") => Dialect::OpenaiAssistants,
            _ => return None,
        })
    }

    fn by_type(&self) -> Option<Dialect> {
        let kind = self.kind.as_str();
        let family = kind.split(['.', '_', '-']).next().unwrap_or_default();
        Some(match kind {
            "" => return None,
            "message_start" | "message_delta" | "message_stop" => Dialect::Anthropic,
            "content_block_start" | "content_block_delta" | "content_block_stop" => Dialect::Anthropic,
            "message" if self.has("content") && self.has("stop_reason") => Dialect::Anthropic,
            "ping" if self.has("event_id") => Dialect::OpenaiRealtime,
            "ping" => Dialect::Anthropic,
            "message-start" | "content-start" | "content-delta" | "tool-plan-delta" | "message-end" => {
                Dialect::CohereV2
            }
            "tool-call-start" | "citation-start" => Dialect::CohereV2,
            "error" if self.has("event_id") => Dialect::OpenaiRealtime,
            "error" if self.has("sequence_number") || self.has("code") => Dialect::OpenaiResponses,
            "error" if self.has("error") => Dialect::Anthropic,
            _ if kind.starts_with("transcript.") => Dialect::OpenaiTranscription,
            _ if kind.starts_with("response.") && self.has("event_id") => Dialect::OpenaiRealtime,
            _ if kind.starts_with("response.") => Dialect::OpenaiResponses,
            _ if matches!(family, "session" | "conversation" | "input" | "output" | "rate") => Dialect::OpenaiRealtime,
            _ => return None,
        })
    }

    fn by_event_type(&self) -> Option<Dialect> {
        let family = self.event_type.split(['.', '-']).next().unwrap_or_default();
        Some(match family {
            "interaction" | "step" => Dialect::GeminiInteractions,
            "stream" | "text" if self.has("is_finished") => Dialect::CohereV1,
            _ => return None,
        })
    }

    fn by_keys(&self) -> Option<Dialect> {
        const TABLE: &[(&str, Dialect)] = &[
            ("candidates", Dialect::Gemini),
            ("promptFeedback", Dialect::Gemini),
            ("serverContent", Dialect::GeminiLive),
            ("setupComplete", Dialect::GeminiLive),
            ("toolCallCancellation", Dialect::GeminiLive),
            ("sessionResumptionUpdate", Dialect::GeminiLive),
            ("usageMetadata", Dialect::Gemini),
            ("messageStart", Dialect::BedrockConverse),
            ("contentBlockStart", Dialect::BedrockConverse),
            ("contentBlockDelta", Dialect::BedrockConverse),
            ("model_id", Dialect::Watsonx),
            ("token", Dialect::Tgi),
            ("generated_text", Dialect::Tgi),
        ];
        if self.has("choices") {
            let completions = self.choice_keys.iter().any(|key| key == "text") && !self.choice_has("delta");
            return Some(if completions { Dialect::OpenaiCompletions } else { Dialect::OpenaiChat });
        }
        if self.has("done") && (self.has("created_at") || self.has("message") || self.has("response")) {
            return Some(Dialect::Ollama);
        }
        TABLE.iter().find(|(key, _)| self.has(key)).map(|(_, dialect)| *dialect)
    }

    fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|known| known == key)
    }

    fn choice_has(&self, key: &str) -> bool {
        self.choice_keys.iter().any(|known| known == key)
    }
}
