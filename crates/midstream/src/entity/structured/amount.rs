//! Numbers and what is counted with them: money, percentages, quantities, lengths of time, versions.

use std::borrow::Cow;

use super::view::{List, Starts, View};
use super::words::{Worded, and_a_half, worded};
use super::{Kind, Match};

/// A number as it was written and its value in plain decimal.
#[derive(Clone)]
struct Number {
    end: usize,
    value: String,
}

/// A number that something may be counted by, read once for all that it may be.
pub(super) struct Amount {
    plain: Number,
    /// With the word behind it that multiplies, where one does: `5 million`.
    multiplied: Option<Number>,
}

/// The number that stands here.
pub(super) fn amount(view: &View<'_>, at: usize) -> Option<Amount> {
    let plain = with_half(view, number(view, at)?);
    Some(Amount { multiplied: scale(view, &plain), plain })
}

impl From<&Worded> for Number {
    fn from(worded: &Worded) -> Self {
        Self { end: worded.end, value: worded.value() }
    }
}

impl From<&Worded> for Amount {
    fn from(worded: &Worded) -> Self {
        Self { plain: Number::from(worded), multiplied: None }
    }
}

impl Amount {
    fn scaled(&self) -> &Number {
        self.multiplied.as_ref().unwrap_or(&self.plain)
    }

    /// The same below zero.
    pub(super) fn negative(mut self) -> Self {
        self.plain.value.insert(0, '-');
        if let Some(multiplied) = &mut self.multiplied {
            multiplied.value.insert(0, '-');
        }
        self
    }
}

/// A number without a sign, in digits or in words.
fn cardinal(view: &View<'_>, at: usize) -> Option<Number> {
    if view.is_digit(at) {
        return Some(with_half(view, number(view, at)?));
    }
    worded(view, at).map(|worded| Number::from(&worded))
}

/// With `and a half`, `½` or ` 1/2` where a whole number has that behind it.
fn with_half(view: &View<'_>, mut number: Number) -> Number {
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
fn vulgar(view: &View<'_>, at: usize) -> Option<(String, usize)> {
    let end = at + if view.is(at, 0xC2) { 2 } else { 3 };
    let is = |sign: &&(&str, u32, u32)| sign.0.bytes().zip(at..).all(|(byte, at)| view.is(at, byte));
    let (_, over, under) = FRACTIONS.iter().find(is)?;
    Some((quotient(*over, *under), end))
}

/// The same of `1/2`, where it is a fraction as people measure by.
fn slashed(view: &View<'_>, at: usize) -> Option<(String, usize)> {
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

/// A fraction that something is measured by: `1/2 cup`, `¾ mile`.
pub(super) fn fraction(view: &View<'_>, at: usize) -> Option<Amount> {
    let (value, end) = if view.is_digit(at) { slashed(view, at)? } else { vulgar(view, at)? };
    Some(Amount { plain: Number { end, value }, multiplied: None })
}

/// Digits with thousands in threes (`1,234,567.8`, `1'234`, no-break spaces too) or as India has them (`12,34,567`), or
/// without; a fraction, an exponent; a sign before.
///
/// The comma parts thousands and the point is the decimal one, unless only the other reading makes sense (`1.234.567,8`,
/// `3,5`).
fn number(view: &View<'_>, at: usize) -> Option<Number> {
    grouped(view, at, false)
}

/// The same, with thousands parted by plain spaces too (`1 234,56`), where `spaced`: mostly, those are two numbers.
fn grouped(view: &View<'_>, at: usize, spaced: bool) -> Option<Number> {
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
    let is = |at: usize, sign: &str| sign.bytes().zip(at..).all(|(byte, at)| view.is(at, byte));
    let (at, less) = if value == "10" && matches!(view.get(end), Some(b'^' | 0xC2 | 0xE2)) {
        (end, 1)
    } else {
        let gap = view.space(end);
        let sign = match view.get(gap)? {
            b'x' | b'X' | b'*' => 1,
            0xC3 if is(gap, "×") => 2,
            0xC2 if is(gap, "·") => 2,
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
        } else if view.is(open, 0xE2) && is(open, "−") {
            (-1, open + 3)
        } else {
            (1, open)
        }
    } else if view.is(at, 0xE2) && is(at, "⁻") {
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
            && let Some(digit) = SUPERSCRIPTS.iter().position(|digit| is(stop, digit))
        {
            exponent = exponent * 10 + digit as i32;
            stop += SUPERSCRIPTS[digit].len();
        }
    }
    (stop > start).then_some((sign * exponent - less, stop))
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
fn shifted(value: &str, places: i32) -> String {
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

/// The number with a word behind it that multiplies: `million`, `bn`, `k`.
fn scale(view: &View<'_>, number: &Number) -> Option<Number> {
    let gap = view.spaces(number.end);
    view.get(gap).filter(|&byte| SCALE_STARTS.has(byte))?;
    let (end, places) = SCALES.iter().find_map(|(word, places)| {
        // Letters stand close to the number, words apart from it.
        let at = if word.len() > 2 { gap } else { number.end };
        let end = view.word(at, word)?;
        // `5m` is metres, `5M` millions.
        (word.len() > 1 || *word == "k" || view.text(at, end) == *word).then_some((end, *places))
    })?;
    Some(Number { end, value: shifted(&number.value, places) })
}

/// The same for an amount of money, of which `3m` are millions.
fn scale_money(view: &View<'_>, number: &mut Number) {
    let before = number.end;
    if let Some(multiplied) = scale(view, number) {
        *number = multiplied;
        return;
    }
    let places = match view.get(before) {
        Some(b'm') => 6,
        Some(b'b' | b'B') => 9,
        _ => return,
    };
    if !view.is_word(before + 1) {
        *number = Number { end: before + 1, value: shifted(&number.value, places) };
    }
}

/// The first number of a range by what multiplies its last one: `$3-5 million`.
fn scale_range(view: &View<'_>, number: &mut Number) {
    let next = number.end + if view.is(number.end, b'-') { 1 } else { 3 };
    let dash = next == number.end + 1 || view.bytes[number.end..].starts_with("–".as_bytes());
    if !dash || !view.is_digit(next) {
        return;
    }
    let Some(last) = self::number(view, next) else { return };
    let mut scaled = Number { end: last.end, value: number.value.clone() };
    scale_money(view, &mut scaled);
    number.value = scaled.value;
}

/// `$5`, `€1,000.50`, `USD 3`: the currency's code and the amount that stands behind it.
pub(super) fn money(view: &View<'_>, at: usize) -> Option<Match> {
    let rest = &view.bytes[at..];
    let sign = ["-", "−", "–"].iter().find(|sign| rest.starts_with(sign.as_bytes())).map_or(0, |sign| sign.len());
    let may_be = rest.get(sign).is_some_and(|&byte| SYMBOL_STARTS.has(byte));
    let mut symbols = BEFORE.iter().chain(SYMBOLS).filter(|_| may_be);
    let symbol = symbols.find(|(symbol, _)| rest[sign..].starts_with(symbol.as_bytes()));
    if let Some((symbol, code)) = symbol {
        let after = at + sign + symbol.len();
        // `I paid $5 100 times`: where thousands have commas, one space between numbers says little.
        let mut number = behind_currency(view, after, symbol.ends_with(['$', '£']))?;
        if sign > 0 {
            number.value.insert(0, '-');
        }
        return priced(view, number, code);
    }
    if let Some((code, end)) = view.one_in(at, &CODES).filter(|&(_, end)| view.bytes[at..end].is_ascii()) {
        let upper = view.bytes[at..end].iter().all(u8::is_ascii_uppercase);
        return priced(view, behind_currency(view, end, false).filter(|_| upper)?, CODES.words[code]);
    }
    counted_money(view, &amount(view, at)?)
}

/// The number behind a currency; `commas` are what parts thousands with it.
fn behind_currency(view: &View<'_>, after: usize, commas: bool) -> Option<Number> {
    let start = view.spaces(after);
    // `$.50`, `$-5`
    let first = start + usize::from(start == after && view.is(start, b'-'));
    let first = first + usize::from(view.is(first, b'.'));
    let spaced = grouped(view, start, true).filter(|_| view.is_digit(first))?;
    let is_sure = view.bytes[start..spaced.end].windows(2).any(|pair| pair == b" 0");
    let count = |wanted: u8| view.bytes[start..spaced.end].iter().filter(|byte| **byte == wanted).count();
    if commas && !is_sure && count(b' ') == 1 && count(b',') == 0 { number(view, start) } else { Some(spaced) }
}

/// So much of a currency, the number standing behind it.
fn priced(view: &View<'_>, mut number: Number, code: &str) -> Option<Match> {
    let close = number.end;
    scale_money(view, &mut number);
    if number.end == close {
        scale_range(view, &mut number);
    }
    let mut end = number.end;
    // `CHF 5.-`: no cents.
    if matches!(view.get(end), Some(b'.' | b',')) {
        let dash = match view.get(end + 1) {
            Some(b'-') => 1,
            Some(0xE2) if view.is(end + 2, 0x80) && matches!(view.get(end + 3), Some(0x93 | 0x94)) => 3,
            _ => 0,
        };
        if dash > 0 && !view.is_word(end + 1 + dash) {
            end += 1 + dash;
        }
    }
    // `$1,2345`: no number that is known.
    let goes_on = view.is_word(end) || matches!(view.get(end), Some(b',' | b'.' | b'\'')) && view.is_digit(end + 1);
    let (value, confidence) =
        if number.end == close { in_currency(code, &number.value) } else { (number.value.clone(), 1.0) };
    let priced = || Match::new(Kind::Money, end, Some(format!("{code} {value}")));
    (!goes_on).then(|| Match { confidence, ..priced() })
}

/// A number with plain spaces between its thousands, where one stands here: `40 000`, `1 234,56`. Others may have that form.
pub(super) struct Spaced {
    pub(super) amount: Amount,
    /// Whether a group begins with a zero, as no number by itself does.
    pub(super) sure: bool,
    /// Whether it is one number even where nothing is counted by it.
    pub(super) stands_alone: bool,
}

/// `1 234,56`: one to three digits, and groups of three. Beside other numbers, they are a row of them.
pub(super) fn spaced(view: &View<'_>, at: usize) -> Option<Spaced> {
    let sign = usize::from(matches!(view.get(at), Some(b'-' | b'+')));
    let first = at + sign;
    let (count, _) = view.digits(first);
    let close = first + count;
    if !(1..=3).contains(&count) || !view.is(close, b' ') || view.digits(close + 1).0 != 3 || view.is(first, b'0') {
        return None;
    }
    let plain = grouped(view, at, true)?;
    let end = plain.end;
    let sure = view.bytes[close..end].windows(2).any(|pair| pair == b" 0");
    let before = &view.bytes[..first];
    let is_year = before.len() > 4 && before[before.len() - 5..before.len() - 1].iter().all(u8::is_ascii_digit);
    let follows = matches!(before, [.., digit, b' '] if digit.is_ascii_digit()) && !is_year;
    let goes_on = view.is(end, b' ') && view.is_digit(end + 1);
    if !sure && (follows || goes_on) {
        return None;
    }
    let word_behind = || view.is(end, b' ') && view.get(end + 1).is_some_and(|byte| byte.is_ascii_lowercase());
    let is_cell = || before.ends_with(b"| ") && view.is(end, b' ') && view.is(end + 1, b'|');
    let long = count > 1 || end > close + 4;
    let stands_alone = sure || !plain.value.contains('.') && (long && word_behind() || is_cell());
    Some(Spaced { amount: Amount { multiplied: scale(view, &plain), plain }, sure, stands_alone })
}

/// `5 million dollars`, `3 EUR`, `5€`.
pub(super) fn counted_money(view: &View<'_>, amount: &Amount) -> Option<Match> {
    let mut number = Cow::Borrowed(amount.scaled());
    if number.end == amount.plain.end && matches!(view.get(number.end), Some(b'm' | b'b')) {
        scale_money(view, number.to_mut());
    }
    let is_plain = number.end == amount.plain.end;
    let money = |code: &str, end: usize| {
        let (value, confidence) = if is_plain { in_currency(code, &number.value) } else { (number.value.clone(), 1.0) };
        Match { confidence, ..Match::new(Kind::Money, end, Some(format!("{code} {value}"))) }
    };
    let unit = view.space(number.end);
    if !MONEY_STARTS.has(view.get(unit)?) {
        return None;
    }
    if let Some(found) = hundredths(view, number.end, &number.value) {
        return Some(found);
    }
    let symbol = SYMBOLS.iter().find(|(symbol, _)| symbol.bytes().zip(unit..).all(|(byte, at)| view.is(at, byte)));
    if let Some((symbol, code)) = symbol {
        let end = unit + symbol.len();
        // `5 $x`, `5 $(x)`
        let goes_on = view.is_word(end)
            || *symbol == "$" && unit > number.end && matches!(view.get(end), Some(b'(' | b'{'))
            || *symbol == "$" && view.is(end, b'.') && view.is_word(end + 1);
        return (!goes_on).then(|| money(code, end));
    }
    if let Some((code, end)) = view.one_in(unit, &CODES) {
        let upper = view.bytes[unit..end].iter().all(u8::is_ascii_uppercase);
        return upper.then(|| money(CODES.words[code], end));
    }
    let found = WORDS.iter().find_map(|(word, code, places)| Some((view.word(unit, word)?, *code, *places)));
    let Some((end, code, places)) = found else {
        // What has pence behind is no weight.
        let (_, end) = view.one_of(unit, &["pounds", "pound"])?;
        let (value, end) = with_cents(view, &number, "GBP", end)?;
        return Some(Match::new(Kind::Money, end, Some(format!("GBP {value}"))));
    };
    if places != 0 {
        // Whose cents they are, is a guess.
        let value = shifted(&number.value, places);
        return Some(Match { confidence: 0.8, ..Match::new(Kind::Money, end, Some(format!("{code} {value}"))) });
    }
    let Some((value, end)) = with_cents(view, &number, code, end) else { return Some(money(code, end)) };
    Some(Match::new(Kind::Money, end, Some(format!("{code} {value}"))))
}

/// An amount of a currency where the number says it all: `1.299` has thousands, not thousandths, where the currency is one of
/// those whose countries part them so.
fn in_currency(code: &str, value: &str) -> (String, f32) {
    let parted = value.split_once('.').filter(|(whole, rest)| (1..=3).contains(&whole.len()) && rest.len() == 3);
    match parted {
        Some((whole, rest)) if !whole.starts_with('0') && POINTED.contains(&code) => (format!("{whole}{rest}"), 0.9),
        _ => (value.to_owned(), 1.0),
    }
}

/// Currencies whose amounts have hundredths at most, in countries that part thousands by points.
const POINTED: &[&str] = &["EUR", "BRL", "ARS", "CLP", "COP", "DKK", "TRY", "IDR", "VND"];

/// `99¢`, and `50p` where it can't be lines of a picture; the number ends here.
fn hundredths(view: &View<'_>, end: usize, value: &str) -> Option<Match> {
    let (code, length, confidence) = match view.get(end)? {
        0xC2 if view.is(end + 1, 0xA2) => ("USD", 2, 0.9),
        b'p' if value.len() <= 2 => ("GBP", 1, 0.8),
        _ => return None,
    };
    let end = end + length;
    let value = Some(format!("{code} {}", shifted(value, -2)));
    (!view.is_word(end)).then(|| Match { confidence, ..Match::new(Kind::Money, end, value) })
}

/// A whole number of a currency whose word ends at `end`, with the hundredths behind it: `5 euros and 50 cents`.
fn with_cents(view: &View<'_>, number: &Number, code: &str, end: usize) -> Option<(String, usize)> {
    let gap = view.spaces(end);
    let next = view.one_of(gap, &["and", "und", "et", "y", "e", "con"]).map_or(gap, |(_, after)| view.spaces(after));
    if number.value.contains('.') || next == end {
        return None;
    }
    let part = cardinal(view, next)?;
    let cents: u32 = part.value.parse().ok().filter(|cents| *cents < 100)?;
    let words: &[&str] = if code == "GBP" { &["pence", "penny", "p"] } else { CENTS };
    let (_, end) = view.one_of(view.spaces(part.end), words)?;
    Some((format!("{}.{cents:02}", number.value), end))
}

/// `5%`, `5.5 percent`.
pub(super) fn percent(view: &View<'_>, amount: &Amount) -> Option<Match> {
    let number = &amount.plain;
    let gap = view.spaces(number.end);
    let close = view.space(number.end);
    let permille = "‰".bytes().zip(close..).all(|(byte, at)| view.is(at, byte));
    if permille {
        return Some(Match::new(Kind::Percent, close + 3, Some(format!("{}%", shifted(&number.value, -1)))));
    }
    let end = if view.is(close, b'%') {
        close + 1
    } else {
        view.one_of(gap, PERCENT)
            .map(|(_, end)| end)
            .or_else(|| view.word(gap, "per").and_then(|end| view.word(view.spaces(end), "cent")))?
    };
    (!view.is_word(end)).then(|| Match::new(Kind::Percent, end, Some(format!("{}%", number.value))))
}

/// A number and a unit: the value and the unit's symbol.
pub(super) fn quantity(view: &View<'_>, amount: &Amount) -> Option<Match> {
    let number = amount.scaled();
    let close = amount.plain.end;
    // `a 5-mile run`
    let hyphened = view.is(number.end, b'-');
    let unit = if hyphened { number.end + 1 } else { view.space(number.end) };
    let first = view.get(unit).filter(|&byte| UNIT_STARTS.has(byte))?;
    let mut left = UNITS_BY_START[usize::from(first & 0x1F)];
    let may_be = std::iter::from_fn(|| {
        let unit = (left != 0).then(|| left.trailing_zeros() as usize)?;
        left &= left - 1;
        Some(&UNITS[unit])
    });
    { may_be }.find_map(|(symbol, words)| {
        let exact =
            symbol.bytes().zip(unit..).all(|(byte, at)| view.is(at, byte)) && !view.is_word(unit + symbol.len());
        // `5 in the` and `3 A` are no quantities: symbols that are words stand close or not at all.
        let is_close = unit == close && !["A", "J", "K", "t"].contains(symbol)
            || symbol.len() > 1 && *symbol != "in"
            || !hyphened && ["m", "g", "L", "V", "W"].contains(symbol);
        if exact && is_close {
            let (rest, end) = per(view, unit + symbol.len());
            return Some(Match::new(Kind::Quantity, end, Some(format!("{} {symbol}{rest}", number.value))));
        }
        let end = view.one_of(unit, words)?.1;
        // `a 6-foot-tall man`
        (!hyphened || !view.is(end, b'-'))
            .then(|| Match::new(Kind::Quantity, end, Some(format!("{} {symbol}", number.value))))
    })
}

/// `5'10"`, `6 ft 2 in`: what people's heights are written as, in inches.
pub(super) fn feet_and_inches(view: &View<'_>, at: usize) -> Option<Match> {
    let (count, feet) = view.digits(at);
    let end = at + count;
    let (mark, marks, start) = match view.get(end)? {
        b'\'' => (true, ["\"", "''"].as_slice(), end + 1),
        0xE2 => (true, ["”", "″"].as_slice(), end + 3),
        b' ' => (false, [].as_slice(), view.spaces(view.one_of(end + 1, &["ft", "feet", "foot"])?.1)),
        _ => return None,
    };
    if mark
        && start == end + 3
        && !["’", "′"].iter().any(|sign| sign.bytes().zip(end..).all(|(byte, at)| view.is(at, byte)))
    {
        return None;
    }
    let (count, inches) = view.digits(start);
    if !(1..=2).contains(&count) || inches > 11 {
        return None;
    }
    let close = start + count;
    let sign = || marks.iter().find(|sign| sign.bytes().zip(close..).all(|(byte, at)| view.is(at, byte)));
    let end = if mark { close + sign()?.len() } else { view.one_of(view.spaces(close), &["inches", "inch", "in"])?.1 };
    Some(Match::new(Kind::Quantity, end, Some(format!("{} in", feet * 12 + inches))))
}

/// What a unit by its symbol, which ends here, is raised to or divided by, and one past that: `²`, `/s²`, `/kg`.
fn per(view: &View<'_>, mut end: usize) -> (String, usize) {
    let mut rest = String::new();
    let power = |rest: &mut String, at: usize| {
        let (sign, end) = match view.get(at) {
            Some(0xC2) if view.is(at + 1, 0xB2) => ("²", at + 2),
            Some(0xC2) if view.is(at + 1, 0xB3) => ("³", at + 2),
            Some(b'^') if view.is(at + 1, b'2') && !view.is_word(at + 2) => ("²", at + 2),
            Some(b'^') if view.is(at + 1, b'3') && !view.is_word(at + 2) => ("³", at + 2),
            _ => return at,
        };
        rest.push_str(sign);
        end
    };
    end = power(&mut rest, end);
    if view.is(end, b'/')
        && let Some((_, stop)) = view.one_in(end + 1, &PER).or_else(|| view.one_of(end + 1, PER_LETTERS))
    {
        rest += view.text(end, stop);
        end = power(&mut rest, stop);
    }
    (rest, end)
}

/// What amounts are divided by.
static PER: List =
    List::of(&["sec", "min", "hr", "hour", "day", "week", "month", "year", "yr", "kg", "mg", "dL", "mL", "cm", "mol"]);
const PER_LETTERS: &[&str] = &["s", "h", "d", "g", "L", "m", "K", "W"];

/// A length of time as ISO 8601 has it: `3 days` is `P3D`, `1h30m` is `PT1H30M`.
/// `amount` stands at its beginning.
pub(super) fn duration(view: &View<'_>, at: usize, amount: &Amount) -> Option<Match> {
    let mut date = String::new();
    let mut time = String::new();
    let mut end = at;
    let mut last = None;
    let mut next = Some(Cow::Borrowed(&amount.plain));
    while let Some(number) = next.take().or_else(|| cardinal(view, end).map(Cow::Owned)) {
        // `a 3-day trip`
        let hyphened = view.is(number.end, b'-');
        let gap = if hyphened { number.end + 1 } else { view.spaces(number.end) };
        let Some(first) = view.get(gap).filter(|&byte| TIME_STARTS.has(byte)) else { break };
        let may_be = TIMES.iter().enumerate().zip(STARTS_OF_TIMES).filter(|(_, starts)| starts.has(first));
        let found = may_be.map(|(unit, _)| unit).find_map(|(rank, (symbol, designator, words))| {
            // `3D` and `5M` are something else, and `5m` by itself is metres.
            let exact = |end: &usize| gap == number.end && view.text(gap, *end) == *symbol;
            let alone = rank >= FIRST_OF_DAY - 1 && (*symbol != "m" || last.is_some());
            let close = view.word(gap, symbol).filter(exact).filter(|_| alone);
            // `1h30m`: a symbol with the next number close behind.
            let chained = || {
                let is = gap == number.end && symbol.bytes().zip(gap..).all(|(byte, at)| view.is(at, byte));
                let after = gap + symbol.len();
                (is && view.is_digit(after)
                    && TIMES.iter().skip(rank + 1).any(|(next, ..)| {
                        let (count, _) = view.digits(after);
                        next.bytes().zip(after + count..).all(|(byte, at)| view.is(at, byte))
                    }))
                .then_some(after)
            };
            // `5-year-old`
            let word = || view.one_of(gap, words).map(|(_, end)| end).filter(|&end| !hyphened || !view.is(end, b'-'));
            let stop = close.or_else(chained).or_else(word)?;
            Some((rank, *designator, stop))
        });
        let Some((rank, designator, stop)) = found.filter(|(rank, ..)| last.is_none_or(|last| last < *rank)) else {
            break;
        };
        let part = if rank >= FIRST_OF_DAY { &mut time } else { &mut date };
        match designator {
            // Below a second, ISO 8601 has fractions only.
            "ms" => *part += &format!("{}S", shifted(&number.value, -3)),
            "us" => *part += &format!("{}S", shifted(&number.value, -6)),
            "ns" => *part += &format!("{}S", shifted(&number.value, -9)),
            _ => *part += &format!("{}{designator}", number.value),
        }
        (last, end) = (Some(rank), stop);
        if stop > at && view.is_digit(stop) {
            continue;
        }
        // `2 hours 30 minutes`, `2 hours and 30 minutes`.
        let gap = view.spaces(stop);
        let next = view.one_of(gap, &["and", "und", "et", "y"]).map_or(gap, |(_, after)| view.spaces(after));
        if next == stop || !duration_part(view, next, rank) {
            break;
        }
        end = next;
    }
    last?;
    let time = if time.is_empty() { time } else { format!("T{time}") };
    Some(Match::new(Kind::Duration, end, Some(format!("P{date}{time}"))))
}

/// Whether a number and a unit smaller than that of `rank` stand here.
fn duration_part(view: &View<'_>, at: usize, rank: usize) -> bool {
    let Some(number) = cardinal(view, at) else { return false };
    let gap = view.spaces(number.end);
    TIMES[rank + 1..].iter().any(|(symbol, _, words)| {
        gap == number.end && view.word(gap, symbol).is_some() || view.one_of(gap, words).is_some()
    })
}

/// A length of time as ISO 8601 has it.
pub(super) fn iso_duration(view: &View<'_>, at: usize) -> Option<Match> {
    let mut end = at + 1;
    let mut left: &[u8] = b"YMWDTHMS";
    let mut parts = 0;
    while let Some(byte) = view.get(end).filter(|byte| byte.is_ascii_digit() || *byte == b'T') {
        let designator = if byte == b'T' {
            byte
        } else {
            let count = view.run(end, |byte| byte.is_ascii_digit() || byte == b'.');
            end = count;
            parts += 1;
            view.get(end)?
        };
        let place = left.iter().position(|&known| known == designator)?;
        left = &left[place + 1..];
        end += 1;
    }
    let whole = parts > 0 && !view.is_word(end) && view.bytes[end - 1] != b'T';
    whole.then(|| Match::new(Kind::Duration, end, Some(view.text(at, end).to_owned())))
}

/// `1.2.3`, `v2`, `2.0.0-rc.1+build`: three numbers or more, or a `v` or the word `version` before.
pub(super) fn version(view: &View<'_>, at: usize) -> Option<Match> {
    let v = usize::from(matches!(view.get(at), Some(b'v' | b'V')));
    let named = v == 1
        || [&b"version"[..], b"release", b"v"].iter().any(|word| view.word_before(at).eq_ignore_ascii_case(word));
    let mut end = at + v;
    let mut parts = 0;
    loop {
        let (count, _) = view.digits(end);
        if count == 0 || count > 8 {
            return None;
        }
        end += count;
        parts += 1;
        if !(view.is(end, b'.') && view.is_digit(end + 1)) {
            break;
        }
        end += 1;
    }
    // What alone says `version` is worth a point at least.
    let product = || view.bytes[..at].ends_with(b" ") && PRODUCTS.has(view.word_before(at));
    let mut confidence = 1.0;
    let enough = if v == 1 {
        parts >= 1
    } else if named {
        parts >= 2
    } else {
        let staged =
            || view.is(end, b'-') && view.one_of(end + 1, &["alpha", "beta", "rc", "rc1", "rc2", "dev"]).is_some();
        confidence = if parts == 2 { 0.9 } else { 1.0 };
        // `1.000.000` is a million.
        parts == 3 && !view.text(at, end).contains(".000") || parts == 2 && (staged() || product())
    };
    if !enough {
        return None;
    }
    for mark in [b'-', b'+'] {
        if view.is(end, mark) && view.is_word(end + 1) {
            let stop = view.run(end + 1, |byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
            end = if view.bytes[stop - 1] == b'.' { stop - 1 } else { stop };
        }
    }
    let value = || Some(view.text(at + v, end).to_owned());
    (!view.is_word(end)).then(|| Match { confidence, ..Match::new(Kind::Version, end, value()) })
}

/// What has versions of two numbers, as other things don't that stand before a number.
static PRODUCTS: List = List::of(&[
    "Python",
    "Node",
    "iOS",
    "iPadOS",
    "macOS",
    "Android",
    "Ubuntu",
    "Debian",
    "Java",
    "Go",
    "Rust",
    "PHP",
    "Ruby",
    "Chrome",
    "Firefox",
    "Safari",
    "Linux",
    "kernel",
    "Kubernetes",
    "PostgreSQL",
    "Postgres",
    "MySQL",
    "SQLite",
    "Redis",
    "Django",
    "Flask",
    "React",
    "Angular",
    "TypeScript",
    "Swift",
    "Kotlin",
    "Perl",
    "CUDA",
    "PyTorch",
    "TensorFlow",
    "OpenSSL",
    "Docker",
    "nginx",
    "Llama",
    "Claude",
    "Gemini",
]);

/// A number by itself: its value in plain decimal.
pub(super) fn plain(view: &View<'_>, at: usize, amount: &Amount) -> Option<Match> {
    if view.is(at, b'0')
        && let Some(radix) = view.get(at + 1).and_then(|byte| match byte | 0x20 {
            b'x' => Some(16),
            b'o' => Some(8),
            b'b' => Some(2),
            _ => None,
        })
    {
        let end = view.run(at + 2, |byte| byte.is_ascii_hexdigit() || byte == b'_');
        let digits = view.text(at + 2, end).replace('_', "");
        let value = u128::from_str_radix(&digits, radix).ok()?;
        return (!view.is_word(end)).then(|| Match::new(Kind::Number, end, Some(value.to_string())));
    }
    let number = amount.scaled();
    // `3rd`, `2/3`, `4:3`, `192.168.1`, `3²`, `1⁄2`: something else, whatever it is.
    let goes_on = match view.get(number.end) {
        Some(b'.' | b'/' | b':' | b'-' | b',' | b'\\' | b'@' | b'^') => view.is_word(number.end + 1),
        Some(0xC2) => matches!(view.get(number.end + 1), Some(0xB2 | 0xB3 | 0xB9)),
        Some(0xE2) => view.is(number.end + 1, 0x81),
        _ => false,
    };
    // `4K` and `7B` may be names; `80.000` is as many thousands in half of Europe.
    let confidence = if number.end == amount.plain.end + 1 {
        0.8
    } else if number.end == amount.plain.end && number.value.ends_with(".000") {
        0.6
    } else {
        1.0
    };
    let value = || Some(number.value.clone());
    (!view.is_word(number.end) && !goes_on)
        .then(|| Match { confidence, ..Match::new(Kind::Number, number.end, value()) })
}

/// Digits of a part of a number at most.
const MAX_DIGITS: usize = 32;

const PERCENT: &[&str] = &["percent", "pct", "Prozent", "pour cent", "por ciento", "per cento", "процентов"];

/// Words that multiply, and how many places they shift the point.
const SCALES: &[(&str, i32)] = &[
    ("hundred", 2),
    ("thousand", 3),
    ("lakh", 5),
    ("lakhs", 5),
    ("crore", 7),
    ("crores", 7),
    ("million", 6),
    ("mln", 6),
    ("billion", 9),
    ("trillion", 12),
    ("k", 3),
    ("M", 6),
    ("mn", 6),
    ("bn", 9),
    ("B", 9),
    ("tn", 12),
    // Of other languages what is no other number in English.
    ("millions", 6),
    ("Millionen", 6),
    ("Mio.", 6),
    ("Mio", 6),
    ("millones", 6),
    ("milioni", 6),
    ("milhões", 6),
    ("miljoen", 6),
    ("млн", 6),
    ("billions", 9),
    ("Milliarde", 9),
    ("Milliarden", 9),
    ("Mrd.", 9),
    ("Mrd", 9),
    ("milliard", 9),
    ("milliards", 9),
    ("miliardi", 9),
    ("bilhões", 9),
    ("miljard", 9),
    ("млрд", 9),
    ("万", 4),
    ("億", 8),
    ("亿", 8),
    ("兆", 12),
];

const SCALE_STARTS: Starts = {
    let (mut starts, mut at) = (Starts::NONE, 0);
    while at < SCALES.len() {
        starts = starts.with(SCALES[at].0);
        at += 1;
    }
    starts
};

/// Signs that only stand before an amount.
const BEFORE: &[(&str, &str)] = &[("Rs.", "INR"), ("₨", "INR")];

/// Signs of currencies, the longer ones first, and their codes (ISO 4217).
const SYMBOLS: &[(&str, &str)] = &[
    ("US$", "USD"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("CA$", "CAD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("₩", "KRW"),
    ("₽", "RUB"),
    ("₺", "TRY"),
    ("₴", "UAH"),
    ("₪", "ILS"),
    ("₫", "VND"),
    ("₱", "PHP"),
    ("₦", "NGN"),
    ("฿", "THB"),
    ("円", "JPY"),
    ("元", "CNY"),
    ("원", "KRW"),
    ("₿", "XBT"),
    ("zł", "PLN"),
    ("Rs", "INR"),
];

static CODES: List = List::of(&[
    "USD", "EUR", "GBP", "JPY", "CNY", "CHF", "CAD", "AUD", "NZD", "INR", "BRL", "MXN", "KRW", "SEK", "NOK", "DKK",
    "PLN", "CZK", "HUF", "RON", "TRY", "RUB", "UAH", "ZAR", "SGD", "HKD", "TWD", "THB", "IDR", "MYR", "PHP", "VND",
    "ILS", "AED", "SAR", "EGP", "NGN", "KES", "ARS", "CLP", "COP", "PEN", "RMB", "BTC", "ETH",
]);

/// Words for currencies, their codes, and how many places a part of one shifts the point.
const WORDS: &[(&str, &str, i32)] = &[
    ("dollars", "USD", 0),
    ("dollar", "USD", 0),
    ("bucks", "USD", 0),
    ("cents", "USD", -2),
    ("euros", "EUR", 0),
    ("euro", "EUR", 0),
    ("d'euros", "EUR", 0),
    ("d’euros", "EUR", 0),
    ("de euros", "EUR", 0),
    ("de dollars", "USD", 0),
    ("de dólares", "USD", 0),
    ("dólares", "USD", 0),
    ("рублей", "RUB", 0),
    ("pounds sterling", "GBP", 0),
    ("pence", "GBP", -2),
    ("yen", "JPY", 0),
    ("yuan", "CNY", 0),
    ("rupees", "INR", 0),
    ("rubles", "RUB", 0),
    ("francs", "CHF", 0),
    ("pesos", "MXN", 0),
    ("won", "KRW", 0),
    ("Swiss francs", "CHF", 0),
    ("US dollars", "USD", 0),
];

/// Hundredths of a currency.
const CENTS: &[&str] = &["cents", "cent", "centimes", "céntimos", "centavos", "centesimi"];

const SYMBOL_STARTS: Starts = {
    let (mut starts, mut at) = (Starts::NONE.with("Rs").with("₨"), 0);
    while at < SYMBOLS.len() {
        starts = starts.with(SYMBOLS[at].0);
        at += 1;
    }
    starts
};
const MONEY_STARTS: Starts = {
    let codes = Starts::NONE.with_all(CODES.words).with("¢").with("pence");
    let (mut starts, mut at) = (Starts::all(&[SYMBOL_STARTS, codes]), 0);
    while at < WORDS.len() {
        starts = starts.with(WORDS[at].0);
        at += 1;
    }
    starts
};

/// Units by symbol, and the words for them.
const UNITS: &[(&str, &[&str])] = &[
    ("km/h", &["kph", "kmh", "kilometers per hour", "kilometres per hour"]),
    ("mph", &["miles per hour"]),
    ("m/s", &["meters per second"]),
    ("km²", &["square kilometers", "square kilometres", "sq km"]),
    ("m²", &["square meters", "square metres", "sqm", "m2"]),
    ("ft²", &["square feet", "square foot", "sq ft", "sq. ft", "sqft"]),
    ("mi²", &["square miles", "square mile", "sq mi"]),
    ("m³", &["cubic meters", "cubic metres", "m3"]),
    ("km", &["kilometers", "kilometres", "kilometer", "kilometre"]),
    ("cm", &["centimeters", "centimetres", "centimeter", "centimetre"]),
    ("mmHg", &[]),
    ("mm", &["millimeters", "millimetres", "millimeter", "millimetre"]),
    ("µm", &["micrometers", "micrometres", "microns", "μm"]),
    ("nm", &["nanometers", "nanometres"]),
    ("m", &["meters", "metres", "meter", "metre"]),
    ("mi", &["miles", "mile"]),
    ("yd", &["yards", "yard"]),
    ("ft", &["feet", "foot"]),
    ("in", &["inches", "inch"]),
    ("kg", &["kilograms", "kilogram", "kilos", "kgs"]),
    ("mg", &["milligrams", "milligram"]),
    ("µg", &["micrograms", "μg", "mcg"]),
    ("g", &["grams", "gram"]),
    ("t", &["tons", "tonnes", "tonne"]),
    ("lb", &["pounds", "lbs"]),
    ("fl oz", &["fluid ounces", "fluid ounce", "fl. oz"]),
    ("oz", &["ounces", "ounce"]),
    ("ml", &["milliliters", "millilitres", "mL"]),
    ("L", &["liters", "litres", "liter", "litre", "l"]),
    ("cup", &["cups"]),
    ("tbsp", &["tablespoons", "tablespoon"]),
    ("tsp", &["teaspoons", "teaspoon"]),
    ("pt", &["pints", "pint"]),
    ("qt", &["quarts", "quart"]),
    ("gal", &["gallons", "gallon"]),
    ("ha", &["hectares"]),
    ("ac", &["acres", "acre"]),
    ("KB", &["kilobytes"]),
    ("MB", &["megabytes", "megabyte"]),
    ("GB", &["gigabytes", "gigabyte"]),
    ("TB", &["terabytes", "terabyte"]),
    ("PB", &["petabytes"]),
    ("KiB", &[]),
    ("MiB", &[]),
    ("GiB", &[]),
    ("TiB", &[]),
    ("Gbps", &["Gbit/s"]),
    ("Mbps", &["Mbit/s"]),
    ("MB/s", &[]),
    ("GB/s", &[]),
    ("bit", &["bits"]),
    ("byte", &["bytes"]),
    ("px", &["pixels", "pixel"]),
    ("GHz", &["gigahertz"]),
    ("MHz", &["megahertz"]),
    ("kHz", &["kilohertz"]),
    ("Hz", &["hertz"]),
    ("kWh", &["kilowatt-hours", "kilowatt hours"]),
    ("MWh", &[]),
    ("GW", &["gigawatts"]),
    ("MW", &["megawatts"]),
    ("kW", &["kilowatts"]),
    ("W", &["watts", "watt"]),
    ("kV", &[]),
    ("V", &["volts", "volt"]),
    ("mAh", &[]),
    ("mA", &[]),
    ("A", &["amps", "amperes"]),
    ("kJ", &["kilojoules"]),
    ("J", &["joules"]),
    ("kcal", &["calories"]),
    ("Pa", &["pascals"]),
    ("hPa", &[]),
    ("kPa", &[]),
    ("MPa", &[]),
    ("kN", &[]),
    ("rpm", &[]),
    ("ppm", &["parts per million"]),
    ("ppb", &["parts per billion"]),
    ("dpi", &[]),
    ("hp", &["horsepower"]),
    ("Wh", &["watt-hours"]),
    ("GWh", &[]),
    ("TWh", &[]),
    ("kB", &[]),
    ("kbps", &["kbit/s"]),
    ("ly", &["light-years", "light years"]),
    ("kn", &["knots"]),
    ("bar", &[]),
    ("psi", &[]),
    ("°C", &["degrees Celsius", "degrees C", "celsius", "℃", "° C", "Grad Celsius"]),
    ("°F", &["degrees Fahrenheit", "degrees F", "fahrenheit", "℉", "° F"]),
    ("K", &["kelvin"]),
    ("°", &["degrees", "degree"]),
    ("dB", &["decibels"]),
    ("mol", &["moles"]),
];

/// What each of them begins with, and all.
static STARTS_OF_UNITS: &[Starts] = &{
    let (mut starts, mut at) = ([Starts::NONE; UNITS.len()], 0);
    while at < UNITS.len() {
        starts[at] = Starts::NONE.with(UNITS[at].0).with_all(UNITS[at].1);
        at += 1;
    }
    starts
};
static UNIT_STARTS: Starts = Starts::all(STARTS_OF_UNITS);
/// For what a first byte has in its last five bits, which units begin with that, a bit each.
static UNITS_BY_START: [u128; 32] = {
    let (mut units, mut unit) = ([0; 32], 0);
    assert!(UNITS.len() <= 128);
    while unit < UNITS.len() {
        let mut byte = 0;
        while byte < 256 {
            if STARTS_OF_UNITS[unit].has(byte as u8) {
                units[byte & 0x1F] |= 1 << unit;
            }
            byte += 1;
        }
        unit += 1;
    }
    units
};

/// Units of time, the longest first: symbol, ISO 8601's designator, words. Words of fractions come last.
const TIMES: &[(&str, &str, &[&str])] = &[
    ("y", "Y", &["years", "year", "yrs", "yr", "Jahre", "Jahren", "ans", "años"]),
    ("mo", "M", &["months", "month", "Monate", "Monaten", "mois", "meses"]),
    ("w", "W", &["weeks", "week", "wks", "Wochen", "Woche", "semaines", "semanas"]),
    ("d", "D", &["days", "day", "Tage", "Tagen", "jours", "días"]),
    ("h", "H", &["hours", "hour", "hrs", "hr", "Stunden", "Stunde", "heures", "horas"]),
    ("min", "M", &["minutes", "minute", "mins", "min", "Minuten", "minutos"]),
    ("m", "M", &[]),
    ("s", "S", &["seconds", "second", "secs", "sec", "Sekunden", "secondes", "segundos"]),
    ("ms", "ms", &["milliseconds", "millisecond", "msec", "ms"]),
    ("µs", "us", &["microseconds", "microsecond", "us", "µs"]),
    ("ns", "ns", &["nanoseconds", "nanosecond", "ns"]),
];
/// What each of them begins with, and all.
static STARTS_OF_TIMES: &[Starts] = &{
    let (mut starts, mut at) = ([Starts::NONE; TIMES.len()], 0);
    while at < TIMES.len() {
        starts[at] = Starts::NONE.with(TIMES[at].0).with_all(TIMES[at].2);
        at += 1;
    }
    starts
};
static TIME_STARTS: Starts = Starts::all(STARTS_OF_TIMES);
/// The first of those that come after ISO 8601's `T`.
const FIRST_OF_DAY: usize = 4;
