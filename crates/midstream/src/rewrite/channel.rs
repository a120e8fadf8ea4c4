//! The channels of a stream, and what a frame does to them.

use std::ops::Range;
use std::sync::Arc;

use super::encode::{self, Raw};
use super::envelope::{Envelope, Payload, seal};
use super::slots::{Slot, borrowed, places};
use super::stop::{self, Stopped};
use super::strings::{Strings, strings};
use super::{Filter, Filters};
use crate::dialect::{Delta, Dialect, Said};
use crate::json::Cursor;
use crate::wire::{Framing, Origin};

/// What the words of a channel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Visible text.
    Text,
    /// Reasoning.
    Reasoning,
    /// A refusal.
    Refusal,
    /// JSON that a tool is given.
    ToolInput,
    /// A string that is none of these, whole.
    Other,
}

/// Which channel: its kind, and the answer's or the tool call's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key(Kind, u32);

/// What a frame says, as far as channels go.
#[derive(Debug)]
pub(super) struct Steps<'f> {
    payload: &'f str,
    steps: Vec<Step>,
    /// It also says something that must not be said twice.
    unique: bool,
    id: Option<String>,
    model: Option<String>,
}

#[derive(Debug)]
enum Step {
    Words {
        key: Key,
        words: String,
        at: Option<Range<usize>>,
    },
    /// Prose of another kind than this may be open in the answer no longer.
    EndProse {
        choice: u32,
    },
    ToolStart {
        choice: u32,
        slot: u32,
    },
    EndTool {
        slot: u32,
    },
    Finish {
        choice: u32,
    },
}

impl<'f> Steps<'f> {
    pub(super) fn new(payload: &'f str) -> Self {
        Self { payload, steps: Vec::new(), unique: false, id: None, model: None }
    }

    pub(super) fn push(&mut self, delta: &Delta<'_>) {
        match *delta {
            Delta::Metadata { id, model } => {
                self.id = id.map(str::to_owned);
                self.model = model.map(str::to_owned);
                return;
            }
            Delta::Usage(_) | Delta::AudioFormat { .. } => return,
            Delta::Text { choice, text } => return self.words(Key(Kind::Text, choice), text),
            Delta::Reasoning { choice, text } => return self.words(Key(Kind::Reasoning, choice), text),
            Delta::Refusal { choice, text } => return self.words(Key(Kind::Refusal, choice), text),
            Delta::ToolInput { slot, text } => return self.words(Key(Kind::ToolInput, slot), text),
            Delta::BlockEnd { choice } | Delta::ToolResult { choice, .. } | Delta::File { choice, .. } => {
                self.steps.push(Step::EndProse { choice })
            }
            Delta::ToolStart { choice, slot, .. } => self.steps.push(Step::ToolStart { choice, slot }),
            Delta::ToolEnd { slot } => self.steps.push(Step::EndTool { slot }),
            Delta::Finish { choice, .. } => self.steps.push(Step::Finish { choice }),
            _ => {}
        }
        self.unique = true;
    }

    pub(super) fn has_words(&self) -> bool {
        self.steps.iter().any(|step| step.words().is_some())
    }

    fn words(&mut self, key: Key, words: &str) {
        if !words.is_empty() {
            let at = borrowed(words, self.payload);
            self.steps.push(Step::Words { key, words: words.to_owned(), at });
        }
    }
}

/// The open channels.
#[derive(Debug)]
pub(super) struct Channels {
    filters: Arc<dyn Filters>,
    open: Vec<Open>,
    /// Which answer each open tool call belongs to: `(choice, slot)`.
    tools: Vec<(u32, u32)>,
    id: Option<String>,
    model: Option<String>,
    framing: Option<Framing>,
    /// Answers that began and did not finish.
    choices: Vec<u32>,
    /// Anthropic's number of the open block.
    block: Option<u64>,
    /// Frames written.
    frames: usize,
    /// Frames that wait for a channel whose words can only be checked as a whole.
    pending: Vec<u8>,
}

#[derive(Debug)]
struct Open {
    key: Key,
    filter: Box<dyn Filter>,
    /// Its words as they came, and as the filter gave them back.
    said: Said,
    shown: Said,
    /// Some of its words stand nowhere in their frames as they are: the dialect tells them in other words.
    unplaced: bool,
    /// The latest frame that held words of this channel and nothing that must not be said twice.
    like: Option<Template>,
}

/// A frame with its words taken out.
#[derive(Debug)]
struct Template {
    framing: Framing,
    origin: Origin,
    raw: Vec<u8>,
    payload_at: usize,
    before: String,
    after: String,
    quoted: bool,
    envelope: Option<Envelope>,
}

/// A frame that a [`Template`] is made from.
#[derive(Debug, Clone, Copy)]
struct Like<'l> {
    raw: Raw<'l>,
    payload: &'l str,
    envelope: Option<&'l Envelope>,
}

/// What becomes of a frame.
#[derive(Debug)]
struct Rewritten {
    edits: Vec<Edit>,
    /// Frames that go before it.
    ahead: Vec<u8>,
}

/// Words to be written in the place of others.
#[derive(Debug)]
struct Edit {
    key: Option<Key>,
    slots: Vec<Slot>,
    /// What stood there.
    was: String,
    now: String,
}

impl Channels {
    pub(super) fn new(filters: Arc<dyn Filters>) -> Self {
        Self {
            filters,
            open: Vec::new(),
            tools: Vec::new(),
            id: None,
            model: None,
            framing: None,
            choices: Vec::new(),
            block: None,
            frames: 0,
            pending: Vec::new(),
        }
    }

    /// Writes `raw`, whose payload is `payload`, to `out` with its words filtered.
    pub(super) fn rewrite(
        &mut self,
        dialect: Dialect,
        raw: Raw<'_>,
        payload: &str,
        steps: &Steps<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        self.framing = Some(raw.framing);
        self.id = steps.id.clone().or(self.id.take());
        self.model = steps.model.clone().or(self.model.take());
        if raw.framing == Framing::Text {
            return self.text(payload, out);
        }
        let Payload { text: payload, envelope } = Payload::open(dialect, payload)?;
        let found =
            if is_json(&payload) { strings(&payload).map_err(|error| error.to_string())? } else { Strings::default() };
        let words: Vec<_> = steps.steps.iter().filter_map(Step::words).collect();
        let mut places = places(&words, &found.strings).into_iter();
        let mut frame = Rewritten { edits: Vec::new(), ahead: Vec::new() };
        let mut stopped = None;
        for step in &steps.steps {
            let slots = if step.words().is_some() { places.next().unwrap_or_default() } else { Vec::new() };
            if stopped.is_some() {
                frame.edits.extend(Edit::without(step, slots));
            } else if let Err(reason) = self.step(step, slots, &mut frame) {
                stopped = Some(reason);
            }
        }
        if stopped.is_none() {
            stopped = self.said_whole(&payload, &found, &mut frame).err();
        }
        if stopped.is_none() {
            stopped = self.others(&payload, &found, &mut frame.edits).err();
        }
        if dialect == Dialect::Anthropic {
            self.block = open_block(&payload).or(self.block.filter(|_| !steps.unique));
        }
        let mut written = frame.ahead;
        let seal = |edits: &[Edit]| seal(envelope.as_ref(), &apply(&payload, edits)).into_owned();
        if let Some(reason) = stopped {
            // What the frame says besides its words might be just what must not go on.
            if !steps.unique && !frame.edits.is_empty() && self.pending.is_empty() {
                encode::replace(raw, &seal(&frame.edits), &mut written);
            }
            out.append(&mut written);
            return Err(reason);
        }
        if !steps.unique {
            self.remember(Like { raw, payload: &payload, envelope: envelope.as_ref() }, &frame.edits);
        }
        if frame.edits.iter().any(Edit::changes) {
            encode::replace(raw, &seal(&frame.edits), &mut written);
        } else {
            written.extend_from_slice(raw.bytes);
        }
        self.frames += 1;
        self.pass(&mut written, out);
        match self.pending.len() {
            0..=MAX_PENDING => Ok(()),
            _ => Err(format!("more than {MAX_PENDING} bytes wait for words that can only be checked as a whole")),
        }
    }

    /// Passes frames on, or keeps them as long as a channel is open whose words can only be checked as a whole.
    pub(super) fn pass(&mut self, written: &mut Vec<u8>, out: &mut Vec<u8>) {
        self.pending.append(written);
        if !self.open.iter().any(|open| open.unplaced) {
            out.append(&mut self.pending);
        }
    }

    fn step(&mut self, step: &Step, slots: Vec<Slot>, frame: &mut Rewritten) -> Result<(), String> {
        match step {
            Step::Words { key, words, .. } => {
                if key.0 != Kind::ToolInput {
                    self.begin(key.1);
                    for kind in PROSE.iter().filter(|kind| **kind != key.0) {
                        self.end(Key(*kind, key.1), frame)?;
                    }
                }
                let channel = self.channel(*key);
                let mut now = String::new();
                if slots.is_empty() && !channel.unplaced {
                    channel.unplaced = true;
                    let here = frame.edits.iter_mut().filter(|edit| edit.key == Some(*key));
                    let here = here.map(|edit| edit.now.clone_from(&edit.was)).count();
                    if here == 0 && channel.shown != channel.said {
                        return Err(UNPLACED.to_owned());
                    }
                }
                channel.said.push(words);
                channel.filter.push(words, &mut now);
                channel.shown.push(&now);
                let stopped = channel.filter.stopped().map(str::to_owned);
                if channel.unplaced {
                    now.clone_from(words);
                }
                frame.edits.push(Edit { key: Some(*key), slots, was: words.clone(), now });
                stopped.map_or(Ok(()), Err)
            }
            Step::EndProse { choice } => self.end_prose(*choice, frame),
            Step::ToolStart { choice, slot } => {
                self.begin(*choice);
                self.tools.push((*choice, *slot));
                self.end_prose(*choice, frame)
            }
            Step::EndTool { slot } => self.end(Key(Kind::ToolInput, *slot), frame),
            Step::Finish { choice } => {
                self.choices.retain(|open| open != choice);
                self.end_prose(*choice, frame)?;
                let (ended, open) = self.tools.iter().partition(|(of, _)| of == choice);
                self.tools = open;
                let ended: Vec<(u32, u32)> = ended;
                ended.iter().try_for_each(|(_, slot)| self.end(Key(Kind::ToolInput, *slot), frame))
            }
        }
    }

    /// Notes that an answer has begun.
    fn begin(&mut self, choice: u32) {
        if !self.choices.contains(&choice) {
            self.choices.push(choice);
        }
    }

    /// Takes the end of the body.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), String> {
        let mut frame = Rewritten { edits: Vec::new(), ahead: Vec::new() };
        let mut ended = Ok(());
        while let (Some(open), Ok(())) = (self.open.first(), &ended) {
            ended = self.end(open.key, &mut frame);
        }
        if ended.is_ok() {
            self.pass(&mut frame.ahead, out);
        }
        ended
    }

    /// Ends the stream for `reason`, in its dialect.
    pub(super) fn stop(&mut self, dialect: Option<Dialect>, reason: &str, out: &mut Vec<u8>) {
        self.open.clear();
        self.pending.clear();
        let framing = self.framing.unwrap_or(Framing::Sse);
        let stopped = Stopped {
            dialect: dialect.unwrap_or(Dialect::Unknown),
            id: self.id.as_deref().unwrap_or_default(),
            model: self.model.as_deref().unwrap_or_default(),
            choices: &self.choices,
            block: self.block,
            reason,
        };
        for (at, frame) in stopped.frames().iter().enumerate() {
            stop::write(framing, frame, self.frames + at == 0, out);
        }
        if framing == Framing::JsonArray {
            out.push(b']');
        }
    }

    fn text(&mut self, piece: &str, out: &mut Vec<u8>) -> Result<(), String> {
        let filter = &mut self.channel(Key(Kind::Text, 0)).filter;
        let mut now = String::new();
        filter.push(piece, &mut now);
        out.extend_from_slice(now.as_bytes());
        filter.stopped().map_or(Ok(()), |reason| Err(reason.to_owned()))
    }

    fn channel(&mut self, key: Key) -> &mut Open {
        let at = self.open.iter().position(|open| open.key == key).unwrap_or_else(|| {
            self.open.push(Open {
                key,
                filter: self.filters.start(key.0),
                said: Said::default(),
                shown: Said::default(),
                unplaced: false,
                like: None,
            });
            self.open.len() - 1
        });
        &mut self.open[at]
    }

    fn end_prose(&mut self, choice: u32, frame: &mut Rewritten) -> Result<(), String> {
        PROSE.iter().try_for_each(|kind| self.end(Key(*kind, choice), frame))
    }

    /// Ends a channel: what it held goes into the present frame where that has words of it, else into a further one.
    fn end(&mut self, key: Key, frame: &mut Rewritten) -> Result<(), String> {
        let Some(at) = self.open.iter().position(|open| open.key == key) else { return Ok(()) };
        let mut open = self.open.remove(at);
        let mut rest = String::new();
        open.filter.finish(&mut rest);
        let stopped = open.filter.stopped().map(str::to_owned);
        open.shown.push(&rest);
        if open.unplaced {
            let same = open.shown == open.said;
            return stopped.map_or(if same { Ok(()) } else { Err(UNPLACED.to_owned()) }, Err);
        }
        if let Some(edit) = frame.edits.iter_mut().rev().find(|edit| edit.key == Some(key)) {
            edit.now.push_str(&rest);
        } else if self.framing == Some(Framing::Text) {
            frame.ahead.extend_from_slice(rest.as_bytes());
        } else if !rest.is_empty() {
            let like = open.like.ok_or("words that were held back have no frame to go with")?;
            like.write(&rest, &mut frame.ahead);
        }
        stopped.map_or(Ok(()), Err)
    }

    /// Ends the channels whose words a frame says once more as a whole. OpenAI's `response.output_text.done` does, before
    /// the event that ends the block.
    fn said_whole(&mut self, payload: &str, found: &Strings<'_>, frame: &mut Rewritten) -> Result<(), String> {
        if !frame.edits.is_empty() || !is_done(payload) {
            return Ok(());
        }
        let whole = |open: &Open| found.strings.iter().any(|string| string.content && open.said.is(&string.value));
        let keys: Vec<_> = self.open.iter().filter(|open| whole(open)).map(|open| open.key).collect();
        keys.into_iter().try_for_each(|key| self.end(key, frame))
    }

    /// Filters the strings that are no channel's, each as a text of its own, and blanks what says the words again token
    /// by token, where a value split over tokens could not be found.
    fn others(&self, payload: &str, found: &Strings<'_>, edits: &mut Vec<Edit>) -> Result<(), String> {
        let channels = edits.len();
        for string in found.strings.iter().filter(|string| string.content && string.value.len() >= SHORTEST) {
            let within = |slot: &Slot| {
                let inner = string.at.start <= slot.at.start && slot.at.end <= string.at.end;
                // A whole text of which a part is new is filtered as a whole.
                (inner && slot.at == string.at) || (slot.at.start <= string.at.start && string.at.end <= slot.at.end)
            };
            if edits[..channels].iter().flat_map(|edit| &edit.slots).any(within) {
                continue;
            }
            let kind = if is_json(&string.value) { Kind::ToolInput } else { Kind::Other };
            let slot = Slot { at: string.at.clone(), quoted: true };
            edits.extend(self.whole(kind, &string.value, slot)?);
        }
        if found.strings.is_empty() && !is_json(payload) && payload.trim_ascii() != DONE {
            edits.extend(self.whole(Kind::Other, payload, Slot { at: 0..payload.len(), quoted: false })?);
        }
        for at in &found.tokens {
            let now = if payload[at.clone()].starts_with('[') { "[]" } else { "null" };
            let was = payload[at.clone()].to_owned();
            edits.push(Edit {
                key: None,
                slots: vec![Slot { at: at.clone(), quoted: false }],
                was,
                now: now.to_owned(),
            });
        }
        Ok(())
    }

    /// Filters a text that is whole; nothing where that changes nothing.
    fn whole(&self, kind: Kind, text: &str, slot: Slot) -> Result<Option<Edit>, String> {
        let mut filter = self.filters.start(kind);
        let mut now = String::new();
        filter.push(text, &mut now);
        filter.finish(&mut now);
        if let Some(reason) = filter.stopped() {
            return Err(reason.to_owned());
        }
        Ok((now != text).then(|| Edit { key: None, slots: vec![slot], was: text.to_owned(), now }))
    }

    /// Keeps the frame as the one that held words go with.
    fn remember(&mut self, like: Like<'_>, edits: &[Edit]) {
        for edit in edits.iter().filter(|edit| !edit.slots.is_empty()) {
            if let Some(open) = self.open.iter_mut().find(|open| Some(open.key) == edit.key) {
                open.like = Some(Template::new(like, edits, edit));
            }
        }
    }
}

impl Edit {
    /// An edit that takes a step's words out.
    fn without(step: &Step, slots: Vec<Slot>) -> Option<Self> {
        let (words, _) = step.words().filter(|_| !slots.is_empty())?;
        Some(Self { key: None, slots, was: words.to_owned(), now: String::new() })
    }

    fn changes(&self) -> bool {
        self.was != self.now
    }
}

impl Step {
    fn words(&self) -> Option<(&str, Option<Range<usize>>)> {
        match self {
            Self::Words { words, at, .. } => Some((words, at.clone())),
            _ => None,
        }
    }
}

impl Template {
    /// The frame without the words of `edits`, to be filled in where `own` has its own.
    fn new(like: Like<'_>, edits: &[Edit], own: &Edit) -> Self {
        let Like { raw, payload, envelope } = like;
        let slot = &own.slots[0];
        let others = edits.iter().flat_map(|edit| &edit.slots).filter(|other| *other != slot && other.quoted);
        let emptied = others.map(|slot| (slot.at.clone(), String::new()));
        let (before, after): (Vec<_>, Vec<_>) = emptied.partition(|(at, _)| at.start < slot.at.start);
        let behind = |(at, text): (Range<usize>, String)| (at.start - slot.at.end..at.end - slot.at.end, text);
        Self {
            framing: raw.framing,
            origin: raw.origin,
            raw: raw.bytes.to_owned(),
            payload_at: raw.payload_at,
            before: splice(&payload[..slot.at.start], before),
            after: splice(&payload[slot.at.end..], after.into_iter().map(behind).collect()),
            quoted: slot.quoted,
            envelope: envelope.cloned(),
        }
    }

    fn write(&self, words: &str, out: &mut Vec<u8>) {
        let slot = Slot { at: 0..0, quoted: self.quoted };
        let payload = [&self.before, &*slot.encode(words), &self.after].concat();
        let raw = Raw { framing: self.framing, origin: self.origin, bytes: &self.raw, payload_at: self.payload_at };
        encode::another(raw, &seal(self.envelope.as_ref(), &payload), out);
    }
}

/// `payload` with `edits`.
fn apply(payload: &str, edits: &[Edit]) -> String {
    let mut places: Vec<(Range<usize>, String)> = Vec::new();
    for edit in edits.iter().filter(|edit| edit.changes()) {
        for slot in &edit.slots {
            places.push((slot.at.clone(), slot.encode(&edit.now)));
        }
    }
    splice(payload, places)
}

/// `text` with other text in some places, which do not overlap.
fn splice(text: &str, mut places: Vec<(Range<usize>, String)>) -> String {
    places.sort_by_key(|(at, _)| at.start);
    let mut out = String::with_capacity(text.len() + 16);
    let mut from = 0;
    for (at, new) in places {
        if at.start >= from {
            out.push_str(&text[from..at.start]);
            out.push_str(&new);
            from = at.end;
        }
    }
    out.push_str(&text[from..]);
    out
}

/// Whether a text is JSON, as a payload is, and a tool call's input in the event that ends it.
fn is_json(text: &str) -> bool {
    matches!(text.trim_ascii_start().as_bytes().first(), Some(b'{' | b'['))
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The number of Anthropic's block that a payload begins or goes on with.
fn open_block(payload: &str) -> Option<u64> {
    let (mut index, mut goes_on) = (None, false);
    let fields = Cursor::new(payload).object(|key, value| {
        match key {
            "type" => {
                goes_on = matches!(value.string()?.as_deref(), Some("content_block_start" | "content_block_delta"));
            }
            "index" => index = value.u64()?,
            _ => value.skip()?,
        }
        Ok(())
    });
    fields.ok().and(index).filter(|_| goes_on)
}

const PROSE: &[Kind] = &[Kind::Text, Kind::Reasoning, Kind::Refusal];

/// Whether a payload is one of OpenAI's events that end something.
fn is_done(payload: &str) -> bool {
    let mut done = false;
    let read = Cursor::new(payload).object(|key, value| {
        match key {
            "type" => done = value.string()?.is_some_and(|kind| kind.ends_with(".done")),
            _ => value.skip()?,
        }
        Ok(())
    });
    read.is_ok() && done
}

/// What ends OpenAI's streams.
const DONE: &str = "[DONE]";

/// Why a stream stops whose words can only be checked as a whole, once a rule covers some.
const UNPLACED: &str = "words that a rule covers are told in pieces that can't be rewritten";

/// How much waits at most for words that can only be checked as a whole, in bytes.
const MAX_PENDING: usize = 4 << 20;

/// Shorter strings hold nothing that a rule could find, in bytes.
const SHORTEST: usize = 4;
