//! Tags the words of a text as it comes: who is a person, what is a verb.
//!
//! In: pieces of one text, and what a model has learnt ([`Parts`]). Out: its tokens with their tags, or the names that tags
//! make up, each as soon as no later text can change it, which is a few tokens behind the text. Cutting the text
//! differently changes nothing, and all arithmetic that decides is on integers: every machine tags alike.
//!
//! The steps: [`Tokenizer`] cuts the text, [`Word`] says what a token looks like, [`Features`] what stands around it,
//! [`Weights`] how well each tag fits, [`Lattice`] which sequence of tags is best.
//!
//! It is a crate by itself so that it can be optimised at a level of its own, as the WASM package does. What is generic is
//! compiled where it is used, so [`NameTagger`] and [`PosTagger`] are not.

mod features;
mod inner;
mod lattice;
mod lexicon;
mod line;
mod markup;
mod memory;
mod names;
mod organisation;
mod parts;
mod person;
mod pos;
mod sentence;
mod set;
mod token;
mod weights;
mod word;

pub use features::{BEFORE, BEHIND, Context, Features, Window};
pub use lattice::{Lattice, MAX_LAG, Step};
pub use lexicon::{Bits, Class, KEY_BITS, Lexicon, truncate};
pub use names::{Name, NameKind, NameModel, NameTagger, TAGS};
pub use parts::{HIGHEST, Parts, Transitions};
pub use pos::{PARTS, PartOfSpeech, PosModel, PosTagger, TaggedWord};
pub use sentence::{Scored, Sentences};
pub use token::{Gap, MAX_RUN, Token, Tokenizer};
pub use weights::Weights;
pub use word::{FORMS, Form, Word, join, key};

/// `e` to the power of `x`, by arithmetic that is the same everywhere; `x` is small or negative.
pub fn exp(x: f32) -> f32 {
    if x < -80.0 {
        return 0.0;
    }
    let scaled = f64::from(x) / f64::from(1 << 10);
    let mut power = 1.0 + scaled * (1.0 + scaled * (0.5 + scaled * (1.0 / 6.0 + scaled / 24.0)));
    for _ in 0..10 {
        power *= power;
    }
    power as f32
}
