//! How much text was held back.

use serde::{Deserialize, Serialize};

use super::histogram::Histogram;

/// What rules did over one stream.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Checked {
    /// How much text was held back.
    pub hold: Hold,
    /// Events whose content rules can't look at: audio and files, which pass, and probabilities of tokens, which don't.
    pub unchecked: u64,
}

/// How many characters were held back after each delta, since a rule might still have covered them. Plain text has no
/// deltas of its own: there, nothing is counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Hold {
    /// Deltas that were counted.
    pub deltas: u64,
    /// Characters held after a delta, on average, to a thousandth.
    pub mean: f64,
    /// After half of the deltas no more were held.
    pub p50: u64,
    /// After 99 % of the deltas no more were held, at most 1/16 too high.
    pub p99: u64,
    /// The most that were held.
    pub max: u64,
}

/// Collects [`Hold`].
#[derive(Debug, Default)]
pub struct HoldMeter {
    held: Histogram,
    sum: u64,
}

impl HoldMeter {
    /// Notes that `held` characters are held back after a delta.
    pub fn record(&mut self, held: u64) {
        self.held.record(held);
        self.sum += held;
    }

    /// The figures as they stand.
    pub fn snapshot(&self) -> Hold {
        let deltas = self.held.count();
        Hold {
            deltas,
            mean: (self.sum as f64 / deltas.max(1) as f64 * STEPS).round() / STEPS,
            p50: self.held.quantile(0.50),
            p99: self.held.quantile(0.99),
            max: self.held.max(),
        }
    }
}

/// Means are told in thousandths, in which WASM writes them too.
const STEPS: f64 = 1000.0;
