//! The channels of a stream, and what a frame does to them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::body::{AUDIO, DONE, filtered, is_json, others, says_nothing};
use super::edit::{Edit, apply};
use super::encode::{self, Raw};
use super::envelope::{Payload, seal};
use super::lines::Lines;
use super::open::{Like, Open, TAIL, Template, keep_end};
use super::slots::{Slot, Spans, places};
use super::steps::{Key, Kind, Step, Steps};
use super::stop::{self, Stopped};
use super::strings::{Found, Strings, strings};
use super::{Filters, Finding};
use crate::dialect::Dialect;
use crate::event::{Channel, Span};
use crate::json::{self, Cursor};
use crate::pattern::Match;
use crate::wire::Framing;

/// The open channels.
#[derive(Debug)]
pub(super) struct Channels {
    filters: Arc<dyn Filters>,
    open: Vec<Open>,
    lines: Lines,
    tools: Vec<Tool>,
    /// Tool calls that ever began.
    calls: usize,
    pub(super) findings: Vec<Finding>,
    /// The end of what unknown fields have said, by the names that hold it.
    fields: BTreeMap<String, String>,
    /// Texts that others came between: clients put them together, so that a value can stand across.
    breaks: Vec<Break>,
    /// Bytes of each channel's blocks that have ended.
    ended: Vec<(Key, u64)>,
    /// Rules that something was found of.
    reported: Vec<usize>,
    /// Labels of which no rule covers any; frames repeat them.
    labels: Vec<String>,
    id: Option<String>,
    model: Option<String>,
    pub(super) framing: Option<Framing>,
    /// The dialect's providers sign reasoning.
    signs: bool,
    /// Answers that began and did not finish.
    choices: Vec<u32>,
    /// Anthropic's number of the open block.
    block: Option<u64>,
    /// Frames written.
    frames: usize,
    /// Pieces of audio that passed.
    pub(super) audio: usize,
    /// Frames that wait for a channel whose words can only be checked as a whole.
    pending: Vec<u8>,
}

/// A place in a channel at which others came between.
#[derive(Debug)]
struct Break {
    key: Key,
    /// The end of what stands before it.
    before: String,
    /// What has come behind it.
    behind: String,
}

/// An open tool call.
#[derive(Debug)]
struct Tool {
    choice: u32,
    slot: u32,
    id: String,
}

/// What becomes of a frame.
#[derive(Debug)]
struct Rewritten {
    edits: Vec<Edit>,
    /// Frames that go before it.
    ahead: Vec<u8>,
}

impl Channels {
    pub(super) fn new(filters: Arc<dyn Filters>) -> Self {
        Self {
            filters,
            open: Vec::new(),
            lines: Lines::default(),
            tools: Vec::new(),
            calls: 0,
            findings: Vec::new(),
            breaks: Vec::new(),
            ended: Vec::new(),
            fields: BTreeMap::new(),
            reported: Vec::new(),
            labels: Vec::new(),
            id: None,
            model: None,
            framing: None,
            signs: false,
            choices: Vec::new(),
            block: None,
            frames: 0,
            audio: 0,
            pending: Vec::new(),
        }
    }

    /// Whether audio may pass.
    pub(super) fn passes_audio(&self) -> bool {
        self.filters.passes_audio()
    }

    /// How many characters of all channels are held back.
    pub(super) fn held(&self) -> usize {
        self.open.iter().map(Open::held).sum()
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
        self.signs = dialect.signs_reasoning();
        if raw.framing == Framing::Text {
            return self.text(payload, out);
        }
        let Payload { text: payload, envelope } = Payload::open(dialect, payload)?;
        let kept = json::Strings::default();
        let mut found = if is_json(&payload) {
            strings(&payload, &kept).map_err(|error| error.to_string())?
        } else {
            Strings::default()
        };
        self.hear(steps, &mut found)?;
        let mut frame = Rewritten { edits: Vec::new(), ahead: Vec::new() };
        if payload.trim_ascii() == DONE {
            self.end_all(&mut frame)?;
        }
        found.labels().try_for_each(|(name, label)| self.label(name, label))?;
        self.id = steps.id.clone().or(self.id.take());
        self.model = steps.model.clone().or(self.model.take());
        let words: Vec<_> = steps.steps.iter().filter_map(Step::words).collect();
        let mut places = places(&words, &found.strings).into_iter();
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
        // A frame whose words stop the stream shows those before: what it says besides must pass, too.
        let has_words = !frame.edits.is_empty();
        let mut elsewhere = Vec::new();
        let checked = others(&*self.filters, &payload, &found, &mut frame.edits, &mut elsewhere)
            .and_then(|()| self.pieces(dialect, steps, &payload, &found, &frame.edits));
        self.found_elsewhere(&elsewhere);
        let shows = checked.is_ok() && has_words && !steps.unique && self.pending.is_empty();
        stopped = stopped.or(checked.err());
        if dialect == Dialect::Anthropic {
            self.block = open_block(&payload).or(self.block.filter(|_| !steps.has_turns()));
        }
        let mut written = frame.ahead;
        let seal = |edits: &[Edit]| seal(envelope.as_ref(), &apply(&payload, edits)).into_owned();
        if let Some(reason) = stopped {
            if shows {
                encode::replace(raw, &seal(&frame.edits), &mut written);
            }
            out.append(&mut written);
            return Err(reason);
        }
        if !steps.unique {
            self.remember(Like { raw, payload: &payload, envelope: envelope.as_ref(), steps }, &frame.edits);
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

    /// Takes the audio of a frame, which may not pass everywhere.
    fn hear(&mut self, steps: &Steps<'_>, found: &mut Strings<'_>) -> Result<(), String> {
        steps.audio.iter().for_each(|at| found.audio_at(at));
        let pieces = found.audio.max(usize::from(steps.has_audio));
        self.audio += pieces;
        if pieces > 0 && !self.filters.passes_audio() { Err(AUDIO.to_owned()) } else { Ok(()) }
    }

    /// Takes a name that clients need as it is.
    fn label(&mut self, name: &str, label: &str) -> Result<(), String> {
        if !self.labels.iter().any(|known| known == label) {
            says_nothing(&*self.filters, name, label)?;
            self.labels.truncate(MAX_LABELS - 1);
            self.labels.insert(0, label.to_owned());
        }
        Ok(())
    }

    /// `bytes`, lines of server-sent events, with all but their data filtered.
    pub(super) fn lines(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let mut matches = Vec::new();
        let filtered = self.lines.filter(&*self.filters, bytes, &mut matches);
        self.found_elsewhere(&matches);
        filtered
    }

    /// Notes what was found in no channel: a whole text in a last event has the matches of its channel once more.
    fn found_elsewhere(&mut self, matches: &[Match]) {
        for found in matches {
            if !self.reported.contains(&found.rule) {
                self.reported.push(found.rule);
                self.findings.push(Finding { rule: found.rule, span: None, signed: false });
            }
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
                if PROSE.contains(&key.0) {
                    self.begin(key.1);
                    for kind in PROSE.iter().filter(|kind| **kind != key.0) {
                        self.end(Key(*kind, key.1), frame)?;
                    }
                }
                let channel = self.channel(*key)?;
                if slots.is_empty() && !channel.unplaced {
                    channel.unplaced = true;
                    let here = frame.edits.iter_mut().filter(|edit| edit.key == Some(*key));
                    let here = here.map(|edit| edit.now.clone_from(&edit.was)).count();
                    if here == 0 && !channel.is_unaltered() {
                        return Err(UNPLACED.to_owned());
                    }
                }
                let mut now = String::new();
                let pushed = channel.push(words, &mut now);
                if channel.unplaced {
                    now.clone_from(words);
                }
                let crosses = self.crosses(*key, &now);
                if crosses.is_err() {
                    now.clear();
                }
                self.note(*key);
                frame.edits.push(Edit { key: Some(*key), slots, was: words.clone(), now });
                pushed.and(crosses)
            }
            Step::EndProse { choice } => self.end_prose(*choice, frame),
            Step::ToolStart { choice, slot, id } => {
                self.begin(*choice);
                let id = if id.is_empty() { format!("call-{}", self.calls) } else { id.clone() };
                self.calls += 1;
                if self.tools.len() >= MAX_OPEN {
                    return Err(format!("more than {MAX_OPEN} tool calls are open at once"));
                }
                self.tools.push(Tool { choice: *choice, slot: *slot, id });
                self.end_prose(*choice, frame)
            }
            Step::EndAside { number } => self.end(Key(Kind::Other, *number), frame),
            Step::EndTool { slot } => self.end(Key(Kind::ToolInput, *slot), frame),
            Step::Finish { choice } => {
                self.choices.retain(|open| open != choice);
                self.end_prose(*choice, frame)?;
                while let Some(at) = self.tools.iter().position(|tool| tool.choice == *choice) {
                    self.end(Key(Kind::ToolInput, self.tools[at].slot), frame)?;
                    self.tools.remove(at);
                }
                Ok(())
            }
            Step::EndAll => self.end_all(frame),
        }
    }

    /// Takes words of a channel that others came between, as they are to be shown; refuses them where a rule covers what
    /// stands across.
    fn crosses(&mut self, key: Key, shown: &str) -> Result<(), String> {
        let Some(at) = self.breaks.iter().position(|known| known.key == key && !shown.is_empty()) else {
            return Ok(());
        };
        let Break { before, behind, .. } = &mut self.breaks[at];
        behind.push_str(shown);
        let whole = [&**before, &**behind].concat();
        let mut found = Vec::new();
        let passes = filtered(&*self.filters, key.0, &whole, &mut found).is_ok_and(|now| now == whole);
        let place = before.len() as u64;
        let across = found.iter().any(|found| found.start < place && place < found.end);
        if behind.len() > TAIL {
            self.breaks.remove(at);
        }
        if across && !passes { Err(CROSSES.to_owned()) } else { Ok(()) }
    }

    /// Notes what was found in a channel.
    fn note(&mut self, key: Key) {
        let mut found = Vec::new();
        if let Some(open) = self.open.iter_mut().find(|open| open.key == key) {
            open.found(&mut found);
        }
        if found.is_empty() {
            return;
        }
        if key.0 == Kind::Other {
            return self.found_elsewhere(&found);
        }
        let tool = self.tools.iter().rev().find(|tool| key.0 == Kind::ToolInput && tool.slot == key.1);
        let choice = tool.map_or(key.1, |tool| tool.choice);
        let channel = match (key.0, tool) {
            (Kind::Reasoning, _) => Channel::Reasoning,
            (Kind::Refusal, _) => Channel::Refusal,
            (Kind::ToolInput, Some(tool)) => Channel::Tool(tool.id.clone()),
            _ => Channel::Text,
        };
        let before = self.before(&channel, choice);
        let signed = self.signs && key.0 == Kind::Reasoning;
        for Match { rule, start, end } in found {
            if !self.reported.contains(&rule) {
                self.reported.push(rule);
            }
            let span = Span { choice, channel: channel.clone(), start: before + start, end: before + end };
            self.findings.push(Finding { rule, span: Some(span), signed });
        }
    }

    /// How much of a channel's text came in blocks that have ended, in bytes.
    fn before(&self, channel: &Channel, choice: u32) -> u64 {
        let prose = match channel {
            Channel::Text => Kind::Text,
            Channel::Reasoning => Kind::Reasoning,
            Channel::Refusal => Kind::Refusal,
            Channel::Tool(_) | Channel::Raw(_) => return 0,
        };
        let ended = self.ended.iter().find(|(key, _)| *key == Key(prose, choice));
        ended.map_or(0, |(_, bytes)| *bytes)
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
        let ended = self.end_all(&mut frame);
        if ended.is_ok() {
            self.pass(&mut frame.ahead, out);
        }
        ended
    }

    fn end_all(&mut self, frame: &mut Rewritten) -> Result<(), String> {
        while let Some(open) = self.open.first() {
            self.end(open.key, frame)?;
        }
        Ok(())
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
        let mut now = String::new();
        let pushed = self.channel(Key(Kind::Text, 0))?.push(piece, &mut now);
        out.extend_from_slice(now.as_bytes());
        self.note(Key(Kind::Text, 0));
        pushed
    }

    fn channel(&mut self, key: Key) -> Result<&mut Open, String> {
        let at = match self.open.iter().position(|open| open.key == key) {
            Some(at) => at,
            None if self.open.len() >= MAX_OPEN => {
                return Err(format!("more than {MAX_OPEN} texts and tool calls are open at once"));
            }
            None => {
                let signed = self.signs && key.0 == Kind::Reasoning;
                let filter = if signed { self.filters.start_signed() } else { self.filters.start(key.0) };
                self.open.push(Open::new(key, filter, signed));
                self.open.len() - 1
            }
        };
        Ok(&mut self.open[at])
    }

    fn end_prose(&mut self, choice: u32, frame: &mut Rewritten) -> Result<(), String> {
        PROSE.iter().try_for_each(|kind| self.end(Key(*kind, choice), frame))
    }

    /// Ends a channel: what it held goes into the present frame where that has words of it, else into a further one.
    fn end(&mut self, key: Key, frame: &mut Rewritten) -> Result<(), String> {
        let Some(at) = self.open.iter().position(|open| open.key == key) else { return Ok(()) };
        let mut rest = String::new();
        let mut finished = self.open[at].finish(&mut rest);
        self.note(key);
        if let Err(crosses) = self.crosses(key, &rest) {
            rest.clear();
            finished = finished.and(Err(crosses));
        }
        let open = self.open.remove(at);
        if PROSE.contains(&key.0) {
            let said = open.said.len() as u64;
            let mut before =
                self.breaks.extract_if(.., |known| known.key == key).map(|known| known.before).collect::<String>();
            before.push_str(open.tail());
            keep_end(&mut before);
            self.breaks.push(Break { key, before, behind: String::new() });
            match self.ended.iter_mut().find(|(known, _)| *known == key) {
                Some((_, bytes)) => *bytes += said,
                None => self.ended.push((key, said)),
            }
        }
        if open.unplaced {
            return finished.and(if open.is_unaltered() { Ok(()) } else { Err(UNPLACED.to_owned()) });
        }
        if let Some(edit) = frame.edits.iter_mut().rev().find(|edit| edit.key == Some(key)) {
            edit.now.push_str(&rest);
        } else if self.framing == Some(Framing::Text) {
            frame.ahead.extend_from_slice(rest.as_bytes());
        } else if !rest.is_empty() {
            let like = open.like.ok_or("words that were held back have no frame to go with")?;
            like.write(&rest, &mut frame.ahead);
        }
        finished
    }

    /// Ends the channels whose words a frame says once more as a whole. OpenAI's `response.output_text.done` does, before
    /// the event that ends the block.
    fn said_whole(&mut self, payload: &str, found: &Strings<'_>, frame: &mut Rewritten) -> Result<(), String> {
        if !frame.edits.is_empty() || !is_done(payload) {
            return Ok(());
        }
        let whole = |open: &Open| found.strings.iter().any(|string| string.content && open.said.is(string.value));
        let keys: Vec<_> = self.open.iter().filter(|open| whole(open)).map(|open| open.key).collect();
        keys.into_iter().try_for_each(|key| self.end(key, frame))
    }

    /// Checks what fields that the dialect has no word for say over several frames: words may be told there in pieces.
    /// What one frame says was filtered by itself; of a value that only the next frame makes whole, the rest can still
    /// be kept back.
    fn pieces(
        &mut self,
        dialect: Dialect,
        steps: &Steps<'_>,
        payload: &str,
        found: &Strings<'_>,
        edits: &[Edit],
    ) -> Result<(), String> {
        let bare = Found { at: 0..payload.len(), content: true, name: String::new(), value: payload };
        let bare = Some(&bare).filter(|_| found.strings.is_empty() && !is_json(payload));
        // A tool's name is taken as it is, but clients of chats put even that together, within a call.
        let starts = steps.steps.iter().any(|step| matches!(step, Step::ToolStart { id, .. } if !id.is_empty()));
        let named = dialect.family() == Dialect::OpenaiChat && (starts || steps.has_words());
        if starts {
            self.fields.remove(NAME);
        }
        let told = |string: &&Found<'_>| string.content || (named && string.name == NAME);
        let unknowns = Spans::new(steps.unknown.iter());
        let strings = found.strings.iter().filter(told).chain(bare);
        let strings: Vec<_> =
            strings.filter(|string| (named && string.name == NAME) || unknowns.hold(&string.at)).collect();
        if strings.is_empty() {
            return Ok(());
        }
        let edited: HashMap<usize, &Edit> =
            edits.iter().flat_map(|edit| edit.slots.iter().map(move |slot| (slot.at.start, edit))).collect();
        for string in strings {
            let words = edited.get(&string.at.start).map_or(string.value, |edit| &*edit.now);
            if !self.fields.contains_key(&string.name) && self.fields.len() >= MAX_FIELDS {
                return Err(format!("more than {MAX_FIELDS} unknown fields could hold words in pieces"));
            }
            let said = self.fields.entry(string.name.clone()).or_default();
            said.push_str(words);
            let mut filter = self.filters.start(Kind::Other);
            let mut now = String::new();
            filter.push(said, &mut now);
            filter.finish(&mut now);
            let whole = starts && string.name == NAME;
            if (now != *said || filter.stopped().is_some()) && !whole {
                return Err(PIECES.to_owned());
            }
            keep_end(said);
        }
        Ok(())
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

/// The number of Anthropic's block that a payload begins or goes on with.
fn open_block(payload: &str) -> Option<u64> {
    let (mut index, mut goes_on) = (None, false);
    let strings = json::Strings::default();
    let fields = Cursor::new(payload, &strings).object(|key, value| {
        match key {
            "type" => {
                goes_on = matches!(value.string()?, Some("content_block_start" | "content_block_delta"));
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
    let strings = json::Strings::default();
    let read = Cursor::new(payload, &strings).object(|key, value| {
        match key {
            "type" => done = value.string()?.is_some_and(|kind| kind.ends_with(".done")),
            _ => value.skip()?,
        }
        Ok(())
    });
    read.is_ok() && done
}

/// Why a stream stops whose words can only be checked as a whole, once a rule covers some.
const UNPLACED: &str = "words that a rule covers are told in pieces that can't be rewritten";

/// Why a stream stops of which an unknown field tells in pieces what a rule covers.
const PIECES: &str = "a rule covers words that an unknown field tells in pieces";

/// What a tool's name is called.
const NAME: &str = "name";

/// Why a stream stops of which a rule covers words that others came between.
const CROSSES: &str = "a rule covers words that go on behind others";

/// How many channels may be open.
const MAX_OPEN: usize = 1024;

/// How many labels are remembered.
const MAX_LABELS: usize = 32;

/// How many unknown fields are watched at most.
const MAX_FIELDS: usize = 256;

/// How much waits at most for words that can only be checked as a whole, in bytes.
const MAX_PENDING: usize = 4 << 20;
