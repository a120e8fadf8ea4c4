//! Words to windows: keeps the few words around the one that is being looked at, and finds where sentences end.

use crate::features::{BEFORE, BEHIND, Context, Window, form};
use crate::lexicon::Lexicon;
use crate::markup::Markup;
use crate::token::{Gap, Token, Tokenizer};
use crate::word::{Form, Word};

/// Hands out the words of one text with what stands around each.
#[derive(Debug, Default)]
pub struct Sentences {
    tokens: Tokenizer,
    /// Leaves out marks; `None` where they are words like others.
    markup: Option<Markup>,
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
    /// Whether marks that were left out part it from the word before.
    pub parted: bool,
}

impl Sentences {
    /// Of a text that may have marks of Markdown in it: they are no words.
    pub fn of_markdown() -> Self {
        Self { markup: Some(Markup::default()), ..Self::default() }
    }

    /// Takes the next piece of the text; `sink` gets each word once the [`BEHIND`] next ones are known.
    pub fn push(&mut self, text: &str, lexicon: &Lexicon, sink: &mut impl FnMut(Scored<'_>)) {
        let Self { tokens, markup, windows } = self;
        tokens.push(text, &mut |token| windows.read(token, markup.as_mut(), lexicon, sink));
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
        let Self { tokens, markup, windows } = self;
        tokens.finish(&mut |token| windows.read(token, markup.as_mut(), lexicon, sink));
        windows.end_sentence(lexicon, sink);
    }
}

#[derive(Debug)]
struct Windows {
    /// The words before, at and behind the one to be looked at next, from `at` on. The window moves on along them.
    words: [Word; ROOM],
    at: usize,
    /// Where each of them stands, and whether marks part it from the word before.
    places: [((u64, u64), bool); ROOM],
    /// How many words of the sentence wait in the window.
    waiting: usize,
    context: Context,
    first: bool,
    /// Whether the latest word may have ended the sentence, and whether a closing mark followed it.
    stopped: bool,
}

impl Default for Windows {
    fn default() -> Self {
        Self {
            words: [Word::default(); ROOM],
            at: 0,
            places: [((0, 0), false); ROOM],
            waiting: 0,
            context: Context::default(),
            first: false,
            stopped: false,
        }
    }
}

impl Windows {
    fn read(
        &mut self,
        mut token: Token<'_>,
        markup: Option<&mut Markup>,
        lexicon: &Lexicon,
        sink: &mut impl FnMut(Scored<'_>),
    ) {
        let (is_left_out, parted) = markup.map_or((false, false), |markup| markup.leaves_out(&mut token));
        if !is_left_out {
            self.token(token, parted, lexicon, sink);
        }
    }

    fn token(&mut self, token: Token<'_>, parted: bool, lexicon: &Lexicon, sink: &mut impl FnMut(Scored<'_>)) {
        let word = Word { glued: token.gap == Gap::None, ..Word::new(token.text, lexicon) };
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
        let next = self.at + BEFORE + self.waiting;
        self.words[next] = word;
        self.places[next] = ((token.start, end), parted);
        self.waiting += 1;
    }

    /// Hands out the words that wait; the window is empty then.
    fn end_sentence(&mut self, lexicon: &Lexicon, sink: &mut impl FnMut(Scored<'_>)) {
        while self.waiting > 0 {
            self.look(lexicon, sink);
        }
        self.words[..WIDTH].fill(Word::default());
        self.at = 0;
        self.first = true;
        self.stopped = false;
    }

    /// Hands out the word in the middle of the window and moves on by one.
    fn look(&mut self, lexicon: &Lexicon, sink: &mut impl FnMut(Scored<'_>)) {
        let Self { words, places, at, context, first, .. } = self;
        let window: &Window = words[*at..].first_chunk().expect("a whole window is left behind `at`");
        context.enter(window, lexicon);
        let form = form(window) as u8;
        let (span, parted) = places[*at + BEFORE];
        sink(Scored { window, context, form, span, first: *first, parted });
        self.first = false;
        self.waiting -= 1;
        self.at += 1;
        if self.at + WIDTH > ROOM {
            self.words.copy_within(self.at.., 0);
            self.places.copy_within(self.at.., 0);
            self.at = 0;
        }
        self.words[self.at + WIDTH - 1] = Word::default();
    }
}

/// Whether a sentence may begin with a word of this form.
fn begins(form: Form) -> bool {
    !matches!(form, Form::Lower | Form::Punctuation | Form::Stop | Form::Clitic)
}

/// Words in a window.
const WIDTH: usize = BEFORE + 1 + BEHIND;
/// Words until the window goes back to the beginning.
const ROOM: usize = 32;
