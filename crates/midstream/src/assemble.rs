//! Deltas in, events out: opens and closes blocks, collects tool input, drops what says nothing new.

use crate::dialect::{Delta, File, Sink, hash};
use crate::engine::Limits;
use crate::error::{Error, ErrorKind};
use crate::event::{Channel, Event, FinishReason, JsonText, Span, Usage};
use crate::json::{self, Incremental, IncrementalError, Value};
use crate::metrics::{Content, Meter};
use crate::outbox::Outbox;
use crate::time::Timestamp;

/// What a stream has said so far, as far as later deltas refer to it.
#[derive(Debug)]
pub(crate) struct Assembler {
    limits: Limits,
    id: Option<String>,
    model: Option<String>,
    usage: Usage,
    /// What was said beside the answer: hashes of the places, in order, and of the values.
    metadata: Vec<(u64, u64)>,
    choices: Vec<Choice>,
    tools: Vec<Tool>,
    /// Tool calls of the whole stream, ended ones included.
    calls: u32,
    failed: bool,
}

/// One answer.
#[derive(Debug)]
struct Choice {
    index: u32,
    open: Option<Prose>,
    blocks: u32,
    /// Of the open block.
    signature: Option<String>,
    /// What the open block is in the place of its text.
    redacted: Option<String>,
    /// The latest call of a tool that the provider runs.
    executed: Option<String>,
    /// What the audio is.
    audio: Option<String>,
    /// What ends it, once that is known.
    stop_sequence: Option<String>,
}

/// A kind of block that holds prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prose {
    Text,
    Reasoning,
}

/// An open tool call.
#[derive(Debug)]
struct Tool {
    slot: u32,
    choice: u32,
    id: String,
    name: String,
    provider_executed: bool,
    /// The input is words or code, no JSON.
    freeform: bool,
    signature: Option<String>,
    text: String,
    /// The value of `text[..read]`.
    value: Incremental,
    read: usize,
    /// The input is over the limit; the rest of it is left out.
    full: bool,
}

impl Assembler {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            id: None,
            model: None,
            usage: Usage::default(),
            metadata: Vec::new(),
            choices: Vec::new(),
            tools: Vec::new(),
            calls: 0,
            failed: false,
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether a fatal error was seen.
    pub(crate) fn failed(&self) -> bool {
        self.failed
    }

    pub(crate) fn usage(&self) -> &Usage {
        &self.usage
    }

    /// The value so far of the input of the open tool call `id`. What came since it was last asked for is read now:
    /// most hosts never ask.
    pub(crate) fn tool_input(&mut self, id: &str) -> Option<&Value> {
        let tool = self.tools.iter_mut().find(|tool| tool.id == id)?;
        tool.value.push(&tool.text[tool.read..]);
        tool.read = tool.text.len();
        tool.value.value()
    }

    pub(crate) fn error(&mut self, error: Error, out: &mut Outbox) {
        self.failed |= error.is_fatal();
        out.push(Event::Error(error));
    }

    /// Closes whatever is open at the end of the stream, which is `offset` bytes long.
    pub(crate) fn close(&mut self, offset: u64, out: &mut Outbox) {
        for at in 0..self.choices.len() {
            self.end_block(at, out);
        }
        while !self.tools.is_empty() {
            self.end_tool(0, false, offset, out);
        }
    }

    fn delta(&mut self, delta: Delta<'_>, context: &mut Context<'_>) {
        match delta {
            Delta::Metadata { id, model } => self.metadata(id, model, context.out),
            Delta::Text { choice, text } => self.prose(Prose::Text, choice, text, context),
            Delta::Reasoning { choice, text } => self.prose(Prose::Reasoning, choice, text, context),
            Delta::Signature { choice, signature } => self.signature(Prose::Reasoning, choice, signature, context),
            Delta::TextSignature { choice, signature } => self.signature(Prose::Text, choice, signature, context),
            Delta::Redacted { choice, data } => {
                if !data.is_empty() && self.open_block(Prose::Reasoning, choice, context).is_some() {
                    self.opened(choice).redacted.get_or_insert_default().push_str(data);
                }
            }
            Delta::Refusal { choice, text } => self.refusal(choice, text, context),
            Delta::BlockEnd { choice } => {
                if let Some(at) = self.choices.iter().position(|known| known.index == choice) {
                    self.end_block(at, context.out);
                }
            }
            Delta::ToolStart { choice, slot, id, name, provider_executed } => {
                self.start_tool(choice, slot, (id, name), provider_executed, context);
            }
            Delta::ToolInput { slot, text } => self.tool_text(slot, text, context),
            Delta::ToolFreeform { slot } => {
                if let Some(tool) = self.tool(slot) {
                    tool.freeform = true;
                }
            }
            Delta::ToolSignature { slot, signature } => {
                if let Some(tool) = self.tool(slot) {
                    tool.signature = Some(signature.to_owned());
                }
            }
            Delta::ToolEnd { slot } => {
                if let Some(at) = self.tools.iter().position(|tool| tool.slot == slot) {
                    self.end_tool(at, true, context.offset, context.out);
                }
            }
            Delta::Source { choice, url, title, raw } => context.out.push(Event::Source {
                choice,
                url: url.map(Into::into),
                title: title.map(Into::into),
                raw: JsonText::lossless(raw),
            }),
            Delta::ToolResult { choice, id, raw, signature } => self.tool_result(choice, id, raw, signature, context),
            Delta::Audio { choice, data } => self.audio(choice, data, context),
            Delta::AudioFormat { choice, media_type } => {
                let at = self.choice(choice, context);
                if let Some(known) =
                    at.map(|at| &mut self.choices[at].audio).filter(|a| a.as_deref() != Some(media_type))
                {
                    *known = Some(media_type.to_owned());
                }
            }
            Delta::File { choice, file } => self.file(choice, file, context),
            Delta::Usage(newer) => {
                let mut usage = self.usage.clone();
                usage.update(&newer);
                if usage != self.usage {
                    self.usage = usage.clone();
                    context.out.push(Event::Usage(usage));
                }
            }
            Delta::Finish { choice, reason, raw_reason } => {
                let stop_sequence = self.finish(choice, reason, context);
                let raw_reason = raw_reason.to_owned();
                context.out.push(Event::Finish { choice, reason, raw_reason, stop_sequence });
            }
            Delta::StopSequence { choice, sequence } => {
                if let Some(at) = self.choice(choice, context) {
                    self.choices[at].stop_sequence = Some(sequence.to_owned());
                }
            }
            Delta::Logprobs { choice, raw } => {
                context.out.push(Event::Logprobs { choice, raw: JsonText::lossless(raw) });
            }
            Delta::ProviderMetadata { choice, name, raw } => self.provider_metadata(choice, name, raw, context),
            Delta::Error { code, message } => {
                let error = Error::new(ErrorKind::Provider, context.offset, message).with_code(code);
                self.error(error, context.out);
            }
            Delta::KeepAlive => context.meter.ping(),
            Delta::Aside { .. } | Delta::AsideEnd { .. } => {}
            Delta::Limit { setting, max, consequence } => self.limit(setting, max, consequence, context),
            Delta::Unknown { name, raw } => {
                context.out.push(Event::Unknown { name: name.to_owned(), raw: JsonText::lossless(raw) });
            }
        }
    }

    fn metadata(&mut self, id: Option<&str>, model: Option<&str>, out: &mut Outbox) {
        let id = id.filter(|id| !id.is_empty() && self.id.as_deref() != Some(id));
        let model = model.filter(|model| !model.is_empty() && self.model.as_deref() != Some(model));
        if id.is_none() && model.is_none() {
            return;
        }
        let (id, model) = (id.map(str::to_owned), model.map(str::to_owned));
        self.id = id.clone().or(self.id.take());
        self.model = model.clone().or(self.model.take());
        out.push(Event::ResponseMetadata { id, model });
    }

    /// Tells what the provider says beside the answer, unless it said so last time.
    #[inline(never)]
    fn provider_metadata(&mut self, choice: Option<u32>, name: &str, raw: &str, context: &mut Context<'_>) {
        let (place, value) = (hash(&(choice, name)), hash(&raw));
        match self.metadata.binary_search_by_key(&place, |(place, _)| *place) {
            Ok(at) if self.metadata[at].1 == value => return,
            Ok(at) => self.metadata[at].1 = value,
            Err(at) => {
                let (known, max) = (self.metadata.len(), self.limits.max_metadata_fields);
                // One more than is kept stands for all that are left out.
                if known <= max {
                    self.metadata.insert(at, (place, value));
                }
                if known == max {
                    self.limit("max_metadata_fields", max, "further fields beside the answer are left out", context);
                }
                if known >= max {
                    return;
                }
            }
        }
        context.out.push(Event::ProviderMetadata { choice, name: name.to_owned(), raw: JsonText::lossless(raw) });
    }

    fn prose(&mut self, kind: Prose, choice: u32, text: &str, context: &mut Context<'_>) {
        if text.is_empty() {
            return;
        }
        let Some(block) = self.open_block(kind, choice, context) else { return };
        let delta = text.to_owned();
        let content = match kind {
            Prose::Text => Content::Text,
            Prose::Reasoning => Content::Reasoning,
        };
        context.content(content, text.len());
        context.out.push(match kind {
            Prose::Text => Event::TextDelta { choice, block, delta },
            Prose::Reasoning => Event::ReasoningDelta { choice, block, delta },
        });
    }

    fn refusal(&mut self, choice: u32, text: &str, context: &mut Context<'_>) {
        if text.is_empty() {
            return;
        }
        let Some(at) = self.choice(choice, context) else { return };
        self.end_block(at, context.out);
        context.content(Content::Text, text.len());
        context.out.push(Event::RefusalDelta { choice, delta: text.to_owned() });
    }

    fn signature(&mut self, kind: Prose, choice: u32, signature: &str, context: &mut Context<'_>) {
        if signature.is_empty() || self.open_block(kind, choice, context).is_none() {
            return;
        }
        self.opened(choice).signature.get_or_insert_default().push_str(signature);
    }

    /// The answer of which a block was just opened.
    fn opened(&mut self, choice: u32) -> &mut Choice {
        self.choices.iter_mut().find(|known| known.index == choice).expect("its block was just opened")
    }

    /// Makes sure that a block of `kind` is open in `choice` and returns its number.
    fn open_block(&mut self, kind: Prose, choice: u32, context: &mut Context<'_>) -> Option<u32> {
        let at = self.choice(choice, context)?;
        if self.choices[at].open != Some(kind) {
            self.end_block(at, context.out);
            let known = &mut self.choices[at];
            known.open = Some(kind);
            known.blocks += 1;
            let block = known.blocks - 1;
            context.out.push(match kind {
                Prose::Text => Event::TextStart { choice, block },
                Prose::Reasoning => Event::ReasoningStart { choice, block },
            });
        }
        Some(self.choices[at].blocks - 1)
    }

    fn end_block(&mut self, at: usize, out: &mut Outbox) {
        let known = &mut self.choices[at];
        let (choice, block) = (known.index, known.blocks.saturating_sub(1));
        let (signature, redacted) = (known.signature.take(), known.redacted.take());
        match known.open.take() {
            Some(Prose::Text) => out.push(Event::TextEnd { choice, block, signature }),
            Some(Prose::Reasoning) => out.push(Event::ReasoningEnd { choice, block, signature, redacted }),
            None => {}
        }
    }

    /// Where `choice` stands in `choices`; `None` where there are too many.
    fn choice(&mut self, choice: u32, context: &mut Context<'_>) -> Option<usize> {
        if let Some(at) = self.choices.iter().position(|known| known.index == choice) {
            return Some(at);
        }
        if self.choices.len() >= self.limits.max_choices {
            self.limit("max_choices", self.limits.max_choices, "an answer is left out", context);
            return None;
        }
        let known = Choice {
            index: choice,
            open: None,
            blocks: 0,
            signature: None,
            redacted: None,
            executed: None,
            audio: None,
            stop_sequence: None,
        };
        self.choices.push(known);
        Some(self.choices.len() - 1)
    }

    fn start_tool(
        &mut self,
        choice: u32,
        slot: u32,
        (id, name): (&str, &str),
        provider_executed: bool,
        context: &mut Context<'_>,
    ) {
        let Some(at) = self.choice(choice, context) else { return };
        self.end_block(at, context.out);
        if self.calls as usize >= self.limits.max_tool_calls {
            return self.limit("max_tool_calls", self.limits.max_tool_calls, "a tool call is left out", context);
        }
        let id = if id.is_empty() { format!("call-{}", self.calls) } else { id.to_owned() };
        self.calls += 1;
        if provider_executed {
            self.choices[at].executed = Some(id.clone());
        }
        self.tools.push(Tool {
            slot,
            choice,
            id: id.clone(),
            name: name.to_owned(),
            provider_executed,
            freeform: false,
            signature: None,
            text: String::new(),
            value: Incremental::new(self.limits.json()),
            read: 0,
            full: false,
        });
        context.out.push(Event::ToolInputStart { choice, id, name: name.to_owned(), provider_executed });
    }

    /// The open call in `slot`.
    fn tool(&mut self, slot: u32) -> Option<&mut Tool> {
        self.tools.iter_mut().rev().find(|tool| tool.slot == slot)
    }

    fn tool_text(&mut self, slot: u32, text: &str, context: &mut Context<'_>) {
        let limit = self.limits.max_tool_input_bytes;
        let Some(tool) = self.tool(slot) else { return };
        if text.is_empty() || tool.full {
            return;
        }
        if tool.text.len() + text.len() > limit {
            tool.full = true;
            return self.limit("max_tool_input_bytes", limit, "the rest of the input is left out", context);
        }
        tool.text.push_str(text);
        let id = tool.id.clone();
        context.content(Content::ToolInput, text.len());
        context.out.push(Event::ToolInputDelta { id, delta: text.to_owned() });
    }

    /// Ends a tool call; where that is not by accident (`whole`), no input means `{}`. It ended `offset` bytes into the
    /// stream.
    fn end_tool(&mut self, at: usize, whole: bool, offset: u64, out: &mut Outbox) {
        let tool = self.tools.remove(at);
        out.push(Event::ToolInputEnd { id: tool.id.clone() });
        let input = match tool.text.as_str() {
            "" if whole => JsonText::new("{}"),
            text => JsonText::new(text).filter(|_| json::depth(text) <= self.limits.max_json_depth),
        };
        // Of an input that was cut off by a limit, that was said.
        if input.is_none() && !tool.freeform && !tool.full {
            self.error(self.invalid_input(&tool, offset), out);
        }
        let Tool { choice, id, name, provider_executed, signature, text, .. } = tool;
        out.push(Event::ToolCall { choice, id, name, input, input_text: text, provider_executed, signature });
    }

    /// What is wrong with the input of `tool`, which has no value.
    #[cold]
    fn invalid_input(&self, tool: &Tool, offset: u64) -> Error {
        let max_depth = self.limits.max_json_depth;
        let mut reader = Incremental::new(self.limits.json());
        reader.push(&tool.text);
        let IncrementalError { at, message } = reader.finish().err().unwrap_or_default();
        let error = if json::depth(&tool.text) > max_depth {
            let message = format!("`max_json_depth` ({max_depth}) is reached; the input has no value");
            Error::new(ErrorKind::Limit, offset, message)
        } else {
            Error::new(ErrorKind::InvalidToolInput, offset, format!("the tool's input is no JSON: {message}"))
        };
        let channel = Channel::Tool(tool.id.clone());
        error.with_span(Span { choice: tool.choice, channel, start: at as u64, end: tool.text.len() as u64 })
    }

    fn tool_result(&mut self, choice: u32, id: &str, raw: &str, signature: Option<&str>, context: &mut Context<'_>) {
        let Some(at) = self.choice(choice, context) else { return };
        self.end_block(at, context.out);
        let id = if id.is_empty() { self.choices[at].executed.clone().unwrap_or_default() } else { id.to_owned() };
        let (raw, signature) = (JsonText::lossless(raw), signature.map(str::to_owned));
        context.out.push(Event::ToolResult { choice, id, raw, signature });
    }

    fn audio(&mut self, choice: u32, data: &str, context: &mut Context<'_>) {
        let Some(at) = self.choice(choice, context) else { return };
        context.content(Content::Media, data.len());
        let media_type = self.choices[at].audio.clone();
        context.out.push(Event::AudioDelta { choice, data: data.to_owned(), media_type });
    }

    fn file(&mut self, choice: u32, file: File<'_>, context: &mut Context<'_>) {
        let Some(at) = self.choice(choice, context) else { return };
        self.end_block(at, context.out);
        context.content(Content::Media, file.data.map_or(0, str::len));
        context.out.push(Event::File {
            choice,
            media_type: file.media_type.map(str::to_owned),
            data: file.data.map(str::to_owned),
            url: file.url.map(str::to_owned),
            reasoning: file.reasoning,
            signature: file.signature.map(str::to_owned),
        });
    }

    /// Closes what is open of an answer that is whole; gives the stop sequence that ended it.
    fn finish(&mut self, choice: u32, reason: FinishReason, context: &mut Context<'_>) -> Option<String> {
        let mut stop_sequence = None;
        if let Some(at) = self.choices.iter().position(|known| known.index == choice) {
            self.end_block(at, context.out);
            stop_sequence = self.choices[at].stop_sequence.take();
        }
        let whole = matches!(reason, FinishReason::Stop | FinishReason::ToolCalls);
        while let Some(at) = self.tools.iter().position(|tool| tool.choice == choice) {
            self.end_tool(at, whole, context.offset, context.out);
        }
        stop_sequence
    }

    #[cold]
    fn limit(&mut self, setting: &str, max: usize, consequence: &str, context: &mut Context<'_>) {
        let message = format!("`{setting}` ({max}) is reached; {consequence}");
        self.error(Error::new(ErrorKind::Limit, context.offset, message), context.out);
    }
}

/// What stands around a delta: where its frame began, when it came, where events go.
pub(crate) struct Context<'s> {
    pub(crate) offset: u64,
    pub(crate) now: Timestamp,
    /// The framing has frames, so that their number does not depend on how the input was cut.
    pub(crate) framed: bool,
    pub(crate) meter: &'s mut Meter,
    pub(crate) out: &'s mut Outbox,
}

impl Context<'_> {
    fn content(&mut self, kind: Content, bytes: usize) {
        self.meter.content(kind, bytes, self.framed, self.now);
    }
}

/// An [`Assembler`] with the [`Context`] of one frame: what a dialect writes to.
pub(crate) struct Assembly<'s> {
    pub(crate) assembler: &'s mut Assembler,
    pub(crate) context: Context<'s>,
}

impl Sink for Assembly<'_> {
    fn delta(&mut self, delta: Delta<'_>) {
        self.assembler.delta(delta, &mut self.context);
    }
}
