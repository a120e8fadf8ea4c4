//! Tags the words of a text as it comes. What does it is a crate of its own, `midstream-tagger`; here its model files are
//! read.

mod file;
mod pos;

pub use file::{Error, NAMES, PARTS_OF_SPEECH, read, write};
pub use midstream_tagger::{
    BEFORE, BEHIND, Bits, Class, Context, FORMS, Features, Form, Gap, KEY_BITS, Lattice, Lexicon, MAX_LAG, MAX_RUN,
    PARTS, PartOfSpeech, Parts, PosTagger, Scored, Sentences, Step, TaggedWord, Token, Tokenizer, Transitions, Weights,
    Window, Word, exp, join, key, truncate,
};
pub use pos::PosModel;
