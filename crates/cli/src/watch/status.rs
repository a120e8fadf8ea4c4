//! The line at the bottom: how far a stream has come.
//!
//! On a terminal the last line is taken out of the region that scrolls (DECSTBM), so that text runs above it and the
//! terminal itself keeps track of where text goes on. Elsewhere nothing is drawn, and the figures are still counted.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use console::Term;
use midstream::{Event, Usage, Verdict};

use super::client::Summary;
use super::look::{Look, Style};

/// The figures of one stream, and where they are drawn.
#[derive(Debug)]
pub(crate) struct StatusLine {
    look: Look,
    /// The terminal's rows and columns for which the last row is kept; `None` where it is not.
    kept: Option<(u16, u16)>,
    /// What is drawn there.
    drawn: String,
    figures: Figures,
}

#[derive(Debug)]
struct Figures {
    /// What to call the one who answers.
    who: String,
    /// Pieces of content.
    chunks: u64,
    /// When content came first and last, in microseconds since the stream began.
    first_content_us: Option<u64>,
    last_content_us: u64,
    /// When the latest event happened, by the stream's time and by ours.
    latest_us: u64,
    latest: Instant,
    usage: Usage,
    verdict: Option<Verdict>,
}

impl StatusLine {
    pub(crate) fn new(look: Look) -> Self {
        Self { look, kept: None, drawn: String::new(), figures: Figures::new("no stream yet".into()) }
    }

    /// Starts to count anew.
    pub(crate) fn begin(&mut self, summary: &Summary) {
        let Summary { id, dialect, model, .. } = summary;
        let dialect = dialect.map(|dialect| dialect.to_string());
        self.figures = Figures::new(model.clone().or(dialect).unwrap_or_else(|| id.clone()));
    }

    /// Counts an event that happened `at_us` microseconds after the stream began.
    pub(crate) fn event(&mut self, event: &Event, at_us: u64) {
        self.figures.event(event, at_us);
    }

    /// The figures in words.
    pub(crate) fn line(&self) -> String {
        self.figures.line()
    }

    /// Draws the line where there is a place for it.
    pub(crate) fn draw(&mut self, out: &mut impl Write) -> io::Result<()> {
        if !self.look.is_terminal {
            return Ok(());
        }
        let Some(size) = Term::stdout().size_checked().filter(|(rows, _)| *rows >= FEWEST_ROWS) else {
            return self.close(out);
        };
        if self.kept != Some(size) {
            self.keep(size, out)?;
        }
        let (rows, columns) = size;
        let line = console::truncate_str(&self.figures.line(), columns.into(), "").into_owned();
        if line == self.drawn {
            return Ok(());
        }
        let (on, off) = (self.look.on(Style::Bold), self.look.off(Style::Bold));
        write!(out, "{SAVE}\x1b[{rows};1H{ERASE_LINE}{on}{line}{off}{RESTORE}")?;
        self.drawn = line;
        Ok(())
    }

    /// Gives the last row back.
    pub(crate) fn close(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.drawn.clear();
        match self.kept.take() {
            Some((rows, _)) => write!(out, "{SAVE}\x1b[r\x1b[{rows};1H{ERASE_LINE}{RESTORE}"),
            None => Ok(()),
        }
    }

    /// Keeps the last row free of text: makes sure that the cursor is not in it, and lets only those above scroll.
    fn keep(&mut self, (rows, columns): (u16, u16), out: &mut impl Write) -> io::Result<()> {
        self.close(out)?;
        self.kept = Some((rows, columns));
        // Index and reverse index move the cursor without changing its column, and scroll where it is at the bottom.
        write!(out, "\x1bD\x1bM{SAVE}\x1b[1;{}r{RESTORE}", rows - 1)
    }
}

impl Figures {
    fn new(who: String) -> Self {
        Self {
            who,
            chunks: 0,
            first_content_us: None,
            last_content_us: 0,
            latest_us: 0,
            latest: Instant::now(),
            usage: Usage::default(),
            verdict: None,
        }
    }

    fn event(&mut self, event: &Event, at_us: u64) {
        self.latest_us = at_us;
        self.latest = Instant::now();
        match event {
            Event::TextDelta { .. }
            | Event::ReasoningDelta { .. }
            | Event::RefusalDelta { .. }
            | Event::ToolInputDelta { .. } => {
                self.chunks += 1;
                self.first_content_us.get_or_insert(at_us);
                self.last_content_us = at_us;
            }
            Event::ResponseMetadata { model: Some(model), .. } => self.who.clone_from(model),
            Event::Usage(usage) => self.usage.update(usage),
            Event::StreamEnd { verdict, metrics } => {
                self.verdict = Some(*verdict);
                self.latest_us = metrics.duration_us;
                self.chunks = metrics.chunks;
                self.first_content_us = metrics.first_content_us;
                self.last_content_us = metrics.last_content_us.unwrap_or_default();
            }
            _ => {}
        }
    }

    fn line(&self) -> String {
        let ours = if self.verdict.is_some() { Duration::ZERO } else { self.latest.elapsed() };
        let elapsed = Duration::from_micros(self.latest_us) + ours;
        let state = match self.verdict {
            None => "live",
            Some(Verdict::Complete) => "complete",
            Some(Verdict::Truncated) => "truncated",
            Some(Verdict::Failed) => "failed",
        };
        let who = self.who.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c });
        let mut line = format!("{state}  {}  {:.1} s", who.collect::<String>(), elapsed.as_secs_f64());
        if let Some(first) = self.first_content_us {
            line += &format!("  first content {:.2} s  {} chunks", first as f64 / 1e6, self.chunks);
            let spent = self.last_content_us.saturating_sub(first);
            if spent > 0 {
                line += &format!("  {:.1} chunks/s", self.chunks as f64 * 1e6 / spent as f64);
            }
        }
        for (count, what) in [(self.usage.input_tokens, "in"), (self.usage.output_tokens, "out")] {
            if let Some(count) = count {
                line += &format!("  {count} tokens {what}");
            }
        }
        line
    }
}

/// On a smaller terminal every row is needed for text.
const FEWEST_ROWS: u16 = 5;
const SAVE: &str = "\x1b7";
const RESTORE: &str = "\x1b8";
const ERASE_LINE: &str = "\x1b[2K";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_counted_in_the_streams_own_time() {
        let mut status = StatusLine::new(Look { is_terminal: false, has_colours: false });
        for (event, at_us) in [
            (r#"{"type":"response-metadata","model":"m-1"}"#, 400_000),
            (r#"{"type":"text-delta","choice":0,"block":0,"delta":"a"}"#, 500_000),
            (r#"{"type":"tool-input-delta","id":"c","delta":"b"}"#, 1_000_000),
            (r#"{"type":"reasoning-delta","choice":0,"block":0,"delta":"c"}"#, 2_500_000),
            (r#"{"type":"usage","input_tokens":7,"output_tokens":3}"#, 2_600_000),
        ] {
            status.event(&serde_json::from_str(event).unwrap(), at_us);
        }
        let counted = "first content 0.50 s  3 chunks  1.5 chunks/s  7 tokens in  3 tokens out";
        assert!(status.line().starts_with("live  m-1  "), "{}", status.line());
        assert!(status.line().ends_with(counted), "{}", status.line());
        let metrics = Box::new(midstream::Metrics {
            chunks: 3,
            first_content_us: Some(500_000),
            last_content_us: Some(2_500_000),
            duration_us: 2_750_000,
            ..Default::default()
        });
        status.event(&Event::StreamEnd { verdict: Verdict::Truncated, metrics }, 2_750_000);
        assert_eq!(status.line(), format!("truncated  m-1  2.8 s  {counted}"));
    }

    #[test]
    fn nothing_is_drawn_where_nobody_looks() {
        let mut status = StatusLine::new(Look { is_terminal: false, has_colours: false });
        let mut out = Vec::new();
        status.draw(&mut out).unwrap();
        status.close(&mut out).unwrap();
        assert!(out.is_empty());
    }
}
