//! Small words inside of names: what stands between `Charles` and `Gaulle`, `Frankfurt` and `Main`, is written in small
//! letters, and part of the name.

use crate::features::{BEFORE, Window};
use crate::lexicon::Class;
use crate::names::TAGS;
use crate::set::is_name;
use crate::word::{Form, Word};

/// Adds to the scores of the word in the middle of `window` what a particle there or before it says.
#[inline]
pub(crate) fn raise(window: &Window, scores: &mut [i16; TAGS], worth: i16) {
    let [third, second, last, word, next, after, _] = window;
    let goes_on = if is_particle(word) {
        (is_part(last) || is_particle(last) && is_part(second))
            && (is_name(next) || is_particle(next) && is_name(after))
    } else {
        is_name(word) && is_particle(last) && (is_part(second) || is_particle(second) && is_part(third))
    };
    if goes_on {
        INSIDE.iter().for_each(|tag| scores[*tag] += 2 * worth);
    }
}

/// `de`, `von`: what English has no other use for.
fn is_particle(word: &Word) -> bool {
    word.form == Form::Lower && word.class.get(Class::INNER) == Class::PARTICLE
}

/// Whether a name may begin with the word, and not only a sentence.
fn is_part(word: &Word) -> bool {
    is_name(word) && word.class.get(Class::COMMON) < FUNCTION
}

/// The tags of the words of a person's, an organisation's and a place's name but the first.
const INSIDE: [usize; 3] = [2, 4, 6];
/// How common words are that hardly begin a name.
const FUNCTION: u16 = 6;
const _: () = assert!(BEFORE == 3, "a window is taken apart into seven words");
