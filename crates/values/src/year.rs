//! Years, and longer and shorter stretches of them: `in 2024`, `1990s`, `19th century`, `44 BC`, `Q3 2024`.

use super::view::{List, View, is_word};
use super::{Kind, Match, amount, counted, range};

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

/// `in '99`, `summer of '69`: a year of which two digits are left.
pub(super) fn quoted(view: &View<'_>, at: usize, number: u32) -> Option<Match> {
    let closes = matches!(view.get(at + 2), Some(b'\'' | 0xE2));
    if !is_quoted(view, at) || closes || view.is_word(at + 2) {
        return None;
    }
    let mark = if view.bytes[at - 1] == b'\'' { 1 } else { 3 };
    let before = view.word_before(at - mark);
    if !["in", "of", "since", "from", "until"].iter().any(|word| before.eq_ignore_ascii_case(word.as_bytes())) {
        return None;
    }
    let year = number + if number < 30 { 2000 } else { 1900 };
    Some(Match { confidence: 0.8, ..Match::new(Kind::Date, at + 2, Some(format!("{year}"))) })
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

/// A year told from the beginning of the era: `44 BC` is ISO 8601's year -0043. The number, at `at`, ends at `end`.
pub(super) fn era(view: &View<'_>, at: usize, number: u32, end: usize) -> Option<Match> {
    if ["AD ", "A.D. "].iter().any(|era| view.bytes[..at].ends_with(era.as_bytes())) && number > 0 {
        return (!view.is_word(end)).then(|| Match::new(Kind::Date, end, Some(format!("{number:04}"))));
    }
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
    if !YEARS.contains(&year) {
        return None;
    }
    let range = range(view, at, year).is_some() || ends_range(view, at);
    let goes_on = matches!(view.get(end), Some(b'.' | b',' | b'-' | b'/' | b':' | b'%')) && view.is_word(end + 1);
    if view.is_word(end) || view.is(end, b'%') || goes_on && !range {
        return None;
    }
    let told = range
        || is_told(view, at)
        || follows_year(view, at)
        || is_of_event(view, at, year)
        || view.word_before(at).eq_ignore_ascii_case(b"a") && view.is(end, b' ') && view.is_letter(end + 1);
    // By the round number and the word before, a year is likelier than not; how much so, nobody has measured for all texts.
    (told && !counts(view, end))
        .then(|| Match { confidence: 0.9, ..Match::new(Kind::Date, end, Some(format!("{year}"))) })
}

/// The last year of a range in two digits, which stand here: `1995-97`, `2024–25`, `2023/24`.
pub(super) fn short(view: &View<'_>, at: usize) -> Option<Match> {
    let first = begins_range(view, at)?;
    let (_, end, year) = range(view, first, view.digits(first).1).filter(|(start, ..)| *start == at)?;
    Some(Match { confidence: 0.9, ..Match::new(Kind::Date, end, Some(format!("{year}"))) })
}

/// Whether what stands before says that a year stands here.
fn is_told(view: &View<'_>, at: usize) -> bool {
    let before = view.word_before(at);
    let close = at > 0 && view.bytes[at - 1] == b'(';
    let opens = || {
        matches!(view.get(at + 4), Some(b')' | b'-' | b',' | 0xE2))
            || [" - ", " – "].iter().any(|dash| view.reads(at + 4, dash))
    };
    close && opens()
        || YEAR_AFTER.iter().any(|word| before.eq_ignore_ascii_case(word.as_bytes()))
        || LABELS.has(before) && is_label(&view.bytes[..at])
        || ["c. ", "ca. "].iter().any(|circa| view.bytes[..at].ends_with(circa.as_bytes()))
}

/// Whether a colon or the line of a table parts the word before from what stands here: `- **Released**: 2015`, `| Year | 2015 |`.
fn is_label(before: &[u8]) -> bool {
    let between = before.iter().rev().take_while(|byte| !is_word(**byte));
    between.take(6).any(|byte| matches!(byte, b':' | b'|'))
}

/// Whether what stands behind a number of four digits, which ends here, is counted by it: `of 2000 people`.
fn counts(view: &View<'_>, end: usize) -> bool {
    let gap = view.spaces(end);
    COUNTED.iter().any(|word| view.word(gap, word).is_some()) || gap == end + 1 && counted(view, gap)
}

/// The last year of a range whose first one stands at `at`, if they are likely to be years: where it begins and ends, and which one it
/// is. What nothing tells of must not be round, as counts are, nor count anything, nor number pages.
fn range(view: &View<'_>, at: usize, first: u32) -> Option<(usize, usize, u32)> {
    let end = at + 4;
    let slash = view.is(end, b'/');
    let hyphen = view.reads(end, " - ");
    let start = if slash || hyphen { end + if slash { 1 } else { 3 } } else { range::dashed(view, end)? };
    let told = is_told(view, at);
    // With spaces, a hyphen may be a minus.
    if hyphen && !told {
        return None;
    }
    let (count, last) = view.digits(start);
    let stop = start + count;
    let last = match count {
        4 => last,
        2 if first >= 1800 || told => first / 100 * 100 + last + if last == 0 && first % 100 == 99 { 100 } else { 0 },
        _ => return None,
    };
    let goes_on = matches!(view.get(stop), Some(b'-' | b'/' | b':' | b'.' | b',' | b'%')) && view.is_word(stop + 1);
    if last < first + u32::from(!told)
        || view.bytes[..at].last().is_some_and(joins)
        || !YEARS.contains(&first)
        || !YEARS.contains(&last)
        || slash && last > first + 1
        || goes_on
        || view.is_word(stop)
        || view.is(stop, b'%')
    {
        return None;
    }
    let is_count = || {
        let round = first.is_multiple_of(50) && last.is_multiple_of(50);
        let mut counted = false;
        if let Some(amount) = amount::amount(view, start) {
            counted::counted(view, start, &amount, &mut |found| counted |= found.is_some());
        }
        round || counted || counts(view, stop) || NUMBERED.has(view.word_before(at))
    };
    (told || !is_count()).then_some((start, stop, last))
}

/// Whether a range of years ends with the year here.
fn ends_range(view: &View<'_>, at: usize) -> bool {
    let first = begins_range(view, at);
    first.is_some_and(|first| range(view, first, view.digits(first).1).is_some_and(|(start, ..)| start == at))
}

/// Where the four digits stand that a dash or a slash parts from the number here.
fn begins_range(view: &View<'_>, at: usize) -> Option<usize> {
    let before = &view.bytes[..at];
    let end = [" – ", "–", " - ", "-", "/"].iter().find_map(|dash| before.strip_suffix(dash.as_bytes()))?.len();
    let first = end.checked_sub(4)?;
    before[first..end].iter().all(u8::is_ascii_digit).then_some(first)
}

/// Whether a number behind this is a part of something longer, which is no year.
fn joins(byte: &u8) -> bool {
    is_word(*byte) || matches!(byte, b'.' | b',' | b'-' | b'/' | b':' | b'$' | b'#')
}

/// What years are given for, where it is a label; in a sentence it may be what there are so many of.
#[rustfmt::skip]
static LABELS: List = List::of(&[
    "year", "date", "established", "released", "release", "published", "opened", "launched", "created", "formed", "built",
    "completed", "introduced", "incorporated", "inception", "discovered", "debut", "died", "birth", "death", "started",
]);

const YEARS: std::ops::Range<u32> = 1400..2150;
/// What has numbers that are no years.
static NUMBERED: List = List::of(&["pages", "page", "pp", "lines", "nos", "rooms", "ports", "items", "verses"]);

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

/// Whether this ends a range in words: `1990 to 1995`, `1990 and 1995`.
fn follows_year(view: &View<'_>, at: usize) -> bool {
    let is_year = |word: &[u8]| word.len() == 4 && word.iter().all(u8::is_ascii_digit);
    let before = view.word_before(at);
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
            let gap = view.word(gap, "of").map_or(gap, |end| view.spaces(end));
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
    "years",
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
    // Of other languages.
    "en",
    "nel",
    "em",
    "seit",
    "roku",
    "roce",
    "в",
    "В",
    "jahr",
    "jahre",
    "année",
    "año",
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
