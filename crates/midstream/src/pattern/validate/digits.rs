//! Check digits over decimal digits; every other byte counts as a separator and is skipped.

use midstream_values::is_checked;

/// The digits in `value`, at most 24: more are no number that any check here knows, and read as none.
pub(super) fn digits(value: &[u8]) -> Vec<u32> {
    let digits: Vec<_> =
        value.iter().filter(|byte| byte.is_ascii_digit()).take(25).map(|byte| u32::from(byte - b'0')).collect();
    if digits.len() > 24 { Vec::new() } else { digits }
}

/// The digits in `value` where there are exactly `N`.
pub(super) fn exactly<const N: usize>(value: &[u8]) -> Option<[u32; N]> {
    digits(value).try_into().ok()
}

/// The digits as one number.
pub(super) fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |number, &digit| number * 10 + u64::from(digit))
}

/// The sum of digits, each times its weight.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// Whether all digits are the same: what people type into a form, and what many checksums accept.
pub(super) fn all_same(digits: &[u32]) -> bool {
    digits.windows(2).all(|pair| pair[0] == pair[1])
}

/// ISO/IEC 7812-1, annex B.
pub(super) fn luhn(value: &[u8]) -> bool {
    let digits = digits(value);
    digits.len() > 1 && is_checked(&digits)
}

/// ISO 7064, MOD 11,10.
pub(super) fn mod_11_10(digits: &[u32]) -> bool {
    let Some((check, rest)) = digits.split_last() else { return false };
    let product = rest.iter().fold(10, |product, digit| {
        let sum = match (product + digit) % 10 {
            0 => 10,
            sum => sum,
        };
        sum * 2 % 11
    });
    (11 - product) % 10 == *check
}

/// Verhoeff's scheme over the dihedral group of ten elements (Error Detecting Decimal Codes, 1969).
pub(super) fn verhoeff(digits: &[u32]) -> bool {
    !digits.is_empty()
        && digits.iter().rev().enumerate().fold(0, |check, (at, &digit)| times(check, permuted(digit, at % 8))) == 0
}

/// The product in the dihedral group: rotations are 0 to 4, reflections 5 to 9.
fn times(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// `digit` after Verhoeff's permutation, `times` over.
fn permuted(digit: u32, times: usize) -> u32 {
    const STEP: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    (0..times).fold(digit, |digit, _| STEP[digit as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_accepts_the_standards_example() {
        assert!(luhn(b"4992 7398 716"));
        assert!(!luhn(b"4992 7398 717"));
    }

    #[test]
    fn mod_11_10_accepts_the_standards_example() {
        assert!(mod_11_10(&[0, 7, 9, 4, 5]) && !mod_11_10(&[0, 7, 9, 4, 6]));
    }

    #[test]
    fn verhoeff_accepts_a_published_example() {
        assert!(verhoeff(&[2, 3, 6, 3]) && !verhoeff(&[2, 3, 6, 4]) && !verhoeff(&[3, 2, 6, 3]));
        assert!(verhoeff(&digits(b"142857 0")) && !verhoeff(&digits(b"142857 1")));
    }
}
