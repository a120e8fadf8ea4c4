//! The options that say how bytes are to be read; several commands share them.

use std::num::NonZeroUsize;
use std::str::FromStr;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use midstream::{Dialect, Framing};

/// How the bytes are cut into frames.
#[derive(Debug, Args)]
pub(crate) struct Bytes {
    /// How the bytes are cut into frames; `auto` recognises it from the first bytes
    #[arg(long, value_name = "FRAMING", default_value = "auto", value_parser = auto(Framing::ALL))]
    framing: Auto<Framing>,

    /// Feed N bytes at a time (the result is the same for every N; only plain text has no frames of its own, so that its
    /// deltas are cut as the bytes are)
    #[arg(long, value_name = "N", value_parser = count)]
    cut: Option<NonZeroUsize>,
}

impl Bytes {
    /// All that there is at once, its framing recognised.
    pub(crate) fn whole() -> Self {
        Self { framing: Auto(None), cut: None }
    }

    /// The framing; `None` where it is to be recognised.
    pub(crate) fn framing(&self) -> Option<Framing> {
        self.framing.0
    }

    /// How many bytes to feed at a time; 1 is as good as any where nobody asked, since it divides everything.
    pub(crate) fn granule(&self) -> usize {
        self.cut.map_or(1, NonZeroUsize::get)
    }

    /// `piece` as it is to be fed.
    pub(crate) fn cut<'a>(&self, piece: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        piece.chunks(self.cut.map_or(usize::MAX, NonZeroUsize::get))
    }
}

/// Parses how many bytes are fed at a time.
fn count(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| format!("expected a number of bytes, 1 or more, found `{text}`"))
}

/// Whose language the frames speak.
#[derive(Debug, Args)]
pub(crate) struct Language {
    /// Whose language the frames speak; `auto` recognises it from the first frames
    #[arg(long, value_name = "DIALECT", default_value = "auto", value_parser = auto(Dialect::ALL))]
    dialect: Auto<Dialect>,
}

impl Language {
    /// The dialect; `None` where it is to be recognised.
    pub(crate) fn dialect(&self) -> Option<Dialect> {
        self.dialect.0
    }
}

/// A value, or `auto`.
#[derive(Debug, Clone, Copy)]
struct Auto<T>(Option<T>);

/// Parses `auto` or a name of `table`.
fn auto<T>(table: &'static [(&'static str, T)]) -> impl TypedValueParser<Value = Auto<T>>
where
    T: FromStr<Err = String> + Copy + Send + Sync + 'static,
{
    let names = std::iter::once("auto").chain(table.iter().map(|(name, _)| *name));
    PossibleValuesParser::new(names).try_map(|name| match name.as_str() {
        "auto" => Ok(Auto(None)),
        name => name.parse().map(|value| Auto(Some(value))),
    })
}
