//! What a stream's timing and volume were. Times come from the host.

mod histogram;
mod hold;
mod repetition;

use serde::{Deserialize, Serialize};

pub use histogram::Histogram;
pub use hold::{Checked, Hold, HoldMeter};
pub use repetition::Repetition;

use crate::json::STEPS;
use crate::time::Timestamp;

/// What was measured over one stream. Times are microseconds since the session began.
///
/// A *chunk* is a piece of content as it arrived (text, reasoning, refusal or tool input); it is not a token. Token
/// counts are the provider's and stand in [`Usage`](crate::Usage).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Metrics {
    /// Bytes of body.
    pub bytes: u64,
    /// Frames of the framing, keep-alives not counted.
    pub frames: u64,
    /// Comments, pings and empty lines.
    pub keep_alives: u64,
    /// Chunks of content.
    pub chunks: u64,
    /// UTF-8 bytes of visible text.
    pub text_bytes: u64,
    /// UTF-8 bytes of reasoning.
    pub reasoning_bytes: u64,
    /// UTF-8 bytes of tool input.
    pub tool_input_bytes: u64,
    /// Until the first byte of body.
    pub first_byte_us: Option<u64>,
    /// Until the first content: what OpenTelemetry calls time to first chunk.
    pub first_content_us: Option<u64>,
    /// Until the last content.
    pub last_content_us: Option<u64>,
    /// Until the stream's end.
    pub duration_us: u64,
    /// Between one piece of content and the next; `None` with fewer than two.
    pub gaps: Option<Gaps>,
    /// Chunks a second from the first content to the last, the first not counted, to a thousandth; `None` where no time
    /// passed.
    pub chunks_per_second: Option<f64>,
    /// Output tokens by the provider's count, a second from the first content to the last, to a thousandth; `None`
    /// where either is unknown.
    pub output_tokens_per_second: Option<f64>,
    /// What rules did; `None` where there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<Checked>,
}

/// The distribution of the gaps between pieces of content, in microseconds, each at most 1/16 too high.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Gaps {
    /// Half of the gaps are no longer.
    pub p50_us: u64,
    /// 95 % of the gaps are no longer.
    pub p95_us: u64,
    /// 99 % of the gaps are no longer.
    pub p99_us: u64,
    /// The longest.
    pub max_us: u64,
}

/// Collects [`Metrics`] while a stream runs.
#[derive(Debug)]
pub(crate) struct Meter {
    began: Timestamp,
    metrics: Metrics,
    last_content: Option<Timestamp>,
    gaps: Histogram,
}

impl Meter {
    pub(crate) fn new(began: Timestamp) -> Self {
        Self { began, metrics: Metrics::default(), last_content: None, gaps: Histogram::default() }
    }

    pub(crate) fn began(&self) -> Timestamp {
        self.began
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    pub(crate) fn last_content(&self) -> Option<Timestamp> {
        self.last_content
    }

    pub(crate) fn bytes(&mut self, count: usize, now: Timestamp) {
        if self.metrics.bytes == 0 && count > 0 {
            self.metrics.first_byte_us = Some(now.micros_since(self.began));
        }
        self.more_bytes(count);
    }

    /// Counts bytes that are not the first ones.
    #[inline]
    pub(crate) fn more_bytes(&mut self, count: usize) {
        self.metrics.bytes += count as u64;
    }

    pub(crate) fn frame(&mut self) {
        self.metrics.frames += 1;
    }

    pub(crate) fn keep_alive(&mut self) {
        self.metrics.keep_alives += 1;
    }

    /// Counts the present frame as one that only keeps the connection open.
    pub(crate) fn ping(&mut self) {
        self.metrics.frames = self.metrics.frames.saturating_sub(1);
        self.keep_alive();
    }

    /// Notes a piece of content of `bytes` UTF-8 bytes. Plain text has no chunks of its own: there, pieces that arrive
    /// at the same moment are one, or the count would depend on how the input was cut.
    pub(crate) fn content(&mut self, kind: Content, bytes: usize, framed: bool, now: Timestamp) {
        let metrics = &mut self.metrics;
        match kind {
            Content::Text => metrics.text_bytes += bytes as u64,
            Content::Reasoning => metrics.reasoning_bytes += bytes as u64,
            Content::ToolInput => metrics.tool_input_bytes += bytes as u64,
            Content::Media => {}
        }
        match self.last_content {
            Some(last) if !framed && last == now => return,
            Some(last) => self.gaps.record(now.micros_since(last)),
            None => metrics.first_content_us = Some(now.micros_since(self.began)),
        }
        metrics.chunks += 1;
        self.last_content = Some(now);
    }

    /// The metrics as they stand.
    pub(crate) fn snapshot(&self, output_tokens: Option<u64>, now: Timestamp) -> Metrics {
        let mut metrics = self.metrics.clone();
        metrics.duration_us = now.micros_since(self.began);
        metrics.last_content_us = self.last_content.map(|last| last.micros_since(self.began));
        if self.gaps.count() > 0 {
            metrics.gaps = Some(Gaps {
                p50_us: self.gaps.quantile(0.50),
                p95_us: self.gaps.quantile(0.95),
                p99_us: self.gaps.quantile(0.99),
                max_us: self.gaps.max(),
            });
        }
        let spent = metrics.last_content_us.zip(metrics.first_content_us).map(|(last, first)| last - first);
        if let Some(spent) = spent.filter(|spent| *spent > 0) {
            let per_second = |count: u64| (count as f64 * 1e6 / spent as f64 * STEPS).round() / STEPS;
            metrics.chunks_per_second = Some(per_second(metrics.chunks - 1));
            metrics.output_tokens_per_second = output_tokens.map(per_second);
        }
        metrics
    }
}

/// What a piece of content belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Text,
    Reasoning,
    ToolInput,
    /// Audio and files: content, but no text.
    Media,
}
