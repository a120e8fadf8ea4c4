//! The file that a model comes in.
//!
//! The magic `MSTG`, version, task, number of tags, a zero; length and CRC-32 of what follows (u32, little-endian). Then
//! the unit of score in nats (f32), the lexicon's words and phrases, the transitions, the rows. Hashes are sorted: their
//! number and their differences, as LEB128. Values follow in planes, so that a compressor finds like beside like; of a
//! row, first the set of tags that it has a weight for, then those weights.

use std::fmt;

use midstream_tagger::{FORMS, HIGHEST, KEY_BITS, Parts, Transitions};

/// Task: people, organisations, places.
pub const NAMES: u8 = 1;
/// Task: parts of speech.
pub const PARTS_OF_SPEECH: u8 = 2;

/// Why a model file can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// It is no model file.
    Magic,
    /// It has another version.
    Version(u8),
    /// It is a model for something else.
    Task(u8),
    /// It has another number of tags.
    Tags(u8),
    /// It is shorter or longer than it says.
    Length {
        /// What it says, in bytes.
        expected: u64,
        /// What it has.
        found: u64,
    },
    /// Its content is not what it was.
    Checksum {
        /// What it says.
        expected: u32,
        /// What it has.
        found: u32,
    },
    /// Its content makes no sense at this byte.
    Content(usize),
    /// Its keys are so much alike that their table would be far longer than they are many.
    Crowded,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic => f.write_str("expected a model file, which begins with `MSTG`"),
            Self::Version(found) => write!(f, "expected a model file of version {VERSION}, found version {found}"),
            Self::Task(found) => write!(f, "expected a model for another task, found one for {}", task(*found)),
            Self::Tags(found) => write!(f, "expected a model with another number of tags, found {found}"),
            Self::Length { expected, found } => {
                write!(f, "expected a model file of {expected} bytes, found {found}: is it truncated?")
            }
            Self::Checksum { expected, found } => {
                write!(f, "expected a model with the checksum {expected:08x}, found {found:08x}: is it damaged?")
            }
            Self::Crowded => {
                f.write_str("expected a model with keys that a table has room for, found keys too much alike")
            }
            Self::Content(at) => write!(f, "the model file makes no sense at byte {at}"),
        }
    }
}

impl std::error::Error for Error {}

fn task(task: u8) -> String {
    match task {
        NAMES => "names".to_owned(),
        PARTS_OF_SPEECH => "parts of speech".to_owned(),
        other => format!("task {other}"),
    }
}

/// Reads a model file of the task `wanted`.
///
/// # Errors
///
/// If it is no model file, one for something else, of another version, truncated or damaged.
pub fn read<const L: usize>(bytes: &[u8], wanted: u8) -> Result<Parts<L>, Error> {
    let (header, content) = bytes.split_at_checked(HEADER).ok_or_else(|| short(bytes))?;
    let [m, s, t, g, version, task, tags, zero, l0, l1, l2, l3, c0, c1, c2, c3] =
        *<&[u8; HEADER]>::try_from(header).expect("the header was split off at its length");
    if [m, s, t, g] != *MAGIC {
        return Err(Error::Magic);
    }
    if version != VERSION {
        return Err(Error::Version(version));
    }
    if task != wanted {
        return Err(Error::Task(task));
    }
    if usize::from(tags) != L {
        return Err(Error::Tags(tags));
    }
    if zero != 0 {
        return Err(Error::Content(HEADER_ZERO));
    }
    let length = u32::from_le_bytes([l0, l1, l2, l3]);
    if content.len() as u64 != u64::from(length) {
        let expected = u64::from(length) + HEADER as u64;
        return Err(Error::Length { expected, found: bytes.len() as u64 });
    }
    let (expected, found) = (u32::from_le_bytes([c0, c1, c2, c3]), crate::wire::crc32(content));
    if expected != found {
        return Err(Error::Checksum { expected, found });
    }
    let mut reader = Reader { bytes: content, at: 0 };
    reader.parts(task).ok_or(Error::Content(HEADER + reader.at))
}

/// Writes the model file.
pub fn write<const L: usize>(parts: &Parts<L>) -> Vec<u8> {
    let mut content = parts.unit.to_le_bytes().to_vec();
    for table in [&parts.words, &parts.phrases] {
        keys(table.iter().map(|(key, _)| *key), &mut content);
        content.extend(table.iter().map(|(_, value)| *value as u8));
        content.extend(table.iter().map(|(_, value)| (*value >> 8) as u8));
    }
    for Transitions { from, start } in &parts.transitions {
        content.extend(from.iter().chain([start]).flatten().flat_map(|weight| weight.to_le_bytes()));
    }
    keys(parts.rows.iter().map(|(key, _)| *key), &mut content);
    for plane in 0..L.div_ceil(8) {
        content.extend(parts.rows.iter().map(|(_, row)| {
            let tags = row.iter().skip(plane * 8).take(8).zip(0u8..);
            tags.fold(0, |set, (weight, tag)| set | u8::from(*weight != 0) << tag)
        }));
    }
    for tag in 0..L {
        content.extend(parts.rows.iter().map(|(_, row)| row[tag]).filter(|weight| *weight != 0).map(|w| w as u8));
    }
    let mut file = MAGIC.to_vec();
    file.extend([VERSION, parts.task, L as u8, 0]);
    file.extend((content.len() as u32).to_le_bytes());
    file.extend(crate::wire::crc32(&content).to_le_bytes());
    file.extend(content);
    file
}

/// What is wrong with a file shorter than a header.
fn short(bytes: &[u8]) -> Error {
    let is_begun = bytes.iter().zip(MAGIC).all(|(found, expected)| found == expected);
    if is_begun { Error::Length { expected: HEADER as u64, found: bytes.len() as u64 } } else { Error::Magic }
}

/// Appends ascending hashes.
fn keys(keys: impl ExactSizeIterator<Item = u32>, out: &mut Vec<u8>) {
    number(keys.len() as u32, out);
    let mut last = 0;
    for key in keys {
        number(key - last, out);
        last = key;
    }
}

fn number(mut number: u32, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Reads the content of a file. `None` where it makes no sense.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn parts<const L: usize>(&mut self, task: u8) -> Option<Parts<L>> {
        let unit = f32::from_le_bytes(self.take(4)?.try_into().ok()?);
        if !(unit > 1e-4 && unit < 10.0) {
            return None;
        }
        let words = self.table()?;
        let phrases = self.table()?;
        let transitions = (0..FORMS).map(|_| self.transitions()).collect::<Option<_>>()?;
        let rows = self.rows()?;
        (self.at == self.bytes.len()).then_some(Parts { task, unit, words, phrases, transitions, rows })
    }

    fn table(&mut self) -> Option<Vec<(u32, u16)>> {
        let keys = self.keys()?;
        let low = self.take(keys.len())?;
        let high = self.take(keys.len())?;
        let values = low.iter().zip(high).map(|(low, high)| u16::from_le_bytes([*low, *high]));
        Some(keys.into_iter().zip(values).collect())
    }

    fn transitions<const L: usize>(&mut self) -> Option<Transitions<L>> {
        let mut row = || {
            let mut row = [0; L];
            for weight in &mut row {
                *weight = i16::from_le_bytes(self.take(2)?.try_into().ok()?);
            }
            row.iter().all(|weight| i32::from(*weight) <= HIGHEST).then_some(row)
        };
        let mut from = [[0; L]; L];
        for weights in &mut from {
            *weights = row()?;
        }
        Some(Transitions { from, start: row()? })
    }

    fn rows<const L: usize>(&mut self) -> Option<Vec<(u32, [i8; L])>> {
        let keys = self.keys()?;
        let sets: Vec<_> = (0..L.div_ceil(8)).map(|_| self.take(keys.len())).collect::<Option<_>>()?;
        let mut rows: Vec<_> = keys.into_iter().map(|key| (key, [0; L])).collect();
        for tag in 0..L {
            for (at, (_, row)) in rows.iter_mut().enumerate() {
                if sets[tag / 8][at] >> (tag % 8) & 1 == 1 {
                    row[tag] = self.take(1)?[0] as i8;
                }
            }
        }
        Some(rows)
    }

    fn keys(&mut self) -> Option<Vec<u32>> {
        let count = self.number()? as usize;
        if count > self.bytes.len() - self.at {
            return None;
        }
        let mut keys = Vec::with_capacity(count);
        let mut last = 0u32;
        for at in 0..count {
            let step = self.number()?;
            last = last.checked_add(step)?;
            if (at > 0 && step == 0) || last >> KEY_BITS != 0 {
                return None;
            }
            keys.push(last);
        }
        Some(keys)
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..28).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..)?.get(..length)?;
        self.at += length;
        Some(taken)
    }
}

const MAGIC: &[u8; 4] = b"MSTG";
const VERSION: u8 = 1;
const HEADER: usize = 16;
/// Where the header has a zero.
const HEADER_ZERO: usize = 7;
