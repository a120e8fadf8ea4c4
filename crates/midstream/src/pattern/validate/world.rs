//! Numbers of persons outside Europe, each by the check that its country publishes.

use super::digits::{all_same, digits, exactly, number, verhoeff, weighted};
use super::europe::{day, letters_and_digits, month};
use midstream_values::is_checked;

/// US social security number: areas, groups and serials that are given out (SSA, randomised since 2011).
pub(super) fn us_ssn(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|it| {
        let area = number(&it[..3]);
        !matches!(area, 0 | 666 | 900..)
            && it[3..5] != [0, 0]
            && it[5..] != [0, 0, 0, 0]
            && !all_same(&it)
            && !matches!(number(&it), 78_051_120 | 219_099_999 | 123_456_789)
    })
}

/// US taxpayer number of those without an SSN: area 9xx and the groups that the IRS gives out.
pub(super) fn us_itin(value: &[u8]) -> bool {
    exactly::<9>(value)
        .is_some_and(|it| it[0] == 9 && matches!(number(&it[3..5]), 50..=65 | 70..=88 | 90..=92 | 94..=99))
}

/// US bank routing number: weights 3, 7, 1 (ABA), and a district of the Federal Reserve.
pub(super) fn us_routing(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|it| {
        matches!(number(&it[..2]), 1..=12 | 21..=32 | 61..=72 | 80)
            && weighted(&it, &[3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 == 0
    })
}

/// Canadian social insurance number: Luhn; none begins with 0 or 8.
pub(super) fn ca_sin(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|it| !matches!(it[0], 0 | 8) && !all_same(&it) && is_checked(&it))
}

/// Brazilian CPF: two check digits, weights from 10 and from 11, modulo 11.
pub(super) fn br_cpf(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|it| {
        let check = |count: u32| {
            it.iter().zip((2..=count).rev()).map(|(digit, weight)| digit * weight).sum::<u32>() * 10 % 11 % 10
        };
        !all_same(&it) && check(10) == it[9] && check(11) == it[10]
    })
}

/// Brazilian CNPJ: two check digits, weights from 5 and from 6 down to 2 and again from 9.
pub(super) fn br_cnpj(value: &[u8]) -> bool {
    const WEIGHTS: [u32; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    exactly::<14>(value).is_some_and(|it| {
        let check = |weights: &[u32]| weighted(&it, weights) * 10 % 11 % 10;
        !all_same(&it) && check(&WEIGHTS[1..]) == it[12] && check(&WEIGHTS) == it[13]
    })
}

/// Argentine CUIT or CUIL: weights of the CNPJ's kind, modulo 11.
pub(super) fn ar_cuit(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|it| {
        let check = 11 - weighted(&it, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        matches!(number(&it[..2]), 20 | 23..=27 | 30 | 33 | 34) && check % 11 == it[10]
    })
}

/// Chilean RUT: weights 2 to 7 from the right, modulo 11, where ten is K.
pub(super) fn cl_rut(value: &[u8]) -> bool {
    let text = letters_and_digits(value);
    let Some((&check, rest)) = text.split_last() else { return false };
    let digits = digits(rest);
    let sum: u32 = digits.iter().rev().zip((2..=7).cycle()).map(|(digit, weight)| digit * weight).sum();
    let expected = match 11 - sum % 11 {
        11 => b'0',
        10 => b'K',
        rest => b'0' + rest as u8,
    };
    (7..=8).contains(&digits.len()) && digits.len() == rest.len() && check == expected
}

/// Mexican CURP: weights 18 to 2 over digits and letters with N-tilde between N and O, modulo 10 (RENAPO).
pub(super) fn mx_curp(value: &[u8]) -> bool {
    let text = letters_and_digits(value);
    let worth = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'N' => u32::from(byte - b'A') + 10,
        _ => u32::from(byte - b'A') + 11,
    };
    let sum: u32 = text.iter().zip((2..=18).rev()).map(|(&byte, weight)| worth(byte) * weight).sum();
    text.len() == 18 && text[17].is_ascii_digit() && (10 - sum % 10) % 10 == worth(text[17])
}

/// Australian tax file number: weights, modulo 11 (ATO).
pub(super) fn au_tfn(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|it| !all_same(&it) && weighted(&it, &[1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0)
}

/// Australian Medicare card: first digit 2 to 6, weights 1, 3, 7, 9, modulo 10.
pub(super) fn au_medicare(value: &[u8]) -> bool {
    let it = digits(value);
    (10..=11).contains(&it.len())
        && (2..=6).contains(&it[0])
        && weighted(&it, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == it[8]
        && it[9] != 0
}

/// Indian Aadhaar number: Verhoeff; none begins with 0 or 1 (UIDAI).
pub(super) fn in_aadhaar(value: &[u8]) -> bool {
    exactly::<12>(value).is_some_and(|it| it[0] > 1 && !all_same(&it) && verhoeff(&it))
}

/// Chinese resident identity number: ISO 7064, MOD 11-2, with a date (GB 11643).
pub(super) fn cn_resident(value: &[u8]) -> bool {
    let text = letters_and_digits(value);
    let (Some(it), Some(&check)) = (text.get(..17).and_then(exactly::<17>), text.get(17)) else { return false };
    let sum = weighted(&it, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    (18..=21).contains(&number(&it[6..8]))
        && month(&it[10..12])
        && day(&it[12..14])
        && b"10X98765432"[(sum % 11) as usize] == check
}

/// Japanese My Number: weights 6 to 2 and again from 7, modulo 11.
pub(super) fn jp_my_number(value: &[u8]) -> bool {
    exactly::<12>(value).is_some_and(|it| {
        let rest = weighted(&it, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        !all_same(&it) && (if rest <= 1 { 0 } else { 11 - rest }) == it[11]
    })
}

/// Korean resident registration number: weights 2 to 9 and again from 2, modulo 11, with a date.
pub(super) fn kr_rrn(value: &[u8]) -> bool {
    exactly::<13>(value).is_some_and(|it| {
        let check = (11 - weighted(&it, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10;
        month(&it[2..4]) && day(&it[4..6]) && check == it[12]
    })
}

/// South African identity number: Luhn, with a date and a sign of citizenship.
pub(super) fn za_id(value: &[u8]) -> bool {
    exactly::<13>(value).is_some_and(|it| month(&it[2..4]) && day(&it[4..6]) && it[10] <= 2 && is_checked(&it))
}

/// Singapore NRIC and FIN: weights 2, 7, 6, 5, 4, 3, 2, modulo 11, a letter by the series.
pub(super) fn sg_nric(value: &[u8]) -> bool {
    let text = letters_and_digits(value);
    let (&[series, .., check], Some(it)) = (&text[..], exactly::<7>(&text)) else { return false };
    let sum = weighted(&it, &[2, 7, 6, 5, 4, 3, 2]);
    let (extra, letters): (u32, &[u8; 11]) = match series {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    let rest = ((sum + extra) % 11) as usize;
    text.len() == 9 && letters[if series == b'M' { 10 - rest } else { rest }] == check
}

/// Hong Kong identity card: letters and digits with weights 9 to 2, modulo 11.
pub(super) fn hk_id(value: &[u8]) -> bool {
    let text = letters_and_digits(value);
    let Some((&check, rest)) = text.split_last() else { return false };
    let worth = |byte: u8| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { u32::from(byte - b'A') + 10 };
    // A single letter has a blank in front, which counts 36.
    let blank = if rest.len() == 7 { 36 * 9 } else { 0 };
    let sum: u32 = blank + rest.iter().rev().zip(2..).map(|(&byte, weight)| worth(byte) * weight).sum::<u32>();
    let expected = (11 - sum % 11) % 11;
    (7..=8).contains(&rest.len())
        && if expected == 10 { check == b'A' } else { u32::from(check.wrapping_sub(b'0')) == expected }
}

/// Taiwanese identity number: the letter's number, then weights 8 to 1, modulo 10.
pub(super) fn tw_id(value: &[u8]) -> bool {
    const LETTERS: &[u8; 26] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let text = letters_and_digits(value);
    let (Some(first), Some(it)) = (text.first(), exactly::<9>(&text)) else { return false };
    let Some(place) = LETTERS.iter().position(|letter| letter == first) else { return false };
    let letter = place as u32 + 10;
    text.len() == 10 && (letter / 10 + letter % 10 * 9 + weighted(&it, &[8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 == 0
}

/// Thai identity number: weights 13 to 2, modulo 11.
pub(super) fn th_id(value: &[u8]) -> bool {
    exactly::<13>(value).is_some_and(|it| {
        it[0] != 0
            && (11 - weighted(&it, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == it[12]
            && !all_same(&it)
    })
}

/// Israeli identity number: Luhn over nine digits.
pub(super) fn il_id(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|it| !all_same(&it) && is_checked(&it))
}

/// Identity number of the Emirates: 784, a year, Luhn.
pub(super) fn ae_id(value: &[u8]) -> bool {
    exactly::<15>(value)
        .is_some_and(|it| it[..3] == [7, 8, 4] && matches!(it[3..5], [1, 9] | [2, 0]) && is_checked(&it))
}
