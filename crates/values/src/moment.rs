//! A moment on the calendar, which facts are valid from and to.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::civil::{civil_from_days, days_from_civil, days_in_month};

/// A moment in microseconds since 1970-01-01T00:00:00Z, before it where negative. Written as RFC 3339 has it, in UTC;
/// years before 0 or after 9999 take a sign or more digits (XML Schema 1.1, `dateTime`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// Before everything: valid from here means that it has always been so.
    pub const MIN: Self = Self(i64::MIN);
    /// After everything: valid to here means that no end is known.
    pub const MAX: Self = Self(i64::MAX);

    /// A moment `micros` microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// A moment `millis` milliseconds after the epoch (JavaScript's `Date.now()`).
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1000))
    }

    /// The first moment of a date; the month is 1 to 12. `None` where there is no such date or it is too far away.
    pub fn from_date(year: i32, month: u32, day: u32) -> Option<Self> {
        if day == 0 || day > days_in_month(year.into(), month) {
            return None;
        }
        days_from_civil(year.into(), month, day).checked_mul(DAY).map(Self)
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// `None` where it is [`MIN`](Self::MIN) or [`MAX`](Self::MAX), which no calendar has a date for.
    pub fn dated(self) -> Option<Self> {
        (self != Self::MIN && self != Self::MAX).then_some(self)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY));
        let micros = self.0.rem_euclid(DAY);
        let (seconds, fraction) = (micros / SECOND, micros % SECOND);
        let sign = if year < 0 { "-" } else { "" };
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{sign}{:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}", year.abs())?;
        match fraction {
            0 => f.write_str("Z"),
            _ if fraction % 1000 == 0 => write!(f, ".{:03}Z", fraction / 1000),
            _ => write!(f, ".{fraction:06}Z"),
        }
    }
}

/// As RFC 3339 has it; `null` where it is [`Moment::MIN`] or [`Moment::MAX`].
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.dated() {
            Some(moment) => serializer.collect_str(&moment),
            None => serializer.serialize_none(),
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    /// Reads a date (`2024-02-29`: its first moment), or a date and time with `Z` or an offset
    /// (`2024-02-29T12:30:00.5+01:00`).
    fn from_str(text: &str) -> Result<Self, String> {
        parse(text).ok_or_else(|| format!("expected a date or an RFC 3339 date and time, found `{text}`"))
    }
}

fn parse(text: &str) -> Option<Moment> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (date, time) = match unsigned.find(['T', 't', ' ']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if !(4..=6).contains(&year.len()) {
        return None;
    }
    let year = sign * digits(year)?;
    let (month, day) = (two(month)?, two(day)?);
    let start = Moment::from_date(year as i32, month as u32, day as u32)?;
    match time {
        Some(time) => start.0.checked_add(time_of_day(time)?).map(Moment),
        None => Some(start),
    }
}

/// Microseconds since midnight in UTC of `hh:mm:ss[.fraction](Z|±hh:mm)`.
fn time_of_day(text: &str) -> Option<i64> {
    let zone_at = text.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = text.split_at(zone_at);
    let (whole, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts = whole.split(':');
    let (hour, minute, second) = (two(parts.next()?)?, two(parts.next()?)?, two(parts.next()?)?);
    // A leap second is the first moment of the next minute: Unix time has no other place for it.
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let offset = match zone {
        "Z" | "z" => 0,
        _ => {
            let (hours, minutes) = zone[1..].split_once(':')?;
            let minutes = two(hours)? * 60 + two(minutes)?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let mut micros = 0;
    if time.len() > whole.len() {
        let kept = &fraction[..fraction.len().min(6)];
        digits(fraction.get(6..).filter(|rest| !rest.is_empty()).unwrap_or("0"))?;
        micros = digits(kept)? * 10i64.pow(6 - kept.len() as u32);
    }
    Some(((hour * 60 + minute - offset) * 60 + second) * SECOND + micros)
}

fn two(text: &str) -> Option<i64> {
    if text.len() == 2 { digits(text) } else { None }
}

fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) { None } else { text.parse().ok() }
}

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_and_read_alike() {
        for (text, micros) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2024-02-29T12:30:00.500Z", 1_709_209_800_500_000),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("-0044-03-15T00:00:00Z", -735_525 * DAY),
            ("12024-01-01T00:00:00Z", 317_273_587_200_000_000),
        ] {
            assert_eq!(Moment(micros).to_string(), text);
            assert_eq!(text.parse(), Ok(Moment(micros)), "{text}");
        }
        assert_eq!("2024-02-29".parse(), Ok(Moment::from_date(2024, 2, 29).unwrap()));
        assert_eq!("2024-02-29T13:30:00.5+01:00".parse(), Ok(Moment(1_709_209_800_500_000)));
        assert_eq!("2024-02-29 12:30:00.5000009Z".parse(), Ok(Moment(1_709_209_800_500_000)));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2024",
            "2024-13-01",
            "2023-02-29",
            "2024-2-29",
            "2024-02-29T12:30:00",
            "2024-02-29T24:30:00Z",
            "2024-02-29T12:30:00.Z",
            "2024-02-29T12:30:00.1234567xZ",
            "99999999-01-01",
            "+2024-01-01",
            "2024-02-29T12:30:00+0100",
            "２０２４-01-01",
            "--2024-01-01",
            "294277-01-10T04:00:54.775808Z",
        ] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }
}
