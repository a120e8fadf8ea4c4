//! Leaves out the marks of Markdown, so that a text is tagged as it is read when it is shown: `**Ada**`,
//! `[Ada](https://...)`, `| Ada |`, `## Ada`.
//!
//! In: tokens. Out: those that are words of the text. What parts the cells of a table is read as a comma; what a link
//! leads to is no part of the text. A mark is left out only where it stands as Markdown has it: `2 * 3`, `[1]` and
//! `snake_case` stay.

use crate::token::{Gap, Token};

/// Leaves out the marks of one text.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    /// What stands between the latest word and the next, where marks have been left out there.
    gap: Option<Gap>,
    /// Whether a bracket that was left out waits for its other one.
    open: bool,
    link: Link,
}

/// How far a link has been read.
#[derive(Debug, Default, PartialEq, Eq)]
enum Link {
    #[default]
    None,
    /// Its text: what it leads to may follow.
    Text,
    /// The beginning of what it leads to.
    Target,
}

impl Markup {
    /// Whether `token` is left out. If not, it is told what stands before it, and the latter says whether marks do.
    #[inline]
    pub(crate) fn leaves_out(&mut self, token: &mut Token<'_>) -> (bool, bool) {
        if (self.link != Link::None || !token.text.as_bytes()[0].is_ascii_alphanumeric()) && self.is_mark(token) {
            self.gap = Some(self.gap(token));
            return (true, false);
        }
        if token.text == "|" {
            // A row is a list: a cell by itself would say less of what is in it.
            token.text = ",";
        }
        let Some(gap) = self.gap.take() else { return (false, false) };
        token.gap = token.gap.max(gap);
        (false, true)
    }

    /// What stands between the latest word and `token`.
    fn gap(&self, token: &Token<'_>) -> Gap {
        token.gap.max(self.gap.unwrap_or(Gap::None))
    }

    #[inline(never)]
    fn is_mark(&mut self, token: &Token<'_>) -> bool {
        let joined = token.gap == Gap::None;
        match (std::mem::take(&mut self.link), token.text) {
            (Link::Text, "(") if joined => self.link = Link::Target,
            (Link::Target, text) if joined => {
                self.link = if text.ends_with(')') { Link::None } else { Link::Target };
            }
            // What closes leans on the word before it, what opens on the one behind.
            (_, "*" | "**" | "***" | "_" | "__" | "___" | "~~" | "`" | "```") if joined || !token.ahead.is_empty() => {}
            (_, "[") if token.ahead.starts_with(|ahead: char| !ahead.is_numeric() && ahead != ']') => self.open = true,
            (_, "]") if self.open => (self.open, self.link) = (false, Link::Text),
            (_, "|") => return self.gap(token) == Gap::Line,
            (_, "#") => return self.gap(token) == Gap::Line && token.ahead.trim_start_matches('#').is_empty(),
            (_, "-" | "*" | "+" | "•" | ">") => return self.gap(token) == Gap::Line && token.ahead.is_empty(),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Tokenizer;

    /// The words of `text`, `/` before those that begin a line and `^` before those with marks before them.
    fn words(text: &str) -> String {
        let mut words = Vec::new();
        let mut markup = Markup::default();
        let mut take = |mut token: Token<'_>| {
            let (is_left_out, parted) = markup.leaves_out(&mut token);
            if !is_left_out {
                let line = if token.gap == Gap::Line { "/" } else { "" };
                words.push(format!("{line}{}{}", if parted { "^" } else { "" }, token.text));
            }
        };
        let mut tokenizer = Tokenizer::default();
        tokenizer.push(text, &mut take);
        tokenizer.finish(&mut take);
        words.join(" ")
    }

    #[test]
    fn marks_around_words_and_at_the_beginning_of_lines_are_left_out() {
        for (text, expected) in [
            ("**Ada** met _Alan Turing_ and `Bob`.", "/^Ada ^met ^Alan Turing ^and ^Bob ^."),
            ("## Ada\n- *Alan*: he\n> said", "/^Ada /^Alan ^: he /^said"),
            ("| Ada | London |\n|---|---|", "/^Ada , London , /^--- , --- ,"),
            ("* Ada\n* Bob", "/^Ada /^Bob"),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn of_a_link_its_text_is_left() {
        for (text, expected) in [
            ("See [Ada Lovelace](https://x.org/a_(b)), who", "/See ^Ada Lovelace ^, who"),
            ("[**Ada**](u#v)'s [Bob] (so)", "/^Ada ^'s ^Bob ^( so )"),
            ("([Ada](u)) left", "/( ^Ada ^left"),
            ("[Ada](u and on)", "/^Ada ^and on )"),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_mark_stays() {
        for text in ["2 * 3", "f_x", "see [ 1 ]", "a - b", "C # minor", "a `` b", "x [ ]"] {
            assert_eq!(words(text), format!("/{text}"));
        }
        assert_eq!(words("radium [1] (so)"), "/radium [ 1 ] ( so )");
    }
}
