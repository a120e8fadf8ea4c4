//! Numbers that the whole world shares: payment cards, bank accounts, addresses of machines, dates, telephones.

use super::digits::{all_same, digits, number};
use midstream_values::is_checked;

/// A payment card: a range of issuers (ISO/IEC 7812), the length that goes with it, and the Luhn digit.
pub(super) fn card(value: &[u8]) -> bool {
    let digits = digits(value);
    let length = digits.len();
    if length < 12 || all_same(&digits) {
        return false;
    }
    let start = number(&digits[..6]);
    let issued = ISSUERS
        .iter()
        .any(|&(first, last, least, most)| (first..=last).contains(&start) && (least..=most).contains(&length));
    issued && is_checked(&digits)
}

/// First and last six digits of a range, and least and greatest length.
const ISSUERS: [(u64, u64, usize, usize); 25] = [
    (400_000, 499_999, 13, 13), // Visa
    (400_000, 499_999, 16, 16),
    (400_000, 499_999, 19, 19),
    (222_100, 272_099, 16, 16), // Mastercard
    (510_000, 559_999, 16, 16),
    (340_000, 349_999, 15, 15), // American Express
    (370_000, 379_999, 15, 15),
    (601_100, 601_199, 16, 19), // Discover
    (622_126, 622_925, 16, 19),
    (644_000, 659_999, 16, 19),
    (300_000, 305_999, 14, 19), // Diners Club
    (309_500, 309_599, 14, 19),
    (360_000, 369_999, 14, 19),
    (380_000, 399_999, 14, 19),
    (352_800, 358_999, 16, 19), // JCB
    (213_100, 213_199, 15, 15),
    (180_000, 180_099, 15, 15),
    (620_000, 629_999, 16, 19), // UnionPay
    (810_000, 817_199, 16, 19),
    (500_000, 509_999, 12, 19), // Maestro, Elo, RuPay, Verve
    (560_000, 589_999, 12, 19),
    (600_000, 609_999, 12, 19),
    (630_000, 639_999, 12, 19),
    (670_000, 679_999, 12, 19),
    (220_000, 220_499, 16, 19), // Mir
];

/// An international bank account number: the country's length (ISO 13616 registry) and MOD 97-10 (ISO 7064).
pub(super) fn iban(value: &[u8]) -> bool {
    let text: Vec<u8> = value.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase).collect();
    let Some((head, _)) = text.split_first_chunk::<2>() else { return false };
    let length = IBAN_LENGTHS.iter().find(|(country, _)| country.as_bytes() == head).map(|&(_, length)| length);
    length == Some(text.len()) && mod_97(text[4..].iter().chain(&text[..4])) == 1
}

/// ISO 7064, MOD 97-10, over digits and letters (A is 10).
fn mod_97<'a>(text: impl Iterator<Item = &'a u8>) -> u32 {
    text.fold(0, |rest, &byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.wrapping_sub(b'A')) + 10) % 97,
    })
}

/// The IBAN registry's countries, with those that use the form without being in it.
#[rustfmt::skip]
const IBAN_LENGTHS: [(&str, usize); 89] = [
    ("AD", 24), ("AE", 23), ("AL", 28), ("AT", 20), ("AZ", 28), ("BA", 20), ("BE", 16), ("BG", 22), ("BH", 22), ("BI", 27),
    ("BR", 29), ("BY", 28), ("CH", 21), ("CR", 22), ("CY", 28), ("CZ", 24), ("DE", 22), ("DJ", 27), ("DK", 18), ("DO", 28),
    ("EE", 20), ("EG", 29), ("ES", 24), ("FI", 18), ("FK", 18), ("FO", 18), ("FR", 27), ("GB", 22), ("GE", 22), ("GI", 23),
    ("GL", 18), ("GR", 27), ("GT", 28), ("HN", 28), ("HR", 21), ("HU", 28), ("IE", 22), ("IL", 23), ("IQ", 23), ("IS", 26),
    ("IT", 27), ("JO", 30), ("KW", 30), ("KZ", 20), ("LB", 28), ("LC", 32), ("LI", 21), ("LT", 20), ("LU", 20), ("LV", 21),
    ("LY", 25), ("MC", 27), ("MD", 24), ("ME", 22), ("MK", 19), ("MN", 20), ("MR", 27), ("MT", 31), ("MU", 30), ("NI", 28),
    ("NL", 18), ("NO", 15), ("OM", 23), ("PK", 24), ("PL", 28), ("PS", 29), ("PT", 25), ("QA", 29), ("RO", 24), ("RS", 22),
    ("RU", 33), ("SA", 24), ("SC", 31), ("SD", 18), ("SE", 24), ("SI", 19), ("SK", 24), ("SM", 27), ("SO", 23), ("ST", 25),
    ("SV", 28), ("TL", 23), ("TN", 24), ("TR", 26), ("UA", 29), ("VA", 22), ("VG", 24), ("XK", 20), ("YE", 30),
];

/// An IPv4 address in dotted decimal, without leading zeros (RFC 6943, 3.1.1).
pub(super) fn ipv4(value: &[u8]) -> bool {
    let text = std::str::from_utf8(value).unwrap_or_default();
    text.parse::<std::net::Ipv4Addr>().is_ok_and(|address| !address.is_unspecified() && !address.is_broadcast())
}

/// An IPv6 address (RFC 4291) of which more than the loopback is said.
pub(super) fn ipv6(value: &[u8]) -> bool {
    let text = std::str::from_utf8(value).unwrap_or_default();
    let groups = || text.split(':').filter(|group| !group.is_empty());
    // Fingerprints and MAC addresses have two digits in each group.
    let is_pairs = groups().all(|group| group.len() == 2);
    groups().count() >= 3 && !is_pairs && text.parse::<std::net::Ipv6Addr>().is_ok()
}

/// A date that the calendar has: year first, or day and month in either order, in two or four digits of year.
pub(super) fn date(value: &[u8]) -> bool {
    let text = std::str::from_utf8(value).unwrap_or_default();
    let parts: Vec<&str> = text.split(['-', '/', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts[..] else { return false };
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let year = |part: &str| part.len() == 2 || part.len() == 4 && (1800..=2199).contains(&number(part));
    let (a, b, c) = (number(first), number(second), number(third));
    if first.len() == 4 {
        return year(first) && day_of(b, c);
    }
    year(third) && (day_of(a, b) || day_of(b, a))
}

fn day_of(month: u32, day: u32) -> bool {
    let most = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    };
    (1..=most).contains(&day)
}

/// A telephone number in international form: `+` or `00`, a country code of ITU-T E.164, and as many digits as numbers
/// have (7 to 15 in all).
pub(super) fn phone_international(value: &[u8]) -> bool {
    let mut digits = digits(value);
    if !value.contains(&b'+') {
        let zeros = digits.iter().take_while(|&&digit| digit == 0).count();
        digits.drain(..zeros);
    }
    let code = |length: usize| digits.get(..length).map_or(0, number);
    // No group of a number is a single digit behind a point: that is a fraction. A sum has a space behind its plus, too.
    let is_fraction = value.len() > 1 && value[value.len() - 2] == b'.';
    let is_sum = value.starts_with(b"+ ");
    // Digits behind two zeros without a separator are another number; groups of three alone are one in thousands.
    let is_code = !value.contains(&b'+') && digits.len() < 11 && value.iter().all(u8::is_ascii_digit);
    let groups: Vec<&[u8]> = value.split(|byte| *byte == b' ').collect();
    let in_thousands = groups.len() > 1 && groups[1..].iter().all(|group| group.len() == 3);
    let is_count = in_thousands && (digits.len() <= 9 || groups.contains(&&b"000"[..]));
    !is_fraction
        && !is_sum
        && !is_code
        && !is_count
        && (7..=15).contains(&digits.len())
        && (matches!(code(1), 1 | 7) || TWO_DIGIT_CODES.contains(&code(2)) || three_digits(code(3)))
        && !all_same(&digits[1..])
}

/// E.164 country codes of two digits.
#[rustfmt::skip]
const TWO_DIGIT_CODES: [u64; 44] = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64,
    65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

/// E.164 country codes of three digits begin with these two.
fn three_digits(code: u64) -> bool {
    matches!(code / 10, 21..=26 | 29 | 35 | 37 | 38 | 42 | 50 | 59 | 67 | 68 | 69 | 80 | 85 | 87 | 88 | 96 | 97)
        || matches!(code, 992..=996 | 998)
}

/// A telephone number in national form: 7 to 15 digits that are not all the same, in no form that something else has
/// (a date, the hyphens of a US social security number).
pub(super) fn phone_national(value: &[u8]) -> bool {
    let digits = digits(value);
    let count = |bracket: u8| value.iter().filter(|&&byte| byte == bracket).count();
    (7..=15).contains(&digits.len())
        && count(b'(') == count(b')')
        && !all_same(&digits)
        && !date(value)
        && !is_other(value)
}

/// The length of a MAC address: longer rows of pairs are fingerprints.
pub(super) fn mac(value: &[u8]) -> bool {
    matches!(value.iter().filter(|byte| byte.is_ascii_hexdigit()).count(), 12 | 16)
}

/// Whether a number has the form of something else than a telephone number: of a US social security number (`3-2-4`), a ZIP
/// code (`5-4`), years (`1997-2001`), a month and a time (`08/2026 10`), a list of pairs that is not France's five.
fn is_other(value: &[u8]) -> bool {
    let groups: Vec<&[u8]> = value.split(|byte| !byte.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let is_year = |group: &[u8]| group.len() == 4 && matches!(&group[..2], b"19" | b"20");
    let hyphens = value.iter().filter(|byte| !byte.is_ascii_digit()).all(|byte| *byte == b'-');
    if is_row(&groups) {
        return true;
    }
    match &lengths[..] {
        [3, 2, 4] | [5, 4] if hyphens => true,
        [4, 4] => groups.iter().all(|group| is_year(group)),
        _ if value.contains(&b'/') && groups.iter().any(|group| is_year(group)) => true,
        pairs => pairs.len() >= 4 && pairs.len() != 5 && pairs.iter().all(|length| *length == 2) && value[0] == b'0',
    }
}

/// Whether groups of digits are a row of numbers: pairs that rise by small steps of one size; words of four digits as programs
/// print them, some all zeros, or binary, octal or the time of day.
fn is_row(groups: &[&[u8]]) -> bool {
    let all_of = |length: usize| groups.iter().all(|group| group.len() == length);
    if all_of(2) {
        let pair = |group: &&[u8]| group.iter().fold(0i32, |number, digit| number * 10 + i32::from(digit - b'0'));
        let values: Vec<i32> = groups.iter().map(pair).collect();
        let steps = |of: &[i32]| (1..=12).contains(&(of[1] - of[0])) && of[1] - of[0] == of[2] - of[1];
        return values.len() > 3 && values.windows(3).all(steps);
    }
    let is_time = |group: &&[u8]| matches!(group, [b'0' | b'1', b'0'..=b'9', b'0' | b'1' | b'3' | b'4', b'0' | b'5']);
    let is_binary = |group: &&[u8]| group.iter().all(|digit| matches!(digit, b'0' | b'1'));
    all_of(4)
        && (groups.len() > 2 && groups.contains(&&b"0000"[..])
            || groups.len() > 1 && groups.iter().all(|group| group[0] == b'0')
            || groups.iter().all(is_binary)
            || groups.iter().all(is_time))
}

/// A number of the North American plan: area code and exchange begin with 2 to 9, and are no service codes.
pub(super) fn phone_nanp(value: &[u8]) -> bool {
    let mut digits = digits(value);
    if digits.starts_with(&[0, 0, 1]) {
        digits.drain(..3);
    } else if digits.first() == Some(&1) {
        digits.remove(0);
    }
    digits.len() >= 10 && digits[0] >= 2 && digits[3] >= 2 && !(digits[1] == 1 && digits[2] == 1) && !all_same(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_told_by_issuer_length_and_check_digit() {
        for value in [
            "4111 1111 1111 1111",
            "5555-5555-5555-4444",
            "378282246310005",
            "6011111111111117",
            "30569309025904",
            "3530111333300000",
            "2223003122003222",
            "6759649826438453",
        ] {
            assert!(card(value.as_bytes()), "{value}");
        }
        for value in ["4111 1111 1111 1112", "41111111111111", "9999999999999995", "0000000000000000"] {
            assert!(!card(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn ibans_of_the_registry_are_accepted() {
        for value in [
            "GB29 NWBK 6016 1331 9268 19",
            "DE89370400440532013000",
            "FR1420041010050500013M02606",
            "MT84MALT011000012345MTLCAST001S",
            "NO9386011117947",
            "be68539007547034",
            "BR1800360305000010009795493C1",
        ] {
            assert!(iban(value.as_bytes()), "{value}");
        }
        for value in ["GB29 NWBK 6016 1331 9268 18", "DE8937040044053201300", "ZZ89370400440532013000", "GB"] {
            assert!(!iban(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn addresses_dates_and_telephones() {
        assert!(ipv4(b"192.0.2.17") && !ipv4(b"192.0.2.256") && !ipv4(b"1.2.3.4.5") && !ipv4(b"01.2.3.4"));
        assert!(ipv6(b"2001:db8::8a2e:370:7334") && !ipv6(b"::1") && !ipv6(b"std::a::b") && !ipv6(b"12:34:56"));
        assert!(
            date(b"2024-02-29")
                && date(b"31.12.99")
                && date(b"12/31/1999")
                && !date(b"31.02.2020")
                && !date(b"2024-13-01")
        );
        assert!(phone_international(b"+41 44 668 18 00") && phone_international(b"0049 30 123456"));
        assert!(!phone_international(b"+210 12") && !phone_international(b"+1111111111"));
        assert!(phone_nanp(b"(415) 555-2671") && phone_nanp(b"+1-212-555-0199") && !phone_nanp(b"123-456-7890"));
    }
}
