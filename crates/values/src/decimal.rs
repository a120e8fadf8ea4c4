//! Numbers as they are written, in digits or in words: thousands, fractions, powers of ten, and their value in plain decimal.

use super::view::View;
use super::words::{Worded, and_a_half, worded};

/// A number as it was written and its value in plain decimal.
#[derive(Clone)]
pub(super) struct Number {
    pub(super) end: usize,
    pub(super) value: String,
}

impl From<&Worded> for Number {
    fn from(worded: &Worded) -> Self {
        Self { end: worded.end, value: worded.value() }
    }
}

/// A number without a sign, in digits or in words.
pub(super) fn cardinal(view: &View<'_>, at: usize) -> Option<Number> {
    if view.is_digit(at) {
        return Some(with_half(view, number(view, at)?));
    }
    worded(view, at).map(|worded| Number::from(&worded))
}

/// With `and a half`, `½` or ` 1/2` where a whole number has that behind it.
pub(super) fn with_half(view: &View<'_>, mut number: Number) -> Number {
    let gap = view.space(number.end);
    let part = match view.get(gap) {
        Some(0xC2 | 0xE2) => vulgar(view, gap),
        Some(b'1'..=b'9') if gap > number.end => slashed(view, gap),
        _ => None,
    };
    if let Some((part, end)) = part.filter(|_| !number.value.contains('.')) {
        number.value += &part[1..];
        number.end = end;
        return number;
    }
    if view.is(number.end, b' ')
        && !number.value.contains('.')
        && let Some(end) = and_a_half(view, number.end)
    {
        number.value += ".5";
        number.end = end;
    }
    number
}

/// What a sign such as `½` is in decimals (`0.5`), and one past it.
pub(super) fn vulgar(view: &View<'_>, at: usize) -> Option<(String, usize)> {
    let end = at + if view.is(at, 0xC2) { 2 } else { 3 };
    let is = |sign: &&(&str, u32, u32)| view.reads(at, sign.0);
    let (_, over, under) = FRACTIONS.iter().find(is)?;
    Some((quotient(*over, *under), end))
}

/// The same of `1/2`, where it is a fraction as people measure by.
pub(super) fn slashed(view: &View<'_>, at: usize) -> Option<(String, usize)> {
    let (over_count, over) = view.digits(at);
    if !(1..=2).contains(&over_count) || !view.is(at + over_count, b'/') {
        return None;
    }
    let (count, under) = view.digits(at + over_count + 1);
    let end = at + over_count + 1 + count;
    let good = matches!(under, 2..=6 | 8 | 10 | 12 | 16 | 32 | 64)
        && (1..under).contains(&over)
        && is_reduced(over, under)
        && count <= 2;
    let goes_on =
        view.is_word(end) || matches!(view.get(end), Some(b'/' | b'-' | b'.' | b',')) && view.is_digit(end + 1);
    (good && !goes_on).then(|| (quotient(over, under), end))
}

/// `1/2`, but not `16/32 GB`, which are two amounts.
fn is_reduced(over: u32, under: u32) -> bool {
    [2, 3, 5].iter().all(|prime| !over.is_multiple_of(*prime) || !under.is_multiple_of(*prime))
}

fn quotient(over: u32, under: u32) -> String {
    let digits = format!("0.{:06}", (over * 10_000_000 / under + 5) / 10);
    digits.trim_end_matches('0').to_owned()
}

/// Digits with thousands in threes (`1,234,567.8`, `1'234`, no-break spaces too) or as India has them (`12,34,567`), or
/// without; a fraction, an exponent; a sign before.
///
/// The comma parts thousands and the point is the decimal one, unless only the other reading makes sense (`1.234.567,8`,
/// `3,5`).
pub(super) fn number(view: &View<'_>, at: usize) -> Option<Number> {
    grouped(view, at, false)
}

/// The same, with thousands parted by plain spaces too (`1 234,56`), where `spaced`: mostly, those are two numbers.
pub(super) fn grouped(view: &View<'_>, at: usize, spaced: bool) -> Option<Number> {
    let mut end = at;
    let mut value = String::new();
    if let Some(sign @ (b'-' | b'+')) = view.get(end) {
        end += 1;
        if sign == b'-' {
            value.push('-');
        }
    } else if ["−", "–"].iter().any(|sign| view.bytes[at..].starts_with(sign.as_bytes())) {
        end += 3;
        value.push('-');
    }
    let (count, _) = view.digits(end);
    // `.5`
    let no_whole = count == 0 && view.is(end, b'.') && view.is_digit(end + 1);
    if count == 0 && !no_whole || count > MAX_DIGITS {
        return None;
    }
    value += if no_whole { "0" } else { view.text(end, end + count) };
    end += count;
    let mut mark = None;
    if count <= 2 && indian(view, &mut value, &mut end) {
        mark = Some(',');
    } else if count <= 3 && !no_whole {
        while let Some((sign, next)) = parts_thousands(view, end, spaced) {
            let whole = view.digits(next).0 == 3 && mark.is_none_or(|known| known == sign);
            // A point before three digits is a decimal one, unless there are more such groups or a comma has that part.
            let more = sign != '.'
                || mark.is_some()
                || view.is(end + 4, b'.') && view.digits(end + 5).0 == 3
                || view.is(end + 4, b',') && (1..=2).contains(&view.digits(end + 5).0);
            if !whole || !more || value.len() > MAX_DIGITS {
                break;
            }
            value += view.text(next, next + 3);
            (mark, end) = (Some(sign), next + 3);
        }
    }
    if let Some(byte @ (b'.' | b',')) = view.get(end) {
        let (count, _) = view.digits(end + 1);
        // `1, 2` and `3,141` are lists or thousands.
        let is_fraction = byte == b'.' || mark == Some('.') || mark != Some(',') && (1..=2).contains(&count);
        if count > 0 && count <= MAX_DIGITS && is_fraction && mark != Some(byte.into()) {
            value.push('.');
            value += view.text(end + 1, end + 1 + count);
            end += 1 + count;
        }
    }
    if matches!(view.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(view.get(end + 1), Some(b'-' | b'+')));
        let (count, exponent) = view.digits(end + 1 + sign);
        if (1..=3).contains(&count) {
            let is_negative = view.is(end + 1, b'-');
            value = shifted(&value, if is_negative { -(exponent as i32) } else { exponent as i32 });
            end += 1 + sign + count;
        }
    } else if let Some((exponent, stop)) = power_of_ten(view, end, &value) {
        value = shifted(&value, exponent);
        end = stop;
    }
    Some(Number { end, value })
}

/// The power of ten that a number is multiplied by and one past it: ` × 10^23`, `x10⁸`; or that `10` itself is raised by.
fn power_of_ten(view: &View<'_>, end: usize, value: &str) -> Option<(i32, usize)> {
    let (at, less) = if value == "10" && matches!(view.get(end), Some(b'^' | 0xC2 | 0xE2)) {
        (end, 1)
    } else {
        let gap = view.space(end);
        let sign = match view.get(gap)? {
            b'x' | b'X' | b'*' => 1,
            0xC3 if view.reads(gap, "×") => 2,
            0xC2 if view.reads(gap, "·") => 2,
            _ => return None,
        };
        let ten = view.space(gap + sign);
        if view.digits(ten) != (2, 10) {
            return None;
        }
        (ten + 2, 0)
    };
    let (sign, start) = if view.is(at, b'^') {
        let open = at + 1 + usize::from(view.is(at + 1, b'{'));
        if view.is(open, b'-') {
            (-1, open + 1)
        } else if view.reads(open, "−") {
            (-1, open + 3)
        } else {
            (1, open)
        }
    } else if view.reads(at, "⁻") {
        (-1, at + 3)
    } else {
        (1, at)
    };
    let mut exponent = 0;
    let mut stop = start;
    if view.is(at, b'^') {
        let (count, digits) = view.digits(start);
        (exponent, stop) = (digits as i32, start + count);
        if !(1..=3).contains(&count) {
            return None;
        }
        stop += usize::from(view.is(stop, b'}'));
    } else {
        while exponent < 100
            && let Some(digit) = SUPERSCRIPTS.iter().position(|digit| view.reads(stop, digit))
        {
            exponent = exponent * 10 + digit as i32;
            stop += SUPERSCRIPTS[digit].len();
        }
    }
    (stop > start).then_some((sign * exponent - less, stop))
}

/// The sign that may part thousands at `at`, one for all that are alike, and one past it.
fn parts_thousands(view: &View<'_>, at: usize, spaced: bool) -> Option<(char, usize)> {
    match view.get(at)? {
        byte @ (b',' | b'.' | b'\'' | b'_') => Some((byte.into(), at + 1)),
        b' ' if spaced => Some((' ', at + 1)),
        0xC2 | 0xE2 if view.space(at) > at => Some((' ', view.space(at))),
        0xE2 if view.is(at + 1, 0x80) && view.is(at + 2, 0x99) => Some(('\'', at + 3)),
        _ => None,
    }
}

/// Takes the groups behind the first one, where all but the last have two digits and that has three.
fn indian(view: &View<'_>, value: &mut String, end: &mut usize) -> bool {
    let group = |at: usize, digits: usize| view.is(at, b',') && view.digits(at + 1).0 == digits;
    let mut last = *end;
    while last - *end < MAX_DIGITS && group(last, 2) {
        last += 3;
    }
    let is = last > *end && group(last, 3);
    if is {
        let digits = view.text(*end, last + 4).bytes().filter(u8::is_ascii_digit);
        value.extend(digits.map(char::from));
        *end = last + 4;
    }
    is
}

/// `value` times ten to the power of `places`, in plain decimal.
pub(super) fn shifted(value: &str, places: i32) -> String {
    let (sign, digits) = value.strip_prefix('-').map_or(("", value), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    let point = whole.len() as i32 + places;
    let shifted = if point <= 0 {
        format!("0.{}{all}", "0".repeat(point.unsigned_abs() as usize))
    } else if point as usize >= all.len() {
        format!("{all}{}", "0".repeat(point as usize - all.len()))
    } else {
        format!("{}.{}", &all[..point as usize], &all[point as usize..])
    };
    let mut shifted = shifted.trim_start_matches('0').to_owned();
    if shifted.contains('.') {
        shifted.truncate(shifted.trim_end_matches('0').trim_end_matches('.').len());
    }
    if shifted.is_empty() || shifted.starts_with('.') {
        shifted.insert(0, '0');
    }
    format!("{sign}{shifted}")
}

const SUPERSCRIPTS: [&str; 10] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];

const FRACTIONS: &[(&str, u32, u32)] = &[
    ("½", 1, 2),
    ("¼", 1, 4),
    ("¾", 3, 4),
    ("⅓", 1, 3),
    ("⅔", 2, 3),
    ("⅛", 1, 8),
    ("⅜", 3, 8),
    ("⅝", 5, 8),
    ("⅞", 7, 8),
    ("⅕", 1, 5),
    ("⅖", 2, 5),
    ("⅗", 3, 5),
    ("⅘", 4, 5),
    ("⅙", 1, 6),
    ("⅚", 5, 6),
];

/// Digits of a part of a number at most.
const MAX_DIGITS: usize = 32;
