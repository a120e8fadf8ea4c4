//! `lived there in 1891`, `moved there in 1891`: from when to when it is so.

use crate::relation::{Relation, RelationKind};
use midstream_values::Moment;

/// From when to when what `relation` says is so, where its time makes sense; a date's last moment is the first one behind it.
///
/// What somebody did at a date is so from then on: the date says when it came about, not when it ended. What somebody was
/// is known of that date alone.
pub(super) fn valid(relation: &Relation) -> (Option<Moment>, Option<Moment>) {
    let Some(time) = &relation.time else { return (None, None) };
    let since = time.since.as_deref().and_then(|date| period(date).map(|(first, _)| first));
    let until = time.until.as_deref().and_then(|date| period(date).map(|(_, behind)| behind));
    match (since, until) {
        (Some(since), Some(until)) if since >= until => (Some(since), None),
        (Some(since), Some(_)) if time.since == time.until && brings_about(relation) => (Some(since), None),
        both => both,
    }
}

/// Whether the relation is an event that leaves a state behind, and no state itself (Vendler's verb classes).
fn brings_about(relation: &Relation) -> bool {
    let is_state = |word: &str| STATES.iter().any(|verb| stem(verb) == stem(word)) || IRREGULAR.contains(&word);
    let predicate = relation.predicate.text.to_lowercase();
    // Before another verb, `has` only helps it: `has joined`.
    let has = predicate.rsplit(' ').next().is_some_and(|word| HAVE.contains(&word));
    relation.kind == RelationKind::Verb && !relation.negated && !has && !predicate.split(' ').any(is_state)
}

/// What the regular forms of a verb have in common: `serve`, `serves`, `served`, `serving`.
pub(super) fn stem(word: &str) -> &str {
    let endings = ["ing", "es", "ed", "s", "e"].into_iter().find_map(|ending| word.strip_suffix(ending));
    let stem = endings.filter(|stem| stem.len() > 1 && !word.ends_with("ss")).unwrap_or(word);
    stem.strip_suffix(['i', 'y'])
        .filter(|rest| !rest.is_empty() && !rest.ends_with(['a', 'e', 'o', 'u']))
        .unwrap_or(stem)
}

/// The first moment of a year, month, week or day as ISO 8601 has it, or of a quarter, and the first one behind it.
fn period(date: &str) -> Option<(Moment, Moment)> {
    if let Some((year, part)) = date.split_once("-Q").or_else(|| date.split_once("-W")) {
        return quarter_or_week(year.parse().ok()?, part.parse().ok()?, date.contains('Q'));
    }
    let mut parts = date.split('-').map(|part| part.parse::<u32>().ok());
    let year = i32::try_from(parts.next()??).ok()?;
    let (month, day) = (parts.next(), parts.next());
    let first = Moment::from_date(year, month.unwrap_or(Some(1))?, day.unwrap_or(Some(1))?)?;
    let behind = match (month.flatten(), day.flatten()) {
        (None, _) => Moment::from_date(year + 1, 1, 1)?,
        (Some(12), None) => Moment::from_date(year + 1, 1, 1)?,
        (Some(month), None) => Moment::from_date(year, month + 1, 1)?,
        (Some(_), Some(_)) => Moment::from_micros(first.as_micros() + DAY),
    };
    Some((first, behind))
}

/// The first moment of a quarter or a week (the first one has 4 January, by ISO 8601), and the first one behind it.
fn quarter_or_week(year: i32, number: u32, is_quarter: bool) -> Option<(Moment, Moment)> {
    if is_quarter {
        let behind = if number == 4 { (year + 1, 1) } else { (year, 3 * number + 1) };
        let first = Moment::from_date(year, (3 * number).checked_sub(2)?, 1)?;
        return Some((first, Moment::from_date(behind.0, behind.1, 1)?));
    }
    // 1970-01-01 was a Thursday.
    let fourth = Moment::from_date(year, 1, 4)?.as_micros() / DAY;
    let monday = fourth - (fourth + 3).rem_euclid(7) + 7 * (i64::from(number) - 1);
    Some((Moment::from_micros(monday * DAY), Moment::from_micros((monday + 7) * DAY)))
}

/// In microseconds.
const DAY: i64 = 86_400_000_000;

/// Verbs of what goes on for a while, and those of their forms that are not regular.
const STATES: [&str; 40] = [
    "administer",
    "attend",
    "belong",
    "chair",
    "coach",
    "command",
    "contain",
    "control",
    "direct",
    "dwell",
    "edit",
    "employ",
    "govern",
    "head",
    "host",
    "house",
    "include",
    "inhabit",
    "live",
    "manage",
    "occupy",
    "operate",
    "own",
    "play",
    "practice",
    "practise",
    "preside",
    "reign",
    "remain",
    "represent",
    "reside",
    "rule",
    "serve",
    "stay",
    "study",
    "supervise",
    "support",
    "teach",
    "train",
    "work",
];
const IRREGULAR: [&str; 25] = [
    "controlled",
    "controlling",
    "dwelt",
    "held",
    "hold",
    "holding",
    "holds",
    "keep",
    "keeping",
    "keeps",
    "kept",
    "knew",
    "lead",
    "leading",
    "leads",
    "led",
    "oversaw",
    "oversee",
    "overseeing",
    "oversees",
    "ran",
    "run",
    "running",
    "runs",
    "taught",
];
const HAVE: [&str; 4] = ["had", "has", "have", "having"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_stretch_of_time() {
        for (date, first, behind) in [
            ("2024", (2024, 1, 1), (2025, 1, 1)),
            ("2024-02", (2024, 2, 1), (2024, 3, 1)),
            ("2024-02-29", (2024, 2, 29), (2024, 3, 1)),
            ("2024-Q3", (2024, 7, 1), (2024, 10, 1)),
            ("2024-Q4", (2024, 10, 1), (2025, 1, 1)),
            ("2024-W01", (2024, 1, 1), (2024, 1, 8)),
            ("2021-W01", (2021, 1, 4), (2021, 1, 11)),
            ("1969-W53", (1969, 12, 29), (1970, 1, 5)),
        ] {
            let moment = |(year, month, day)| Moment::from_date(year, month, day).unwrap();
            assert_eq!(period(date), Some((moment(first), moment(behind))), "{date}");
        }
        for date in ["", "199X", "2024-Q0", "2024-Q5", "2024-Q", "2024-W", "XXXX-WXX-1"] {
            assert_eq!(period(date), None, "{date}");
        }
    }
}
