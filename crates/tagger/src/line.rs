//! Whether a line goes on in the next: prose in mail and manuals is wrapped at a width, lists and headings are not.
//!
//! A line goes on where it is as long as wrapped lines are, the next one begins like prose, and its first word would hardly
//! have fitted behind the line before, as the paragraph's lines so far have it.

use crate::token::Gap;

/// The line that is being read.
#[derive(Debug, Default)]
pub(crate) struct Line {
    /// Offset of its first byte.
    start: u64,
    /// Length of the line before, where it may go on in this one, of which nothing has been seen.
    left: Option<u64>,
    /// The longest line of the paragraph before this one, in bytes.
    longest: u64,
    /// Whether it is a heading or a table's row.
    is_block: bool,
    /// Whether the latest run ends with a colon: what follows is a list or a value.
    leads: bool,
    /// Whether it ends a sentence.
    stops: bool,
    /// Whether the latest break is a carriage return.
    returned: bool,
}

impl Line {
    /// The first line of a text that begins at `start`.
    pub(crate) fn first(start: u64) -> Self {
        Self { start, ..Self::default() }
    }

    /// Takes the break at offset `at`, with `blank` bytes of white space before it. What stands there as far as is known.
    pub(crate) fn leave(&mut self, char: char, at: u64, blank: usize) -> Gap {
        let length = at - self.start;
        let is_second = char == '\n' && length == 0 && std::mem::take(&mut self.returned);
        self.start = at + char.len_utf8() as u64;
        if is_second {
            return Gap::Space;
        }
        self.returned = char == '\r';
        // Markdown's two spaces end a line for good.
        let is_prose = !self.is_block && !self.leads && (length >= WRAPPED || !self.stops);
        let may_go_on = self.left.is_none() && is_prose && blank < 2 && LINES.contains(&length);
        self.left = (may_go_on && matches!(char, '\n' | '\r')).then_some(length);
        if self.left.is_some() { Gap::Space } else { Gap::Line }
    }

    /// Takes a run that `gap` stands before. What really stands there.
    #[inline]
    pub(crate) fn enter(&mut self, run: &str, gap: Gap) -> Gap {
        let last = run.as_bytes().last();
        self.leads = last == Some(&b':');
        self.stops = matches!(last, Some(b'.' | b'!' | b'?'));
        if gap != Gap::Line && self.left.is_none() { gap } else { self.begin(run, gap) }
    }

    fn begin(&mut self, run: &str, gap: Gap) -> Gap {
        if let Some(length) = self.left.take()
            && gap != Gap::Line
            && goes_on(run)
            && (length >= WRAPPED || run.starts_with(char::is_lowercase))
            && length + 1 + run.len() as u64 + SLACK > self.longest
        {
            self.longest = self.longest.max(length);
            return gap;
        }
        self.longest = 0;
        self.is_block = run.starts_with(['#', '|']);
        Gap::Line
    }
}

/// Whether a line of prose may go on with `run`: it is no item's mark, key or fence.
fn goes_on(run: &str) -> bool {
    let bare = run.trim_start_matches(['(', '[', '"', '\'', '“', '‘', '«', '$', '€', '£']);
    // One mark of emphasis: two begin a key mostly.
    let bare = bare.strip_prefix(['*', '_', '`']).unwrap_or(bare);
    let is_short = |number: &str| number.len() < 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = run.strip_suffix(['.', ')']).is_some_and(is_short);
    bare.starts_with(char::is_alphanumeric) && !is_number && !run.ends_with(':')
}

/// Bytes in a line that may go on.
const LINES: std::ops::RangeInclusive<u64> = 12..=124;
/// From so many bytes on it was wrapped, whatever the next line begins with: if with a small letter, it is no list.
const WRAPPED: u64 = 40;
/// How much shorter than by its first word a line may be: not everybody wraps as soon as one does not fit.
const SLACK: u64 = 12;

#[cfg(test)]
mod tests {
    use crate::token::{Gap, Tokenizer};

    /// The first words of the lines in `text` that don't continue the one before.
    fn beginnings(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut tokens = Tokenizer::default();
        let mut take = |token: crate::Token<'_>| words.extend((token.gap == Gap::Line).then(|| token.text.to_owned()));
        // As if it came letter by letter.
        text.split_inclusive(|_| true).for_each(|piece| tokens.push(piece, &mut take));
        tokens.finish(&mut take);
        words
    }

    const LONG: &str = "The first programmer of the world was probably Ada";

    #[test]
    fn wrapped_prose_goes_on_over_its_breaks() {
        for lines in ["Lovelace met him", "“Countess” of it", "in 1843", "(born in 1815)", "*Notes*", "$5", "1843."]
        {
            for end in ["\n", "\r\n", "\r", " \n", "\n   "] {
                assert_eq!(beginnings(&format!("{LONG}{end}{lines}")), ["The"], "{end:?}{lines}");
            }
        }
        let wrapped = format!("{LONG}\nLovelace, who wrote notes on the engines\nof Babbage, the mathematician");
        assert_eq!(beginnings(&wrapped), ["The"]);
    }

    #[test]
    fn lists_headings_tables_and_paragraphs_end_their_lines() {
        for next in ["- Bob", "* Bob", "1. Bob", "2) Bob", "# Bob", "| Bob", "> Bob", "**Bob**", "```", "CEO: Bob"] {
            assert_eq!(beginnings(&format!("{LONG}\n{next}")).len(), 2, "{next}");
        }
        for end in ["\n\n", "\r\n\r\n", "\n \n", "  \n", ":\n", "\u{2028}", "\n\u{c}"] {
            assert_eq!(beginnings(&format!("{LONG}{end}Bob")), ["The", "Bob"], "{end:?}");
        }
        assert_eq!(beginnings(&format!("# {LONG}\nBob")), ["#", "Bob"]);
        assert_eq!(beginnings(&format!("|{LONG}|\nBob")), ["|", "Bob"]);
    }

    #[test]
    fn short_and_endless_lines_are_not_wrapped() {
        assert_eq!(beginnings("Ada Lovelace\nAlan Turing"), ["Ada", "Alan"]);
        assert_eq!(beginnings("Ada Lovelace\nmet him"), ["Ada"]);
        assert_eq!(beginnings("Bob left us.\nmet him"), ["Bob", "met"]);
        assert_eq!(beginnings("apples\npears"), ["apples", "pears"]);
        assert_eq!(beginnings(&format!("{LONG} {LONG} {LONG}\nBob")), ["The", "Bob"]);
        // `Bob` would have fitted.
        let longer = format!("{LONG} who lived in London then\n{LONG}\nBob");
        assert_eq!(beginnings(&longer), ["The", "Bob"]);
    }
}
