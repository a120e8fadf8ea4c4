//! Parts of speech: what the model in the repository says, and that cutting the text changes nothing.

use std::sync::LazyLock;

use midstream::tagger::{PosModel, TaggedWord};

#[test]
fn a_plain_sentence_is_tagged_as_a_grammar_would() {
    let text = "The old man quickly gave his dog a bone .";
    let found: Vec<_> = tag(&[text]).iter().map(|word| word.part.as_str()).collect();
    assert_eq!(found, ["DET", "ADJ", "NOUN", "ADV", "VERB", "PRON", "NOUN", "DET", "NOUN", "PUNCT"]);
}

#[test]
fn a_word_that_begins_a_sentence_says_so() {
    let text = "It rained. We stayed.\nThey left";
    let first: Vec<_> = tag(&[text]).iter().filter(|word| word.first).map(|word| word.start).collect();
    assert_eq!(first, [0, 11, 22]);
}

#[test]
fn a_possessive_and_a_negation_are_words_of_their_own_however_they_are_spaced() {
    for text in ["Wendy's dog didn't bark.", "Wendy 's dog did n't bark .", "Wendy’s dog didn’t bark."] {
        let words = tag(&[text]);
        let found: Vec<_> = words.iter().map(|word| &text[word.start as usize..word.end as usize]).collect();
        assert_eq!(found.len(), 7, "{found:?}");
        assert_eq!((found[1].ends_with('s'), found[4].starts_with('n')), (true, true), "{found:?}");
        let parts: Vec<_> = words.iter().map(|word| word.part.as_str()).collect();
        assert_eq!(parts, ["PROPN", "PART", "NOUN", "AUX", "PART", "VERB", "PUNCT"], "{text}");
    }
}

#[test]
fn every_cut_gives_the_same_tags_and_every_word_once() {
    for text in TEXTS {
        let expected = tag(&[text]);
        let mut end = 0;
        // Marks of Markdown are no words.
        let is_no_word = |text: &str| text.chars().all(|char| char.is_whitespace() || "#-*`|".contains(char));
        for word in &expected {
            assert!(word.start >= end && word.end > word.start, "{word:?} in {text}");
            assert!(text.is_char_boundary(word.start as usize) && text.is_char_boundary(word.end as usize));
            assert!(is_no_word(&text[end as usize..word.start as usize]), "{word:?} in {text}");
            end = word.end;
        }
        assert!(is_no_word(&text[end as usize..]), "{text}");
        for cut in (1..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            assert_eq!(tag(&[&text[..cut], &text[cut..]]), expected, "cut at {cut}: {text}");
        }
    }
}

fn tag(pieces: &[&str]) -> Vec<TaggedWord> {
    let mut tagger = MODEL.start();
    let mut words = Vec::new();
    for piece in pieces {
        tagger.push(piece, &mut words);
    }
    tagger.finish(&mut words);
    words
}

static MODEL: LazyLock<PosModel> = LazyLock::new(|| {
    PosModel::read(include_bytes!("../../../models/parts-of-speech.bin")).expect("the model in the repository is good")
});

const TEXTS: &[&str] = &[
    "",
    "I can't believe that they're going to open a can of worms! Who would've thought so?",
    "Das ist kein Englisch. 東京で話した。 🚀🚀 to the moon… a\u{301}b -- 3.5% of $1,000 @ 10:30",
    "# Title\n\n- one, two\n- `fn main() {}`\n\n| a | b |\n|---|---|",
];
