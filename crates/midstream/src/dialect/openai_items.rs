//! The output items of an OpenAI response while they are written: what deltas have said of each, so that the events
//! which repeat it (`.done`, `output_item.done`, the final response object) add only what no delta brought.
//!
//! Items are told apart by id and by place: Copilot and mistral.rs give one item a new id in every event, LiteLLM has
//! several items at one `output_index`, and a response object may leave items out.

use super::openai_calls::{Call, TOOLS, Tool};
use super::openai_event::{ServerEvent, is_blank, keep, note, raw, string};
use super::{Delta, Sink};
use crate::json::{Cursor, SyntaxError};

/// The items of one response after the other.
#[derive(Debug, Default)]
pub(super) struct Items {
    items: Vec<Item>,
    parts: Vec<Part>,
    /// The part whose block is open; an index into `parts`.
    open: Option<usize>,
    /// Slots given to tool calls; never reset, since a slot belongs to one call of the stream.
    slots: u32,
    host_calls: bool,
}

#[derive(Debug)]
struct Item {
    /// `output_index`, where one was given.
    index: Option<u64>,
    /// The id as raw JSON; empty where none was given.
    id: Box<str>,
    kind: ItemKind,
    call: Option<Call>,
    /// Its signature was handed on.
    signed: bool,
    /// It was seen as a whole.
    done: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemKind {
    Message,
    Reasoning,
    Tool(&'static Tool),
    /// An item that midstream has no word for.
    Other,
}

/// A text inside an item.
#[derive(Debug)]
struct Part {
    item: usize,
    class: Class,
    index: u64,
    said: Said,
    /// Deltas brought it, or part of it.
    streamed: bool,
    /// Annotations handed on.
    sources: usize,
    /// The whole text was seen.
    settled: bool,
}

/// What a part's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// `output_text`, or the transcript of `output_audio`.
    Text,
    Refusal,
    /// `reasoning_text`
    Reasoning,
    /// `summary_text`
    Summary,
    Audio,
}

/// What an item says about itself.
#[derive(Debug, Default)]
struct Head<'a> {
    kind: &'a str,
    id: &'a str,
    call_id: &'a str,
}

impl Items {
    /// Forgets the items: a new response begins.
    pub(super) fn clear(&mut self) {
        *self = Self { slots: self.slots, ..Self::default() };
    }

    /// Whether the response has called tools that the host must run.
    pub(super) fn host_calls(&self) -> bool {
        self.host_calls
    }

    /// Takes `output_item.added`: tool calls begin, the rest begins with its first delta.
    pub(super) fn added(&mut self, event: &ServerEvent<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        let Some(item) = event.item else { return Ok(()) };
        let head = Head::read(item)?;
        let kind = ItemKind::of(head.kind);
        let known = self.items.iter().any(|known| known.kind == kind && !is_blank(head.id) && *known.id == *head.id);
        if known || self.items.len() >= MAX_ITEMS {
            return Ok(());
        }
        let at = self.push(event.index, head.id, kind);
        if let ItemKind::Tool(tool) = kind {
            self.start(at, tool, item, out)?;
        }
        Ok(())
    }

    /// Takes `output_item.done`.
    pub(super) fn done(&mut self, event: &ServerEvent<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        event.item.map_or(Ok(()), |item| self.whole(event.index, item, false, out))
    }

    /// Takes the `output` of a whole response object.
    pub(super) fn output(&mut self, mut output: Cursor<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        let mut index = 0;
        output.array(|value| {
            let item = keep(value)?;
            item.map_or(Ok(()), |item| self.whole(Some(index), item, true, out))?;
            index += 1;
            Ok(())
        })?;
        Ok(())
    }

    /// Takes more of a text. Empty deltas say nothing, other kinds of values are for the caller to keep.
    pub(super) fn delta(&mut self, class: Class, event: &ServerEvent<'_>, text: &str, out: &mut dyn Sink) {
        let part = self.part(class, event);
        if let Some(part) = part {
            self.parts[part].streamed = true;
        }
        self.say(part, class, text, out);
    }

    /// Takes more audio, which is no text: no block is opened or closed for it.
    pub(super) fn audio(&mut self, event: &ServerEvent<'_>, data: &str, out: &mut dyn Sink) {
        if data.is_empty() {
            return;
        }
        if let Some(part) = self.part(Class::Audio, event) {
            self.parts[part].streamed = true;
        }
        out.delta(Delta::Audio { choice: 0, data });
    }

    /// Takes a text as a whole, by its own `.done` event.
    pub(super) fn text_done(
        &mut self,
        class: Class,
        event: &ServerEvent<'_>,
        out: &mut dyn Sink,
    ) -> Result<(), SyntaxError> {
        let Some(whole) = event.whole else { return Ok(()) };
        let item = self.item(class.kind(), event.index, event.item_id);
        self.settle(item, class, event.part_index, whole, &event.kind, out)
    }

    /// Takes `content_part.done` and its like.
    pub(super) fn part_done(&mut self, event: &ServerEvent<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        let Some(part) = event.part else { return Ok(()) };
        let kind = if event.kind.contains("reasoning") { ItemKind::Reasoning } else { ItemKind::Message };
        // vLLM has `content_part` events for reasoning, too.
        let at = [kind, ItemKind::Reasoning].iter().find_map(|kind| self.find(*kind, event.index, event.item_id));
        let at = at.or_else(|| self.item(kind, event.index, event.item_id));
        self.whole_part(at, event.part_index, part, out)?;
        // A block of reasoning stays open for the signature that the whole item brings.
        let open = self.open.map(|open| &self.parts[open]);
        if open.is_some_and(|open| Some(open.item) == at && kind == ItemKind::Message) {
            self.close(out);
        }
        Ok(())
    }

    /// Takes an annotation.
    pub(super) fn annotation(&mut self, event: &ServerEvent<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        let Some(annotation) = event.annotation else { return Ok(()) };
        if let Some(at) = self.part(Class::Text, event) {
            self.parts[at].sources += 1;
        }
        source(annotation, out)
    }

    /// The call that `event` speaks of.
    pub(super) fn call(&mut self, tool: &'static Tool, event: &ServerEvent<'_>) -> Option<&mut Call> {
        let at = self.find(ItemKind::Tool(tool), event.index, event.item_id)?;
        self.items[at].call.as_mut()
    }

    /// Begins a call that no item announced, where `event` itself says which; returns whether it does.
    pub(super) fn announce(
        &mut self,
        tool: &'static Tool,
        event: &ServerEvent<'_>,
        out: &mut dyn Sink,
    ) -> Result<bool, SyntaxError> {
        let (Some(id), Some(name)) = (string(event.call_id)?, string(event.name)?) else { return Ok(false) };
        if self.items.len() >= MAX_ITEMS {
            return Ok(false);
        }
        let at = self.push(event.index, event.item_id, ItemKind::Tool(tool));
        let call = Call::new(tool, self.slot());
        self.host_calls |= !call.provider_executed;
        call.start(&id, &name, out);
        self.items[at].call = Some(call);
        self.open = None;
        Ok(true)
    }

    /// Closes the open block.
    fn close(&mut self, out: &mut dyn Sink) {
        if self.open.take().is_some() {
            out.delta(Delta::BlockEnd { choice: 0 });
        }
    }

    /// Takes an item as a whole; `listed` in the output of a response, which repeats items that were done.
    fn whole(
        &mut self,
        index: Option<u64>,
        item: Cursor<'_>,
        listed: bool,
        out: &mut dyn Sink,
    ) -> Result<(), SyntaxError> {
        let head = Head::read(item)?;
        let kind = ItemKind::of(head.kind);
        let known = self.find_whole(kind, index, &head, listed);
        let repeated = known.is_some_and(|at| self.items[at].done);
        if known.is_none() && self.items.len() >= MAX_ITEMS {
            out.delta(Delta::Unknown { name: head.kind, raw: raw(item)? });
            return Ok(());
        }
        let at = known.unwrap_or_else(|| self.push(index, head.id, kind));
        self.items[at].done = true;
        match kind {
            ItemKind::Message => self.whole_message(at, item, repeated, out),
            ItemKind::Reasoning => self.whole_reasoning(at, item, repeated, out),
            ItemKind::Tool(tool) if !repeated => {
                if self.items[at].call.is_none() {
                    self.start(at, tool, item, out)?;
                }
                self.items[at].call.as_mut().map_or(Ok(()), |call| call.whole(item, out))
            }
            ItemKind::Other if !repeated => other(head.kind, item, out),
            ItemKind::Tool(_) | ItemKind::Other => Ok(()),
        }
    }

    fn whole_message(
        &mut self,
        at: usize,
        mut item: Cursor<'_>,
        repeated: bool,
        out: &mut dyn Sink,
    ) -> Result<(), SyntaxError> {
        let mut unknown = Vec::new();
        item.object(|key, value| match key {
            "content" => self.whole_parts(at, value, out),
            _ if repeated || MESSAGE_FIELDS.contains(&key) => value.skip(),
            _ => note(&mut unknown, key, value),
        })?;
        self.close_item(at, out);
        report("message", &unknown, out);
        Ok(())
    }

    fn whole_reasoning(
        &mut self,
        at: usize,
        mut item: Cursor<'_>,
        repeated: bool,
        out: &mut dyn Sink,
    ) -> Result<(), SyntaxError> {
        let mut unknown = Vec::new();
        let mut signature = None;
        item.object(|key, value| match key {
            "summary" | "content" => self.whole_parts(at, value, out),
            "encrypted_content" => keep(value).map(|kept| signature = kept),
            _ if repeated || REASONING_FIELDS.contains(&key) => value.skip(),
            _ => note(&mut unknown, key, value),
        })?;
        if let Some(signature) = string(signature)?.filter(|signature| !signature.is_empty() && !self.items[at].signed)
        {
            self.items[at].signed = true;
            if self.open.is_some_and(|open| self.parts[open].item != at) {
                self.close(out);
            }
            out.delta(Delta::Signature { choice: 0, signature: &signature });
            out.delta(Delta::BlockEnd { choice: 0 });
            self.open = None;
        }
        self.close_item(at, out);
        report("reasoning", &unknown, out);
        Ok(())
    }

    fn whole_parts(&mut self, at: usize, parts: &mut Cursor<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        let mut index = 0;
        parts.array(|value| {
            let part = keep(value)?;
            part.map_or(Ok(()), |part| self.whole_part(Some(at), index, part, out))?;
            index += 1;
            Ok(())
        })?;
        Ok(())
    }

    /// Takes a part as a whole.
    fn whole_part(
        &mut self,
        item: Option<usize>,
        index: u64,
        mut part: Cursor<'_>,
        out: &mut dyn Sink,
    ) -> Result<(), SyntaxError> {
        let whole = part;
        let (mut kind, mut text, mut audio, mut annotations) = (None, None, None, None);
        let mut unknown = Vec::new();
        part.object(|key, value| {
            match key {
                "type" => kind = value.string()?,
                "text" | "refusal" | "transcript" => text = keep(value)?.or(text),
                "annotations" => annotations = keep(value)?,
                // Responses | Realtime.
                "data" | "audio" => audio = keep(value)?,
                // Probabilities of the tokens that the text has.
                "logprobs" => value.skip()?,
                _ => note(&mut unknown, key, value)?,
            }
            Ok(())
        })?;
        let kind = kind.unwrap_or_default();
        let reasoning = item.is_some_and(|at| self.items[at].kind == ItemKind::Reasoning);
        let class = match &*kind {
            "summary_text" => Class::Summary,
            "reasoning_text" => Class::Reasoning,
            // vLLM calls the parts of reasoning items so, too.
            "output_text" | "text" if reasoning => Class::Reasoning,
            "output_text" | "text" | "output_audio" | "audio" => Class::Text,
            "refusal" => Class::Refusal,
            _ => {
                let known = item.is_some_and(|at| self.part_of(at, Class::Text, index).is_some());
                if !known && let Some(at) = item.and_then(|at| self.new_part(at, Class::Text, index)) {
                    self.parts[at].settled = true;
                    out.delta(Delta::Unknown { name: &kind, raw: raw(whole)? });
                }
                return Ok(());
            }
        };
        let settled = item.and_then(|at| self.part_of(at, class, index)).is_some_and(|at| self.parts[at].settled);
        if let Some(text) = text {
            self.settle(item, class, index, text, &kind, out)?;
        }
        if let (Some(audio), Some(at)) = (string(audio)?, item) {
            self.whole_audio(at, index, &audio, out);
        }
        if let Some(annotations) = annotations {
            self.sources(item, index, annotations, out)?;
        }
        if !settled {
            report(&kind, &unknown, out);
        }
        Ok(())
    }

    /// Hands on what no delta brought of the text that stands at `whole`; `name` says where it stands.
    fn settle(
        &mut self,
        item: Option<usize>,
        class: Class,
        index: u64,
        whole: Cursor<'_>,
        name: &str,
        out: &mut dyn Sink,
    ) -> Result<(), SyntaxError> {
        let Some(text) = string(Some(whole))?.filter(|text| !text.is_empty()) else { return Ok(()) };
        let part = item.and_then(|at| self.part_of(at, class, index).or_else(|| self.new_part(at, class, index)));
        let Some(part) = part else {
            out.delta(Delta::Unknown { name, raw: raw(whole)? });
            return Ok(());
        };
        if std::mem::replace(&mut self.parts[part].settled, true) {
            return Ok(());
        }
        let said = &self.parts[part].said;
        if said.is_empty() && self.parts.iter().any(|other| other.streamed && other.said.is(&text)) {
            return Ok(());
        }
        match said.rest(&text) {
            Some(rest) => self.say(Some(part), class, rest, out),
            // It contradicts the deltas, which can't be unsaid.
            None => out.delta(Delta::Unknown { name, raw: raw(whole)? }),
        }
        Ok(())
    }

    /// Hands on the audio of a whole part of which no delta brought any.
    fn whole_audio(&mut self, item: usize, index: u64, data: &str, out: &mut dyn Sink) {
        if data.is_empty() || self.part_of(item, Class::Audio, index).is_some() {
            return;
        }
        if self.new_part(item, Class::Audio, index).is_some() {
            out.delta(Delta::Audio { choice: 0, data });
        }
    }

    /// Hands on the annotations of a whole part that were not handed on one by one.
    fn sources(
        &mut self,
        item: Option<usize>,
        index: u64,
        mut annotations: Cursor<'_>,
        out: &mut dyn Sink,
    ) -> Result<(), SyntaxError> {
        let part = item.and_then(|at| self.part_of(at, Class::Text, index));
        let known = part.map_or(0, |part| self.parts[part].sources);
        let mut count = 0;
        annotations.array(|value| {
            count += 1;
            match keep(value)? {
                Some(annotation) if count > known => source(annotation, out),
                _ => Ok(()),
            }
        })?;
        if let Some(part) = part {
            self.parts[part].sources = known.max(count);
        }
        Ok(())
    }

    fn say(&mut self, part: Option<usize>, class: Class, text: &str, out: &mut dyn Sink) {
        if text.is_empty() {
            return;
        }
        if self.open != part {
            self.close(out);
            self.open = part;
        }
        if let Some(part) = part {
            self.parts[part].said.push(text);
        }
        out.delta(match class {
            Class::Text => Delta::Text { choice: 0, text },
            Class::Refusal => Delta::Refusal { choice: 0, text },
            Class::Reasoning | Class::Summary => Delta::Reasoning { choice: 0, text },
            Class::Audio => Delta::Audio { choice: 0, data: text },
        });
    }

    fn close_item(&mut self, at: usize, out: &mut dyn Sink) {
        if self.open.is_some_and(|open| self.parts[open].item == at) {
            self.close(out);
        }
    }

    fn start(
        &mut self,
        at: usize,
        tool: &'static Tool,
        item: Cursor<'_>,
        out: &mut dyn Sink,
    ) -> Result<(), SyntaxError> {
        let call = Call::begin(tool, self.slot(), item, out)?;
        self.host_calls |= call.as_ref().is_some_and(|call| !call.provider_executed);
        self.items[at].call = call;
        self.open = None;
        Ok(())
    }

    fn slot(&mut self) -> u32 {
        self.slots = self.slots.wrapping_add(1);
        self.slots
    }

    fn push(&mut self, index: Option<u64>, id: &str, kind: ItemKind) -> usize {
        self.items.push(Item { index, id: id.into(), kind, call: None, signed: false, done: false });
        self.items.len() - 1
    }

    /// The part that `event` speaks of, made where it is new; `None` where there are too many.
    fn part(&mut self, class: Class, event: &ServerEvent<'_>) -> Option<usize> {
        let item = self.item(class.kind(), event.index, event.item_id)?;
        self.part_of(item, class, event.part_index).or_else(|| self.new_part(item, class, event.part_index))
    }

    fn part_of(&self, item: usize, class: Class, index: u64) -> Option<usize> {
        self.parts.iter().rposition(|part| (part.item, part.class, part.index) == (item, class, index))
    }

    fn new_part(&mut self, item: usize, class: Class, index: u64) -> Option<usize> {
        if self.parts.len() >= MAX_PARTS {
            return None;
        }
        self.parts.push(Part {
            item,
            class,
            index,
            said: Said::default(),
            streamed: false,
            sources: 0,
            settled: false,
        });
        Some(self.parts.len() - 1)
    }

    /// The item that an event speaks of, made where none announced it; `None` where there are too many.
    fn item(&mut self, kind: ItemKind, index: Option<u64>, id: &str) -> Option<usize> {
        self.find(kind, index, id).or_else(|| (self.items.len() < MAX_ITEMS).then(|| self.push(index, id, kind)))
    }

    /// The latest item of `kind` with this id, or else at this index.
    fn find(&self, kind: ItemKind, index: Option<u64>, id: &str) -> Option<usize> {
        let mut at_index = None;
        for (at, item) in self.items.iter().enumerate().rev().filter(|(_, item)| item.kind == kind) {
            if !is_blank(id) && *item.id == *id {
                return Some(at);
            }
            if at_index.is_none() && (index.is_none() || item.index == index) {
                at_index = Some(at);
            }
        }
        at_index
    }

    /// The item that a whole item repeats: by id, by the id of its call, or by kind and place.
    fn find_whole(&self, kind: ItemKind, index: Option<u64>, head: &Head<'_>, listed: bool) -> Option<usize> {
        let of_kind = || self.items.iter().enumerate().rev().filter(|(_, item)| item.kind == kind);
        let by_id = || of_kind().find(|(_, item)| !is_blank(head.id) && *item.id == *head.id);
        let by_call = || {
            let is_call = |item: &Item| item.call.as_ref().is_some_and(|call| call.is(head.call_id));
            of_kind().find(|(_, item)| is_call(item))
        };
        let by_place = || {
            let is_other = |item: &Item| item.call.as_ref().is_some_and(|call| call.is_other(head.call_id));
            of_kind().find(|(_, item)| item.index == index && (listed || !item.done) && !is_other(item))
        };
        by_id().or_else(by_call).or_else(by_place).map(|(at, _)| at)
    }
}

impl<'a> Head<'a> {
    fn read(mut item: Cursor<'a>) -> Result<Self, SyntaxError> {
        let mut head = Self::default();
        item.object(|key, value| {
            match key {
                "type" => head.kind = value.raw()?.trim_matches('"'),
                "id" => head.id = value.raw()?,
                "call_id" => head.call_id = value.raw()?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        Ok(head)
    }
}

impl ItemKind {
    fn of(name: &str) -> Self {
        match name {
            "message" => Self::Message,
            "reasoning" => Self::Reasoning,
            _ => TOOLS.iter().find(|tool| tool.item == name).map_or(Self::Other, Self::Tool),
        }
    }
}

impl Class {
    fn kind(self) -> ItemKind {
        match self {
            Self::Text | Self::Refusal | Self::Audio => ItemKind::Message,
            Self::Reasoning | Self::Summary => ItemKind::Reasoning,
        }
    }
}

/// What deltas have said of a text: enough to tell whether a whole text begins with it, without keeping it.
#[derive(Debug, Default)]
pub(super) struct Said {
    bytes: usize,
    /// FNV-1a of the bytes, less its offset basis.
    hash: u64,
}

impl Said {
    pub(super) fn push(&mut self, text: &str) {
        self.bytes += text.len();
        self.hash = fnv(self.hash, text);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// What is left of `whole`; `None` where it does not begin with what was said.
    pub(super) fn rest<'w>(&self, whole: &'w str) -> Option<&'w str> {
        let (begin, rest) = whole.split_at_checked(self.bytes)?;
        (fnv(0, begin) == self.hash).then_some(rest)
    }

    /// Whether this is `whole`.
    fn is(&self, whole: &str) -> bool {
        self.bytes == whole.len() && fnv(0, whole) == self.hash
    }
}

/// Fowler, Noll, Vo: FNV-1a, 64 bits.
fn fnv(hash: u64, text: &str) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    text.bytes().fold(hash ^ BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME)) ^ BASIS
}

fn source(mut annotation: Cursor<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
    let raw = raw(annotation)?;
    let (mut url, mut title) = (None, None);
    annotation.object(|key, value| {
        match key {
            "url" => url = value.string()?,
            "title" => title = value.string()?.or(title.take()),
            "filename" => title = title.take().or(value.string()?),
            _ => value.skip()?,
        }
        Ok(())
    })?;
    out.delta(Delta::Source { choice: 0, url: url.as_deref(), title: title.as_deref(), raw });
    Ok(())
}

/// Hands on an item of a kind that midstream has no word for.
fn other(kind: &str, mut item: Cursor<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
    let raw = raw(item)?;
    let kind = if kind.is_empty() { "item" } else { kind };
    let mut failed = false;
    if kind == "mcp_list_tools" {
        // What a server offers is no part of the answer; that it can't be asked is.
        item.object(|key, value| match key {
            "error" => value.raw().map(|raw| failed = !is_blank(raw)),
            _ => value.skip(),
        })?;
    }
    if failed || kind != "mcp_list_tools" {
        out.delta(Delta::Unknown { name: kind, raw });
    }
    Ok(())
}

/// Hands on fields that nobody knows of something of kind `kind`.
pub(super) fn report(kind: &str, unknown: &[(String, &str)], out: &mut dyn Sink) {
    for (key, raw) in unknown {
        out.delta(Delta::Unknown { name: &format!("{kind}.{key}"), raw });
    }
}

/// Items that are told apart in one response. No real response has a tenth of it; of further ones, deltas are handed
/// on all the same, and what only repeats is handed on as unknown.
const MAX_ITEMS: usize = 1024;

/// Parts that are told apart in one response.
const MAX_PARTS: usize = 4096;

/// Fields of a message that carry no content.
const MESSAGE_FIELDS: &[&str] = &["id", "type", "object", "status", "role", "phase"];

/// Fields of a reasoning item that carry no content.
const REASONING_FIELDS: &[&str] = &["id", "type", "object", "status", "format"];
