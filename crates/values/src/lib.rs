//! Values that have a form: addresses, numbers, dates, amounts, codes. No model, no dictionary of names.
//!
//! In: a text in pieces. Out: [`Found`], each as soon as no later text can change it: when the word behind it, or the
//! few words that it might go on with, are there. Words are parted by white space and by characters of scripts that are
//! written without it; no value begins in the middle of one.
//!
//! Where several kinds fit, the value that begins first stands; of those that begin alike the longest, of those the one
//! whose kind comes first in [`Kind::ALL`]. Values do not overlap.
//!
//! It is a crate by itself since it needs nothing of the engine, and so that the WASM package can build it for size.

mod amount;
mod beginnings;
mod choice;
mod civil;
mod clock;
mod code;
mod codes;
mod counted;
mod date;
mod decimal;
mod duration;
mod finder;
mod luhn;
mod marks;
mod moment;
mod money;
mod net;
mod phone;
mod quantity;
mod range;
mod relative;
mod version;
mod view;
mod words;
mod year;

pub use finder::Structured;
pub use luhn::is_checked;
pub use moment::Moment;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "their names say it")]
pub enum Kind {
    Url,
    Email,
    Ip,
    Uuid,
    Hash,
    Iban,
    Card,
    Date,
    Time,
    Money,
    Percent,
    Phone,
    Duration,
    Quantity,
    Version,
    Path,
    Code,
    Number,
}

impl Kind {
    /// All kinds by name.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("URL", Self::Url),
        ("EMAIL", Self::Email),
        ("IP", Self::Ip),
        ("UUID", Self::Uuid),
        ("HASH", Self::Hash),
        ("IBAN", Self::Iban),
        ("CARD", Self::Card),
        ("DATE", Self::Date),
        ("TIME", Self::Time),
        ("MONEY", Self::Money),
        ("PERCENT", Self::Percent),
        ("PHONE", Self::Phone),
        ("DURATION", Self::Duration),
        ("QUANTITY", Self::Quantity),
        ("VERSION", Self::Version),
        ("PATH", Self::Path),
        ("CODE", Self::Code),
        ("NUMBER", Self::Number),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// What the text itself does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// When it is written, in its writer's time: what `tomorrow` is told from. `None` leaves such dates without a value.
    pub now: Option<Moment>,
    /// Whether `3/4/2024` is 3 April, as most of the world has it, and not 4 March. No.
    pub day_first: bool,
    /// The calling code of the country whose national numbers are meant (`1`, `49`). `None` leaves them national.
    pub calling_code: Option<String>,
}

impl Settings {
    /// Today, in days since 1970-01-01.
    fn today(&self) -> Option<i64> {
        self.now.map(|now| now.as_micros().div_euclid(86_400_000_000))
    }
}

/// A value in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// First byte, in UTF-8 bytes of the text.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// 1 where the form tells; less where other things have that form too: one less the share of random numbers that pass
    /// the check digits, or, for telephone numbers and years, by how many signs speak for it.
    pub confidence: f32,
    /// Its value in a common form, where one is known: E.164, ISO 8601, `EUR 5.50`, digits only, ...
    pub normalized: Option<String>,
}

/// What a recogniser makes of a place; offsets into the view.
#[derive(Debug)]
struct Match {
    kind: Kind,
    start: usize,
    end: usize,
    confidence: f32,
    normalized: Option<String>,
}

impl Match {
    // Copies of it would make up a hundredth of all that finds values in WASM.
    #[inline(never)]
    fn new(kind: Kind, end: usize, normalized: Option<String>) -> Self {
        Self { kind, start: 0, end, confidence: 1.0, normalized }
    }
}
