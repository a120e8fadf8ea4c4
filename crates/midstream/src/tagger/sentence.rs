//! Words to windows: keeps the few words around the one that is being looked at, and finds where sentences end.

use super::features::{BEFORE, BEHIND, Context, Window, form};
use super::lexicon::Lexicon;
use super::token::{Gap, Token, Tokenizer};
use super::word::{Form, Word};

/// Hands out the words of one text with what stands around each.
#[derive(Debug, Default)]
pub struct Sentences {
    tokens: Tokenizer,
    windows: Windows,
}

/// A word with all that is looked at to tag it.
#[derive(Debug)]
pub struct Scored<'a> {
    /// The words around it.
    pub window: &'a Window,
    /// What has been seen of its sentence.
    pub context: &'a Context,
    /// Its form, as the number that transitions go by.
    pub form: u8,
    /// First byte and one past the last byte in the text.
    pub span: (u64, u64),
    /// Whether it begins a sentence.
    pub first: bool,
}

impl Sentences {
    /// Takes the next piece of the text; `sink` gets each word once the [`BEHIND`] next ones are known.
    pub fn push(&mut self, text: &str, lexicon: &Lexicon, sink: &mut impl FnMut(Scored<'_>)) {
        let Self { tokens, windows } = self;
        tokens.push(text, &mut |token| windows.token(token, lexicon, sink));
        if tokens.gap() == Some(Gap::Line) {
            windows.end_sentence(lexicon, sink);
        }
    }

    /// Where the next word may begin, if none waits and the next one begins a sentence.
    pub fn idle(&self) -> Option<u64> {
        (self.windows.first && self.windows.waiting == 0).then(|| self.tokens.held_from())
    }

    /// Takes the end of the text, or of a part of it.
    pub fn finish(&mut self, lexicon: &Lexicon, sink: &mut impl FnMut(Scored<'_>)) {
        let Self { tokens, windows } = self;
        tokens.finish(&mut |token| windows.token(token, lexicon, sink));
        windows.end_sentence(lexicon, sink);
    }
}

#[derive(Debug, Default)]
struct Windows {
    /// The words before, at and behind the one to be looked at next.
    window: Window,
    spans: [(u64, u64); BEHIND + 1],
    /// How many words of the sentence wait in the window.
    waiting: usize,
    context: Context,
    first: bool,
    /// Whether the latest word may have ended the sentence, and whether a closing mark followed it.
    stopped: bool,
}

impl Windows {
    fn token(&mut self, token: Token<'_>, lexicon: &Lexicon, sink: &mut impl FnMut(Scored<'_>)) {
        let word = Word::new(token.text, lexicon);
        let ends = token.gap == Gap::Line || self.stopped && token.gap == Gap::Space && begins(word.form);
        if ends {
            self.end_sentence(lexicon, sink);
        }
        self.stopped = match word.form {
            Form::Stop => true,
            Form::Punctuation => self.stopped && token.gap == Gap::None,
            _ => false,
        };
        let end = token.start + token.text.len() as u64;
        if self.waiting > BEHIND {
            self.look(lexicon, sink);
        }
        self.window[BEFORE + self.waiting] = word;
        self.spans[self.waiting] = (token.start, end);
        self.waiting += 1;
    }

    /// Hands out the words that wait; the window is empty then.
    fn end_sentence(&mut self, lexicon: &Lexicon, sink: &mut impl FnMut(Scored<'_>)) {
        while self.waiting > 0 {
            self.look(lexicon, sink);
        }
        self.window = Window::default();
        self.first = true;
        self.stopped = false;
    }

    /// Hands out the word in the middle of the window and moves on by one.
    fn look(&mut self, lexicon: &Lexicon, sink: &mut impl FnMut(Scored<'_>)) {
        self.context.enter(&self.window, lexicon);
        let form = form(&self.window) as u8;
        let Self { window, context, spans, first, .. } = self;
        sink(Scored { window, context, form, span: spans[0], first: *first });
        self.first = false;
        self.waiting -= 1;
        self.window.rotate_left(1);
        self.window[BEFORE + BEHIND] = Word::default();
        self.spans.rotate_left(1);
    }
}

/// Whether a sentence may begin with a word of this form.
fn begins(form: Form) -> bool {
    !matches!(form, Form::Lower | Form::Punctuation | Form::Stop | Form::Clitic)
}
