//! Check digits over decimal digits; every other byte counts as a separator and is skipped.

/// ISO/IEC 7812-1, annex B.
pub(super) fn luhn(value: &[u8]) -> bool {
    let mut sum = 0;
    let mut count = 0;
    for digit in value.iter().rev().filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte - b'0')) {
        sum += if count % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit };
        count += 1;
    }
    count > 1 && sum % 10 == 0
}

#[cfg(test)]
mod tests {
    #[test]
    fn luhn_accepts_the_standards_example() {
        assert!(super::luhn(b"4992 7398 716"));
        assert!(!super::luhn(b"4992 7398 717"));
    }
}
