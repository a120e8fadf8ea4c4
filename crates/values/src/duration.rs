//! Lengths of time: `2 h 30 min`, `PT5M`.

use std::borrow::Cow;

use super::amount::Amount;
use super::decimal::{Number, cardinal, shifted};
use super::view::{Starts, View};
use super::words::and_a_half;
use super::{Kind, Match};

/// A length of time as ISO 8601 has it: `3 days` is `P3D`, `1h30m` is `PT1H30M`.
/// `amount` stands at its beginning.
pub(super) fn duration(view: &View<'_>, at: usize, amount: &Amount) -> Option<Match> {
    let mut date = String::new();
    let mut time = String::new();
    let mut end = at;
    let mut last = None;
    let mut next = Some(Cow::Borrowed(amount.scaled()));
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
            let apart = || {
                let stop = view
                    .word(gap, symbol)
                    .filter(|&stop| gap > number.end && !hyphened && view.text(gap, stop) == *symbol)?;
                let goes_on = last.is_some() || duration_part(view, view.spaces(stop), rank);
                (goes_on || stands_apart(view, at, &number, symbol, stop)).then_some(stop)
            };
            // `1h30m`: a symbol with the next number close behind.
            let chained = || {
                let is = gap == number.end && view.reads(gap, symbol);
                let after = gap + symbol.len();
                (is && view.is_digit(after)
                    && TIMES.iter().skip(rank + 1).any(|(next, ..)| {
                        let (count, _) = view.digits(after);
                        view.reads(after + count, next)
                    }))
                .then_some(after)
            };
            // `5-year-old`
            let word = || view.one_of(gap, words).map(|(_, end)| end).filter(|&end| !hyphened || !view.is(end, b'-'));
            let stop = close.or_else(chained).or_else(word).or_else(apart)?;
            // `7 US soldiers`
            let is_country = rank >= FIRST_OF_FRACTIONS && stop == gap + 2 && view.bytes[gap].is_ascii_uppercase();
            (!is_country).then_some((rank, *designator, stop))
        });
        let Some((rank, designator, mut stop)) = found.filter(|(rank, ..)| last.is_none_or(|last| last < *rank)) else {
            break;
        };
        // `an hour and a half`
        let mut value = Cow::Borrowed(&number.value);
        if let Some(half) = and_a_half(view, stop).filter(|_| !value.contains('.')) {
            *value.to_mut() += ".5";
            stop = half;
        }
        let part = if rank >= FIRST_OF_DAY { &mut time } else { &mut date };
        match designator {
            // Below a second, ISO 8601 has fractions only.
            "ms" => *part += &format!("{}S", shifted(&value, -3)),
            "us" => *part += &format!("{}S", shifted(&value, -6)),
            "ns" => *part += &format!("{}S", shifted(&value, -9)),
            _ => *part += &format!("{value}{designator}"),
        }
        (last, end) = (Some(rank), stop);
        if stop > at && view.is_digit(stop) {
            continue;
        }
        // `2 hours 30 minutes`, `2 hours and 30 minutes`, `2 hours, 30 minutes`.
        let comma = stop > gap + 2 && view.is(stop, b',') && !value.contains('.') && goes_on(view, stop + 1, rank);
        let gap = view.spaces(stop + usize::from(comma));
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

/// One of a unit and a half: `an hour and a half`. Without the half, it counts nothing.
pub(super) fn article(view: &View<'_>, at: usize) -> Option<Match> {
    let (_, end) = view.one_of(at, &["a", "an"])?;
    let plain = Number { end, value: "1".to_owned() };
    let found = duration(view, at, &Amount { plain, multiplied: None })?;
    found.normalized.as_ref()?.contains(".5").then_some(found)
}

/// Whether a symbol apart from its number, at `at`, counts time where nothing goes on with it: `8 h`, `9.58 s`; but `à 14 h` is a time
/// of day, so is `14 h 30`, and of `1980 s` nobody knows.
fn stands_apart(view: &View<'_>, at: usize, number: &Number, symbol: &str, stop: usize) -> bool {
    match symbol {
        "h" => {
            !view.is_digit(view.spaces(stop))
                && !["à", "às", "las"].iter().any(|word| view.word_before(at) == word.as_bytes())
        }
        "s" => number.value.len() < 4 || number.value.contains('.'),
        _ => false,
    }
}

/// Whether what stands behind a comma goes on with a length of time and is none of a list: so many of the next smaller unit as make
/// up less than one of that of `rank`, or about as few.
fn goes_on(view: &View<'_>, at: usize, rank: usize) -> bool {
    let Some(number) = cardinal(view, view.spaces(at)) else { return false };
    let next = if rank == FIRST_OF_DAY + 1 { rank + 2 } else { rank + 1 };
    let is_few = number.value.parse::<u32>().is_ok_and(|number| number < 60);
    is_few && TIMES.get(next).is_some_and(|(_, _, words)| view.one_of(view.spaces(number.end), words).is_some())
}

/// Whether a number and a unit smaller than that of `rank` stand here.
fn duration_part(view: &View<'_>, at: usize, rank: usize) -> bool {
    let Some(number) = cardinal(view, at) else { return false };
    let gap = view.spaces(number.end);
    TIMES[rank + 1..].iter().any(|(symbol, _, words)| {
        view.word(gap, symbol).is_some_and(|end| view.text(gap, end) == *symbol) || view.one_of(gap, words).is_some()
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
/// The first of those below a second.
const FIRST_OF_FRACTIONS: usize = 8;
