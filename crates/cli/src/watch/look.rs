//! What may be written to standard output besides text.

use std::env;
use std::io::{self, IsTerminal};

/// How things look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    /// Somebody looks at it: things may move.
    pub(crate) is_terminal: bool,
    /// They may have colours.
    pub(crate) has_colours: bool,
}

/// A way to write something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Bold,
    Dim,
    Tool,
    Finding,
    Wrong,
}

impl Look {
    /// What standard output can show. Colours are left out where NO_COLOR is set (no-color.org).
    pub(crate) fn of_stdout() -> Self {
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_terminal = io::stdout().is_terminal() && !dumb;
        Self { is_terminal, has_colours: is_terminal && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) }
    }

    /// What to write before something of this style.
    pub(crate) fn on(self, style: Style) -> &'static str {
        match style {
            _ if !self.has_colours => "",
            Style::Plain => "",
            Style::Bold => "\x1b[1m",
            Style::Dim => "\x1b[2m",
            Style::Tool => "\x1b[36m",
            Style::Finding => "\x1b[33m",
            Style::Wrong => "\x1b[31m",
        }
    }

    /// What to write behind it.
    pub(crate) fn off(self, style: Style) -> &'static str {
        if self.has_colours && style != Style::Plain { "\x1b[0m" } else { "" }
    }
}
