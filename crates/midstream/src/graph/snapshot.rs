//! A graph as a compact file, and back.
//!
//! ```text
//! file    = "midgraph" version(u16, little endian) body crc32(u32, little endian, of all before it)
//! body    = list(text) list(text number) numbers(nodes) list(node) numbers(edges) list(edge) order(nodes) order(edges)
//! list(x) = count x...           text = length bytes
//! node    = first-recorded count (name kind)...
//! edge    = flags subject predicate object recorded-at [valid-from] [valid-to] stream choice channel start length
//!           confidence mentions [list(recorded-at valid-to)]
//! numbers(x) = next-number list(gap length): runs of numbers of the things of the list, each a zigzag gap behind the one before
//! order(x) = the places in their list of all x, the least recently used first
//! ```
//!
//! The second list names the functional predicates. Numbers are LEB128; times are zigzag differences to the edge's
//! record time, in microseconds. Nodes are written by number and edges by record time; an edge tells its ends by their
//! places in the list. Version 1 had no numbers: they are the places there.

use super::fact::{Entity, Source};
use super::ids::Ids;
use super::restore::Restored;
use super::settings::Settings;
use super::slab::{NONE, Slab};
use super::store::{EdgeRecord, Graph, Marks, NodeRecord, USE};
use crate::event::{Channel, Span};
use midstream_values::Moment;

/// Why a snapshot could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotError {
    /// What was expected and what came.
    pub message: String,
    /// Offset into the file, in bytes.
    pub offset: usize,
}

impl std::fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at byte {}", self.message, self.offset)
    }
}

impl std::error::Error for SnapshotError {}

impl Graph {
    /// The graph as a file: all that it knows, its functional predicates and what was used when. Not its limits.
    pub fn snapshot(&self) -> Vec<u8> {
        let mut writer = Writer { bytes: Vec::new(), texts: vec![NONE; self.texts.end() as usize], order: Vec::new() };
        let nodes: Vec<u32> = self.nodes().map(|node| node.slot).collect();
        let mut edges: Vec<u32> = self.edges(None).map(|edge| edge.slot).collect();
        edges.sort_by_key(|&slot| (self.edges[slot].recorded_at, self.edge_id(slot)));
        let node_places = places(&nodes, self.nodes.end());
        writer.number(self.functional.len() as u64);
        for &predicate in &self.functional {
            writer.text(predicate);
        }
        writer.numbers(&self.node_ids, &nodes);
        writer.number(nodes.len() as u64);
        for &node in &nodes {
            self.write_node(&mut writer, node);
        }
        writer.numbers(&self.edge_ids, &edges);
        writer.number(edges.len() as u64);
        for &edge in &edges {
            self.write_edge(&mut writer, edge, &node_places);
        }
        writer.order(&self.nodes, self.nodes_by_use[1], &node_places, |node: &NodeRecord| node.by_use[0]);
        let edge_places = places(&edges, self.edges.end());
        writer.order(&self.edges, self.edges_by_use[1], &edge_places, |edge: &EdgeRecord| edge.links[USE][0]);

        // The texts come first, and which ones there are is known only now.
        let mut file = Writer { bytes: MAGIC.to_vec(), texts: Vec::new(), order: Vec::new() };
        file.bytes.extend(VERSION.to_le_bytes());
        file.number(writer.order.len() as u64);
        for &text in &writer.order {
            let text = self.texts.get(text);
            file.number(text.len() as u64);
            file.bytes.extend(text.as_bytes());
        }
        file.bytes.extend(writer.bytes);
        let checksum = crate::wire::crc32(&file.bytes);
        file.bytes.extend(checksum.to_le_bytes());
        file.bytes
    }

    fn write_node(&self, writer: &mut Writer, node: u32) {
        let record = &self.nodes[node];
        writer.signed(record.first_recorded.as_micros());
        let mut names = Vec::new();
        let mut name = record.name;
        while name != NONE {
            names.push(name);
            name = self.names[name].next;
        }
        writer.number(names.len() as u64);
        for name in names {
            writer.text(self.names[name].text);
            writer.text(self.names[name].kind);
        }
    }

    fn write_edge(&self, writer: &mut Writer, edge: u32, nodes: &[u32]) {
        let record = &self.edges[edge];
        let flag = |set, flag| if set { flag } else { 0 };
        let flags = flag(record.marks.is_negated(), NEGATED)
            | flag(record.marks.is_assumed(), ASSUMED)
            | flag(record.valid_from != Moment::MIN, DATED_FROM)
            | flag(record.valid_to != Moment::MAX, DATED_TO)
            | flag(record.revision != NONE, REVISED);
        writer.bytes.push(flags);
        writer.number(nodes[record.ends[0] as usize].into());
        writer.text(record.predicate);
        writer.number(nodes[record.ends[1] as usize].into());
        let recorded = record.recorded_at.as_micros();
        writer.signed(recorded);
        if flags & DATED_FROM != 0 {
            writer.signed(record.valid_from.as_micros().wrapping_sub(recorded));
        }
        if flags & DATED_TO != 0 {
            writer.signed(record.valid_to.as_micros().wrapping_sub(recorded));
        }
        let source = &self.sources[record.source];
        writer.text(source.stream);
        writer.number(source.choice.into());
        writer.text(source.channel);
        writer.number(u64::from(source.high) << 32 | u64::from(record.start));
        writer.number(record.length.into());
        writer.number(record.marks.confidence().into());
        writer.number(record.mentions.into());
        if flags & REVISED != 0 {
            let mut revisions = Vec::new();
            let mut next = record.revision;
            while next != NONE {
                revisions.push(next);
                next = self.revisions[next].earlier;
            }
            writer.number(revisions.len() as u64);
            for &revision in revisions.iter().rev() {
                writer.signed(self.revisions[revision].recorded_at.as_micros().wrapping_sub(recorded));
                writer.signed(self.revisions[revision].valid_to.as_micros().wrapping_sub(recorded));
            }
        }
    }

    /// Reads a snapshot. Limits and seed are those of `settings`, functional predicates those of the snapshot.
    ///
    /// # Errors
    ///
    /// Where the file is no snapshot, is damaged, is of a version that is not known, or holds more than the limits allow.
    pub fn restore(file: &[u8], settings: Settings) -> Result<Self, SnapshotError> {
        let mut reader = Reader { bytes: file, at: 0 };
        let head = file.get(..MAGIC.len() + 2).filter(|head| head.starts_with(MAGIC));
        let Some(head) = head else {
            return Err(reader.error("expected a snapshot that begins with `midgraph`, found something else"));
        };
        reader.at = MAGIC.len();
        let version = u16::from_le_bytes([head[MAGIC.len()], head[MAGIC.len() + 1]]);
        if !(OLDEST..=VERSION).contains(&version) {
            return Err(reader.error(format!("expected a snapshot of version {VERSION}, found version {version}")));
        }
        let body = file.len().checked_sub(4).filter(|&end| end >= head.len());
        let Some((body, checksum)) = body.map(|end| file.split_at(end)) else {
            return Err(reader.error("expected a checksum, found the end"));
        };
        if crate::wire::crc32(body).to_le_bytes() != checksum {
            reader.at = body.len();
            return Err(reader.error("expected the checksum of what comes before, found another: the file is damaged"));
        }
        reader = Reader { bytes: body, at: head.len() };
        reader.graph(settings, version)
    }
}

/// For each number of a slot, its place in the list.
fn places(slots: &[u32], end: u32) -> Vec<u32> {
    let mut places = vec![NONE; end as usize];
    for (&slot, place) in slots.iter().zip(0..) {
        places[slot as usize] = place;
    }
    places
}

struct Writer {
    bytes: Vec<u8>,
    /// The number of each text in the file, by its number in the graph.
    texts: Vec<u32>,
    /// The texts in the order of the file.
    order: Vec<u32>,
}

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// The numbers of these slots, in runs.
    fn numbers(&mut self, ids: &Ids, slots: &[u32]) {
        self.number(ids.next().into());
        let mut runs: Vec<(i64, u64)> = Vec::new();
        let mut expected = 0;
        for number in slots.iter().map(|&slot| i64::from(ids.number(slot))) {
            match runs.last_mut() {
                Some((_, length)) if number == expected => *length += 1,
                _ => runs.push((number - expected, 1)),
            }
            expected = number + 1;
        }
        self.number(runs.len() as u64);
        for (gap, length) in runs {
            self.signed(gap);
            self.number(length);
        }
    }

    fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    fn text(&mut self, text: u32) {
        let known = &mut self.texts[text as usize];
        if *known == NONE {
            *known = self.order.len() as u32;
            self.order.push(text);
        }
        let number = *known;
        self.number(number.into());
    }

    fn order<T>(&mut self, slots: &Slab<T>, last: u32, places: &[u32], before: impl Fn(&T) -> u32) {
        let mut id = last;
        while id != NONE {
            self.number(places[id as usize].into());
            id = before(&slots[id]);
        }
    }
}

/// The numbers of what a list holds.
struct Numbers {
    /// The number to be given out next; 0 in a file of version 1.
    next: u32,
    /// Gaps and lengths of runs, the first one last.
    runs: Vec<(i64, u64)>,
    /// How many are left of the current run.
    left: u64,
    /// The number of the next thing, if no gap comes before it.
    expected: i64,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn graph(mut self, settings: Settings, version: u16) -> Result<Graph, SnapshotError> {
        let count = self.count()?;
        let mut texts = Vec::with_capacity(count);
        for _ in 0..count {
            texts.push(self.string()?);
        }
        let count = self.count()?;
        let mut functional = Vec::with_capacity(count);
        for _ in 0..count {
            functional.push(self.pick(&texts, "text")?.to_owned());
        }
        let mut graph = Graph::new(Settings { functional, ..settings });
        let mut node_numbers = self.numbers(version)?;
        let nodes = self.count()?;
        for _ in 0..nodes {
            let first_recorded = Moment::from_micros(self.signed()?);
            let count = self.count()?;
            let mut names = Vec::with_capacity(count);
            for _ in 0..count {
                names.push(Entity { name: self.pick(&texts, "text")?, kind: self.pick(&texts, "text")? });
            }
            let number = self.next_number(&mut node_numbers)?;
            graph.restore_node(&names, first_recorded, number).map_err(|message| self.error(message))?;
        }
        let mut edge_numbers = self.numbers(version)?;
        let edges = self.count()?;
        for _ in 0..edges {
            let number = self.next_number(&mut edge_numbers)?;
            self.edge(&mut graph, &texts, nodes, number)?;
        }
        graph.node_ids.skip_to(node_numbers.next);
        graph.edge_ids.skip_to(edge_numbers.next);
        for _ in 0..nodes {
            let node = self.below(nodes, "node")?;
            graph.touch_node(node);
        }
        for _ in 0..edges {
            let edge = self.below(edges, "edge")?;
            graph.touch_edge(edge);
        }
        if self.at < self.bytes.len() {
            return Err(self.error("expected the end, found more"));
        }
        Ok(graph)
    }

    fn edge(
        &mut self,
        graph: &mut Graph,
        texts: &[&'a str],
        nodes: usize,
        number: Option<u32>,
    ) -> Result<(), SnapshotError> {
        let flags = self.byte()?;
        let subject = self.below(nodes, "node")?;
        let predicate = self.pick(texts, "text")?;
        let object = self.below(nodes, "node")?;
        let recorded = self.signed()?;
        let near = |difference: i64| Moment::from_micros(recorded.wrapping_add(difference));
        let valid_from = if flags & DATED_FROM != 0 { near(self.signed()?) } else { Moment::MIN };
        let valid_to = if flags & DATED_TO != 0 { near(self.signed()?) } else { Moment::MAX };
        let stream = self.pick(texts, "text")?;
        let choice = self.number()? as u32;
        let channel = Channel::from(self.pick(texts, "text")?.to_owned());
        let start = self.number()?;
        let end = start.saturating_add(self.number()?);
        let confidence = self.number()?;
        let mentions = self.number()?;
        let (Ok(confidence @ 0..=10_000), Ok(mentions)) = (u16::try_from(confidence), u16::try_from(mentions)) else {
            return Err(self.error("expected a confidence up to 10,000 and mentions up to 65,535, found more"));
        };
        let mut revisions = Vec::new();
        if flags & REVISED != 0 {
            for _ in 0..self.count()? {
                revisions.push((near(self.signed()?), near(self.signed()?)));
            }
        }
        let mark = |set, mark| if flags & set != 0 { mark } else { 0 };
        let restored = Restored {
            ends: [subject, object],
            predicate,
            valid_from,
            valid_to,
            recorded_at: Moment::from_micros(recorded),
            revisions: &revisions,
            source: Source { stream, span: Span { choice, channel, start, end } },
            marks: Marks(confidence | mark(NEGATED, Marks::NEGATED) | mark(ASSUMED, Marks::ASSUMED)),
            mentions,
            number,
        };
        graph.restore_edge(&restored).map(drop).map_err(|message| self.error(message))
    }

    fn error(&self, message: impl Into<String>) -> SnapshotError {
        SnapshotError { message: message.into(), offset: self.at }
    }

    /// The numbers of what a list holds.
    fn numbers(&mut self, version: u16) -> Result<Numbers, SnapshotError> {
        let mut numbers = Numbers { next: 0, runs: Vec::new(), left: 0, expected: 0 };
        if version > OLDEST {
            numbers.next = self.below(NONE as usize, "thing")?;
            for _ in 0..self.count()? {
                numbers.runs.push((self.signed()?, self.number()?));
            }
            numbers.runs.reverse();
        }
        Ok(numbers)
    }

    /// The number of the next thing of a list; `None` in a file of version 1.
    fn next_number(&self, numbers: &mut Numbers) -> Result<Option<u32>, SnapshotError> {
        if numbers.left == 0 {
            match numbers.runs.pop() {
                Some((gap, length)) => {
                    (numbers.left, numbers.expected) = (length, numbers.expected.saturating_add(gap));
                }
                None if numbers.next == 0 => return Ok(None),
                None => {}
            }
        }
        let Numbers { next, left, expected, .. } = numbers;
        let number = u32::try_from(*expected).ok().filter(|number| *left > 0 && number < next);
        let number =
            number.ok_or_else(|| self.error("expected a number below the next one for each thing, found none"))?;
        (*left, *expected) = (*left - 1, *expected + 1);
        Ok(Some(number))
    }

    fn byte(&mut self) -> Result<u8, SnapshotError> {
        let byte = self.bytes.get(self.at).copied().ok_or_else(|| self.error("expected more, found the end"))?;
        self.at += 1;
        Ok(byte)
    }

    fn number(&mut self) -> Result<u64, SnapshotError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.error("expected a number of at most 10 bytes, found a longer one"))
    }

    fn signed(&mut self) -> Result<i64, SnapshotError> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// How many things follow: no more than there are bytes, since each takes one at least.
    fn count(&mut self) -> Result<usize, SnapshotError> {
        let count = self.number()?;
        let left = self.bytes.len() - self.at;
        usize::try_from(count).ok().filter(|&count| count <= left).ok_or_else(|| {
            self.error(format!("expected at most {left} things in {left} bytes, found a count of {count}"))
        })
    }

    fn string(&mut self) -> Result<&'a str, SnapshotError> {
        let length = self.count()?;
        let bytes = &self.bytes[self.at..self.at + length];
        let text = std::str::from_utf8(bytes).map_err(|_| self.error("expected UTF-8, found other bytes"))?;
        self.at += length;
        Ok(text)
    }

    fn below(&mut self, end: usize, what: &str) -> Result<u32, SnapshotError> {
        let number = self.number()?;
        let known = usize::try_from(number).is_ok_and(|number| number < end);
        if known {
            Ok(number as u32)
        } else {
            Err(self.error(format!("expected the number of a {what}, found {number}")))
        }
    }

    fn pick(&mut self, texts: &[&'a str], what: &str) -> Result<&'a str, SnapshotError> {
        self.below(texts.len(), what).map(|number| texts[number as usize])
    }
}

const MAGIC: &[u8; 8] = b"midgraph";
const VERSION: u16 = 2;
const OLDEST: u16 = 1;
const NEGATED: u8 = 1;
const ASSUMED: u8 = 1 << 1;
/// The edge says since when; else it has always been so.
const DATED_FROM: u8 = 1 << 2;
/// The edge says until when; else no end was known.
const DATED_TO: u8 = 1 << 3;
const REVISED: u8 = 1 << 4;
