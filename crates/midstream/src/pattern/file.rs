//! Compiled rules as bytes: what a browser loads instead of the compiler.
//!
//! A magic number, the format's version, the packs, the rules with their checks, the automaton, and a CRC-32 over all of
//! it. Numbers are LEB128; a state refers to others by their distance, so that the states of `[0-9a-f]{32}` are equal and
//! stored once with a count.

use std::fmt;
use std::ops::Range as Span;

use super::check::{Checks, Near};
use super::group::{Claim, Starts};
use super::nfa::{Nfa, Range, State};
use super::rule::{Action, Apart, Context, Edge, MAX_AFTER, MAX_DISTANCE, MAX_MAX_LENGTH, Mask};
use super::set::{About, Entry, PackName, Rules};
use super::validate::Validator;
use crate::event::Severity;

impl Rules {
    /// The rules as bytes, for [`Rules::from_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let set = &*self.0;
        let mut out = Writer(MAGIC.to_vec());
        out.number(VERSION);
        out.list(&set.packs, |out, pack| {
            out.text(&pack.name);
            out.text(&pack.version);
        });
        out.list(&set.rules, |out, entry| out.entry(entry));
        for entry in &set.rules {
            for program in entry.before.iter().chain([&entry.pattern]) {
                out.program(&set.nfa, program);
            }
        }
        let checksum = crate::wire::crc32(&out.0);
        out.0.extend(checksum.to_le_bytes());
        out.0
    }

    /// Rules from the bytes that [`Rules::to_bytes`] made.
    ///
    /// # Errors
    ///
    /// They are something else, of another version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        Self::from_files(&[bytes]).map_err(|(_, error)| error)
    }

    /// Rules from several files, each of which [`Rules::to_bytes`] made: they run together, in this order.
    ///
    /// # Errors
    ///
    /// As [`Rules::from_bytes`], with the number of the file; or together they are too many.
    pub fn from_files(files: &[&[u8]]) -> Result<Self, (usize, LoadError)> {
        let (mut packs, mut rules, mut nfa) = (Vec::new(), Vec::new(), Nfa::default());
        for (at, file) in files.iter().enumerate() {
            read(file, &mut packs, &mut rules, &mut nfa).map_err(|error| (at, error))?;
        }
        Ok(Self::new(packs, rules, nfa))
    }

    /// Whether `bytes` begin as compiled rules do.
    pub fn are_compiled(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// How many rules can run together.
    pub const MAX_RULES: usize = 16 * 1024;
}

/// Why bytes are no compiled rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadError {
    /// Where, in bytes.
    pub at: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected ")?;
        f.write_str(self.expected)?;
        write!(f, " at byte {}", self.at)
    }
}

impl std::error::Error for LoadError {}

const MAGIC: &[u8] = b"\0midstream rules\n";
/// To be raised with every change of the format, of the tables below and of the validators' order.
const VERSION: u64 = 3;
/// Edges by their numbers in the format.
const EDGES: [Edge; 7] = [Edge::Word, Edge::Digit, Edge::Token, Edge::None, Edge::Number, Edge::Line, Edge::Alnum];
/// Severities by their numbers in the format.
const SEVERITIES: [Severity; 4] = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

/// What a state begins with.
mod tag {
    pub(super) const FINAL: u64 = 0;
    /// The state before, so many times more.
    pub(super) const AGAIN: u64 = 1;
    /// `2 * ways + 2` is a split, `2 * ways + 3` a read.
    pub(super) const WAYS: u64 = 2;
}

/// Appends what the file `bytes` holds.
fn read(bytes: &[u8], packs: &mut Vec<PackName>, rules: &mut Vec<Entry>, nfa: &mut Nfa) -> Result<(), LoadError> {
    let body = bytes.strip_prefix(MAGIC).ok_or(LoadError { at: 0, expected: "compiled rules" })?;
    let (body, checksum) = body.split_last_chunk::<4>().ok_or(LoadError { at: bytes.len(), expected: "a checksum" })?;
    let mut input = Reader { bytes: body, at: MAGIC.len() };
    if input.number()? != VERSION {
        return Err(input.wrong("version 2 of compiled rules; compile them anew"));
    }
    if crate::wire::crc32(&bytes[..bytes.len() - 4]) != u32::from_le_bytes(*checksum) {
        return Err(LoadError { at: bytes.len() - 4, expected: "a checksum that fits; the bytes are damaged" });
    }
    let (first_pack, first) = (packs.len(), rules.len());
    packs.extend(input.list(|input| Ok(PackName { name: input.text()?, version: input.text()? }))?);
    let count = packs.len() - first_pack;
    rules.extend(input.list(|input| input.entry(count))?);
    if rules.len() > Rules::MAX_RULES {
        return Err(input.wrong("no more rules than can run together"));
    }
    for (number, entry) in rules.iter_mut().enumerate().skip(first) {
        let number = number as u16;
        entry.about.pack += first_pack;
        if let Some(before) = &mut entry.before {
            *before = input.program(nfa, number, 0)?;
        }
        entry.pattern = input.program(nfa, number, entry.after)?;
    }
    if !input.bytes.is_empty() {
        return Err(input.wrong("the end"));
    }
    Ok(())
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend(text.as_bytes());
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u64);
        items.iter().for_each(|item| write(self, item));
    }

    fn texts(&mut self, texts: &[String]) {
        self.list(texts, |out, text| out.text(text));
    }

    fn place<T: PartialEq>(&mut self, table: &[T], item: &T) {
        let place = table.iter().position(|known| known == item).expect("tables have all there is");
        self.number(place as u64);
    }

    fn entry(&mut self, entry: &Entry) {
        let Entry { about, normalise, channels, start, max_length, is_cut, longest, after, checks, before, .. } = entry;
        self.text(&about.id);
        self.text(&about.kind);
        self.number(about.pack as u64);
        self.place(&SEVERITIES, &about.severity);
        match &about.action {
            Action::Report => self.number(0),
            Action::Stop => self.number(1),
            Action::Hold => self.number(2),
            Action::Mask(Mask::Placeholder) => self.number(3),
            Action::Mask(Mask::Pseudonym) => self.number(4),
            Action::Mask(Mask::Fixed(text)) => {
                self.number(5);
                self.text(text);
            }
            Action::Mask(Mask::KeepLast(count)) => {
                self.number(6);
                self.number(*count as u64);
            }
        }
        let flags = channels.iter().copied().chain([*normalise, *is_cut, *longest, before.is_some()]);
        self.number(flags.fold(0, |bits, flag| bits << 1 | u64::from(flag)));
        self.place(&EDGES, start);
        self.number(*max_length as u64);
        self.number((*after).into());
        self.texts(&checks.keywords);
        self.list(&checks.validators, |out, validator| {
            let names = Validator::NAMES;
            let place = names.iter().position(|(_, known)| known == validator).expect("the table has all validators");
            out.number(place as u64);
        });
        self.number(checks.min_entropy.map_or(0, |least| u64::from(least) + 1));
        self.texts(&checks.allow);
        self.texts(&checks.stop_words);
        for near in [&checks.context, &checks.unless] {
            let context = near.as_ref().map(|near| &near.context);
            self.number(context.map_or(0, |context| context.distance as u64));
            if let Some(context) = context {
                self.texts(&context.words);
            }
        }
        let apart = checks.apart.and_then(|apart| Apart::NAMES.iter().position(|(_, known)| *known == apart));
        self.number(apart.map_or(0, |place| place as u64 + 1));
    }

    fn program(&mut self, nfa: &Nfa, program: &Span<u32>) {
        self.number(program.len() as u64);
        let (mut latest, mut again) = (Vec::new(), 0);
        for id in program.clone() {
            let mut state = Writer(Vec::new());
            state.state(nfa, id);
            if state.0 == latest {
                again += 1;
                continue;
            }
            self.again(std::mem::take(&mut again));
            self.0.extend(&state.0);
            latest = state.0;
        }
        self.again(again);
    }

    fn again(&mut self, count: u64) {
        if count > 0 {
            self.number(tag::AGAIN);
            self.number(count);
        }
    }

    fn state(&mut self, nfa: &Nfa, id: u32) {
        let distance = |next: u32| zigzag(i64::from(next) - i64::from(id));
        match nfa.states[id as usize] {
            State::Final { edge, .. } => {
                self.number(tag::FINAL);
                self.place(&EDGES, &edge);
            }
            State::Split { first, len } => {
                self.number(2 * u64::from(len) + tag::WAYS);
                nfa.splits(first, len).iter().for_each(|next| self.number(distance(*next)));
            }
            State::Read { first, len } => {
                self.number(2 * u64::from(len) + tag::WAYS + 1);
                for range in nfa.ranges(first, len) {
                    self.0.extend([range.low, range.high]);
                    self.number(distance(range.next));
                }
            }
        }
    }
}

fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63) as u64
}

struct Reader<'b> {
    bytes: &'b [u8],
    /// Where `bytes` begin in the whole.
    at: usize,
}

impl Reader<'_> {
    fn wrong(&self, expected: &'static str) -> LoadError {
        LoadError { at: self.at, expected }
    }

    fn byte(&mut self) -> Result<u8, LoadError> {
        let (byte, rest) = self.bytes.split_first().ok_or(self.wrong("more"))?;
        (self.bytes, self.at) = (rest, self.at + 1);
        Ok(*byte)
    }

    fn number(&mut self) -> Result<u64, LoadError> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.wrong("a number of at most 63 bits"))
    }

    /// A number that is at most `most`.
    fn up_to(&mut self, most: usize) -> Result<usize, LoadError> {
        let number = self.number()?;
        usize::try_from(number).ok().filter(|number| *number <= most).ok_or(self.wrong("a smaller number"))
    }

    fn text(&mut self) -> Result<String, LoadError> {
        let length = self.up_to(self.bytes.len())?;
        let (text, rest) = self.bytes.split_at_checked(length).ok_or(self.wrong("more"))?;
        let text = std::str::from_utf8(text).map_err(|_| self.wrong("UTF-8"))?;
        (self.bytes, self.at) = (rest, self.at + length);
        Ok(text.to_owned())
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Result<T, LoadError>) -> Result<Vec<T>, LoadError> {
        // Each item takes a byte at least.
        let length = self.up_to(self.bytes.len())?;
        (0..length).map(|_| read(self)).collect()
    }

    fn texts(&mut self) -> Result<Vec<String>, LoadError> {
        self.list(Self::text)
    }

    fn of<T: Copy>(&mut self, table: &[T]) -> Result<T, LoadError> {
        let place = self.up_to(table.len() - 1)?;
        Ok(table[place])
    }

    fn entry(&mut self, packs: usize) -> Result<Entry, LoadError> {
        let (id, kind) = (self.text()?, self.text()?);
        let pack = self.up_to(packs.saturating_sub(1))?;
        let severity = self.of(&SEVERITIES)?;
        let action = match self.number()? {
            0 => Action::Report,
            1 => Action::Stop,
            2 => Action::Hold,
            3 => Action::Mask(Mask::Placeholder),
            4 => Action::Mask(Mask::Pseudonym),
            5 => Action::Mask(Mask::Fixed(self.text()?)),
            6 => Action::Mask(Mask::KeepLast(self.up_to(MAX_MAX_LENGTH)?)),
            _ => return Err(self.wrong("an action")),
        };
        let flags = self.up_to(0b1111_1111)?;
        let flag = |at: usize| flags >> at & 1 == 1;
        let mut channels = [false; Starts::CHANNELS];
        channels.iter_mut().enumerate().for_each(|(at, channel)| *channel = flag(7 - at));
        let start = self.of(&EDGES)?;
        let (max_length, after) = (self.up_to(MAX_MAX_LENGTH)?, self.up_to(MAX_AFTER)? as u8);
        let keywords = self.texts()?;
        let validators = self.list(|input| input.of(Validator::NAMES).map(|(_, validator)| validator))?;
        let least = self.up_to(1 << 20)? as u32;
        let (allow, stop_words) = (self.texts()?, self.texts()?);
        let (context, unless) = (self.context()?, self.context()?);
        let min_entropy = least.checked_sub(1);
        let apart = self.up_to(Apart::NAMES.len())?.checked_sub(1).map(|place| Apart::NAMES[place].1);
        let checks = Checks { keywords, validators, min_entropy, allow, stop_words, context, unless, apart };
        Ok(Entry {
            claim: Claim::of(&action),
            about: About { id, kind, pack, severity, action },
            normalise: flag(3),
            channels,
            start,
            max_length,
            is_cut: flag(2),
            longest: flag(1),
            after,
            judged: !checks.are_none(),
            checks,
            before: flag(0).then_some(0..0),
            pattern: 0..0,
        })
    }

    fn context(&mut self) -> Result<Option<Near>, LoadError> {
        let distance = self.up_to(MAX_DISTANCE)?;
        if distance == 0 {
            return Ok(None);
        }
        let words = self.texts()?;
        if words.iter().any(|word| word.trim_end_matches('*').is_empty()) {
            return Err(self.wrong("words that are not empty"));
        }
        Ok(Some(Near::new(Context { words, distance })))
    }

    fn program(&mut self, nfa: &mut Nfa, rule: u16, back: u8) -> Result<Span<u32>, LoadError> {
        let first = nfa.states.len();
        let length = self.up_to(MAX_STATES.saturating_sub(first))?;
        let end = first + length;
        let mut latest = Reader { bytes: self.bytes, at: self.at };
        let mut again = 0;
        while nfa.states.len() < end {
            if again > 0 {
                again -= 1;
                let state = Reader { ..latest }.state(nfa, first..end, rule, back)?;
                nfa.states.push(state);
                continue;
            }
            let here = Reader { bytes: self.bytes, at: self.at };
            if nfa.states.len() > first && self.bytes.first() == Some(&(tag::AGAIN as u8)) {
                self.byte()?;
                again = self.up_to(end - nfa.states.len())?;
                continue;
            }
            latest = here;
            let state = self.state(nfa, first..end, rule, back)?;
            nfa.states.push(state);
        }
        if length == 0 || again > 0 {
            return Err(self.wrong("as many states as were announced"));
        }
        Ok(first as u32..end as u32)
    }

    fn state(&mut self, nfa: &mut Nfa, program: Span<usize>, rule: u16, back: u8) -> Result<State, LoadError> {
        let id = nfa.states.len() as i64;
        let number = self.up_to(2 * usize::from(u16::MAX) + 3)? as u64;
        if number == tag::FINAL {
            return Ok(State::Final { rule, back, edge: self.of(&EDGES)? });
        }
        let ways = number.checked_sub(tag::WAYS).ok_or(self.wrong("a state"))?;
        let (len, reads) = ((ways / 2) as u16, ways % 2 == 1);
        let next = |input: &mut Self| {
            let distance = input.up_to(2 * MAX_STATES)? as i64;
            let next = id + (distance >> 1 ^ -(distance & 1));
            usize::try_from(next)
                .ok()
                .filter(|next| program.contains(next))
                .ok_or(input.wrong("a state of the program"))
        };
        if !reads {
            let first = nfa.splits.len() as u32;
            for _ in 0..len {
                nfa.splits.push(next(self)? as u32);
            }
            return Ok(State::Split { first, len });
        }
        let first = nfa.ranges.len() as u32;
        for _ in 0..len {
            let (low, high) = (self.byte()?, self.byte()?);
            let next = next(self)? as u32;
            if low > high {
                return Err(self.wrong("bytes in order"));
            }
            nfa.ranges.push(Range { low, high, next });
        }
        Ok(State::Read { first, len })
    }
}

/// The most states of all programs.
pub(super) const MAX_STATES: usize = 1 << 22;

#[cfg(all(test, feature = "rules"))]
mod tests {
    use super::*;
    use crate::pattern::Pack;

    #[test]
    fn the_version_rises_with_the_format() {
        let actions = [
            "action = 'report'",
            "action = 'stop'",
            "action = 'hold'",
            "mask = 'placeholder'",
            "mask = 'pseudonym'",
            "mask = { text = 'x' }",
            "mask = { keep_last = 4 }",
        ];
        let mut pack = "name = 'a'\nversion = '1'\n".to_owned();
        for (at, action) in actions.iter().enumerate() {
            let edge = Edge::NAMES[at % Edge::NAMES.len()].0;
            pack += &format!(
                "[[rule]]\nid = 'r{at}'\nkind = 'K'\npattern = 'a[b-d]{{2,3}}'\n{action}\nboundary = '{edge}'\n"
            );
        }
        pack +=
            "before = 'x '\nnormalise = true\nkeywords = ['k']\nmin_entropy = 1.5\nallow = ['q']\nstop_words = ['s']\n";
        pack += "context = { words = ['w'] }\nunless = { words = ['u'], distance = 9 }\nvalidators = ['luhn']\napart = 'row'\n";
        let bytes = Rules::compile(&[Pack::parse(&pack).expect("it is sound")]).expect("it can run").to_bytes();
        let validators: Vec<_> = Validator::NAMES.iter().map(|(name, _)| *name).collect();
        // Without their own checksum: that of bytes and their checksum is always the same.
        let bytes = &bytes[..bytes.len() - 4];
        let found = (crate::wire::crc32(bytes), crate::wire::crc32(validators.join(" ").as_bytes()), VERSION);
        assert_eq!(
            found,
            (2_151_868_532, 2_981_786_798, 3),
            "the format has changed: raise VERSION, and write down what is found"
        );
    }
}
