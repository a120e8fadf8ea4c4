//! Numbers written in English words: `twenty-five`, `two hundred and fifty thousand`, `half a million`, `two point five`.
//!
//! Number words in a row that are not one number (`nineteen eighty-four`, `one two three`, `twenty-first`) are none.

use super::view::{List, View};
use super::{Kind, Match};

/// A number in words.
pub(super) struct Worded {
    /// One past its last word.
    pub(super) end: usize,
    /// Its value in millionths.
    millionths: u128,
    /// Number words in it; `a`, `and` and `point` are none.
    words: usize,
    /// Whether it is only a number where it counts something: `half an`, `one point five`.
    counts: bool,
}

/// Whether a number in words may begin with this word.
pub(super) fn begins(word: &[u8]) -> bool {
    let is = |known: &&str| word.eq_ignore_ascii_case(known.as_bytes());
    BELOW_TWENTY.has(word) || TENS.has(word) || ["a", "half"].iter().any(is)
}

/// Whether a word with these letters at its beginning may make a number of an `a` before it: `a million`, `a half`. What is
/// not there yet may be anything.
pub(super) fn may_count(first: u8, second: Option<u8>) -> bool {
    [&HALF, &MULTIPLIERS].iter().any(|list| list.may_have(first, second))
}

/// Whether what stands behind `in` may be so many units of time; what is not there yet may be anything.
pub(super) fn may_count_ahead(behind: &[u8]) -> bool {
    match behind {
        [] => true,
        [digit, ..] if digit.is_ascii_digit() => true,
        [b'a' | b'A'] => true,
        [b'a' | b'A', next, ..] => matches!(next | 0x20, b' ' | b'n'),
        // `in the`
        [b't' | b'T', b'h' | b'H', third, ..] => matches!(third | 0x20, b'r' | b'i'),
        [first, ..] => [&BELOW_TWENTY, &TENS].iter().any(|list| list.may_have(*first, behind.get(1).copied())),
    }
}

/// Whether these letters, at the beginning of a word, may be those of a unit of time or multiply what an article counts.
pub(super) fn may_be_unit(behind: &[u8]) -> bool {
    match behind {
        [first, second, ..] => matches!(
            [first | 0x20, second | 0x20],
            [b'd', b'a'] | [b'w', b'e'] | [b'm', b'o' | b'i'] | [b'y', b'e'] | [b'h', b'o'] | [b's', b'e']
        ),
        _ => true,
    }
}

/// With the letters that words begin with which numbers begin with, those of `a` left out.
pub(super) const fn beginnings(all: [u32; 1024]) -> [u32; 1024] {
    HALF.beginnings(BELOW_TWENTY.beginnings(TENS.beginnings(all)))
}

/// The number whose first word stands here, unless it is a part of a longer row of number words.
pub(super) fn worded(view: &View<'_>, at: usize) -> Option<Worded> {
    let number = half(view, at).or_else(|| number(view, at))?;
    (!follows_number(view, at) && !goes_on(view, &number)).then_some(number)
}

impl Worded {
    /// Its value in plain decimal.
    pub(super) fn value(&self) -> String {
        if let Some((whole, _)) = self.whole() {
            return whole.to_string();
        }
        let value = format!("{}.{:06}", self.millionths / MILLION, self.millionths % MILLION);
        value.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// Its value and where it ends, if it is a whole number below 10,000; most are.
    pub(super) fn whole(&self) -> Option<(u32, usize)> {
        // Dividing 128 bits takes its time in WASM.
        let millionths = u64::try_from(self.millionths).ok()?;
        let whole = (millionths / 1_000_000) as u32;
        (millionths < 10_000_000_000 && millionths.is_multiple_of(1_000_000)).then_some((whole, self.end))
    }

    /// Whether it is likely to be what was found by it. One word says little by itself, and some units are words that stand
    /// behind a number in prose for another reason.
    pub(super) fn is_meant(&self, view: &View<'_>, found: &Match) -> bool {
        if found.kind == Kind::Number {
            return self.words > 1 && !self.counts;
        }
        let text = view.text(self.end, found.end).trim_start();
        let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        let is_single = self.words == 1;
        let is_one = is_single && self.millionths == MILLION;
        !(is(NO_UNITS) || is_single && is(&["won"]) || is_one && is(IDIOMS_OF_ONE))
    }
}

/// `half a million`, `a half million`, and `half an` before what it counts.
fn half(view: &View<'_>, at: usize) -> Option<Worded> {
    let article = |at| view.word(at, "a").or_else(|| view.word(at, "an"));
    let before = article(at).map_or(at, |end| gap(view, end));
    let close = view.word(before, "half")?;
    let end = article(gap(view, close)).filter(|_| before == at).unwrap_or(close);
    let mut half = Worded { end, millionths: MILLION / 2, words: 1, counts: true };
    (half.multiply(view) || end > close).then_some(half)
}

/// `two`, `two point five million`, `two and a half`, `two hundred and fifty thousand and three`.
fn number(view: &View<'_>, at: usize) -> Option<Worded> {
    let article = view.word(at, "a").filter(|&end| multiplier(view, gap(view, end)).is_some());
    let (mut value, mut words, mut end) = match article {
        Some(end) => hundreds(view, at, (1, 0, end)),
        None => below_thousand(view, at)?,
    };
    if let Some((fraction, more, counts, end)) = fraction(view, end) {
        let millionths = u128::from(value) * MILLION + fraction;
        let mut number = Worded { end, millionths, words: words + more, counts };
        number.multiply(view);
        return Some(number);
    }
    let mut whole = 0;
    let mut limit = u64::MAX;
    // What a further part is multiplied by must be less than what the last one was.
    let scale = |end, limit| multiplier(view, gap(view, end)).filter(|&(scale, _)| scale < limit && scale != 100);
    loop {
        let Some((by, after)) = scale(end, limit) else {
            whole += value;
            break;
        };
        whole += value * by;
        (words, end, limit) = (words + 1, after, by);
        let next = after_and(view, at, end);
        let more = below_thousand(view, next).filter(|&(value, _, end)| {
            value < limit && by >= 1000 && (multiplier(view, gap(view, end)).is_none() || scale(end, limit).is_some())
        });
        let Some((more, further, after)) = more else { break };
        (value, words, end) = (more, words + further, after);
    }
    Some(Worded { end, millionths: u128::from(whole) * MILLION, words, counts: false })
}

/// `seven`, `twenty-five`, `nineteen hundred`, `two hundred and fifty`: the value, how many number words, one past them.
fn below_thousand(view: &View<'_>, at: usize) -> Option<(u64, usize, usize)> {
    Some(hundreds(view, at, below_hundred(view, at)?))
}

/// So many hundreds and what is added to them, where `hundred` stands behind; the number begins at `start`.
fn hundreds(view: &View<'_>, start: usize, (count, words, end): (u64, usize, usize)) -> (u64, usize, usize) {
    let Some(hundred) = view.word(gap(view, end), "hundred") else { return (count, words, end) };
    let rest = below_hundred(view, after_and(view, start, hundred))
        .filter(|&(_, _, end)| view.word(gap(view, end), "hundred").is_none());
    let (rest, more, end) = rest.unwrap_or((0, 0, hundred));
    (count * 100 + rest, words + 1 + more, end)
}

fn below_hundred(view: &View<'_>, at: usize) -> Option<(u64, usize, usize)> {
    if let Some((value, end)) = view.one_in(at, &BELOW_TWENTY) {
        return Some((value as u64, 1, end));
    }
    let (tens, end) = view.one_in(at, &TENS)?;
    let value = 10 * (tens as u64 + 2);
    let unit = view.one_in(gap(view, end), &BELOW_TWENTY).filter(|(unit, _)| (1..10).contains(unit));
    Some(unit.map_or((value, 1, end), |(unit, end)| (value + unit as u64, 2, end)))
}

/// What stands behind a whole number: millionths, how many number words, whether it needs something counted, one past it.
pub(super) fn fraction(view: &View<'_>, at: usize) -> Option<(u128, usize, bool, usize)> {
    let next = view.spaces(at);
    if let Some(end) = and_a_half(view, at) {
        return Some((MILLION / 2, 1, false, end));
    }
    let mut end = view.word(next, "point")?;
    let (mut millionths, mut place, mut words) = (0, MILLION / 10, 0);
    while place > 0
        && let Some((digit, after)) = view.one_in(gap(view, end), &BELOW_TWENTY).filter(|(digit, _)| *digit < 10)
    {
        millionths += digit as u128 * place;
        (end, place, words) = (after, place / 10, words + 1);
    }
    (words > 0).then_some((millionths, words, true, end))
}

/// One past `and a half` where it stands behind a number that ends here.
pub(super) fn and_a_half(view: &View<'_>, at: usize) -> Option<usize> {
    let and = view.word(view.spaces(at), "and")?;
    let article = view.word(view.spaces(and), "a")?;
    view.word(gap(view, article), "half")
}

impl Worded {
    /// Takes the word that multiplies, where one stands behind.
    fn multiply(&mut self, view: &View<'_>) -> bool {
        let Some((by, end)) = multiplier(view, gap(view, self.end)) else { return false };
        self.millionths *= u128::from(by);
        (self.end, self.words, self.counts) = (end, self.words + 1, false);
        true
    }
}

/// The word that multiplies here: by how much, and one past it.
fn multiplier(view: &View<'_>, at: usize) -> Option<(u64, usize)> {
    view.one_in(at, &MULTIPLIERS).map(|(which, end)| (FACTORS[which], end))
}

/// Where the next word of a number can begin: behind a hyphen or spaces.
fn gap(view: &View<'_>, at: usize) -> usize {
    if view.is(at, b'-') { at + 1 } else { view.spaces(at) }
}

/// The same behind `and` too; but that of `between one hundred and two thousand` joins no number to the one that begins at
/// `start`.
fn after_and(view: &View<'_>, start: usize, at: usize) -> usize {
    let next = gap(view, at);
    let ranges = view.word_before(start).eq_ignore_ascii_case(b"between");
    view.word(next, "and").filter(|_| !ranges).map_or(next, |end| gap(view, end))
}

/// Whether a number in words may end with this word.
pub(super) fn ends(word: &[u8]) -> bool {
    [&BELOW_TWENTY, &TENS, &MULTIPLIERS].iter().any(|list| list.has(word))
}

/// Whether a number word stands right before.
fn follows_number(view: &View<'_>, at: usize) -> bool {
    let word = view.word_before(at);
    ends(word) && {
        let between = view.bytes[..at].iter().rev().take_while(|byte| matches!(byte, b' ' | b'-')).count();
        view.bytes[..at - between].ends_with(word)
    }
}

/// Whether a further number word, or an ordinal, goes on with the number.
fn goes_on(view: &View<'_>, number: &Worded) -> bool {
    let next = gap(view, number.end);
    let number_word = [&BELOW_TWENTY, &TENS, &MULTIPLIERS].iter().any(|words| view.one_in(next, words).is_some());
    let behind = after_and(view, 0, number.end);
    let ordinal = view.one_in(behind, &ORDINALS).is_some();
    // `twenty second` is the one behind the twenty-first, `two second` is two seconds.
    let whole = number.millionths / MILLION;
    let round = number.millionths.is_multiple_of(MILLION) && whole.is_multiple_of(10) && whole % 100 != 10;
    let hyphened = view.is(number.end, b'-');
    let second = (round || hyphened || behind > next) && view.word(behind, "second").is_some();
    number_word || ordinal || second
}

const MILLION: u128 = 1_000_000;

static HALF: List = List::of(&["half"]);
static BELOW_TWENTY: List = List::of(&[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]);
/// From twenty on.
static TENS: List = List::of(&["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]);
static MULTIPLIERS: List = List::of(&["dozen", "hundred", "thousand", "million", "billion", "trillion"]);
const FACTORS: &[u64] = &[12, 100, 1_000, 1_000_000, 1_000_000_000, 1_000_000_000_000];
static ORDINALS: List = List::of(&[
    "first",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "thirtieth",
    "fortieth",
    "fiftieth",
    "sixtieth",
    "seventieth",
    "eightieth",
    "ninetieth",
    "hundredth",
    "thousandth",
    "millionth",
    "billionth",
]);
/// Units that behind words are other words: `one of us`, `two bar stools`.
const NO_UNITS: &[&str] = &["us", "ns", "ms", "bar", "ha", "ac", "mi", "mol", "gal"];
/// Units that `one` stands before in another sense: `one day, when`.
const IDIOMS_OF_ONE: &[&str] = &["day", "foot", "degree", "bit"];
