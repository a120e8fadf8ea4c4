//! Gemini `streamGenerateContent`, AI Studio's and Vertex AI's: a `GenerateContentResponse` a frame.

use super::fields::{keep, later, logprobs, metadata};
use super::gemini_parts::{Contents, finish_reason, strange};
use super::gemini_sources::Sources;
use super::usage::spent;
use super::{DONE, Decode, Out, Progress, error, payload};
use crate::event::FinishReason;
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Gemini {
    contents: Contents,
    sources: Sources,
    /// The first response was read.
    started: bool,
    finished: bool,
}

impl Decode for Gemini {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        // Vertex AI wraps an error body, and any whole answer, in an array.
        let mut cursor = Cursor::new(frame.data, out.strings);
        let wrapped = frame.event != "error" && frame.data.trim_ascii() != DONE;
        if wrapped && cursor.peek() == Kind::Array {
            cursor.array(|response| self.response(response, out))?;
            return cursor.end();
        }
        let Some(mut response) = payload(frame, out) else { return Ok(()) };
        self.response(&mut response, out)?;
        response.end()
    }

    fn progress(&self) -> Progress {
        // Models go on after a finish reason (`gemini-2.5-flash`, before the result of its code): never `Closed`.
        if self.finished { Progress::Complete } else { Progress::Open }
    }
}

impl Gemini {
    fn response(&mut self, response: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if response.peek() != Kind::Object {
            out.unknown("response", response.raw()?);
            return Ok(());
        }
        // Who answers stands behind the answer; the first time it is to be known before.
        let first = !std::mem::replace(&mut self.started, true);
        let (mut candidates, mut feedback, mut id, mut model) = (None, None, None, None);
        response.object(|key, value| {
            match key {
                "candidates" if first => value.later_into(&mut candidates)?,
                "candidates" => drop(value.array(|candidate| self.candidate(candidate, out))?),
                "usageMetadata" => spent(value, out)?,
                "modelVersion" => value.string_into(&mut model)?,
                "responseId" => value.string_into(&mut id)?,
                "promptFeedback" if value.peek() == Kind::Object => value.later_into(&mut feedback)?,
                "error" if value.peek() != Kind::Null => error(value, out)?,
                "modelStatus" => metadata(None, ("", key), value, out)?,
                _ => keep(("", key), RESPONSE_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        out.metadata(id, model);
        if let Some(mut candidates) = candidates {
            candidates.array(|candidate| self.candidate(candidate, out))?;
        }
        feedback.map_or(Ok(()), |feedback| self.prompt_feedback(feedback, out))
    }

    fn candidate(&mut self, candidate: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        // The index stands behind the content, whose events need it.
        let (mut content, mut index, mut finish, mut message, mut probabilities) = (None, None, None, None, None);
        let (mut sources, mut beside) = (Vec::new(), Vec::new());
        let whole = *candidate;
        candidate.object(|key, value| {
            match key {
                "content" => value.later_into(&mut content)?,
                "index" => value.u64_into(&mut index)?,
                "finishReason" => value.string_into(&mut finish)?,
                "finishMessage" if value.peek() == Kind::String => value.raw_into(&mut message)?,
                "citationMetadata" | "groundingMetadata" | "urlContextMetadata" if value.peek() == Kind::Object => {
                    sources.push((key.to_owned(), later(value)?));
                }
                "logprobsResult" => value.later_into(&mut probabilities)?,
                "safetyRatings" | "avgLogprobs" | "tokenCount" => beside.push((key.to_owned(), later(value)?)),
                _ => keep(("candidate", key), CANDIDATE_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        strange("candidate", whole, out)?;
        let choice = u32::try_from(index.unwrap_or_default()).unwrap_or(u32::MAX);
        if let Some(mut content) = content {
            self.contents.content(choice, &mut content, out)?;
        }
        for (name, mut metadata) in sources {
            self.sources.metadata(choice, &name, &mut metadata, out)?;
        }
        if let Some(mut probabilities) = probabilities {
            logprobs(choice, &mut probabilities, out)?;
        }
        for (key, mut value) in beside {
            metadata(Some(choice), ("candidate", &key), &mut value, out)?;
        }
        let finish = finish.filter(|reason| !reason.is_empty() && *reason != "FINISH_REASON_UNSPECIFIED");
        if let Some(raw) = message.filter(|_| finish != Some("STOP")) {
            out.unknown("finishMessage", raw);
        }
        if let Some(raw_reason) = finish {
            self.finished = true;
            self.contents.finish(choice, finish_reason(raw_reason), raw_reason, out);
        }
        Ok(())
    }

    /// Where the prompt was blocked there is no candidate: what would have been the answer ends here.
    fn prompt_feedback(&mut self, mut feedback: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        feedback.object(|key, value| {
            match key {
                "blockReason" => {
                    let reason = value.string()?.filter(|reason| !NO_BLOCK_REASON.contains(&&**reason));
                    if let Some(raw_reason) = reason {
                        self.finished = true;
                        self.contents.finish(0, FinishReason::ContentFilter, raw_reason, out);
                    }
                }
                "safetyRatings" => metadata(None, ("promptFeedback", key), value, out)?,
                _ => keep(("promptFeedback", key), &[], value, out)?,
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// When the request was made.
const RESPONSE_FIELDS: &[&str] = &["createTime"];

/// A null.
const CANDIDATE_FIELDS: &[&str] = &["finishMessage"];

/// Words for no reason at all.
const NO_BLOCK_REASON: &[&str] = &["", "BLOCK_REASON_UNSPECIFIED", "BLOCKED_REASON_UNSPECIFIED"];
