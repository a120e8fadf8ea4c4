//! Amounts of money: a currency before the number or behind it, cents.

use std::borrow::Cow;

use super::amount::{Amount, amount, scale};
use super::decimal::{Number, cardinal, grouped, number, shifted};
use super::view::{List, Starts, View};
use super::{Kind, Match, range};

/// The same for an amount of money, of which `3m` are millions.
fn scale_money(view: &View<'_>, number: &mut Number) {
    let before = number.end;
    if let Some(multiplied) = scale(view, number) {
        *number = multiplied;
        return;
    }
    // `$7.5 M`
    let spaced = view.is(before, b' ');
    let at = before + usize::from(spaced);
    let places = match view.get(at) {
        Some(b'm') if !spaced => 6,
        Some(b'b') if !spaced => 9,
        Some(b'M') => 6,
        Some(b'B') => 9,
        Some(b'K') => 3,
        _ => return,
    };
    if !(view.is_word(at + 1) || spaced && view.is(at + 1, b'-')) {
        *number = Number { end: at + 1, value: shifted(&number.value, places) };
    }
}

/// The first number of a range, which stands behind a currency, by what multiplies its last one: `$3-5 million`, `$3 to $5
/// million`.
fn scale_range(view: &View<'_>, at: usize, currency: &str, number: &mut Number) {
    let dash = range::dashed(view, number.end);
    let Some(last) = dash.or_else(|| range::last(view, at, number.end)) else { return };
    let again = if view.reads(last, currency) { view.spaces(last + currency.len()) } else { last };
    if again == last && dash.is_none() || !view.is_digit(again) {
        return;
    }
    let Some(last) = self::number(view, again).filter(|last| range::is_less(&number.value, &last.value)) else {
        return;
    };
    let mut scaled = Number { end: last.end, value: number.value.clone() };
    scale_money(view, &mut scaled);
    number.value = scaled.value;
}

/// The last number of a range whose first one, with the currency before it, was found: `$3-5 million`.
pub(super) fn last_of_range(view: &View<'_>, first: &Match) -> Option<Match> {
    if first.kind != Kind::Money || view.bytes[first.start].is_ascii_digit() {
        return None;
    }
    let (code, least) = first.normalized.as_deref()?.split_once(' ')?;
    let start = range::dashed(view, first.end).filter(|&start| view.is_digit(start))?;
    let last = priced(view, start, "", number(view, start)?, code)?;
    let goes_on = match view.get(last.end) {
        Some(b'-' | b'%') => true,
        Some(b'/' | b':') => view.is_digit(last.end + 1),
        _ => false,
    };
    let is_more = range::is_less(least, last.normalized.as_deref()?.split_once(' ')?.1);
    (is_more && !goes_on).then_some(Match { start, ..last })
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
        return priced(view, at, symbol, number, code);
    }
    if let Some((code, end)) = view.one_in(at, &CODES).filter(|&(_, end)| view.bytes[at..end].is_ascii()) {
        let upper = view.bytes[at..end].iter().all(u8::is_ascii_uppercase);
        let code = CODES.words[code];
        let number = behind_currency(view, end, false).filter(|_| upper)?;
        // Rather the language: `PHP 8.2`.
        let is_version = code == "PHP" && matches!(number.value.as_bytes(), [_] | [_, b'.', _]);
        return priced(view, at, code, Some(number).filter(|_| !is_version)?, code);
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

/// So much of a currency, the number standing behind what says which one, which stands at `at`.
fn priced(view: &View<'_>, at: usize, currency: &str, mut number: Number, code: &str) -> Option<Match> {
    let close = number.end;
    scale_money(view, &mut number);
    if number.end == close {
        scale_range(view, at, currency, &mut number);
    }
    let end = without_cents(view, number.end);
    // `$1,2345`: no number that is known.
    let goes_on = view.is_word(end) || matches!(view.get(end), Some(b',' | b'.' | b'\'')) && view.is_digit(end + 1);
    let (value, confidence) =
        if number.end == close { in_currency(code, &number.value) } else { (number.value.clone(), 1.0) };
    let priced = || Match::new(Kind::Money, end, Some(format!("{code} {value}")));
    (!goes_on).then(|| Match { confidence, ..priced() })
}

/// One past the dash that says that there are no cents, where one stands here: `CHF 5.-`, `1.150,– €`.
fn without_cents(view: &View<'_>, end: usize) -> usize {
    let dash = match view.get(end).filter(|byte| matches!(byte, b'.' | b',')).and_then(|_| view.get(end + 1)) {
        Some(b'-') => 1,
        Some(0xE2) if view.is(end + 2, 0x80) && matches!(view.get(end + 3), Some(0x93 | 0x94)) => 3,
        _ => return end,
    };
    if view.is_word(end + 1 + dash) { end } else { end + 1 + dash }
}

/// Whether the sign of a currency stands here that is no letter.
pub(super) fn is_symbol(view: &View<'_>, at: usize) -> bool {
    !view.is_letter(at) && SYMBOLS.iter().any(|(symbol, _)| view.reads(at, symbol))
}

/// Whether a text ends with such a sign.
pub(super) fn ends_symbol(text: &[u8]) -> bool {
    let is_sign = |last: &u8| !last.is_ascii() || *last == b'$';
    text.last().is_some_and(is_sign) && SYMBOLS.iter().any(|(symbol, _)| text.ends_with(symbol.as_bytes()))
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
    let unit = view.space(without_cents(view, number.end));
    if !MONEY_STARTS.has(view.get(unit)?) {
        return None;
    }
    if let Some(found) = hundredths(view, number.end, &number.value) {
        return Some(found);
    }
    let symbol = SYMBOLS.iter().find(|(symbol, _)| view.reads(unit, symbol));
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
        // What has pence behind is no weight; and what is paid is mostly none, unless it is of something.
        let (_, end) = view.one_of(unit, &["pounds", "pound"])?;
        if let Some((value, end)) = with_cents(view, &number, "GBP", end) {
            return Some(Match::new(Kind::Money, end, Some(format!("GBP {value}"))));
        }
        let is_paid = is_paid(view, unit) && view.word(view.spaces(end), "of").is_none();
        return is_paid.then(|| Match { confidence: 0.8, ..money("GBP", end) });
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

/// Whether one of the few words before `at` says that something is paid; a number in words is among them.
fn is_paid(view: &View<'_>, at: usize) -> bool {
    let before = &view.bytes[at.saturating_sub(64)..at];
    // Not in another part of the sentence.
    let clause = before.windows(2).rposition(|pair| matches!(pair, b", " | b"; " | b". ")).map_or(0, |mark| mark + 1);
    let before = &before[clause..];
    let mut words = before.rsplit(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty()).take(8);
    words.any(|word| PAID.has(word))
}

/// Currencies whose amounts have hundredths at most, in countries that part thousands by points.
const POINTED: &[&str] = &["EUR", "BRL", "ARS", "CLP", "COP", "DKK", "TRY", "IDR", "VND"];

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
    ("Kč", "CZK"),
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
    ("US-Dollar", "USD", 0),
    ("TL", "TRY", 0),
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

/// Words that amounts of money stand behind.
#[rustfmt::skip]
static PAID: List = List::of(&[
    "paid", "pay", "pays", "paying", "cost", "costs", "costing", "worth", "spent", "spend", "earn", "earns", "earned",
    "price", "priced", "owe", "owes", "owed", "salary", "wage", "wages", "fee", "fined", "donated", "sold", "bought",
    "budget", "debt", "loan", "borrowed", "lent", "prize", "invested", "savings", "rent", "charged", "profit", "debts",
]);

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
