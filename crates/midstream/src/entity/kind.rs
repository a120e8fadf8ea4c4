//! Names of kinds of entities.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A kind of entity: `PERSON`, or one that a user has made up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
pub struct EntityKind(Cow<'static, str>);

impl EntityKind {
    /// People, real and invented.
    pub const PERSON: Self = Self(Cow::Borrowed("PERSON"));
    /// Companies, authorities, parties, teams, bands.
    pub const ORGANIZATION: Self = Self(Cow::Borrowed("ORGANIZATION"));
    /// Countries, towns, mountains, streets.
    pub const LOCATION: Self = Self(Cow::Borrowed("LOCATION"));

    /// A kind that the crate knows.
    pub(crate) const fn known(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// A kind of that name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(Cow::Owned(name.into()))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
