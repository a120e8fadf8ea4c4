//! What a number may be: what something is counted by (money, shares, lengths of time, quantities), or a number alone.

use super::amount::{self, Amount, Spaced};
use super::view::{View, is_word};
use super::words::{self, Worded};
use super::{Kind, Match, Settings, duration, money, quantity, range, relative};

/// Whether this is the one currency that is written like a word.
pub(super) fn is_rupees(text: &[u8]) -> bool {
    matches!(text, [b'R', b's', b' ' | b'.', ..])
}

/// What a number may be that something is counted by.
// Copies of it would make up a tenth of all that finds values in WASM.
#[inline(never)]
pub(super) fn counted(view: &View<'_>, at: usize, amount: &Amount, consider: &mut dyn FnMut(Option<Match>)) {
    consider(money::counted_money(view, amount));
    consider(quantity::percent(view, amount));
    // No time is less than none.
    if !amount.plain.value.starts_with('-') {
        consider(duration::duration(view, at, amount));
    }
    consider(quantity::quantity(view, amount));
}

/// What the first number of a range may be that is counted behind its last one.
pub(super) fn ranged(
    view: &View<'_>,
    at: usize,
    first: &Amount,
    settings: &Settings,
    consider: &mut dyn FnMut(Option<Match>),
) {
    let Some(amount) = range::first(view, at, first) else { return };
    let end = first.scaled().end;
    let days = view.is(end, b'/');
    let mut consider = |found: Option<Match>| {
        let found = found.filter(|found| !days || is_plural_duration(view, found));
        consider(found.map(|found| Match { end, confidence: found.confidence.min(0.9), ..found }));
    };
    counted(view, at, &amount, &mut consider);
    // `3.4 to 4.1 million`
    if first.multiplied.is_none() && amount.multiplied.is_some() {
        consider(amount::plain(view, at, &amount));
    }
    if let Ok(number) = amount.plain.value.parse() {
        consider(relative::relative(view, number, amount.plain.end, settings));
    }
}

fn is_plural_duration(view: &View<'_>, found: &Match) -> bool {
    found.kind == Kind::Duration && view.bytes[..found.end].ends_with(b"s")
}

/// Whether an amount and a slash stand before `at`: `180°C/350°F`, `5kg/11lb`.
pub(super) fn ends_pair(bytes: &[u8], at: usize) -> bool {
    let is_unit = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, 0xC2 | 0xB0 | b' ');
    let length = bytes[..at - 1].iter().rev().take(8).take_while(|byte| is_unit(byte)).count();
    length > 0 && bytes[..at - 1 - length].last().is_some_and(u8::is_ascii_digit)
}

/// What a number with plain spaces between its thousands may be.
pub(super) fn spaced(view: &View<'_>, at: usize, settings: &Settings, consider: &mut dyn FnMut(Option<Match>)) {
    let Some(Spaced { amount, sure, stands_alone }) = amount::spaced(view, at) else { return };
    let mut consider = |found: Option<Match>| {
        // A log has `200 153 ms`.
        let is_sign = |found: &Match| found.kind == Kind::Duration && view.bytes[found.end - 2..found.end] == *b"ms";
        let found = found.filter(|found| sure || !is_sign(found));
        consider(found.map(|found| Match { confidence: if sure { found.confidence } else { 0.8 }, ..found }));
    };
    counted(view, at, &amount, &mut consider);
    ranged(view, at, &amount, settings, &mut consider);
    if stands_alone {
        consider(amount::plain(view, at, &amount));
    }
}

/// What stands behind `minus`, which ends at `end`. Behind a number or a letter it is a sum: `10 minus 5`.
pub(super) fn minus(view: &View<'_>, at: usize, end: usize, consider: &mut dyn FnMut(Option<Match>)) {
    let next = view.spaces(end);
    let before = view.word_before(at);
    let is_operand = before.len() == 1 || before.last().is_some_and(u8::is_ascii_digit) || words::ends(before);
    if next == end || is_operand && view.bytes[..at].trim_ascii_end().ends_with(before) {
        return;
    }
    let amount = if view.is_digit(next) {
        amount::digits(view, next)
    } else {
        words::worded(view, next).map(|number| Amount::from(&number))
    };
    let Some(amount) = amount.map(Amount::negative) else {
        let money = money::money(view, next).and_then(|found| {
            let value = found.normalized.as_deref()?.replacen(' ', " -", 1);
            Some(Match { confidence: 0.9, normalized: Some(value), ..found })
        });
        return consider(money);
    };
    let mut consider = |found: Option<Match>| consider(found.map(|found| Match { confidence: 0.9, ..found }));
    counted(view, next, &amount, &mut consider);
    consider(amount::plain(view, next, &amount));
}

/// Whether a number and a hyphen stand before `at`, and before them nothing that they are a part of, such as a date.
pub(super) fn ends_range(bytes: &[u8], at: usize) -> bool {
    let is_number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    let length = bytes[..at - 1].iter().rev().take_while(|byte| is_number(byte)).count();
    let before = bytes[..at - 1 - length].last();
    length > 0 && before.is_none_or(|byte| !is_word(*byte) && !matches!(byte, b'-' | b'/' | b':' | b'+' | b'@' | b'#'))
}

/// The last of two numbers of days, hours, ...: `2/3 days`.
pub(super) fn last_days(view: &View<'_>, at: usize) -> Option<Match> {
    let length = view.bytes[..at - 1].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    if !ends_range(view.bytes, at) || !range::succeeds(view, at - 1 - length, at - 1) {
        return None;
    }
    duration::duration(view, at, &amount::amount(view, at)?).filter(|found| is_plural_duration(view, found))
}

/// What a number with a sign may be.
pub(super) fn signed(view: &View<'_>, at: usize, settings: &Settings, consider: &mut dyn FnMut(Option<Match>)) {
    if let Some(amount) = amount::amount(view, at) {
        spaced(view, at, settings, consider);
        ranged(view, at, &amount, settings, consider);
        counted(view, at, &amount, consider);
        consider(amount::plain(view, at, &amount));
    }
}

/// What is measured by a fraction alone.
pub(super) fn measured(view: &View<'_>, at: usize, consider: &mut dyn FnMut(Option<Match>)) {
    if let Some(amount) = amount::fraction(view, at) {
        // `3/4 hours` are three or four, `3/4 hour` is less than one.
        let (count, over) = view.digits(at);
        let is_pair = over > 1 && range::succeeds(view, at, at + count);
        let mut consider = |found: Option<Match>| {
            consider(found.filter(|found| !is_pair || !is_plural_duration(view, found)));
        };
        counted(view, at, &amount, &mut consider);
    }
}

/// What a number in words may be.
pub(super) fn worded(view: &View<'_>, at: usize, number: &Worded, consider: &mut dyn FnMut(Option<Match>)) {
    let amount = Amount::from(number);
    let mut consider = |found: Option<Match>| consider(found.filter(|found| number.is_meant(view, found)));
    counted(view, at, &amount, &mut consider);
    consider(amount::plain(view, at, &amount));
}
