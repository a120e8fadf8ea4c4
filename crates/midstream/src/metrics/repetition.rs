//! Finds a model that has begun to say the same thing over and over.
//!
//! A rolling fingerprint of the last [`WINDOW`] bytes (Karp and Rabin 1987) proposes a period when it stood a little
//! earlier; from then on every byte is compared with the one a period before it, so a finding is exact. Constant work a
//! byte, and constant memory a channel.

use crate::analysis::{Analyser, Analysis};
use crate::event::{Channel, Event, Span};
use crate::time::Timestamp;

/// Reports runs of one phrase repeated in a row: [`Event::Repetition`], once for each run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repetition {
    /// How often the phrase must stand in a row. 4.
    pub min_repeats: u32,
    /// How long the repetitions must be together, in UTF-8 bytes: rules and indents in ordinary text stay below. 256.
    pub min_bytes: u32,
}

impl Default for Repetition {
    fn default() -> Self {
        Self { min_repeats: 4, min_bytes: 256 }
    }
}

impl Analysis for Repetition {
    fn start(&self) -> Box<dyn Analyser> {
        Box::new(Repetitions { settings: self.clone(), tracks: Vec::new() })
    }
}

/// Watches all channels of one stream.
#[derive(Debug)]
struct Repetitions {
    settings: Repetition,
    tracks: Vec<Track>,
}

impl Analyser for Repetitions {
    fn observe(&mut self, event: &Event, _now: Timestamp, findings: &mut Vec<Event>) {
        let (choice, channel, delta) = match event {
            Event::TextDelta { choice, delta, .. } => (*choice, Channel::Text, delta),
            Event::ReasoningDelta { choice, delta, .. } => (*choice, Channel::Reasoning, delta),
            Event::ToolInputStart { choice, id, .. } => {
                self.tracks.push(Track::new(*choice, Channel::Tool(id.clone())));
                return;
            }
            Event::ToolInputDelta { id, delta } => {
                let open =
                    self.tracks.iter_mut().find(|track| matches!(&track.channel, Channel::Tool(known) if known == id));
                if let Some(track) = open {
                    track.text(delta.as_bytes(), &self.settings, findings);
                }
                return;
            }
            Event::ToolInputEnd { id } => {
                self.tracks.retain(|track| !matches!(&track.channel, Channel::Tool(known) if known == id));
                return;
            }
            _ => return,
        };
        let known = self.tracks.iter().position(|track| track.choice == choice && track.channel == channel);
        let at = known.unwrap_or_else(|| {
            self.tracks.push(Track::new(choice, channel));
            self.tracks.len() - 1
        });
        self.tracks[at].text(delta.as_bytes(), &self.settings, findings);
    }
}

/// One channel's text, as far as it matters.
#[derive(Debug)]
struct Track {
    choice: u32,
    channel: Channel,
    text: Recent,
    /// The distance at which the text repeats itself at present, 0 for none, and for how many bytes it has done so.
    period: usize,
    run: u64,
    reported: bool,
}

impl Track {
    fn new(choice: u32, channel: Channel) -> Self {
        Self { choice, channel, text: Recent::new(), period: 0, run: 0, reported: false }
    }

    fn text(&mut self, mut bytes: &[u8], settings: &Repetition, findings: &mut Vec<Event>) {
        while !bytes.is_empty() {
            let taken = if self.period == 0 {
                let (taken, period) = self.text.until_period(bytes);
                (self.period, self.run, self.reported) = (period, WINDOW as u64, false);
                taken
            } else {
                let most = if self.reported { u64::MAX } else { self.enough(settings).saturating_sub(self.run) };
                let most = bytes.len().min(usize::try_from(most).unwrap_or(usize::MAX));
                let taken = self.text.while_repeated(self.period, &bytes[..most]);
                self.run += taken as u64;
                if taken < most {
                    // The byte that ends this run may begin another: it is looked at anew.
                    self.period = 0;
                }
                taken
            };
            bytes = &bytes[taken..];
            if self.period != 0 && !self.reported && self.run >= self.enough(settings) {
                self.reported = true;
                findings.push(self.finding());
            }
        }
    }

    /// How many bytes must repeat those a period before them.
    fn enough(&self, settings: &Repetition) -> u64 {
        let covered = u64::from(settings.min_repeats) * self.period as u64;
        covered.max(settings.min_bytes.into()).saturating_sub(self.period as u64)
    }

    fn finding(&self) -> Event {
        let covered = self.run + self.period as u64;
        let end = self.text.length;
        let span = Span { choice: self.choice, channel: self.channel.clone(), start: end - covered, end };
        Event::Repetition { span, period: self.period as u32, repeats: (covered / self.period as u64) as u32 }
    }
}

/// The end of a text, and where its windows stood before.
#[derive(Debug)]
struct Recent {
    /// Bytes seen.
    length: u64,
    /// The last [`HISTORY`] bytes, byte `n` of the text at `n % HISTORY`; 0 where there is none yet.
    bytes: Box<[u8; HISTORY]>,
    /// Of the last [`WINDOW`] bytes.
    fingerprint: u32,
    /// For each fingerprint, where the bytes that have it last ended.
    ends: Box<[u32; SLOTS]>,
}

impl Recent {
    fn new() -> Self {
        Self { length: 0, bytes: Box::new([0; HISTORY]), fingerprint: 0, ends: Box::new([0; SLOTS]) }
    }

    /// Takes bytes up to one with which the window stands that stood a little earlier; returns how many these are, and
    /// how much earlier, 0 where it takes them all without.
    fn until_period(&mut self, bytes: &[u8]) -> (usize, usize) {
        for (at, &byte) in bytes.iter().enumerate() {
            let before = self.take(byte);
            let distance = (self.length as u32).wrapping_sub(before) as usize;
            // Most fingerprints were never seen, or long ago.
            if distance <= HISTORY - WINDOW && before as usize >= WINDOW && self.window_stood(distance) {
                return (at + 1, distance);
            }
        }
        (bytes.len(), 0)
    }

    /// Takes bytes as long as each is the one `period` before it; returns how many these are.
    fn while_repeated(&mut self, period: usize, bytes: &[u8]) -> usize {
        for (at, &byte) in bytes.iter().enumerate() {
            if self.back(period) != byte {
                return at;
            }
            self.take(byte);
        }
        bytes.len()
    }

    /// Takes the next byte; returns where the fingerprint that is the window's now was seen last, 0 for nowhere.
    #[inline]
    fn take(&mut self, byte: u8) -> u32 {
        let leaving = self.back(WINDOW);
        self.fingerprint = self
            .fingerprint
            .wrapping_mul(BASE)
            .wrapping_add(byte.into())
            .wrapping_sub(LEAVING.wrapping_mul(leaving.into()));
        self.bytes[self.length as usize % HISTORY] = byte;
        self.length += 1;
        let slot = (self.fingerprint.wrapping_mul(SPREAD) >> (32 - SLOTS.ilog2())) as usize;
        std::mem::replace(&mut self.ends[slot], self.length as u32)
    }

    /// The byte `distance` before the next one, 0 before the first. `1 <= distance <= HISTORY`.
    fn back(&self, distance: usize) -> u8 {
        self.bytes[(self.length as usize).wrapping_sub(distance) % HISTORY]
    }

    fn window_stood(&self, distance: usize) -> bool {
        (1..=WINDOW).all(|back| self.back(back) == self.back(back + distance))
    }
}

/// Length of a fingerprinted window, in bytes.
const WINDOW: usize = 16;
/// Bytes of text kept: the longest period is this less [`WINDOW`].
const HISTORY: usize = 1024;
/// Fingerprints kept.
const SLOTS: usize = 1024;
const BASE: u32 = 0x0100_0193;
/// `BASE` to the power of [`WINDOW`].
const LEAVING: u32 = BASE.wrapping_pow(WINDOW as u32);
/// Knuth's multiplicative hashing (The Art of Computer Programming, section 6.4).
const SPREAD: u32 = 2_654_435_769;

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<(u64, u64, u32, u32)> {
        let mut track = Track::new(0, Channel::Text);
        let mut findings = Vec::new();
        track.text(text.as_bytes(), &Repetition::default(), &mut findings);
        let parts = |event: Event| match event {
            Event::Repetition { span, period, repeats } => (span.start, span.end, period, repeats),
            other => panic!("{other:?}"),
        };
        findings.into_iter().map(parts).collect()
    }

    #[test]
    fn a_phrase_said_over_and_over_is_found_once() {
        let phrase = "I will now check the weather again, and then once more. ";
        let text = format!("Sure.\n{}Done.", phrase.repeat(20));
        assert_eq!(findings(&text), [(6, 6 + 5 * 56 - 24, 56, 4)]);
    }

    #[test]
    fn every_period_up_to_the_longest_is_found() {
        for period in (1..=1000).step_by(37) {
            let phrase: String =
                (0..period).map(|n| char::from(b'!' + ((n as u32).wrapping_mul(SPREAD) >> 16) as u8 % 89)).collect();
            let found = findings(&format!("Intro: {}", phrase.repeat(300 / period + 6)));
            assert_eq!(found.len(), 1, "period {period}: {found:?}");
            assert_eq!(period as u32 % found[0].2, 0, "period {period}: {found:?}");
        }
    }

    #[test]
    fn ordinary_text_is_not_repetition() {
        let table = "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |\n";
        let counted: String = (0..500).map(|n| format!("Step {n}: add {} to {}.\n", n * 7, n * 13)).collect();
        for text in [table, &counted, &"-".repeat(200), &format!("{}x", "    ".repeat(40))] {
            assert_eq!(findings(text), []);
        }
    }
}
