//! Dates, and days told by a word from today.
//!
//! Normal forms are those of ISO 8601: `2024-02-29`, `2024-02-29T12:30:00+01:00`, `12:30`, and where digits are not said
//! those of its extension (ISO 8601-2): `XXXX-02-29`, `199X`, `XXXX-WXX-1` for a Monday.

use super::view::{self, List, View};
use super::{Kind, Match, Settings, clock, year};
use crate::civil::{civil_from_days, days_from_civil, days_in_month};

/// A date that begins with a digit.
pub(super) fn numeric(view: &View<'_>, at: usize, settings: &Settings) -> Option<Match> {
    let (count, first) = view.digits(at);
    let mark = view.get(at + count)?;
    let second_at = at + count + 1;
    if mark >= 0xE5 {
        return signed(view, at);
    }
    if (count, mark) == (8, b'T') {
        return basic(view, at);
    }
    if (count, mark) == (4, b'-') || (count, mark) == (4, b'/') || (count, mark) == (4, b'.') {
        return year_first(view, at, first, mark);
    }
    if !(1..=2).contains(&count) || !matches!(mark, b'/' | b'.' | b'-') {
        return day_and_word(view, at, count, first);
    }
    if mark == b'/'
        && let Some((month, end)) = month(view, second_at)
    {
        return logged(view, first, month, end);
    }
    let (second_count, second) = view.digits(second_at);
    let third_at = second_at + second_count + 1;
    if !(1..=2).contains(&second_count) || !view.is(third_at - 1, mark) {
        return day_and_word(view, at, count, first);
    }
    let (third_count, third) = view.digits(third_at);
    let end = third_at + third_count;
    let year = match third_count {
        4 if (1000..2200).contains(&third) => third,
        // The century is a guess that everybody makes alike (POSIX `strptime`).
        2 if mark == b'/' || second_count == 2 && count == 2 => third + if third < 69 { 2000 } else { 1900 },
        _ => return None,
    };
    if view.is_word(end) || view.is(end, mark) && view.is_digit(end + 1) {
        return None;
    }
    // What can't be a month is a day; what could be both is what the settings say, points being for days first.
    let day_first = if first > 12 {
        true
    } else if second > 12 {
        false
    } else {
        settings.day_first || mark == b'.'
    };
    let (day, month) = if day_first { (first, second) } else { (second, first) };
    let date = with_time(view, ymd(year, month, day)?, end);
    let either = mark != b'.' && !settings.day_first && first <= 12 && second <= 12 && first != second;
    // `24-05-01` may begin with its year.
    let confidence = if mark == b'-' && third_count == 2 {
        0.6
    } else if either {
        0.8
    } else {
        1.0
    };
    Some(Match { confidence, ..date })
}

/// `01/May/2024:10:00:00 +0000`, as web servers log it, the month ending here.
fn logged(view: &View<'_>, day: u32, month: u32, end: usize) -> Option<Match> {
    let (count, year) = view.digits(end + 1);
    if !view.is(end, b'/') || count != 4 {
        return None;
    }
    let (date, end) = (ymd(year, month, day)?, end + 5);
    if view.is(end, b':')
        && let Some((time, end)) = clock::clock(view, end + 1, true)
    {
        return Some(Match::new(Kind::Date, end, Some(format!("{date}T{time}"))));
    }
    (!view.is_word(end)).then(|| Match::new(Kind::Date, end, Some(date)))
}

fn year_first(view: &View<'_>, at: usize, year: u32, mark: u8) -> Option<Match> {
    let month_at = at + 5;
    if view.is(month_at, b'W') {
        return week(view, month_at + 1, year);
    }
    let (month_count, month) = view.digits(month_at);
    let day_at = month_at + month_count + 1;
    if month_count == 2 && (1..=12).contains(&month) && mark == b'-' && !view.is(day_at - 1, b'-') {
        let end = day_at - 1;
        let good = (1000..2200).contains(&year) && !view.is_word(end);
        return good.then(|| Match::new(Kind::Date, end, Some(format!("{year:04}-{month:02}"))));
    }
    let (day_count, day) = view.digits(day_at);
    if !(1..=2).contains(&month_count) || !view.is(day_at - 1, mark) || !(1..=2).contains(&day_count) {
        return None;
    }
    let date = ymd(year, month, day)?;
    let end = day_at + day_count;
    // `T` joins a time.
    let is_time = matches!(view.get(end), Some(b'T' | b't')) && view.is_digit(end + 1);
    (is_time || !view.is_word(end)).then(|| with_time(view, date, end))
}

/// ISO 8601's weeks, their days: `2024-W05`, `2024-W05-3`. The number stands here.
fn week(view: &View<'_>, at: usize, year: u32) -> Option<Match> {
    let (count, week) = view.digits(at);
    if count != 2 || !(1..=53).contains(&week) || !(1000..2200).contains(&year) {
        return None;
    }
    let day_at = at + 3;
    let (count, day) = if view.is(day_at - 1, b'-') { view.digits(day_at) } else { (0, 0) };
    let (date, end) = match count {
        0 => (format!("{year:04}-W{week:02}"), at + 2),
        1 if (1..=7).contains(&day) => (format!("{year:04}-W{week:02}-{day}"), day_at + 1),
        _ => return None,
    };
    (!view.is_word(end)).then(|| Match::new(Kind::Date, end, Some(date)))
}

/// ISO 8601's basic form, with a time, since digits alone are any number: `20240229T120000Z`.
fn basic(view: &View<'_>, at: usize) -> Option<Match> {
    let number = |from: usize, to: usize| view.text(at + from, at + to).parse().ok();
    let (count, _) = view.digits(at + 9);
    let date = ymd(number(0, 4).filter(|year| (1000..2200).contains(year))?, number(4, 6)?, number(6, 8)?)?;
    let mut end = at + 9 + count;
    let (hour, minute): (u32, u32) = match count {
        4 | 6 => (number(9, 11)?, number(11, 13)?),
        _ => return None,
    };
    let second: u32 = if count == 6 { number(13, 15)? } else { 0 };
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut value = format!("{date}T{hour:02}:{minute:02}");
    if count == 6 {
        value += &format!(":{second:02}");
    }
    if let Some((zone, stop)) = clock::zone(view, end) {
        value += &zone;
        end = stop;
    }
    (!view.is_word(end)).then(|| Match::new(Kind::Date, end, Some(value)))
}

/// `2024年12月31日`, `2024년 12월 31일`, `12月31日`, `2024年`: what signs behind the numbers say.
fn signed(view: &View<'_>, at: usize) -> Option<Match> {
    // The number here and one past the sign behind it, where it is one of `signs`.
    let part = |at: usize, digits: &[usize], signs: &[&str]| {
        let (count, number) = view.digits(at);
        let end = at + count;
        let is = |sign: &&&str| view.reads(end, sign);
        let sign = signs.iter().find(is).filter(|_| digits.contains(&count))?;
        Some((number, end + sign.len()))
    };
    let year = part(at, &[4], &["年", "년"]);
    let month_at = year.map_or(at, |(_, end)| view.spaces(end));
    let Some((month, end)) = part(month_at, &[1, 2], &["月", "월"]) else {
        return year.map(|(year, end)| Match::new(Kind::Date, end, Some(format!("{year:04}"))));
    };
    let day = part(view.spaces(end), &[1, 2], &["日", "号", "일"]);
    match (year, day) {
        (Some((year, _)), Some((day, end))) => Some(with_time(view, ymd(year, month, day)?, end)),
        (Some((year, _)), None) => {
            (1..=12).contains(&month).then(|| Match::new(Kind::Date, end, Some(format!("{year:04}-{month:02}"))))
        }
        (None, Some((day, end))) => yearless(month, day, end),
        (None, None) => None,
    }
}

fn ymd(year: u32, month: u32, day: u32) -> Option<String> {
    (1..=days_in_month(year.into(), month)).contains(&day).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// A day of any year (ISO 8601-2), which ends at `end`. 29 February is a day of some years.
fn yearless(month: u32, day: u32, end: usize) -> Option<Match> {
    ymd(2000, month, day).map(|date| Match::new(Kind::Date, end, Some(format!("XXXX{}", &date[4..]))))
}

/// A date, with the time of day that stands behind it.
fn with_time(view: &View<'_>, date: String, end: usize) -> Match {
    let joined = matches!(view.get(end), Some(b'T' | b't' | b' ')) && view.is_digit(end + 1);
    if joined && let Some((time, stop)) = clock::clock(view, end + 1, true) {
        return Match::new(Kind::Date, stop, Some(format!("{date}T{time}")));
    }
    Match::new(Kind::Date, end, Some(date))
}

/// `5 March 2024`, `5th of March`, `1990s`, and years where the words around tell that they are.
fn day_and_word(view: &View<'_>, at: usize, count: usize, number: u32) -> Option<Match> {
    if count == 4 {
        return year::year(view, at, number);
    }
    if !(1..=2).contains(&count) {
        return None;
    }
    let mut end = at + count;
    if let Some((_, stop)) = view.one_of(end, &["st", "nd", "rd", "th"]) {
        end = stop;
        if let Some(century) = year::century(view, number, end) {
            return Some(century);
        }
    }
    if let Some((to, stop)) = days_to(view, end, number) {
        let gap = view.spaces(view.word(view.spaces(stop), "of").unwrap_or(stop));
        let (month, end) = month(view, gap).filter(|_| gap > stop)?;
        let after = view.spaces(if view.is(end, b',') { end + 1 } else { end });
        let (count, year) = view.digits(after);
        if count == 4 && (1000..2200).contains(&year) && !view.is_word(after + 4) {
            let value = format!("{}/{}", ymd(year, month, number)?, ymd(year, month, to)?);
            return Some(Match::new(Kind::Date, after + 4, Some(value)));
        }
        return yearless(month, to, end).and_then(|to| Some(until(yearless(month, number, end)?, to)));
    }
    let mut gap = view.spaces(end);
    gap = view.word(gap, "of").map_or(gap, |end| view.spaces(end));
    if view.is(gap, b'-') {
        gap += 1;
    }
    let Some((month, end)) = month(view, gap).filter(|_| gap > end) else { return abroad(view, at + count, number) };
    let after = if view.is(end, b',') || view.is(end, b'-') { end + 1 } else { end };
    let (year_count, year) = view.digits(view.spaces(after));
    if year_count == 4 && (1000..2200).contains(&year) {
        let date = ymd(year, month, number)?;
        return Some(with_time(view, date, view.spaces(after) + 4));
    }
    yearless(month, number, end)
}

/// `3. Oktober 2024`, `1er mai 2024`, `3 de octubre de 2024`, the day ending here: but for German's with the year only,
/// since `mars` and `mei` are other words as well.
fn abroad(view: &View<'_>, from: usize, day: u32) -> Option<Match> {
    let of = |at: usize| view.word(at, "de").map_or(at, |end| view.spaces(end));
    let after = if view.is(from, b'.') { from + 1 } else { view.word(from, "er").unwrap_or(from) };
    let gap = view.spaces(after);
    let (index, end) = view.one_in(of(gap), &MONTHS_ABROAD).filter(|_| gap > after)?;
    let year_at = of(view.spaces(end));
    let (count, year) = view.digits(year_at);
    if count != 4 && index < 12 && after > from && view.is(from, b'.') && view.bytes[of(gap)].is_ascii_uppercase() {
        return yearless(index as u32 + 1, day, end).map(|date| Match { confidence: 0.8, ..date });
    }
    if count != 4 || year_at == end || view.is_word(year_at + 4) || !(1000..2200).contains(&year) {
        return None;
    }
    Some(with_time(view, ymd(year, index as u32 % 12 + 1, day)?, year_at + 4))
}

/// A date that begins with a letter: `March 5, 2024`, `Mar 2024`, `Monday`, `tomorrow`, `last week`.
pub(super) fn worded(view: &View<'_>, at: usize, settings: &Settings) -> Option<Match> {
    if let Some((month, end)) = month(view, at) {
        return if follows_day(view, at) { None } else { month_first(view, at, month, end) };
    }
    if let Some((index, end)) = view.one_in(at, &MONTHS_ABROAD).filter(|_| !follows_day(view, at)) {
        let gap = view.spaces(end);
        let year_at = view.word(gap, "de").map_or(gap, |end| view.spaces(end));
        let (count, year) = view.digits(year_at);
        let good = count == 4 && year_at > end && (1000..2200).contains(&year) && !view.is_word(year_at + 4);
        let month = index % 12 + 1;
        return good.then(|| Match::new(Kind::Date, year_at + 4, Some(format!("{year}-{month:02}"))));
    }
    if let Some((day, end)) = view.one_in(at, &WEEKDAYS) {
        return Some(weekday(view, day, end, settings));
    }
    if let Some((day, end)) = view.one_in(at, &WEEKDAYS_SHORT) {
        // `Sun` and `Wed` are words: they only count before a date.
        let stop = if view.is(end, b'.') { end + 1 } else { end };
        let found = weekday(view, day, stop, settings);
        return (found.end > stop).then_some(found);
    }
    if let Some((which, end)) = view.one_in(at, &HOLIDAYS) {
        return holiday(view, HOLIDAY_DATES[which], end);
    }
    let (which, end) = view.one_in(at, &NAMES)?;
    if let Some(ahead) = DAYS_AHEAD.get(which) {
        let date = settings.today().map(|today| date_of(today + ahead));
        return Some(Match::new(Kind::Date, end, date));
    }
    let which = match which - DAYS_AHEAD.len() {
        0 | 1 => {
            let (after, end) = view.one_of(view.spaces(end), &["before yesterday", "after tomorrow"])?;
            let date = settings.today().map(|today| date_of(today + 4 * after as i64 - 2));
            return Some(Match::new(Kind::Date, end, date));
        }
        which @ 2..=5 => return clock::worded(view, at, which - 2, end),
        which => which - 6,
    };
    let gap = view.spaces(end);
    let ahead = which as i64 - 1;
    if let Some((day, end)) = view.one_in(gap, &WEEKDAYS) {
        let date = settings.today().map(|today| date_of(nearby(today, day, ahead)));
        return Some(Match::new(Kind::Date, end, date));
    }
    let (unit, end) = view.one_of(gap, &["week", "month", "year", "weekend", "quarter"]).filter(|_| gap > end)?;
    let date = settings.today().and_then(|today| {
        let (year, month, _) = civil_from_days(today);
        let months = year * 12 + i64::from(month) - 1 + ahead;
        match unit {
            0 => Some(week_of(today + 7 * ahead)),
            1 => Some(format!("{:04}-{:02}", months.div_euclid(12), months.rem_euclid(12) + 1)),
            2 => Some(format!("{:04}", year + ahead)),
            _ => None,
        }
    });
    Some(Match::new(Kind::Date, end, date))
}

/// Whether a day stands before the month at `at`. It was no part of a date, since there is none such: of `30 February 2024`
/// the month says as little as the day.
fn follows_day(view: &View<'_>, at: usize) -> bool {
    let without = |text: &'static [&str], mut before: &[u8]| -> usize {
        while let Some(rest) = text.iter().find_map(|end| before.strip_suffix(end.as_bytes())) {
            before = rest;
        }
        before.len()
    };
    let before = &view.bytes[at.saturating_sub(16)..at];
    let before = &before[..without(&[" ", ".", " of", " de", "st", "nd", "rd", "th", "er"], before)];
    let count = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let joins = |byte: &u8| view::is_word(*byte) || matches!(byte, b'.' | b',' | b':' | b'-' | b'/' | b'$');
    (1..=2).contains(&count) && !before[..before.len() - count].last().is_some_and(joins)
}

fn month_first(view: &View<'_>, at: usize, month: u32, end: usize) -> Option<Match> {
    let gap = view.spaces(end);
    let (count, number) = view.digits(gap);
    let name = &view.bytes[at..end];
    // `may` and `march` are words as well: written small, they are none here.
    let is_name = name[0].is_ascii_uppercase();
    if gap > end && (1..=2).contains(&count) && is_name {
        let mut stop = gap + count;
        stop = view.one_of(stop, &["st", "nd", "rd", "th"]).map_or(stop, |(_, end)| end);
        let goes_on = view.is_word(stop) || view.is(stop, b':') && view.is_digit(stop + 1);
        if !goes_on {
            let last = days_to(view, stop, number);
            let (to, stop) = last.map_or((None, stop), |(day, end)| (Some(day), end));
            let year_at = view.spaces(if view.is(stop, b',') { stop + 1 } else { stop });
            let (year_count, year) = view.digits(year_at);
            if year_count == 4 && year_at > stop && (1000..2200).contains(&year) && !view.is_word(year_at + 4) {
                let date = ymd(year, month, number)?;
                let Some(to) = to else { return Some(with_time(view, date, year_at + 4)) };
                let to = ymd(year, month, to)?;
                return Some(Match::new(Kind::Date, year_at + 4, Some(format!("{date}/{to}"))));
            }
            let date = yearless(month, number, stop)?;
            let Some(to) = to else { return Some(date) };
            return yearless(month, to, stop).map(|to| until(date, to));
        }
    }
    // `Dec. '24`; `May '68`
    if is_name
        && let Some(mark) = ["'", "’"].iter().find(|mark| view.reads(gap, mark)).filter(|_| gap > end)
        && let (2, year) = view.digits(gap + mark.len())
        && !view.is_word(gap + mark.len() + 2)
    {
        let year = year + if year < 30 { 2000 } else { 1900 };
        let date = Match::new(Kind::Date, gap + mark.len() + 2, Some(format!("{year}-{month:02}")));
        return Some(Match { confidence: 0.9, ..date });
    }
    if gap > end && count == 4 && (1000..2200).contains(&number) && is_name && !view.is_word(gap + 4) {
        return Some(Match::new(Kind::Date, gap + 4, Some(format!("{number}-{month:02}"))));
    }
    // By itself: a whole name that is not a word or a person's name too.
    let sure = is_name && name.len() > 4 && month != 3 && month != 4 && month != 6 && month != 8;
    let after_in = [&b"in"[..], b"of", b"since", b"until", b"by", b"during", b"last", b"next"]
        .iter()
        .any(|word| view.word_before(at).eq_ignore_ascii_case(word));
    (sure || is_name && after_in && name.len() > 3 || is_name && after_in && month == 5)
        .then(|| Match::new(Kind::Date, end, Some(format!("XXXX-{month:02}"))))
}

/// The last day of a range of days, whose first one ends here, and one past it: `5 to 7`, `5-7`, `5–7`.
fn days_to(view: &View<'_>, end: usize, first: u32) -> Option<(u32, usize)> {
    let gap = view.spaces(end);
    let dash = if view.is(gap, b'-') {
        gap + 1
    } else if view.is(gap, 0xE2) && view.is(gap + 1, 0x80) && view.is(gap + 2, 0x93) {
        gap + 3
    } else {
        view.one_of(gap, &["to", "through", "until"]).map(|(_, after)| after).filter(|_| gap > end)?
    };
    let at = view.spaces(dash);
    let (count, day) = view.digits(at);
    let stop = view.one_of(at + count, &["st", "nd", "rd", "th"]).map_or(at + count, |(_, end)| end);
    // `5-7-2024` is a date, `5 to 7 people` counts them.
    let goes_on =
        view.is_word(stop) || matches!(view.get(stop), Some(b'-' | b'/' | b':' | b'.')) && view.is_digit(stop + 1);
    ((1..=2).contains(&count) && day > first && day <= 31 && !goes_on).then_some((day, stop))
}

/// From one date to another, as ISO 8601 writes it.
fn until(from: Match, to: Match) -> Match {
    let value = from.normalized.zip(to.normalized).map(|(from, to)| format!("{from}/{to}"));
    Match { normalized: value, ..to }
}

fn weekday(view: &View<'_>, day: usize, end: usize, settings: &Settings) -> Match {
    // `Monday, 5 March 2024` is one date.
    let gap = view.spaces(if view.is(end, b',') { end + 1 } else { end });
    let date = if view.is_digit(gap) {
        numeric(view, gap, settings)
    } else {
        month(view, gap).and_then(|(month, end)| month_first(view, gap, month, end))
    };
    let whole = date.filter(|date| {
        gap > end && date.kind == Kind::Date && date.normalized.as_ref().is_some_and(|date| date.len() >= 10)
    });
    whole.unwrap_or_else(|| Match::new(Kind::Date, end, Some(format!("XXXX-WXX-{}", day + 1))))
}

/// A day that has a name and one date, in a year: `Christmas 2020`, `New Year's Eve, 1999`; the name ends here.
fn holiday(view: &View<'_>, (month, day): (u32, u32), end: usize) -> Option<Match> {
    let gap = view.spaces(if view.is(end, b',') { end + 1 } else { end });
    let start = view.word(gap, "of").or_else(|| view.word(gap, "in")).map_or(gap, |end| view.spaces(end));
    let (count, year) = view.digits(start);
    let good = count == 4 && start > end && (1000..2200).contains(&year) && !view.is_word(start + 4);
    good.then(|| Match { confidence: 0.9, ..Match::new(Kind::Date, start + 4, ymd(year, month, day)) })
}

/// The month whose name or short name (with a full stop or without) stands here.
fn month(view: &View<'_>, at: usize) -> Option<(u32, usize)> {
    let (index, end) = view.one_in(at, &MONTHS)?;
    if index < 12 {
        return Some((index as u32 + 1, end));
    }
    let end = if view.is(end, b'.') && (view.is(end + 1, b' ') || view.is_digit(end + 1)) { end + 1 } else { end };
    Some(if index == 24 { (9, end) } else { (index as u32 - 11, end) })
}

/// The day of the week (0 is Monday) before today, in this week from today on, or in the next.
fn nearby(today: i64, day: usize, ahead: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    let monday = today - (today + 3).rem_euclid(7);
    let this = monday + day as i64;
    match ahead {
        -1 if this < today => this,
        -1 => this - 7,
        0 => this,
        _ if this > today => this,
        _ => this + 7,
    }
}

pub(super) fn date_of(days: i64) -> String {
    let (year, month, day) = civil_from_days(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The week of a day: `2024-W09` (ISO 8601: that of its Thursday).
fn week_of(day: i64) -> String {
    let thursday = day - (day + 3).rem_euclid(7) + 3;
    let (year, ..) = civil_from_days(thursday);
    format!("{year:04}-W{:02}", (thursday - days_from_civil(year, 1, 1)) / 7 + 1)
}

static MONTHS: List = List::of(&[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
    "Sept",
]);
/// Of German, French, Spanish, Italian, Portuguese and Dutch, twelve each.
#[rustfmt::skip]
static MONTHS_ABROAD: List = List::of(&[
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
    "janeiro", "fevereiro", "março", "abril", "maio", "junho",
    "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
]);
/// Words that tell a day from today, how far it is, and what other dates and times begin with.
#[rustfmt::skip]
static NAMES: List = List::of(&[
    "yesterday", "today", "tomorrow", "tonight", "vorgestern", "gestern", "heute", "aujourd'hui", "aujourd’hui", "demain", "ayer", "hoy",
    "the day", "day",
    "noon", "midnight", "quarter", "half",
    "last", "this", "next",
]);
const DAYS_AHEAD: [i64; 12] = [-1, 0, 1, 0, -2, -1, 0, 0, 0, 1, -1, 0];
/// Holidays whose date is the same in all years, the longer names first.
#[rustfmt::skip]
static HOLIDAYS: List = List::of(&[
    "Christmas Eve", "Christmas Day", "Christmas", "New Year's Eve", "New Year’s Eve", "New Year's Day", "New Year’s Day",
    "Halloween", "Valentine's Day", "Valentine’s Day",
]);
#[rustfmt::skip]
const HOLIDAY_DATES: [(u32, u32); HOLIDAYS.words.len()] = [
    (12, 24), (12, 25), (12, 25), (12, 31), (12, 31), (1, 1), (1, 1), (10, 31), (2, 14), (2, 14),
];
static WEEKDAYS_SHORT: List = List::of(&["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
static WEEKDAYS: List = List::of(&["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]);
