//! Dates and times told by how far they are from now: `3 days ago`, `in two weeks`, `an hour from now`.

use super::date::date_of;
use super::view::{List, View};
use super::words;
use super::{Kind, Match, Settings};
use crate::civil::{civil_from_days, days_from_civil, days_in_month};

/// So many of a unit of time before or behind now; the number ends here: `3 days ago`, `two hours from now`.
pub(super) fn relative(view: &View<'_>, number: u32, end: usize, settings: &Settings) -> Option<Match> {
    let (unit, end) = view.one_in(view.spaces(end), &UNITS)?;
    let (which, end) = view.one_of(view.spaces(end), &["ago", "earlier", "later", "from now", "from today"])?;
    let ahead = i64::from(number) * if which < 2 { -1 } else { 1 };
    let date = if which == 1 || which == 2 { None } else { from_now(settings, unit / 2, ahead) };
    Some(Match::new(Kind::Date, end, date))
}

/// The same with an article: `a week ago`, `an hour from now`.
pub(super) fn article(view: &View<'_>, at: usize, settings: &Settings) -> Option<Match> {
    let (_, end) = view.one_of(at, &["a", "an"])?;
    relative(view, 1, end, settings)
}

/// `in three weeks`, `in 10 minutes`, whose first word stands here. Whether that is when something is, or how long it takes,
/// the text does not always tell.
pub(super) fn ahead(view: &View<'_>, at: usize, settings: &Settings) -> Option<Match> {
    let end = view.word(at, "in")?;
    let start = view.spaces(end);
    let (count, digits) = view.digits(start);
    let (number, end) = match count {
        0 => match view.one_of(start, &["a", "an"]).filter(|&(_, end)| view.one_in(view.spaces(end), &UNITS).is_some())
        {
            Some((_, end)) => (1, end),
            None => words::worded(view, start)?.whole()?,
        },
        1..=4 => (digits, start + count),
        _ => return None,
    };
    let (unit, mut end) = view.one_in(view.spaces(end), &UNITS).filter(|(_, unit)| *unit > end)?;
    let before = view.word_before(at);
    // `built in three days`, `the first in 20 years`, `in 3 days of work`.
    let lasts = view.one_of(view.spaces(end), &["of", "or", "flat", "and"]).is_some() || LASTS.has(before);
    // `in 3 hours 12 minutes` is mostly how long it took.
    let goes_on = view.is_digit(view.spaces(end));
    if lasts || goes_on || before.ends_with(b"ed") && !PLANNED.has(before) {
        return None;
    }
    for mark in ["'", "’"] {
        let time = view.bytes[end..].starts_with(mark.as_bytes()).then_some(end + mark.len());
        end = time.and_then(|at| view.word(view.spaces(at), "time")).unwrap_or(end);
    }
    let date = from_now(settings, unit / 2, number.into());
    Some(Match { confidence: 0.7, ..Match::new(Kind::Date, end, date) })
}

/// `vor 3 Tagen`, `in zwei Wochen`, `dans 3 jours`, `il y a 2 heures`, `hace 3 días`; the number is in digits.
pub(super) fn abroad(view: &View<'_>, at: usize, settings: &Settings) -> Option<Match> {
    let (which, end) = view.one_in(at, &ABROAD)?;
    let start = view.spaces(end);
    let (count, number) = view.digits(start);
    if !(1..=4).contains(&count) {
        return None;
    }
    let list = [&GERMAN, &FRENCH, &SPANISH][which % 3];
    let (unit, end) = view.one_in(view.spaces(start + count), list)?;
    let ahead = i64::from(number) * if which < 3 { -1 } else { 1 };
    Some(Match::new(Kind::Date, end, from_now(settings, unit / 2, ahead)))
}

/// The day, or the time of a day, so many units (a pair of [`UNITS`]) from now.
fn from_now(settings: &Settings, unit: usize, ahead: i64) -> Option<String> {
    const SECOND: i64 = 1_000_000;
    let now = settings.now?.as_micros();
    let today = now.div_euclid(86_400 * SECOND);
    let (year, month, day) = civil_from_days(today);
    let in_months = |ahead: i64| {
        let months = year * 12 + i64::from(month) - 1 + ahead;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u32 + 1);
        days_from_civil(year, month, day.min(days_in_month(year, month)))
    };
    let in_seconds = |ahead: i64| {
        let then = now.div_euclid(SECOND) + ahead;
        let (day, second) = (then.div_euclid(86_400), then.rem_euclid(86_400));
        let time = format!("{}T{:02}:{:02}", date_of(day), second / 3600, second / 60 % 60);
        if unit == 6 { format!("{time}:{:02}", second % 60) } else { time }
    };
    Some(match unit {
        0 => date_of(today + ahead),
        1 => date_of(today + 7 * ahead),
        2 => date_of(in_months(ahead)),
        3 => date_of(in_months(12 * ahead)),
        4 => in_seconds(3600 * ahead),
        5 => in_seconds(60 * ahead),
        _ => in_seconds(ahead),
    })
}

/// In pairs.
static UNITS: List = List::of(&[
    "days", "day", "weeks", "week", "months", "month", "years", "year", "hours", "hour", "minutes", "minute",
    "seconds", "second",
]);
/// Of German, French and Spanish, what is past and what is to be.
static ABROAD: List = List::of(&["vor", "il y a", "hace", "in", "dans", "dentro de"]);
/// In pairs like [`UNITS`].
static GERMAN: List = List::of(&[
    "Tagen", "Tag", "Wochen", "Woche", "Monaten", "Monat", "Jahren", "Jahr", "Stunden", "Stunde", "Minuten", "Minute",
    "Sekunden", "Sekunde",
]);
static FRENCH: List = List::of(&[
    "jours", "jour", "semaines", "semaine", "mois", "mois", "ans", "an", "heures", "heure", "minutes", "minute",
    "secondes", "seconde",
]);
static SPANISH: List = List::of(&[
    "días", "día", "semanas", "semana", "meses", "mes", "años", "año", "horas", "hora", "minutos", "minuto",
    "segundos", "segundo",
]);
/// Words before an `in` that tells how long something takes.
static LASTS: List = List::of(&[
    "first", "time", "times", "once", "twice", "best", "worst", "highest", "lowest", "built", "done", "written",
    "made", "won", "run", "ran", "grown", "even", "fastest", "largest", "biggest",
]);
/// What is to be.
static PLANNED: List = List::of(&["scheduled", "planned", "expected", "needed", "required", "slated", "booked"]);
