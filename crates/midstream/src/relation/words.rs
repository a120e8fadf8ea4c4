//! The words of one sentence, and the closed classes of English that relations hang on.

use super::quote::Quote;
use crate::tagger::PartOfSpeech::{self, Adj, Adv, Aux, Noun, Num, Part, Pron, Propn, Sym, Verb, X};

/// A word of a sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    /// In small letters (ASCII's).
    pub(super) lower: &'a str,
    pub(super) part: PartOfSpeech,
    /// First byte and one past the last in the sentence's text.
    pub(super) span: (usize, usize),
    /// Which of the sentence's entities it belongs to.
    pub(super) entity: Option<usize>,
    /// Whether that is a person, an organisation or a place.
    pub(super) named: bool,
    /// Whether that is a person.
    pub(super) person: bool,
    /// Whether that is a date or a time of day.
    pub(super) dated: bool,
    /// Whether that is an amount of money.
    pub(super) priced: bool,
    /// What it does as a quotation mark.
    pub(super) quote: Option<Quote>,
}

impl Word<'_> {
    pub(super) fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.lower)
    }

    /// Whether a noun phrase may have it as its main word.
    pub(super) fn is_nominal(&self) -> bool {
        matches!(self.part, Noun | Propn | Num | Sym | X)
    }

    pub(super) fn is_verbal(&self) -> bool {
        matches!(self.part, Verb | Aux)
    }

    pub(super) fn is_modifier(&self) -> bool {
        matches!(self.part, Adj | Adv)
    }

    pub(super) fn is_possessive_pronoun(&self) -> bool {
        self.part == Pron && self.is(POSSESSIVE_PRONOUNS)
    }

    /// The apostrophe of a possessive, with its `s`.
    pub(super) fn is_possessive_ending(&self) -> bool {
        self.part == Part && self.is(&["'s", "'", "’s", "’"])
    }

    pub(super) fn is_not(&self) -> bool {
        self.is(&["not", "n't", "n’t"])
    }

    pub(super) fn is_gerund(&self) -> bool {
        self.lower.len() > 5 && self.lower.ends_with("ing")
    }

    /// Whether it can be a past participle.
    pub(super) fn is_participle(&self) -> bool {
        self.lower.ends_with("ed") || self.lower.ends_with("en") || self.is(PARTICIPLES)
    }

    pub(super) fn is_bracket(&self) -> bool {
        self.is(OPENING) || self.is(CLOSING)
    }

    pub(super) fn is_opening_quote(&self) -> bool {
        self.quote == Some(Quote::Opens)
    }

    pub(super) fn is_closing_quote(&self) -> bool {
        self.quote == Some(Quote::Closes)
    }
}

pub(super) const OPENING: &[&str] = &["(", "["];
pub(super) const CLOSING: &[&str] = &[")", "]"];
pub(super) const BE: &[&str] =
    &["is", "was", "are", "were", "be", "been", "being", "am", "'s", "’s", "'re", "’re", "'m", "’m"];
pub(super) const MODAL: &[&str] = &[
    "may", "might", "could", "would", "should", "can", "will", "shall", "must", "cannot", "'ll", "’ll", "'d", "’d",
    "ought", "wo",
];
pub(super) const QUESTION: &[&str] =
    &["who", "which", "whom", "whose", "what", "where", "when", "how", "why", "whoever", "whatever"];
pub(super) const RELATIVE: &[&str] = &["who", "which", "that", "whom", "whose"];
/// Particles of phrasal verbs: `switched over to`.
pub(super) const PARTICLES: &[&str] =
    &["up", "out", "off", "down", "back", "over", "away", "on", "along", "together", "apart", "ahead", "forward"];
/// Words that go before `of`, `to` and the like as one preposition: `such as`.
pub(super) const COMPOUND: &[&str] = &["such", "according", "due", "because", "instead", "rather", "prior"];
/// Conjunctions that begin a clause of time, cause or condition.
pub(super) const CIRCUMSTANCE: &[&str] = &[
    "when", "because", "after", "before", "until", "while", "as", "although", "if", "since", "where", "unless", "once",
    "though",
];
pub(super) const SUBORDINATORS: &[&str] = &[
    "that", "if", "because", "although", "though", "while", "whereas", "unless", "until", "since", "when", "where",
    "after", "before", "as", "once", "whether", "so", "lest", "why", "how",
];
pub(super) const PREPOSITIONS: &[&str] = &[
    "of",
    "in",
    "on",
    "at",
    "by",
    "for",
    "from",
    "to",
    "with",
    "into",
    "as",
    "about",
    "after",
    "before",
    "between",
    "through",
    "during",
    "over",
    "under",
    "against",
    "among",
    "within",
    "without",
    "toward",
    "towards",
    "upon",
    "across",
    "along",
    "behind",
    "beneath",
    "beside",
    "besides",
    "beyond",
    "despite",
    "near",
    "off",
    "onto",
    "since",
    "throughout",
    "until",
    "till",
    "via",
    "per",
    "than",
    "like",
    "above",
    "below",
    "around",
    "amid",
    "amongst",
    "inside",
    "outside",
    "versus",
    "concerning",
    "regarding",
    "including",
    "out",
    "up",
    "down",
    "past",
    "following",
];
/// Verbs behind which a gerund is no more.
pub(super) const ENDING: &[&str] =
    &["stop", "stops", "stopped", "quit", "quits", "cease", "ceases", "ceased", "avoid", "avoids", "avoided"];
/// Verbs that leave it open whether what somebody is doing behind them is so: `considers buying it`.
pub(super) const CONSIDERING: &[&str] = &[
    "consider",
    "considers",
    "considered",
    "considering",
    "contemplate",
    "contemplates",
    "contemplated",
    "contemplating",
    "deny",
    "denies",
    "denied",
    "denying",
    "suggest",
    "suggests",
    "suggested",
    "suggesting",
    "propose",
    "proposes",
    "proposed",
    "proposing",
    "recommend",
    "recommends",
    "recommended",
    "discuss",
    "discusses",
    "discussed",
    "discussing",
    "imagine",
    "imagines",
    "imagined",
    "delay",
    "delays",
    "delayed",
    "postpone",
    "postpones",
    "postponed",
    "resist",
    "resists",
    "resisted",
    "risk",
    "risks",
    "risked",
    "fear",
    "fears",
    "feared",
];
/// First words of a sentence that only supposes what it says.
pub(super) const SUPPOSED: &[&str] = &["suppose", "supposing", "imagine", "assume", "assuming", "had", "were"];
/// Words that deny what they stand before, or all but deny it.
pub(super) const HARDLY: &[&str] = &["no", "hardly", "scarcely", "almost", "nearly"];
/// Words that say that it is not sure, or only somebody's word.
pub(super) const DOUBT: &[&str] = &[
    "reportedly",
    "allegedly",
    "possibly",
    "perhaps",
    "probably",
    "likely",
    "apparently",
    "supposedly",
    "maybe",
    "presumably",
    "potentially",
    "arguably",
    "seemingly",
    "rumored",
    "rumoured",
    "alleged",
    "unlikely",
];
/// Verbs of saying and thinking that do not vouch for what is said, which is a clause.
pub(super) const REPORTING: &[&str] = &[
    "said",
    "says",
    "say",
    "saying",
    "wish",
    "wishes",
    "wished",
    "believe",
    "believes",
    "believed",
    "think",
    "thinks",
    "thought",
    "claim",
    "claims",
    "claimed",
    "argue",
    "argues",
    "argued",
    "state",
    "states",
    "stated",
    "suggest",
    "suggests",
    "suggested",
    "indicate",
    "indicates",
    "indicated",
    "report",
    "reports",
    "reported",
    "announce",
    "announces",
    "announced",
    "note",
    "notes",
    "noted",
    "add",
    "adds",
    "added",
    "find",
    "finds",
    "found",
    "mean",
    "means",
    "meant",
    "feel",
    "feels",
    "felt",
    "hope",
    "hopes",
    "hoped",
    "fear",
    "fears",
    "feared",
    "expect",
    "expects",
    "expected",
    "conclude",
    "concludes",
    "concluded",
    "estimate",
    "estimates",
    "estimated",
    "maintain",
    "maintains",
    "maintained",
    "decide",
    "decides",
    "decided",
    "insist",
    "insists",
    "insisted",
    "predict",
    "predicts",
    "predicted",
    "tell",
    "tells",
    "told",
    "admit",
    "admits",
    "admitted",
    "assume",
    "assumes",
    "assumed",
    "deny",
    "denies",
    "denied",
    "heard",
    "explain",
    "explains",
    "explained",
    "warn",
    "warns",
    "warned",
];
/// Verbs of saying and thinking that do.
pub(super) const SURE: &[&str] = &[
    "know",
    "knows",
    "knew",
    "show",
    "shows",
    "showed",
    "shown",
    "confirm",
    "confirms",
    "confirmed",
    "demonstrate",
    "demonstrates",
    "demonstrated",
    "reveal",
    "reveals",
    "revealed",
    "realize",
    "realizes",
    "realized",
    "learn",
    "learns",
    "learned",
];
/// Words between a form of `be` and `to`: what follows is to come.
pub(super) const PENDING: &[&str] =
    &["set", "due", "about", "likely", "unlikely", "poised", "ready", "keen", "eager", "willing", "scheduled"];
/// Verbs of wishing and planning: what follows them has not happened.
pub(super) const WISHING: &[&str] = &[
    "want",
    "wants",
    "wanted",
    "plan",
    "plans",
    "planned",
    "planning",
    "hope",
    "hopes",
    "hoped",
    "hoping",
    "intend",
    "intends",
    "intended",
    "try",
    "tries",
    "tried",
    "trying",
    "expect",
    "expects",
    "expected",
    "seek",
    "seeks",
    "sought",
    "seeking",
    "aim",
    "aims",
    "aimed",
    "wish",
    "wishes",
    "wished",
    "need",
    "needs",
    "needed",
    "refuse",
    "refuses",
    "refused",
    "agree",
    "agrees",
    "agreed",
    "decide",
    "decides",
    "decided",
    "promise",
    "promises",
    "prepare",
    "prepares",
    "preparing",
    "pledged",
    "vowed",
    "seem",
    "seems",
    "seemed",
    "appear",
    "appears",
    "appeared",
    "said",
    "thought",
    "believed",
    "alleged",
    "reported",
    "rumored",
    "going",
    "attempt",
    "attempts",
    "attempted",
    "offered",
    "promised",
    "threatened",
    "supposed",
    "like",
    "love",
];
const POSSESSIVE_PRONOUNS: &[&str] = &["my", "your", "his", "her", "its", "our", "their"];
/// Past participles that neither `-ed` nor `-en` tells.
const PARTICIPLES: &[&str] = &[
    "made",
    "known",
    "held",
    "led",
    "found",
    "built",
    "sold",
    "bought",
    "sent",
    "kept",
    "left",
    "lost",
    "paid",
    "put",
    "read",
    "told",
    "won",
    "brought",
    "caught",
    "taught",
    "thought",
    "said",
    "set",
    "cut",
    "hit",
    "let",
    "done",
    "gone",
    "begun",
    "drawn",
    "flown",
    "fought",
    "got",
    "grown",
    "heard",
    "hurt",
    "laid",
    "lent",
    "met",
    "run",
    "sung",
    "spent",
    "struck",
    "sworn",
    "thrown",
    "understood",
    "worn",
    "born",
    "borne",
    "bound",
    "fed",
    "fled",
    "hung",
    "lit",
    "meant",
    "shot",
    "shut",
    "slept",
    "split",
    "spread",
    "stood",
    "stuck",
    "sunk",
    "swept",
    "torn",
    "withdrawn",
    "become",
    "come",
    "overcome",
    "seen",
];
