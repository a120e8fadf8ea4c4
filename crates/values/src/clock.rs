//! Times of day: `12:30`, `5 pm`, `quarter past five`, `noon`.
//!
//! Normal forms are those of ISO 8601, with the offset from UTC where it is said in figures or by a name that has one offset
//! only: `EST`, `CET`. A zone by another name (`CST` is America's and China's, `ET` is either of two) is no part of them, and
//! neither of the span.

use super::view::{List, View};
use super::words;
use super::{Kind, Match};

/// A time of day by itself that begins with a digit: `12:30`, `5 pm`, `5:30:10.25 a.m.`, `10 past 5`.
pub(super) fn time(view: &View<'_>, at: usize) -> Option<Match> {
    let (count, hour) = view.digits(at);
    if count <= 2
        && let Some(time) = oclock(view, hour, at + count).or_else(|| spoken(view, at, hour, at + count))
    {
        return Some(time);
    }
    if let Some(found) = hours(view, hour, at + count).filter(|_| count <= 2) {
        return Some(found);
    }
    if let Some(found) = pointed(view, hour, at + count).filter(|_| count <= 2) {
        return Some(found);
    }
    let (mut time, end) = clock(view, at, true)?;
    // `下午2:30`
    if hour < 12
        && AFTERNOON.iter().any(|word| view.bytes[..at].ends_with(word.as_bytes()))
        && view.is(at + count, b':')
    {
        time = format!("{}{}", hour + 12, &time[2..]);
    }
    let goes_on = matches!(view.get(end), Some(b':' | b'.' | b',')) && view.is_digit(end + 1)
        || view.is(end, b'-') && view.is_digit(end + 1) && clock(view, end + 1, false).is_none();
    // `17:00h`
    let end = if view.is(end, b'h') && !view.is_word(end + 1) { end + 1 } else { end };
    // `3:16` may be a verse, or how a match ended.
    let confidence = if view.is(at + 1, b':') && end == at + 4 { 0.8 } else { 1.0 };
    (!view.is_word(end) && !goes_on).then(|| Match { confidence, ..Match::new(Kind::Time, end, Some(time)) })
}

/// What a point behind the hour, which ends here, does not make a number: `10.15pm`, `22.15 Uhr`; and what a race is run in, which has
/// hundredths: `15:20.48`.
fn pointed(view: &View<'_>, hour: u32, end: usize) -> Option<Match> {
    let mark = view.get(end).filter(|byte| matches!(byte, b'.' | b':'))?;
    let (count, minute) = view.digits(end + 1);
    let stop = end + 3;
    if count != 2 || minute > 59 {
        return None;
    }
    if mark == b':' {
        // `2:50 min/km`
        let told = view.word(view.spaces(stop), "min").filter(|last| *last > stop + 3);
        let (count, _) = if view.is(stop, b'.') { view.digits(stop + 1) } else { (0, 0) };
        let close = if told.is_some() { stop } else { stop + 1 + count };
        let good = told.is_some()
            || (1..=3).contains(&count) && !view.is_word(close) && half_of_day(view, hour, close).is_none();
        let value = || format!("PT{hour}M{minute}{}S", view.text(stop, close));
        return good
            .then(|| Match { confidence: 0.9, ..Match::new(Kind::Duration, told.unwrap_or(close), Some(value())) });
    }
    let (hour, stop) = half_of_day(view, hour, stop)
        .or_else(|| Some((hour, view.word(view.spaces(stop), "Uhr")?)))
        .filter(|(hour, _)| *hour < 24)?;
    Some(Match::new(Kind::Time, stop, Some(of_day(hour, minute))))
}

/// `14h30` as French has it, the hour ending here. `2h30` may be a time of day as well, but is mostly how long something takes.
fn hours(view: &View<'_>, hour: u32, end: usize) -> Option<Match> {
    let (count, minute) = if view.is(end, b'h') { view.digits(end + 1) } else { return None };
    if count != 2 || minute > 59 || hour > 23 || view.is_word(end + 3) {
        return None;
    }
    let (kind, value) = match hour {
        0..=4 => (Kind::Duration, format!("PT{hour}H{minute}M")),
        _ => (Kind::Time, of_day(hour, minute)),
    };
    Some(Match { confidence: 0.8, ..Match::new(kind, end + 3, Some(value)) })
}

/// A time of day as ISO 8601 has it.
// One place that writes it is smaller than six.
#[inline(never)]
fn of_day(hour: u32, minute: u32) -> String {
    format!("{hour:02}:{minute:02}")
}

/// Whether a time of day and a hyphen stand before `at`: `9:00-17:00`, `8AM-5PM`.
pub(super) fn ends_range(bytes: &[u8], at: usize) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b':' | b'a' | b'A' | b'p' | b'P' | b'm' | b'M');
    let length = bytes[..at - 1].iter().rev().take(8).take_while(|byte| is_part(byte)).count();
    let before = &bytes[at - 1 - length..at - 1];
    before.first().is_some_and(u8::is_ascii_digit) && before.iter().any(|byte| !byte.is_ascii_digit())
}

/// A time of day and one past it; with its offset from UTC where `zoned`.
pub(super) fn clock(view: &View<'_>, at: usize, zoned: bool) -> Option<(String, usize)> {
    let (count, hour) = view.digits(at);
    if !(1..=2).contains(&count) {
        return None;
    }
    let mut end = at + count;
    let mut rest = String::new();
    if view.is(end, b':') {
        let (count, minute) = view.digits(end + 1);
        if count != 2 || minute > 59 {
            return None;
        }
        rest = format!(":{minute:02}");
        end += 3;
        let (count, second) = if view.is(end, b':') { view.digits(end + 1) } else { (0, 0) };
        if count == 2 && second <= 60 {
            rest += &format!(":{second:02}");
            end += 3;
            if view.is(end, b'.') && view.is_digit(end + 1) {
                let (count, _) = view.digits(end + 1);
                rest += view.text(end, end + 1 + count.min(9));
                end += 1 + count;
            }
        }
    }
    let hour = match half_of_day(view, hour, end) {
        Some((hour, stop)) => {
            end = stop;
            hour
        }
        None if rest.is_empty() || hour > 24 || hour == 24 && rest != ":00" => return None,
        None => hour,
    };
    let mut time = if rest.is_empty() { of_day(hour, 0) } else { format!("{hour:02}{rest}") };
    if zoned && let Some((zone, stop)) = zone(view, end) {
        time += &zone;
        end = stop;
    }
    Some((time, end))
}

/// The hour of 24 that an hour of 12 is by what stands behind it (`am`, `p.m.`, `in the evening`), and one past that.
fn half_of_day(view: &View<'_>, hour: u32, end: usize) -> Option<(u32, usize)> {
    let gap = view.spaces(end);
    if !(1..=12).contains(&hour) || !view.get(gap).is_some_and(|byte| matches!(byte | 0x20, b'a' | b'p' | b'i')) {
        return None;
    }
    if let Some((which, stop)) = view.one_of(gap, &["am", "a.m", "pm", "p.m"]).filter(|_| gap <= end + 1) {
        let end = if which % 2 == 1 && view.is(stop, b'.') { stop + 1 } else { stop };
        return Some((hour % 12 + if which < 2 { 0 } else { 12 }, end));
    }
    let (which, end) = view.one_of(gap, &["in the morning", "in the afternoon", "in the evening", "at night"])?;
    let is_early = which == 0 || which == 3 && (hour < 6 || hour == 12);
    Some((hour % 12 + if is_early { 0 } else { 12 }, end))
}

/// An offset from UTC as ISO 8601 has it, and one past it: `Z`, `+01:00`, ` -0700`, ` UTC`, ` GMT+2`.
pub(super) fn zone(view: &View<'_>, end: usize) -> Option<(String, usize)> {
    let gap = view.space(end);
    match view.get(gap)? {
        b'Z' | b'z' if gap == end && !view.is_word(end + 1) => Some(("Z".to_owned(), end + 1)),
        b'+' | b'-' => offset(view, gap, gap > end),
        b'U' | b'u' | b'G' | b'g' => {
            let (_, end) = view.one_of(gap, &["UTC", "GMT"])?;
            if matches!(view.get(end), Some(b'+' | b'-')) && view.is_digit(end + 1) {
                let (count, hours) = view.digits(end + 1);
                let short = || {
                    (count <= 2 && hours <= 14 && !view.is(end + 1 + count, b':'))
                        .then(|| (format!("{}{hours:02}:00", view.text(end, end + 1)), end + 1 + count))
                };
                return offset(view, end, false).or_else(short);
            }
            Some(("Z".to_owned(), end))
        }
        b'A' | b'C' | b'E' | b'J' | b'K' | b'M' | b'N' | b'P' => {
            let (zone, end) = view.one_of(gap, ZONES)?;
            // Written large: `a pst file`.
            (view.text(gap, end) == ZONES[zone]).then(|| (format!("{}:00", OFFSETS[zone]), end))
        }
        _ => None,
    }
}

/// Zones by names that have one offset only: those of RFC 5322 but `CST`, of Europe, and of the Pacific.
const ZONES: &[&str] = &[
    "EST", "EDT", "CDT", "MST", "MDT", "PST", "PDT", "CET", "CEST", "EET", "EEST", "JST", "KST", "AEST", "AEDT",
    "NZST", "NZDT",
];
const OFFSETS: [&str; ZONES.len()] = [
    "-05", "-04", "-05", "-07", "-06", "-08", "-07", "+01", "+02", "+02", "+03", "+09", "+09", "+10", "+11", "+12",
    "+13",
];

/// `+01:00`, `-0700`: a sign, hours and minutes; apart from the time, without a colon only.
fn offset(view: &View<'_>, at: usize, apart: bool) -> Option<(String, usize)> {
    let (count, _) = view.digits(at + 1);
    let minutes = match count {
        4 => at + 3,
        2 if view.is(at + 3, b':') && view.digits(at + 4).0 == 2 && !apart => at + 4,
        _ => return None,
    };
    let end = minutes + 2;
    let value = || Some((view.text(at + 1, at + 3).parse::<u32>().ok()?, view.text(minutes, end).parse::<u32>().ok()?));
    let good = value().is_some_and(|(hours, minutes)| hours <= 14 && minutes < 60) && !view.is_word(end);
    good.then(|| (format!("{}:{}", view.text(at, at + 3), view.text(minutes, end)), end))
}

/// The hour that ends here and has `o'clock` behind it.
pub(super) fn oclock(view: &View<'_>, hour: u32, end: usize) -> Option<Match> {
    let gap = view.spaces(end);
    if gap == end || !(1..=24).contains(&hour) {
        return None;
    }
    let (_, end) = view.one_of(gap, &["o'clock", "o’clock", "Uhr"])?;
    let (hour, end) = half_of_day(view, hour, end).unwrap_or((hour % 24, end));
    Some(Match::new(Kind::Time, end, Some(of_day(hour, 0))))
}

/// A time of day that begins with a word, which ends here: `noon`, `midnight`, `quarter past five`, `half past ten`.
pub(super) fn worded(view: &View<'_>, at: usize, which: usize, end: usize) -> Option<Match> {
    match which {
        // In small letters: `Midnight` begins a title.
        0 | 1 => {
            let time = if which == 0 { "12:00" } else { "00:00" };
            view.bytes[at].is_ascii_lowercase().then(|| Match::new(Kind::Time, end, Some(time.to_owned())))
        }
        2 => spoken(view, at, 15, end),
        _ => view.word(view.spaces(end), "past").and_then(|_| spoken(view, at, 30, end)),
    }
}

/// Minutes that end here, before or after an hour: `ten past six`, `quarter to six`. `five to ten` is mostly a range, so
/// that the word before must tell of a time.
pub(super) fn spoken(view: &View<'_>, at: usize, minutes: u32, end: usize) -> Option<Match> {
    let gap = view.spaces(end);
    let (to, end) = view.one_of(gap, &["past", "to"]).filter(|_| gap > end && (1..=30).contains(&minutes))?;
    if to == 1 && minutes != 15 && !CUES.has(view.word_before(at)) {
        return None;
    }
    let start = view.spaces(end);
    let (count, digits) = view.digits(start);
    let (hour, end) = if count > 0 { (digits, start + count) } else { words::worded(view, start)?.whole()? };
    let (hour, end) = half_of_day(view, hour, end).or_else(|| oclock_behind(view, hour, end)).unwrap_or((hour, end));
    // What is counted behind it is no time.
    let next = view.spaces(end);
    let counts = next > end && to == 1 && view.is_word(next) && view.one_in(next, &BEHIND).is_none();
    if !(1..=23).contains(&hour)
        || view.is_word(end)
        || counts
        || view.is(end, b'-')
        || view.is(end, b':')
        || view.is(end, b'%')
    {
        return None;
    }
    let (hour, minutes) = if to == 0 { (hour, minutes) } else { ((hour + 23) % 24, 60 - minutes) };
    Some(Match::new(Kind::Time, end, Some(of_day(hour, minutes))))
}

fn oclock_behind(view: &View<'_>, hour: u32, end: usize) -> Option<(u32, usize)> {
    let (_, end) = view.one_of(view.spaces(end), &["o'clock", "o’clock"])?;
    Some((hour, end))
}

/// What stands before an hour of the second half of the day, in Chinese, Japanese and Korean.
const AFTERNOON: &[&str] = &["下午", "晚上", "午後", "오후", "오후 "];
/// Words before a time of day.
static CUES: List = List::of(&["at", "until", "till", "it's", "around"]);
/// Words behind one.
static BEHIND: List =
    List::of(&["on", "in", "and", "or", "this", "today", "tomorrow", "when", "every", "sharp", "the"]);
