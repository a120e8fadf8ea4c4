//! Events as the JavaScript side reads them: fixed records beside one text.
//!
//! A record is four `u32`: kind, two numbers, and where its text ends, counted in UTF-16 units from the beginning of
//! the page. Its text begins where the record before it ends. The JavaScript side decodes a page's text once and cuts
//! it, which costs a fraction of a decode for every string. The kinds that make up nearly all of a stream have their
//! fields in the record, or in several that follow each other, of which the last one has the end of the text; every other
//! event is its JSON.

use midstream::Event;
#[cfg(feature = "entities")]
use midstream::{Channel, Metrics, Span, Verdict, entity::EntityKind};
#[cfg(feature = "graph")]
use midstream::{
    Moment,
    graph::{Change, Edge, Graph, Node},
    json::to_json,
};

/// Kinds of records; `js/layout.js` has the same table.
const JSON: u32 = 0;
const TEXT_DELTA: u32 = 1;
const REASONING_DELTA: u32 = 2;
const TOOL_INPUT_DELTA: u32 = 3;
#[cfg(feature = "entities")]
const ENTITY: u32 = 4;
#[cfg(feature = "graph")]
const GRAPH_NODE_ADDED: u32 = 5;
/// Of an edge: added, and the others of `EDGE_CHANGES` in `js/layout.js` behind it.
#[cfg(feature = "graph")]
const GRAPH_EDGE: u32 = 6;

/// A block begins or ends: text, then reasoning.
#[cfg(feature = "entities")]
const BLOCK: u32 = 10;
#[cfg(feature = "entities")]
const STREAM_START: u32 = 14;
#[cfg(feature = "entities")]
const STREAM_END: u32 = 15;

/// A page of events, in the form described above.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    records: Vec<[u32; 4]>,
    text: String,
    units: u32,
}

impl Layout {
    pub(crate) fn push(&mut self, event: &Event) {
        match event {
            Event::TextDelta { choice, block, delta } => self.record(TEXT_DELTA, *choice, *block, delta),
            Event::ReasoningDelta { choice, block, delta } => self.record(REASONING_DELTA, *choice, *block, delta),
            Event::ToolInputDelta { id, delta } => {
                let before = self.units;
                self.append(id);
                self.record(TOOL_INPUT_DELTA, self.units - before, 0, delta);
            }
            #[cfg(feature = "entities")]
            Event::Entity { id, kind, text, span, confidence, normalized } => {
                let whom = (*id, kind, text.as_str(), normalized.as_deref());
                if !self.entity(whom, span, *confidence) {
                    self.push_json(&midstream::json::to_json(event));
                }
            }
            other => {
                // What every short text has around what is found in it.
                #[cfg(feature = "entities")]
                if self.frame(other) {
                    return;
                }
                self.push_json(&midstream::json::to_json(other));
            }
        }
    }

    /// The beginning and the end of a stream or of a block; `false` where it is something else or does not fit into records.
    #[cfg(feature = "entities")]
    fn frame(&mut self, event: &Event) -> bool {
        match event {
            Event::TextStart { choice, block } => self.record(BLOCK, *choice, *block, ""),
            Event::TextEnd { choice, block, signature: None } => self.record(BLOCK + 1, *choice, *block, ""),
            Event::ReasoningStart { choice, block } => self.record(BLOCK + 2, *choice, *block, ""),
            Event::ReasoningEnd { choice, block, signature: None, redacted: None } => {
                self.record(BLOCK + 3, *choice, *block, "");
            }
            Event::StreamStart { framing, dialect } => {
                let framing = self.measured(framing.as_str());
                self.record(STREAM_START, framing, 0, dialect.as_str());
            }
            Event::StreamEnd { verdict, metrics } => return self.end(*verdict, metrics),
            _ => return false,
        }
        true
    }

    /// The end of a stream that was too short for rates and gaps.
    #[cfg(feature = "entities")]
    fn end(&mut self, verdict: Verdict, metrics: &Metrics) -> bool {
        let Metrics { bytes, frames, keep_alives, chunks, text_bytes, reasoning_bytes, tool_input_bytes, .. } = *metrics;
        let Metrics { first_byte_us, first_content_us, last_content_us, duration_us, .. } = *metrics;
        let rates = metrics.chunks_per_second.or(metrics.output_tokens_per_second);
        if metrics.gaps.is_some() || metrics.checked.is_some() || rates.is_some() {
            return false;
        }
        let moments = [first_byte_us, first_content_us, last_content_us];
        let [byte, content, last] = moments.map(Option::unwrap_or_default);
        let counts = [bytes, frames, keep_alives, chunks, text_bytes, reasoning_bytes, tool_input_bytes];
        if counts.iter().chain(&[byte, content, last, duration_us]).any(|number| *number > u32::MAX.into()) {
            return false;
        }
        let known = moments.iter().rev().fold(0, |known, moment| known << 1 | u32::from(moment.is_some()));
        let flags = known << 2 | verdict as u32;
        self.records.extend([
            [STREAM_END, flags, bytes as u32, frames as u32],
            [keep_alives as u32, chunks as u32, text_bytes as u32, reasoning_bytes as u32],
            [tool_input_bytes as u32, byte as u32, content as u32, last as u32],
            [duration_us as u32, 0, 0, self.units],
        ]);
        true
    }

    /// `false` where it does not fit into records.
    #[cfg(feature = "entities")]
    fn entity(
        &mut self,
        (id, kind, text, normalized): (u64, &EntityKind, &str, Option<&str>),
        span: &Span,
        confidence: f32,
    ) -> bool {
        let (Some(channel), Ok(length)) = (channel(&span.channel), u32::try_from(span.end - span.start)) else {
            return false;
        };
        let flags = channel | u32::from(normalized.is_some()) << 1;
        let (kind, text) = (self.measured(kind.as_str()), self.measured(text));
        self.append(normalized.unwrap_or_default());
        self.records.push([ENTITY, kind, text, thousandths(confidence.into())]);
        self.records.push([id as u32, (id >> 32) as u32, span.choice, flags]);
        self.records.push([span.start as u32, (span.start >> 32) as u32, length, self.units]);
        true
    }

    /// A change of `graph`, with what the graph knows of it now.
    #[cfg(feature = "graph")]
    pub(crate) fn push_change(&mut self, graph: &Graph, change: &Change) {
        let edge = |id| graph.edge(id);
        let is_told = match change {
            Change::NodeAdded(id) => graph.node(*id).is_some_and(|node| self.node(&node)),
            Change::EdgeAdded(id) => edge(*id).is_some_and(|edge| self.edge(0, &edge)),
            Change::EdgeConfirmed(id) => edge(*id).is_some_and(|edge| self.edge(1, &edge)),
            Change::EdgeEnded { edge: id, .. } => edge(*id).is_some_and(|edge| self.edge(2, &edge)),
            Change::EdgeRetracted(id) => edge(*id).is_some_and(|edge| self.edge(3, &edge)),
            _ => false,
        };
        if !is_told {
            self.push_json(&to_json(&graph.tell(change)));
        }
    }

    #[cfg(feature = "graph")]
    fn node(&mut self, node: &Node<'_>) -> bool {
        let Some([low, high]) = millis(node.first_recorded()).filter(|_| node.names().nth(1).is_none()) else {
            return false;
        };
        let (name, kind) = (self.measured(node.name()), self.measured(node.kind()));
        self.records.push([GRAPH_NODE_ADDED, node.id().number(), name, kind]);
        self.records.push([low, high, 0, self.units]);
        true
    }

    #[cfg(feature = "graph")]
    fn edge(&mut self, change: u32, edge: &Edge<'_>) -> bool {
        let span = edge.span();
        let moments = [edge.valid_from(), edge.valid_to(), edge.recorded_at()].map(millis);
        let ([Some(from), Some(to), Some(recorded)], Some(channel)) = (moments, channel(&span.channel)) else {
            return false;
        };
        let Ok(length) = u32::try_from(span.end - span.start) else { return false };
        let flags = [edge.is_negated(), edge.is_valid_from_assumed(), edge.valid_to() <= edge.valid_from()];
        let flags = flags.iter().rev().fold(0, |flags, flag| flags << 1 | u32::from(*flag)) << 1 | channel;
        let (subject, object) = (edge.subject(), edge.object());
        let texts = [subject.name(), subject.kind(), edge.predicate(), object.name(), object.kind(), edge.stream()];
        let [name, kind, predicate, other, other_kind, _] = texts.map(|text| self.measured(text));
        // Ten-thousandths are what is known; JSON has thousandths of them.
        let confidence = thousandths(f64::from((edge.confidence() * 10_000.0).round()) / 10_000.0);
        self.records.extend([
            [GRAPH_EDGE + change, edge.id().number(), subject.id().number(), object.id().number()],
            [from[0], from[1], to[0], to[1]],
            [recorded[0], recorded[1], confidence, edge.mentions().into()],
            [flags, span.choice, span.start as u32, (span.start >> 32) as u32],
            [name, kind, predicate, other],
            [other_kind, length, 0, self.units],
        ]);
        true
    }

    /// Appends `text` and tells how long it is, in UTF-16 units.
    #[cfg(feature = "entities")]
    fn measured(&mut self, text: &str) -> u32 {
        let before = self.units;
        self.append(text);
        self.units - before
    }

    /// Something that is JSON already.
    pub(crate) fn push_json(&mut self, json: &str) {
        self.record(JSON, 0, 0, json);
    }

    pub(crate) fn clear(&mut self) {
        self.records.clear();
        self.text.clear();
        self.units = 0;
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// Bytes of text.
    pub(crate) fn text_len(&self) -> usize {
        self.text.len()
    }

    /// Bytes of memory in use.
    pub(crate) fn size(&self) -> usize {
        self.text.len() + size_of_val(&self.records[..])
    }

    /// What the JavaScript side needs to read the page: where the records are and how many, where the text is and how
    /// many bytes of it.
    pub(crate) fn address(&self) -> [u32; 4] {
        [self.records.as_ptr() as u32, self.records.len() as u32, self.text.as_ptr() as u32, self.text.len() as u32]
    }

    fn record(&mut self, kind: u32, first: u32, second: u32, text: &str) {
        self.append(text);
        self.records.push([kind, first, second, self.units]);
    }

    fn append(&mut self, text: &str) {
        self.text.push_str(text);
        self.units += if text.is_ascii() { text.len() as u32 } else { text.encode_utf16().count() as u32 };
    }
}

/// A channel as a bit, where it is one of two.
#[cfg(feature = "entities")]
fn channel(channel: &Channel) -> Option<u32> {
    match channel {
        Channel::Text => Some(0),
        Channel::Reasoning => Some(1),
        _ => None,
    }
}

/// A number as JSON has it, in thousandths.
#[cfg(feature = "entities")]
fn thousandths(value: f64) -> u32 {
    (value * 1000.0).round() as u32
}

/// A moment in milliseconds, low half and high half; the lowest number where there is no date. `None` where it is not a
/// whole millisecond of the years that `Date` writes with four digits.
#[cfg(feature = "graph")]
fn millis(moment: Moment) -> Option<[u32; 2]> {
    let Some(moment) = moment.dated() else { return Some([0, 1 << 31]) };
    let micros = moment.as_micros();
    let years = FIRST_YEAR..LAST_YEAR;
    (micros % 1000 == 0 && years.contains(&micros)).then_some([(micros / 1000) as u32, ((micros / 1000) >> 32) as u32])
}

/// The beginning of year 0 and of year 10,000, in microseconds.
#[cfg(feature = "graph")]
const FIRST_YEAR: i64 = -62_167_219_200_000_000;
#[cfg(feature = "graph")]
const LAST_YEAR: i64 = 253_402_300_800_000_000;
