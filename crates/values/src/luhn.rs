//! The check digit of card numbers and many others.

/// Whether the last of `digits`, which are values from 0 to 9, is the check digit of the others by ISO/IEC 7812-1, annex B.
pub fn is_checked<D: Copy + Into<u32>>(digits: &[D]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let digits = digits.iter().rev().map(|&digit| digit.into());
    digits.enumerate().map(|(place, digit)| if place % 2 == 1 { doubled(digit) } else { digit }).sum::<u32>() % 10 == 0
}
