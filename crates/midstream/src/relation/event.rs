//! What is said of a relation: the parts of the `relation` finding.

use serde::{Deserialize, Serialize};

use crate::entity::EntityKind;
use crate::event::Span;

/// Two things that a sentence relates, and how: subject, predicate, object, and what else is said of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Relation {
    /// By what form of words it is said.
    pub kind: RelationKind,
    /// What it is about.
    pub subject: Argument,
    /// How the two are related.
    pub predicate: Predicate,
    /// What the subject is related to.
    pub object: Argument,
    /// When, where, how and with what else, each with its preposition: `in 1941`, `at Kettering`. In order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjuncts: Vec<Argument>,
    /// From the first to the last of the words that say it.
    pub span: Span,
    /// How likely the sentence is to say just this, from 0 to 1.
    pub confidence: f32,
    /// Whether it is said not to be so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
    /// Whether it is said to be possible, planned, wished, assumed or somebody's words, not to be so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hedged: bool,
    /// When it is or was so, where the sentence gives a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
}

/// By what form of words a relation is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// A verb, with its preposition where it has one: `Ada worked at Acme`.
    Verb,
    /// A form of `be`: `Ada is an engineer`.
    Copula,
    /// Two phrases side by side: `Ada, the head of Acme`, `chancellor Ada`. The predicate is `is`.
    Apposition,
    /// A possessive: `Acme's harbour`. The predicate is `has`. Also what a list or table gives: under `## Acme`, the predicate of
    /// `- Founder: Ada` is `founder`.
    Possession,
}

/// One end of a relation, or something that is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RelationArgument"))]
pub struct Argument {
    /// As it stands in the text, without marks of Markdown in it.
    pub text: String,
    /// First byte, in UTF-8 bytes of the text of the relation's channel.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// The id of the entity that it names: the one whose name is its main word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<u64>,
    /// What kind of entity that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EntityKind>,
}

/// How two things are related.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RelationPredicate"))]
pub struct Predicate {
    /// Its words, one space between them: those of the text, or `is` and `has` where the text has none.
    pub text: String,
    /// First byte of what says it, in UTF-8 bytes of the text of the relation's channel.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

/// A stretch of time, as calendar dates of ISO 8601 (`2024`, `2024-02`, `2024-02-29`, the week `2024-W09`) or a quarter
/// (`2024-Q1`): with both ends the same, that year, month, day, week or quarter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RelationTime"))]
pub struct Time {
    /// Its beginning, where it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Its end, included, where it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}
