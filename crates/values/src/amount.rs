//! A number that something may be counted by, with the word behind it that multiplies: `5 million`, `40 000`.

use super::decimal::{Number, grouped, number, shifted, slashed, vulgar, with_half};
use super::money::is_symbol;
use super::view::{Starts, View};
use super::words::Worded;
use super::{Kind, Match};

/// A number that something may be counted by, read once for all that it may be.
pub(super) struct Amount {
    pub(super) plain: Number,
    /// With the word behind it that multiplies, where one does: `5 million`.
    pub(super) multiplied: Option<Number>,
}

/// The number that stands here.
pub(super) fn amount(view: &View<'_>, at: usize) -> Option<Amount> {
    let plain = with_half(view, number(view, at)?);
    Some(Amount { multiplied: scale(view, &plain), plain })
}

impl From<&Worded> for Amount {
    fn from(worded: &Worded) -> Self {
        Self { plain: Number::from(worded), multiplied: None }
    }
}

impl Amount {
    pub(super) fn scaled(&self) -> &Number {
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

/// A fraction that something is measured by: `1/2 cup`, `¾ mile`.
pub(super) fn fraction(view: &View<'_>, at: usize) -> Option<Amount> {
    let (value, end) = if view.is_digit(at) { slashed(view, at)? } else { vulgar(view, at)? };
    Some(Amount { plain: Number { end, value }, multiplied: None })
}

/// The number with a word behind it that multiplies: `million`, `bn`, `k`.
pub(super) fn scale(view: &View<'_>, number: &Number) -> Option<Number> {
    let (mut end, mut places) = multiplier(view, number.end)?;
    let mut value = shifted(&number.value, places);
    // `1兆2000億`, `1조 2000억`: what is written together is one.
    while view.bytes[end - 1] >= 0x80 && view.is_digit(view.space(end)) {
        let behind = view.space(end);
        let Some(rest) = self::number(view, behind) else { break };
        let (stop, by) = multiplier(view, rest.end).unwrap_or((rest.end, 0));
        let least = shifted(&rest.value, by);
        // It goes where there are noughts.
        let kept = value.len().saturating_sub(least.len());
        let fits = least.len() <= places as usize && value[kept..].bytes().all(|digit| digit == b'0');
        if by >= places || by == 0 && behind > end || !fits || least.contains('.') {
            break;
        }
        value.truncate(kept);
        value += &least;
        (end, places) = (stop, by);
    }
    Some(Number { end, value })
}

/// One past the word that multiplies a number which ends here, and how many places it shifts the point.
fn multiplier(view: &View<'_>, close: usize) -> Option<(usize, i32)> {
    let gap = view.spaces(close);
    let first = view.get(gap).filter(|&byte| SCALE_STARTS.has(byte))?;
    let may_be = SCALES.iter().filter(|(word, _)| word.as_bytes()[0].eq_ignore_ascii_case(&first));
    { may_be }.find_map(|(word, places)| {
        let signs = || (word.as_bytes()[0] >= SIGNS && view.reads(gap, word)).then_some(gap + word.len());
        let end = view.word(gap, word).or_else(signs)?;
        // Words stand apart from the number, letters close to it or to a currency (`5 k€`); `5m` is metres, `5M` millions.
        let is_close = gap == close;
        let is_exact = || view.reads(gap, word);
        let good = match word.len() {
            1 => (is_close || is_symbol(view, end)) && (*word == "k" || is_exact()),
            2 => is_close || is_exact(),
            _ => true,
        };
        good.then_some((end, *places))
    })
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

/// The number in digits that stands here, with plain spaces between its thousands too where they must be.
pub(super) fn digits(view: &View<'_>, at: usize) -> Option<Amount> {
    let spaced = spaced(view, at).filter(|spaced| spaced.sure);
    spaced.map(|spaced| spaced.amount).or_else(|| amount(view, at))
}

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
    // `221B Baker Street`
    let is_capital = |at: usize| view.get(at).is_some_and(|byte| byte.is_ascii_uppercase());
    let is_label = || confidence == 0.8 && view.is(number.end, b' ') && is_capital(number.end + 1);
    let value = || Some(number.value.clone());
    (!view.is_word(number.end) && !goes_on && !counts_item(view, at, number.end) && !is_label())
        .then(|| Match { confidence, ..Match::new(Kind::Number, number.end, value()) })
}

/// Whether the number from `at` to `end` is that of an item of a list or of a heading: `1. `, `2) ` at the beginning of a line.
fn counts_item(view: &View<'_>, at: usize, end: usize) -> bool {
    if end > at + 3 || !matches!(view.get(end), Some(b'.' | b')')) || !view.is_digit(at) {
        return false;
    }
    // `The answer is\n5.`
    let next = view.run(end + 1, |byte| byte == b'*');
    let is_alone = !view.is(next, b' ') && next == end + 1 || matches!(view.get(next), None | Some(b'\n' | b'\r'));
    let marks = |byte: &u8| matches!(byte, b' ' | b'\t' | b'#' | b'>' | b'*');
    let count = view.bytes[..at].iter().rev().take(MAX_MARKS).take_while(|byte| marks(byte)).count();
    !is_alone && view.bytes[..at - count].last().is_none_or(|&byte| byte == b'\n')
}

/// Blanks and marks of Markdown before a list's number at most.
const MAX_MARKS: usize = 16;

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
    ("만", 4),
    ("억", 8),
    ("조", 12),
];

/// What signs of scripts without spaces begin with, which digits may stand behind.
const SIGNS: u8 = 0xE4;

const SCALE_STARTS: Starts = {
    let (mut starts, mut at) = (Starts::NONE, 0);
    while at < SCALES.len() {
        starts = starts.with(SCALES[at].0);
        at += 1;
    }
    starts
};
