//! The output items of an OpenAI response while they are written: what deltas have said of each, so that the events
//! which repeat it (`.done`, `output_item.done`, the final response object) add only what no delta brought.
//!
//! Items are told apart by id and by place: Copilot and mistral.rs give one item a new id in every event, LiteLLM has
//! several items at one `output_index`, and a response object may leave items out.

mod calls;
mod whole;

use self::calls::{Call, TOOLS};
pub(super) use self::calls::{Tool, tool};
use self::whole::Head;
use super::fields::is_blank;
use super::openai_event::{ServerEvent, raw, string};
use super::said::Said;
use super::{Delta, Out};
use crate::engine::Limits;
use crate::json::{Cursor, SyntaxError};

/// The items of one response after the other.
#[derive(Debug)]
pub(super) struct Items {
    /// How many items, and parts of items, of one response are told apart. Of further ones, deltas are handed on all the
    /// same, and what only repeats is handed on as unknown.
    max: usize,
    /// There were more, which was told.
    over: bool,
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

impl Items {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            max: limits.max_output_items,
            over: false,
            items: Vec::new(),
            parts: Vec::new(),
            open: None,
            slots: 0,
            host_calls: false,
        }
    }

    /// Forgets the items: a new response begins.
    pub(super) fn clear(&mut self) {
        let Self { items, parts, open, host_calls, .. } = self;
        items.clear();
        parts.clear();
        *open = None;
        *host_calls = false;
    }

    /// Whether there are too many to take one more, which is told the first time.
    fn is_full(&mut self, taken: usize, out: &mut Out<'_>) -> bool {
        let full = taken >= self.max;
        if full && !std::mem::replace(&mut self.over, true) {
            let consequence = "what repeats further items is not recognised";
            out.limit("max_output_items", self.max, consequence);
        }
        full
    }

    /// Whether the response has called tools that the host must run.
    pub(super) fn host_calls(&self) -> bool {
        self.host_calls
    }

    /// Takes `output_item.added`: tool calls begin, the rest begins with its first delta.
    pub(super) fn added(&mut self, event: &ServerEvent<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(item) = event.item else { return Ok(()) };
        let head = Head::read(item)?;
        let kind = ItemKind::of(head.kind);
        let known = self.items.iter().any(|known| known.kind == kind && !is_blank(head.id) && *known.id == *head.id);
        if known {
            return Ok(());
        }
        if self.is_full(self.items.len(), out) {
            out.unknown(head.kind, raw(item)?);
            return Ok(());
        }
        let at = self.push(event.index, head.id, kind);
        if let ItemKind::Tool(tool) = kind {
            self.start(at, tool, item, out)?;
        }
        Ok(())
    }

    /// Takes more of a text. Empty deltas say nothing, other kinds of values are for the caller to keep.
    pub(super) fn delta(&mut self, class: Class, event: &ServerEvent<'_>, text: &str, out: &mut Out<'_>) {
        let part = self.part(class, event, out);
        if let Some(part) = part {
            self.parts[part].streamed = true;
        }
        self.say(part, class, text, out);
    }

    /// Takes more audio, which is no text: no block is opened or closed for it.
    pub(super) fn audio(&mut self, event: &ServerEvent<'_>, data: &str, out: &mut Out<'_>) {
        if data.is_empty() {
            return;
        }
        if let Some(part) = self.part(Class::Audio, event, out) {
            self.parts[part].streamed = true;
        }
        out.audio(0, data);
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
        out: &mut Out<'_>,
    ) -> Result<bool, SyntaxError> {
        let (Some(id), Some(name)) = (string(event.call_id)?, string(event.name)?) else { return Ok(false) };
        if self.is_full(self.items.len(), out) {
            return Ok(false);
        }
        let at = self.push(event.index, event.item_id, ItemKind::Tool(tool));
        let mut call = Call::new(tool, self.slot());
        self.host_calls |= !call.provider_executed;
        call.start(id, name, out);
        self.items[at].call = Some(call);
        self.open = None;
        Ok(true)
    }

    /// Closes the open block.
    fn close(&mut self, out: &mut Out<'_>) {
        if self.open.take().is_some() {
            out.block_end(0);
        }
    }

    fn say(&mut self, part: Option<usize>, class: Class, text: &str, out: &mut Out<'_>) {
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

    fn close_item(&mut self, at: usize, out: &mut Out<'_>) {
        if self.open.is_some_and(|open| self.parts[open].item == at) {
            self.close(out);
        }
    }

    fn start(
        &mut self,
        at: usize,
        tool: &'static Tool,
        item: Cursor<'_>,
        out: &mut Out<'_>,
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
    fn part(&mut self, class: Class, event: &ServerEvent<'_>, out: &mut Out<'_>) -> Option<usize> {
        let item = self.item(class.kind(), event.index, event.item_id, out)?;
        self.part_of(item, class, event.part_index).or_else(|| self.new_part(item, class, event.part_index, out))
    }

    fn part_of(&self, item: usize, class: Class, index: u64) -> Option<usize> {
        self.parts.iter().rposition(|part| (part.item, part.class, part.index) == (item, class, index))
    }

    fn new_part(&mut self, item: usize, class: Class, index: u64, out: &mut Out<'_>) -> Option<usize> {
        if self.is_full(self.parts.len(), out) {
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
    fn item(&mut self, kind: ItemKind, index: Option<u64>, id: &str, out: &mut Out<'_>) -> Option<usize> {
        let known = self.find(kind, index, id);
        if known.is_some() || self.is_full(self.items.len(), out) { known } else { Some(self.push(index, id, kind)) }
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

/// Hands on a citation: of a page, with its address and title, or of a file, by its name.
pub(super) fn source(mut annotation: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let raw = raw(annotation)?;
    let (mut url, mut title) = (None, None);
    annotation.object(|key, value| {
        match key {
            "url" => value.string_into(&mut url)?,
            "title" => title = value.string()?.or(title.take()),
            "filename" => title = title.take().or(value.string()?),
            _ => value.skip()?,
        }
        Ok(())
    })?;
    out.source(0, url, title, raw);
    Ok(())
}
