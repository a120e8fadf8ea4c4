//! Shannon entropy in fixed point, so that every home of the engine computes the same.

/// The Shannon entropy of `value` over its bytes, in thousandths of a bit per byte; 0 where it is empty.
#[must_use]
pub fn entropy_millibits(value: &[u8]) -> u32 {
    let length = value.len() as u64;
    if length == 0 {
        return 0;
    }
    let mut counts = [0_u64; 256];
    for &byte in value {
        counts[usize::from(byte)] += 1;
    }
    // H = log2(n) - (1/n) * sum of c * log2(c), in units of 2^-16 bits.
    let sum: u64 = counts.iter().filter(|&&count| count > 1).map(|&count| count * log2(count)).sum();
    let entropy = log2(length).saturating_sub(sum / length);
    u32::try_from((entropy * 1000 + (1 << 15)) >> 16).unwrap_or(u32::MAX)
}

/// log2 of `number`, which is at least 1 and below 2^32, in units of 2^-16, rounded down; one bit a squaring.
fn log2(number: u64) -> u64 {
    let whole = u64::from(number.ilog2());
    // In [1, 2) as a fixed-point number with 31 places.
    let mut rest = (number << 31) >> whole;
    let mut log = whole;
    for _ in 0..16 {
        rest = (rest * rest) >> 31;
        log <<= 1;
        if rest >= 1 << 32 {
            rest >>= 1;
            log |= 1;
        }
    }
    log
}

#[cfg(test)]
mod tests {
    use super::entropy_millibits;

    #[test]
    fn it_agrees_with_the_definition() {
        for value in ["", "aaaa", "ab", "abcd", "aaab", "hello world", "Zm9vYmFyL2Jhego3NzE5", "\u{0}\u{1}\u{2}é"] {
            let length = value.len() as f64;
            let mut counts = [0.0_f64; 256];
            value.bytes().for_each(|byte| counts[usize::from(byte)] += 1.0);
            let exact: f64 = counts.iter().filter(|&&c| c > 0.0).map(|c| -(c / length) * (c / length).log2()).sum();
            let found = f64::from(entropy_millibits(value.as_bytes()));
            assert!((found - exact * 1000.0).abs() <= 1.0, "{value}: {found} is not {exact} bits");
        }
    }
}
