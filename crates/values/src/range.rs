//! Ranges of amounts: `10-20 km`, `5 to 10 million dollars`, `between 5 and 10 %`. Both ends are values of their own, and
//! what stands behind the last one counts for the first one too.

use super::amount::{Amount, digits, scale};
use super::decimal::Number;
use super::view::{List, View};
use super::words;

/// Where the last number of a range begins whose first one stands at `at` and ends at `end`.
pub(super) fn last(view: &View<'_>, at: usize, end: usize) -> Option<usize> {
    if let Some(last) = dashed(view, end) {
        return Some(last);
    }
    let gap = view.spaces(end);
    let (which, after) = view.one_of(gap, JOINTS).filter(|_| gap > end)?;
    let is_range = which < FIRST_AND || BETWEEN.has(view.word_before(at));
    is_range.then(|| view.spaces(after))
}

/// The same where a dash parts them: `5-10`, `5–10`, `5 – 10`. With spaces, a hyphen may be a minus.
pub(super) fn dashed(view: &View<'_>, end: usize) -> Option<usize> {
    let gap = view.space(end);
    if gap == end && view.is(end, b'-') {
        return Some(end + 1);
    }
    let after = view.reads(gap, "–").then_some(gap + 3)?;
    let last = view.space(after);
    ((last > after) == (gap > end)).then_some(last)
}

/// The first number of a range, which stands at `at`, with what stands behind its last one.
pub(super) fn first(view: &View<'_>, at: usize, first: &Amount) -> Option<Amount> {
    let end = first.scaled().end;
    // `2/3 days` are two or three.
    let slash = || (view.is(end, b'/') && succeeds(view, at, end)).then_some(end + 1);
    let error = plus_minus(view, end);
    let start = error.or_else(|| last(view, at, end)).or_else(slash)?;
    let last = digits(view, start).or_else(|| Some(Amount::from(&words::worded(view, start)?)))?;
    let (from, to) =
        if first.multiplied.is_some() { (first.scaled(), last.scaled()) } else { (&first.plain, &last.plain) };
    if error.is_none() && !is_less(&from.value, &to.value) {
        return None;
    }
    let plain = Number { end: last.plain.end, value: first.plain.value.clone() };
    let multiplied = match &first.multiplied {
        Some(first) => Some(Number { end: last.scaled().end, value: first.value.clone() }),
        None => scale(view, &plain),
    };
    Some(Amount { plain, multiplied })
}

/// Where the error begins of an amount that ends here: `5,730 ± 40 years`.
fn plus_minus(view: &View<'_>, end: usize) -> Option<usize> {
    let gap = view.space(end);
    view.reads(gap, "±").then(|| view.space(gap + 2))
}

/// Whether the whole number behind the mark at `mark` is the next one to that before it, which stands at `at`.
pub(super) fn succeeds(view: &View<'_>, at: usize, mark: usize) -> bool {
    let (before, first) = view.digits(at);
    let (count, last) = view.digits(mark + 1);
    at + before == mark && before <= 2 && (1..=2).contains(&count) && last == first + 1
}

/// Whether one number in plain decimal is less than another.
pub(super) fn is_less(one: &str, other: &str) -> bool {
    let whole = |value: &str| value.bytes().take_while(u8::is_ascii_digit).count();
    match (one.strip_prefix('-'), other.strip_prefix('-')) {
        (Some(one), Some(other)) => is_less(other, one),
        (None, None) if whole(one) == whole(other) => one < other,
        (None, None) => whole(one) < whole(other),
        (is_negative, _) => is_negative.is_some(),
    }
}

/// What joins the ends of a range, from [`FIRST_AND`] on only behind [`BETWEEN`].
const JOINTS: &[&str] = &["to", "or", "bis", "à", "and", "und", "et", "y"];
const FIRST_AND: usize = 4;
static BETWEEN: List = List::of(&["between", "zwischen", "entre"]);
