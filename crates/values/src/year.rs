//! Years, and longer and shorter stretches of them: `in 2024`, `1990s`, `19th century`, `44 BC`, `Q3 2024`.

use super::view::{List, View, is_word};
use super::{Kind, Match};

/// Whether the two digits here are those of a decade, and no seconds: `the 90s`, `'90s`.
pub(super) fn is_decade(view: &View<'_>, at: usize, number: u32) -> bool {
    let before = view.word_before(at);
    number.is_multiple_of(10)
        && view.is(at + 2, b's')
        && !view.is_word(at + 3)
        && (is_quoted(view, at)
            || ["the", "early", "late", "mid"].iter().any(|word| before.eq_ignore_ascii_case(word.as_bytes())))
}

/// `'90s`: a decade of the last century, or one of this that is told apart from them. Without the mark it may be people in
/// theirs.
pub(super) fn decade(view: &View<'_>, at: usize, number: u32) -> Option<Match> {
    let value = match number {
        30.. => Some(format!("19{}X", number / 10)),
        20 => None,
        _ => Some(format!("20{}X", number / 10)),
    };
    is_quoted(view, at).then(|| Match { confidence: 0.9, ..Match::new(Kind::Date, at + 3, value) })
}

fn is_quoted(view: &View<'_>, at: usize) -> bool {
    ["'", "’", "‘"].iter().any(|mark| view.bytes[..at].ends_with(mark.as_bytes()))
}

/// `19th century`, the number's ending ending here.
pub(super) fn century(view: &View<'_>, number: u32, end: usize) -> Option<Match> {
    let gap = if view.is(end, b'-') { end + 1 } else { view.spaces(end) };
    let (_, end) = view.one_of(gap, &["century", "centuries"]).filter(|_| gap > end && (1..=21).contains(&number))?;
    let ancient = view.one_of(view.spaces(end), &["BC", "BCE", "B.C"]).is_some();
    Some(Match::new(Kind::Date, end, (!ancient).then(|| format!("{:02}XX", number - 1))))
}

/// A year told from the beginning of the era: `44 BC` is ISO 8601's year -0043. The number ends at `end`.
pub(super) fn era(view: &View<'_>, number: u32, end: usize) -> Option<Match> {
    let gap = view.spaces(end);
    let (which, stop) = view.one_of(gap, &["BC", "BCE", "AD", "CE"]).filter(|_| gap > end && number > 0)?;
    let is_upper = view.bytes[gap..stop].iter().all(u8::is_ascii_uppercase);
    let value = match (which, number) {
        (2.., _) => format!("{number:04}"),
        (_, 1) => "0000".to_owned(),
        _ => format!("-{:04}", number - 1),
    };
    is_upper.then(|| Match::new(Kind::Date, stop, Some(value)))
}

/// A year by itself. The words before say whether it is one; `1990s` needs none.
pub(super) fn year(view: &View<'_>, at: usize, year: u32) -> Option<Match> {
    let end = at + 4;
    if view.digits(at).0 != 4 || !(1000..2200).contains(&year) {
        return None;
    }
    if view.is(end, b's') && !view.is_word(end + 1) && year.is_multiple_of(10) {
        // `the 1800s` are a century, `the 2000s` may be either.
        let decade = !year.is_multiple_of(100) || year == 2000;
        let value = if decade { format!("{}X", year / 10) } else { format!("{}XX", year / 100) };
        return Some(Match::new(Kind::Date, end + 1, Some(value)));
    }
    // `2024-Q3`
    if matches!(view.get(end), Some(b' ' | b'-'))
        && let Some((part, end)) = half_or_quarter(view, end + 1)
    {
        return Some(Match::new(Kind::Date, end, Some(format!("{year}{part}"))));
    }
    let goes_on = matches!(view.get(end), Some(b'.' | b',' | b'-' | b'/' | b':' | b'%')) && view.is_word(end + 1);
    let range = view.is(end, b'-') && view.digits(end + 1).0 == 4;
    if view.is_word(end) || view.is(end, b'%') || goes_on && !range || !(1400..2150).contains(&year) {
        return None;
    }
    let before = view.word_before(at);
    let close = at > 0 && view.bytes[at - 1] == b'(';
    let told = close && matches!(view.get(end), Some(b')' | b'-' | b',' | 0xE2))
        || YEAR_AFTER.iter().any(|word| before.eq_ignore_ascii_case(word.as_bytes()))
        || follows_year(view, at)
        || is_of_event(view, at, year)
        || before.eq_ignore_ascii_case(b"a") && view.is(end, b' ') && view.is_letter(end + 1);
    // `of 2000 people`: what is counted is no year.
    let gap = view.spaces(end);
    let counts = COUNTED.iter().any(|word| view.word(gap, word).is_some()) || gap == end + 1 && counted(view, gap);
    // By the round number and the word before, a year is likelier than not; how much so, nobody has measured for all texts.
    (told && !counts).then(|| Match { confidence: 0.9, ..Match::new(Kind::Date, end, Some(format!("{year}"))) })
}

/// Whether what stands behind is one thing of that year, as far as its word or its name tells: `the 2020 election`, `the 1996
/// Atlanta Olympics`. A round number may count what it is a part of: `2000 season tickets`.
fn is_of_event(view: &View<'_>, at: usize, year: u32) -> bool {
    let start = at + 5;
    if !view.is(start - 1, b' ') || year.is_multiple_of(100) || year < 1800 {
        return false;
    }
    let word = &view.bytes[start..view.run(start, is_word)];
    let is_name = matches!(word, [b'A'..=b'Z', b'a'..=b'z', ..]) && !word.ends_with(b"s");
    EVENTS.has(word) || is_name && view.word_before(at).eq_ignore_ascii_case(b"the")
}

/// Whether this ends a range: `1990-1995`, `1990 to 1995`, `1990 and 1995`.
fn follows_year(view: &View<'_>, at: usize) -> bool {
    let is_year = |word: &[u8]| word.len() == 4 && word.iter().all(u8::is_ascii_digit);
    let before = view.word_before(at);
    if is_year(before) {
        return at > 4 && view.bytes[at - 1] == b'-';
    }
    let joins = before.eq_ignore_ascii_case(b"to") || before.eq_ignore_ascii_case(b"and");
    joins && is_year(view.word_before((at - 1).saturating_sub(before.len())))
}

/// Whether a unit stands here.
fn counted(view: &View<'_>, at: usize) -> bool {
    view.one_of(
        at,
        &["km", "kg", "m", "miles", "feet", "meters", "metres", "MB", "GB", "kB", "ms", "hours", "days", "years"],
    )
    .is_some()
}

/// A part of a year, or one by which accounts are made: `Q3 2024`, `H1 '24`, `FY2023`.
pub(super) fn part(view: &View<'_>, at: usize) -> Option<Match> {
    let (part, year_at) = match half_or_quarter(view, at) {
        Some((part, end)) => {
            let gap = if matches!(view.get(end), Some(b'-' | b'/')) { end + 1 } else { view.spaces(end) };
            (part, if view.reads(gap, "FY") { gap + 2 } else { gap })
        }
        None => (String::new(), if view.reads(at, "FY") { at + 2 } else { return None }),
    };
    let gap = view.spaces(year_at);
    let start = gap + ["'", "’"].iter().find(|mark| view.reads(gap, mark)).map_or(0, |mark| mark.len());
    let (count, year) = view.digits(start);
    let is_short = start > gap || view.bytes[..start].ends_with(b"FY");
    let year = match count {
        2 if is_short => 2000 + year,
        4 if (1900..2200).contains(&year) => year,
        _ => return None,
    };
    let end = start + count;
    (!view.is_word(end)).then(|| Match::new(Kind::Date, end, Some(format!("{year}{part}"))))
}

/// `Q3`, `H1` as a normal form ends with it, and one past it.
fn half_or_quarter(view: &View<'_>, at: usize) -> Option<(String, usize)> {
    let parts = match view.get(at)? {
        b'Q' => 1..=4,
        b'H' => 1..=2,
        _ => return None,
    };
    let (count, number) = view.digits(at + 1);
    let end = at + 2;
    (count == 1 && parts.contains(&number) && !view.is_word(end)).then(|| (format!("-{}", view.text(at, end)), end))
}

/// Words behind which a number of four digits is a year.
const YEAR_AFTER: &[&str] = &[
    "in",
    "since",
    "of",
    "during",
    "from",
    "until",
    "till",
    "by",
    "before",
    "after",
    "circa",
    "year",
    "around",
    "early",
    "late",
    "mid",
    "between",
    "summer",
    "winter",
    "spring",
    "autumn",
    "fall",
    "through",
    "throughout",
    "season",
    "born",
    "founded",
    "est",
    "copyright",
    "©",
    "back",
    "fy",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Words before which a number is a year.
#[rustfmt::skip]
static EVENTS: List = List::of(&[
    "election", "elections", "primaries", "midterms", "presidential", "referendum", "census", "season", "edition",
    "Olympics", "Games", "championship", "championships", "tournament", "draft", "campaign", "budget", "financial",
    "fiscal", "annual", "film", "movie", "album", "novel", "remake", "pandemic", "recession", "crisis", "earthquake",
    "tsunami", "war", "revolution", "coup", "treaty", "vintage",
]);
/// Words before which a number is a count.
const COUNTED: &[&str] = &[
    "people",
    "users",
    "dollars",
    "euros",
    "items",
    "words",
    "tokens",
    "bytes",
    "characters",
    "employees",
    "students",
    "copies",
    "times",
    "points",
    "steps",
    "calories",
    "votes",
    "units",
    "pages",
    "lines",
    "requests",
    "million",
    "billion",
    "thousand",
    "percent",
];
