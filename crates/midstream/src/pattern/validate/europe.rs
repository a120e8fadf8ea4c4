//! Numbers of persons in Europe, each by the check that its country publishes. Collected descriptions: the articles on
//! national identification numbers, and `python-stdnum`, whose published examples the tests use.

use super::digits::{all_same, exactly, mod_11_10, number, weighted};
use midstream_values::is_checked;

/// UK national insurance number: prefixes that HMRC gives out (manual NIM39110).
pub(super) fn uk_nino(value: &[u8]) -> bool {
    let text = letters_and_digits(value);
    let &[a, b, .., suffix] = &text[..] else { return false };
    let unused: [&[u8; 2]; 7] = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    text.len() == 9
        && !b"DFIQUV".contains(&a)
        && !b"DFIOQUV".contains(&b)
        && !unused.contains(&&[a, b])
        && (b'A'..=b'D').contains(&suffix)
}

/// UK NHS number: weights 10 to 2, modulo 11 (NHS data dictionary).
pub(super) fn uk_nhs(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|it| {
        let check = 11 - weighted(&it, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        check % 11 == it[9] && check != 10 && !all_same(&it)
    })
}

/// German tax id: MOD 11,10, and one digit of the first ten that occurs twice or three times (BZSt).
pub(super) fn de_tax_id(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|it| {
        let count = |digit: u32| it[..10].iter().filter(|&&other| other == digit).count();
        let repeated = (0..10).filter(|&digit| count(digit) > 1).count();
        it[0] != 0 && repeated == 1 && (0..10).all(|digit| count(digit) <= 3) && mod_11_10(&it)
    })
}

/// German identity card or passport number with its check digit: weights 7, 3, 1 (ICAO Doc 9303).
pub(super) fn de_id_card(value: &[u8]) -> bool {
    let text = letters_and_digits(value);
    let worth = |byte: u8| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { u32::from(byte - b'A') + 10 };
    let sum: u32 =
        text.iter().take(9).zip([7, 3, 1].into_iter().cycle()).map(|(&byte, weight)| worth(byte) * weight).sum();
    text.len() == 10 && text[..9].iter().any(u8::is_ascii_digit) && sum % 10 == worth(text[9])
}

/// French social security number: 97 less the rest by 97; Corsica's 2A and 2B count as 19 and 18 (INSEE).
pub(super) fn fr_nir(value: &[u8]) -> bool {
    let text = String::from_utf8(letters_and_digits(value)).unwrap_or_default().replace("2A", "19").replace("2B", "18");
    exactly::<15>(text.as_bytes()).is_some_and(|it| {
        let month = number(&it[3..5]);
        matches!(it[0], 1..=4 | 7 | 8)
            && (1..=12).contains(&month) | (20..=99).contains(&month)
            && 97 - number(&it[..13]) % 97 == number(&it[13..])
    })
}

/// Spanish DNI and NIE: the letter is the rest by 23.
pub(super) fn es_dni(value: &[u8]) -> bool {
    let text = letters_and_digits(value);
    let Some((&letter, rest)) = text.split_last() else { return false };
    let mut rest = rest.to_vec();
    if let Some(first @ b'X'..=b'Z') = rest.first() {
        rest[0] = first - b'X' + b'0';
    }
    exactly::<8>(&rest).is_some_and(|it| {
        rest.len() == 8 && !all_same(&it) && b"TRWAGMYFPDXBNJZSQVHLCKE"[(number(&it) % 23) as usize] == letter
    })
}

/// Italian codice fiscale: odd places count by a table, even ones as they are, modulo 26 (decree of 23.12.1976).
pub(super) fn it_fiscal_code(value: &[u8]) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let text = letters_and_digits(value);
    let place = |byte: u8| if byte.is_ascii_digit() { usize::from(byte - b'0') } else { usize::from(byte - b'A') };
    let worth = |(at, &byte): (usize, &u8)| if at % 2 == 0 { ODD[place(byte)] } else { place(byte) as u32 };
    let sum: u32 = text.iter().take(15).enumerate().map(worth).sum();
    text.len() == 16 && text[15].is_ascii_uppercase() && u32::from(text[15] - b'A') == sum % 26
}

/// Dutch BSN: weights 9 to 2 and -1, modulo 11.
pub(super) fn nl_bsn(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|it| {
        !all_same(&it) && weighted(&it, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == it[8] % 11 && number(&it) > 1_000_000
    })
}

/// Belgian national number: 97 less the rest by 97, with a 2 in front for those born from 2000.
pub(super) fn be_national(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|it| {
        let (body, check) = (number(&it[..9]), number(&it[9..]));
        number(&it[2..4]) <= 12
            && number(&it[4..6]) <= 31
            && (97 - body % 97 == check || 97 - (2_000_000_000 + body) % 97 == check)
    })
}

/// Polish PESEL: weights 1, 3, 7, 9, and a date whose month tells the century.
pub(super) fn pl_pesel(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|it| {
        (1..=12).contains(&(number(&it[2..4]) % 20))
            && day(&it[4..6])
            && weighted(&it, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0
    })
}

/// Swedish personnummer: Luhn over the last ten digits, and a date (60 added to the day for coordination numbers).
pub(super) fn se_personnummer(value: &[u8]) -> bool {
    let digits = super::digits::digits(value);
    let Some(it) = digits.len().checked_sub(10).filter(|skip| matches!(skip, 0 | 2)).map(|skip| &digits[skip..]) else {
        return false;
    };
    let days = number(&it[4..6]);
    (1..=12).contains(&number(&it[2..4])) && (1..=31).contains(&(days % 60)) && is_checked(it)
}

/// Finnish henkilotunnus: date, sign of the century, three digits, and a letter for the rest by 31.
pub(super) fn fi_hetu(value: &[u8]) -> bool {
    let text = value.to_ascii_uppercase();
    let (Some(&check), Some(it)) = (text.last(), text.get(..text.len().saturating_sub(1)).and_then(exactly::<9>))
    else {
        return false;
    };
    day(&it[..2]) && month(&it[2..4]) && b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(number(&it) % 31) as usize] == check
}

/// Norwegian fodselsnummer: two check digits modulo 11; D-numbers add 40 to the day.
pub(super) fn no_fodselsnummer(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|it| {
        (1..=31).contains(&(number(&it[..2]) % 40))
            && month(&[it[2] % 4, it[3]])
            && weighted(&it, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 == 0
            && weighted(&it, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0
    })
}

/// Danish CPR number: a date; its check digit has not been binding since 2007.
pub(super) fn dk_cpr(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|it| day(&it[..2]) && month(&it[2..4]))
}

/// Portuguese NIF: weights 9 to 2, modulo 11.
pub(super) fn pt_nif(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|it| {
        let check = 11 - weighted(&it, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        matches!(it[0], 1..=3 | 5 | 6 | 8 | 9) && (if check > 9 { 0 } else { check }) == it[8]
    })
}

/// Swiss AHV number: 756 and the check digit of EAN-13.
pub(super) fn ch_ahv(value: &[u8]) -> bool {
    exactly::<13>(value)
        .is_some_and(|it| it[..3] == [7, 5, 6] && weighted(&it, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 == 0)
}

/// Austrian social security number: the fourth digit checks the rest, modulo 11.
pub(super) fn at_svnr(value: &[u8]) -> bool {
    exactly::<10>(value)
        .is_some_and(|it| it[0] != 0 && weighted(&it, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == it[3] && day(&it[4..6]))
}

/// Irish PPS number: weights 8 to 2 (and 9 for a second letter), modulo 23.
pub(super) fn ie_pps(value: &[u8]) -> bool {
    let text = letters_and_digits(value);
    let (Some(it), Some(&check)) = (text.get(..7).and_then(exactly::<7>), text.get(7)) else { return false };
    let letter = text.get(8).filter(|letter| (b'A'..=b'V').contains(letter));
    let second = letter.map_or(0, |letter| u32::from(letter - b'A') + 1);
    let rest = (weighted(&it, &[8, 7, 6, 5, 4, 3, 2]) + second * 9) % 23;
    check == if rest == 0 { b'W' } else { b'A' + rest as u8 - 1 }
}

/// Czech and Slovak rodne cislo: ten digits that 11 divides, with a date whose month may be 20, 50 or 70 more.
pub(super) fn cz_rodne_cislo(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|it| {
        let month = number(&it[2..4]) % 50 % 20;
        (1..=12).contains(&month)
            && day(&it[4..6])
            && (number(&it) % 11 == 0 || number(&it[..9]) % 11 == 10 && it[9] == 0)
    })
}

/// Bulgarian EGN: weights by powers of two, modulo 11.
pub(super) fn bg_egn(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|it| {
        (1..=12).contains(&(number(&it[2..4]) % 20))
            && day(&it[4..6])
            && weighted(&it, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == it[9]
    })
}

/// Romanian CNP: weights of a constant, modulo 11, where ten counts as one.
pub(super) fn ro_cnp(value: &[u8]) -> bool {
    exactly::<13>(value).is_some_and(|it| {
        let rest = weighted(&it, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
        it[0] != 0 && month(&it[3..5]) && day(&it[5..7]) && (if rest == 10 { 1 } else { rest }) == it[12]
    })
}

/// Croatian OIB: MOD 11,10.
pub(super) fn hr_oib(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|it| mod_11_10(&it) && !all_same(&it))
}

/// Estonian and Lithuanian personal code: two rows of weights, modulo 11.
pub(super) fn ee_isikukood(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|it| {
        let first = weighted(&it, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
        let rest = if first < 10 { first } else { weighted(&it, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10 };
        (1..=8).contains(&it[0]) && month(&it[3..5]) && day(&it[5..7]) && rest == it[10]
    })
}

/// Turkish identity number: two check digits over the odd, the even and all places.
pub(super) fn tr_kimlik(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|it| {
        let odd = it[0] + it[2] + it[4] + it[6] + it[8];
        let even = it[1] + it[3] + it[5] + it[7];
        it[0] != 0 && (odd * 7 + 90 - even) % 10 == it[9] && it[..10].iter().sum::<u32>() % 10 == it[10]
    })
}

/// Russian SNILS: weights 9 to 1, modulo 101.
pub(super) fn ru_snils(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|it| {
        u64::from(weighted(&it, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100) == number(&it[9..]) && !all_same(&it)
    })
}

/// Russian INN of a person (12 digits) or a company (10).
pub(super) fn ru_inn(value: &[u8]) -> bool {
    let check = |it: &[u32], weights: &[u32]| weighted(it, weights) % 11 % 10 == it[weights.len()];
    const TWELVE: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let person =
        exactly::<12>(value).is_some_and(|it| check(&it, &TWELVE[1..]) && check(&it, &TWELVE) && !all_same(&it));
    person || exactly::<10>(value).is_some_and(|it| check(&it, &TWELVE[2..]) && !all_same(&it))
}

/// Letters in upper case and digits of `value`.
pub(super) fn letters_and_digits(value: &[u8]) -> Vec<u8> {
    value.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase).collect()
}

pub(super) fn day(digits: &[u32]) -> bool {
    (1..=31).contains(&number(digits))
}

pub(super) fn month(digits: &[u32]) -> bool {
    (1..=12).contains(&number(digits))
}
