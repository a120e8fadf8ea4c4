//! What a sentence holds of a clause that it brings in by `that`: `it is false that`, `there is no evidence that`.

use super::chunk::{Chunk, Kind};
use super::words::{REPORTING, SURE, Word};

/// How a sentence stands to a clause of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stance {
    /// It says that it is not so.
    Denied,
    /// It does not vouch for it.
    Doubted,
}

/// What is held of the clause that chunk `that` brings in; `None` where it is vouched for or nothing is said.
pub(super) fn stance(words: &[Word<'_>], row: &[Chunk], that: usize) -> Option<Stance> {
    let before = that.checked_sub(1).map(|before| &row[before])?;
    let last = &words[before.to - 1];
    // `is not true`, `no evidence`, `there is not any evidence`, `was not confirmed`.
    let verb = row[..that].iter().rev().take(3).find_map(Chunk::verb);
    let no = words[before.from..before.to].iter().any(|word| word.is_not() || word.is(&["no", "little", "hardly"]));
    let negated = no || verb.is_some_and(|verb| verb.negated);
    // `told Reuters that`.
    let told = that.checked_sub(2).and_then(|told| row[told].verb()).is_some_and(|verb| words[verb.main].is(TELLING));
    match before.kind {
        Kind::Verb(_) if last.is(&["doubt", "doubts", "doubted"]) => (!negated).then_some(Stance::Doubted),
        Kind::Verb(_) => (last.is(REPORTING) || last.is(SURE) && negated).then_some(Stance::Doubted),
        Kind::Noun(_) if told => Some(Stance::Doubted),
        // `The claim that he left is false`.
        Kind::Noun(_) if judged(words, row, that) == Some(false) => Some(Stance::Denied),
        Kind::Noun(_) | Kind::Adjective => match () {
            () if last.is(FALSE) => Some(if negated { Stance::Doubted } else { Stance::Denied }),
            () if last.is(TRUE) => negated.then_some(Stance::Denied),
            () if last.is(CERTAIN) => negated.then_some(Stance::Doubted),
            () if last.is(&["doubt", "question"]) => (!negated).then_some(Stance::Doubted),
            () if last.is(OPEN) => Some(Stance::Doubted),
            () => None,
        },
        _ => None,
    }
}

/// Whether what chunk `that` brings in is called true or false behind it: `is a myth`, `was not true`; `None` where it is not
/// called either.
fn judged(words: &[Word<'_>], row: &[Chunk], that: usize) -> Option<bool> {
    let judges = |chunk: &&Chunk| chunk.verb().is_some_and(|verb| verb.copula);
    let verb = row[that..].iter().skip(2).rfind(judges)?;
    let judged = words.get(verb.to..)?.iter().take(3).find_map(|word| match () {
        () if word.is(FALSE) => Some(false),
        () if word.is(TRUE) => Some(true),
        () => None,
    })?;
    Some(judged != verb.verb().is_some_and(|verb| verb.negated))
}

const TELLING: &[&str] = &["tell", "tells", "told", "telling", "assured", "warned", "promised"];
const FALSE: &[&str] = &[
    "false",
    "untrue",
    "impossible",
    "wrong",
    "incorrect",
    "inaccurate",
    "lie",
    "myth",
    "hoax",
    "fiction",
    "nonsense",
    "misconception",
];
/// What is no longer so where it is denied.
const TRUE: &[&str] = &["true", "correct", "right", "accurate", "case", "fact"];
/// What is open where it is denied.
const CERTAIN: &[&str] = &[
    "aware",
    "certain",
    "sure",
    "clear",
    "known",
    "proven",
    "proved",
    "obvious",
    "evident",
    "confirmed",
    "evidence",
    "proof",
    "indication",
    "indications",
    "sign",
    "signs",
    "confirmation",
    "reason",
    "guarantee",
    "convinced",
];
const OPEN: &[&str] = &[
    "possible",
    "doubtful",
    "unlikely",
    "likely",
    "probable",
    "improbable",
    "questionable",
    "unclear",
    "uncertain",
    "unproven",
    "unconfirmed",
    "plausible",
    "conceivable",
    "claim",
    "claims",
    "rumor",
    "rumors",
    "rumour",
    "rumours",
    "allegation",
    "allegations",
    "suggestion",
    "suggestions",
    "theory",
    "hypothesis",
    "speculation",
    "idea",
    "notion",
    "belief",
    "possibility",
    "probability",
    "likelihood",
    "risk",
    "chance",
    "suspicion",
    "suspicions",
    "report",
    "reports",
    "hope",
    "hopes",
    "fear",
    "fears",
    "concern",
    "concerns",
    "accusation",
    "accusations",
    "assumption",
    "prediction",
    "expectation",
    "doubts",
    "impression",
    "afraid",
    "worried",
    "hopeful",
    "skeptical",
    "sceptical",
];
