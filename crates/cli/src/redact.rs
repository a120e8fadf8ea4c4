//! `midstream redact`: text in, the text out as rules let it pass.

use std::io;
use std::path::PathBuf;

use clap::Args;
use midstream::pattern::{Kind, Passage, Redaction};
use midstream::{Config, Dialect, Engine, Event, Framing, HoldMeter, Timestamp, Verdict};
use serde::Serialize;

use crate::decode::{Ending, each};
use crate::exit::{Failure, Outcome, tell};
use crate::host::{Clock, Sink};
use crate::input::{Input, Piece};
use crate::output::Output;
use crate::reading::{Bytes, Language};
use crate::rules::Guarding;

/// Print text with what rules find in it masked, as a stream would be
///
/// Plain text comes out as it went in but for what is masked. Of an answer in a provider's language what a reader sees
/// comes out: text and refusals, a line end between blocks.
///
/// Text is held only while a rule may still cover it. Exits with 1 where a rule ends the text or its verdict is not
/// `complete`. Plain text must be UTF-8 without zeros: it ends at the first byte that rules can't read.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Redact {
    #[command(flatten)]
    rules: Guarding,

    #[command(flatten)]
    language: Language,

    #[command(flatten)]
    bytes: Bytes,

    /// Tell on standard error, as a line of JSON a file, how much was found and held
    #[arg(long)]
    stats: bool,

    /// Texts or streams' bodies; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Redact {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let redaction = self.rules.redaction()?;
        let redaction = redaction.ok_or_else(|| Failure::Usage("expected `--rules PACK|FILE`".to_owned()))?;
        each(&self.files, &self.bytes, |input, output| {
            let mut beginning = Vec::new();
            let mut run = Run { redact: &self, redaction: &redaction, output };
            match run.is_plain(input, &mut beginning)? {
                true => run.plain(input, beginning),
                false => run.stream(input, beginning),
            }
        })
    }
}

struct Run<'a> {
    redact: &'a Redact,
    redaction: &'a Redaction,
    output: &'a mut Output,
}

impl Run<'_> {
    /// Whether the input is text and no provider's answer. What was read to find out is in `beginning`.
    fn is_plain(&self, input: &mut Input, beginning: &mut Vec<u8>) -> Result<bool, Failure> {
        let (framing, dialect) = (self.redact.bytes.framing(), self.redact.language.dialect());
        if framing.is_some() || dialect.is_some() {
            return Ok(framing == Some(Framing::Text));
        }
        let mut session = Engine::new(Config::default()).session(Timestamp::ZERO);
        loop {
            let ended = match input.next(None)? {
                Piece::Bytes(piece) => {
                    beginning.extend_from_slice(piece);
                    session.feed(piece, Timestamp::ZERO);
                    beginning.len() >= ENOUGH
                }
                Piece::Nothing | Piece::End => true,
            };
            if ended {
                session.finish(Timestamp::ZERO);
            }
            let known = session.dialect().filter(|dialect| !matches!(dialect, Dialect::Text | Dialect::Unknown));
            if known.is_some() || session.framing() == Some(Framing::Text) || ended {
                return Ok(known.is_none());
            }
        }
    }

    fn plain(&mut self, input: &mut Input, beginning: Vec<u8>) -> Result<Ending, Failure> {
        let mut text = Plain {
            redactor: self.redaction.rules.redactor_with_key(Kind::Text, self.redaction.key),
            cut: Vec::new(),
            read: 0,
            unread: None,
            stats: Stats::default(),
            hold: HoldMeter::default(),
        };
        let mut next = Some(beginning);
        while let Some(bytes) = next {
            for piece in self.redact.bytes.cut(&bytes) {
                self.output.text(&text.push(piece))?;
            }
            if input.is_live() {
                self.output.flush()?;
            }
            next = match input.next(None)? {
                Piece::Bytes(piece) => Some(piece.to_vec()),
                Piece::Nothing => Some(Vec::new()),
                Piece::End => None,
            };
        }
        let last = text.finish();
        self.output.text(&last)?;
        self.tell(&text.stats());
        if let Some(byte) = text.unread {
            let error = midstream::Error::uncheckable(byte, text.read);
            tell(&format_args!("{}: {error}", input.name()));
            return Ok(Ending::of(Verdict::Failed));
        }
        if let Passage::Stopped { rule } | Passage::Held { rule } = text.redactor.passage() {
            let id = &self.redaction.rules.about(rule).id;
            tell(&format_args!("{}: the rule `{id}` ends the text", input.name()));
            return Ok(Ending::of(Verdict::Failed));
        }
        Ok(Ending::of(Verdict::Complete))
    }

    fn stream(&mut self, input: &mut Input, beginning: Vec<u8>) -> Result<Ending, Failure> {
        let engine = Engine::new(Config {
            framing: self.redact.bytes.framing(),
            dialect: self.redact.language.dialect(),
            redaction: Some(self.redaction.clone()),
            ..Config::default()
        });
        let mut shown = Shown { output: self.output, ending: Ending::default(), open: false, stats: Stats::default() };
        crate::host::run_from(&engine, beginning, input, &self.redact.bytes, Clock::Stopped, &mut shown)?;
        let (ending, stats) = (shown.ending, shown.stats);
        self.tell(&stats);
        Ok(ending)
    }

    fn tell(&self, stats: &Stats) {
        if self.redact.stats {
            let line = serde_json::to_string(stats).expect("figures always serialise");
            tell(&line);
        }
    }
}

/// What was found and held.
#[derive(Debug, Default, Serialize)]
struct Stats {
    matches: u64,
    hold: midstream::Hold,
}

/// A plain text under way.
struct Plain {
    redactor: midstream::pattern::Redactor,
    /// The bytes of a character that is not whole yet.
    cut: Vec<u8>,
    /// Bytes of whole characters so far.
    read: u64,
    /// The first byte that rules can't read, behind those.
    unread: Option<u8>,
    stats: Stats,
    hold: HoldMeter,
}

impl Plain {
    /// Takes the next piece and returns what of it may be shown: nothing from the first byte on that rules can't read.
    fn push(&mut self, piece: &[u8]) -> String {
        if self.unread.is_some() {
            return String::new();
        }
        self.cut.extend_from_slice(piece);
        let (mut whole, mut broken) = match std::str::from_utf8(&self.cut) {
            Ok(_) => (self.cut.len(), false),
            Err(error) => (error.valid_up_to(), error.error_len().is_some()),
        };
        // UTF-8 may have zeros, but texts have none: in UTF-16 every other byte is one.
        if let Some(zero) = self.cut[..whole].iter().position(|byte| *byte == 0) {
            (whole, broken) = (zero, true);
        }
        let rest = self.cut.split_off(whole);
        let text = String::from_utf8(std::mem::replace(&mut self.cut, rest)).expect("it is valid up to there");
        let mut out = String::new();
        self.redactor.push(&text, &mut out);
        self.read += text.len() as u64;
        if !text.is_empty() {
            self.hold.record(self.redactor.held().chars().count() as u64);
        }
        self.stats.matches += self.redactor.matches().count() as u64;
        if broken {
            self.unread = Some(self.cut[0]);
        }
        out
    }

    /// Takes the end of the text and returns what was held; where it can't be read to its end, that is withheld.
    fn finish(&mut self) -> String {
        let mut out = String::new();
        if self.unread.is_none() {
            self.unread = self.cut.first().copied();
        }
        if self.unread.is_none() {
            self.redactor.finish(&mut out);
            self.stats.matches += self.redactor.matches().count() as u64;
        }
        out
    }

    fn stats(&mut self) -> Stats {
        Stats { matches: self.stats.matches, hold: self.hold.snapshot() }
    }
}

/// Prints what a reader sees.
struct Shown<'o> {
    output: &'o mut Output,
    ending: Ending,
    /// A block was begun and not ended by a line end.
    open: bool,
    stats: Stats,
}

impl Sink for Shown<'_> {
    fn event(&mut self, event: Event) -> io::Result<()> {
        self.ending.take(&event);
        match event {
            Event::TextDelta { delta, .. } | Event::RefusalDelta { delta, .. } => {
                self.open |= !delta.ends_with('\n');
                self.output.text(&delta)
            }
            Event::TextEnd { .. } | Event::StreamEnd { .. } if self.open => {
                self.open = false;
                self.ended(&event);
                self.output.text("\n")
            }
            Event::Match { .. } => {
                self.stats.matches += 1;
                Ok(())
            }
            other => {
                self.ended(&other);
                Ok(())
            }
        }
    }

    fn pause(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

impl Shown<'_> {
    fn ended(&mut self, event: &Event) {
        if let Event::StreamEnd { metrics, .. } = event {
            self.stats.hold = metrics.checked.clone().unwrap_or_default().hold;
        }
    }
}

/// By then it is known whether bytes are an answer in a provider's language.
const ENOUGH: usize = 64 * 1024;

const EXAMPLES: &str = "\
Packs: secrets (credentials), pii (personal data), injection (unwanted instructions).

Examples:
  midstream redact --rules secrets notes.txt
  midstream redact --rules secrets --rules mine.toml answer.sse
  curl -sN https://api.example.com/v1/messages -d @request.json | midstream redact --rules secrets -
  midstream redact --rules secrets --cut 4 --stats notes.txt

Exit codes: 0 done, 1 a text can't be read, a rule ends it or its verdict is not `complete`, 2 wrong use.";
