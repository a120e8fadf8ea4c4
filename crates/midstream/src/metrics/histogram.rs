//! A histogram of whole numbers with bounded relative error, after HdrHistogram.

/// Counts values in buckets whose width is at most 1/16 of their lower bound; below 16 they are exact.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    /// Grown to the highest bucket in use, at most [`BUCKETS`] long.
    counts: Vec<u32>,
    count: u64,
    max: u64,
}

impl Histogram {
    /// Counts `value`.
    pub fn record(&mut self, value: u64) {
        let bucket = bucket(value);
        if bucket >= self.counts.len() {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] = self.counts[bucket].saturating_add(1);
        self.count += 1;
        self.max = self.max.max(value);
    }

    /// How many values were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The highest value counted, exactly; 0 where there is none.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// The smallest bucket bound that at least `q` (0 to 1) of the values do not exceed; 0 where there is none.
    pub fn quantile(&self, q: f64) -> u64 {
        let rank = ((q * self.count as f64).ceil() as u64).clamp(1, self.count.max(1));
        let mut seen = 0;
        for (bucket, &count) in self.counts.iter().enumerate() {
            seen += u64::from(count);
            if seen >= rank {
                return highest(bucket).min(self.max);
            }
        }
        self.max
    }
}

/// Sixteen buckets for each power of two.
const SUB: u32 = 4;

fn bucket(value: u64) -> usize {
    if value < 1 << SUB {
        return value as usize;
    }
    let shift = 63 - SUB - value.leading_zeros();
    (((shift as usize) + 1) << SUB) + (value >> shift) as usize - (1 << SUB)
}

/// The highest value that falls into `bucket`.
fn highest(bucket: usize) -> u64 {
    let (group, sub) = (bucket >> SUB, (bucket & 15) as u64);
    if group == 0 {
        return sub;
    }
    let shift = group - 1;
    ((16 + sub) << shift) + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_falls_into_a_bucket_at_most_a_sixteenth_above_it() {
        for value in (0..5000).chain((0..64).map(|bit| 1u64 << bit)).chain([u64::MAX, u64::MAX - 1, 123_456_789]) {
            let bound = highest(bucket(value));
            assert!(bound >= value && bound - value <= value / 16, "{value} -> {bound}");
        }
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_values_within_a_sixteenth() {
        let mut histogram = Histogram::default();
        (1..=1000).for_each(|value| histogram.record(value * 7));
        for (q, exact) in [(0.5, 3500), (0.95, 6650), (0.99, 6930), (1.0, 7000)] {
            let found = histogram.quantile(q);
            assert!(found >= exact && found <= exact + exact / 16, "{q}: {found} for {exact}");
        }
        assert_eq!(Histogram::default().quantile(0.5), 0);
    }
}
