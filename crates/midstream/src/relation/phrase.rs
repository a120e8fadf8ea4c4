//! Noun phrases without what follows their main word.

use super::words::{QUESTION, Word};
use crate::tagger::PartOfSpeech::{Adj, Adp, Adv, Cconj, Det, Noun, Num, Part, Pron, Propn, Punct, Sym, Verb};

/// A noun phrase: `the third - largest company`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NounPhrase {
    /// Its first word.
    pub(super) from: usize,
    /// One past its last word.
    pub(super) to: usize,
    /// Its main word.
    pub(super) head: usize,
    /// The last possessive ending in it.
    pub(super) possessive: Option<usize>,
}

/// The noun phrase that begins at word `at`.
pub(super) fn noun_phrase(words: &[Word<'_>], at: usize) -> Option<NounPhrase> {
    let begins_with_pronoun = words[at].part == Pron;
    if begins_with_pronoun && !goes_on(words, at) {
        let to = at + 1;
        return (!words[at].is(QUESTION)).then_some(NounPhrase { from: at, to, head: at, possessive: None });
    }
    let mut phrase = Growing { words, from: at, to: at + usize::from(begins_with_pronoun), ..Growing::default() };
    while phrase.take() {}
    phrase.end()
}

/// Whether the pronoun at `at` belongs to a noun behind it: `his house`, `all people`.
fn goes_on(words: &[Word<'_>], at: usize) -> bool {
    let Some(next) = words.get(at + 1) else { return false };
    if words[at].is_possessive_pronoun() {
        return matches!(next.part, Noun | Propn | Adj | Num | Adv | Punct | Verb);
    }
    words[at].is(QUANTIFIERS) && matches!(next.part, Det | Adj | Noun | Propn)
}

#[derive(Default)]
struct Growing<'a> {
    words: &'a [Word<'a>],
    from: usize,
    to: usize,
    head: Option<usize>,
    possessive: Option<usize>,
    quoted: bool,
}

impl Growing<'_> {
    /// Takes the next word or words, if they belong to the phrase.
    fn take(&mut self) -> bool {
        let (words, at) = (self.words, self.to);
        let Some(word) = words.get(at) else { return false };
        let next = words.get(at + 1);
        let inside = at > self.from;
        let before = |with: &dyn Fn(&Word<'_>) -> bool| inside && with(&words[at - 1]);
        // `paid Initech USD 5,000`: two phrases.
        let is_price = word.priced
            && self.head.is_some_and(|head| !words[head].priced && (words[head].named || words[head].part == Propn));
        // `acquire Arm next year`, `joined Acme two years ago`: two phrases, too.
        let is_when = word.dated
            && !word.lower.starts_with(|first: char| first.is_ascii_digit())
            && self.head.is_some_and(|head| {
                (words[head].named || words[head].part == Propn) && words[head].entity != word.entity
            });
        if word.is_bracket() || self.begins_behind_date(word) || is_price || is_when {
            return false;
        }
        let goes_on = word.entity.is_some() && !word.is_possessive_ending();
        if self.head.is_some() && goes_on && before(&|word_before| word_before.entity == word.entity) {
            if word.part != Adp && word.part != Punct {
                self.head = Some(at);
            }
            return self.advance(1);
        }
        match word.part {
            Det => self.head.is_none() && self.advance(1),
            _ if word.is_nominal() && word.part != Sym || word.part == Sym && word.lower != "-" => {
                self.head = Some(at);
                self.advance(1)
            }
            // A name is a noun, whatever its words look like.
            Adj | Verb | Adv if word.named && next.is_none_or(|next| next.entity != word.entity) => {
                self.head = Some(at);
                self.advance(1)
            }
            Adj if self.head.is_none() || leads_to_noun(words, at) => self.advance(1),
            Adv => {
                let fits = next.is_some_and(|next| {
                    next.is_modifier()
                        || next.part == Num
                        || next.lower == "-"
                        || next.part == Verb && inside && (next.is_participle() || next.is_gerund())
                });
                self.head.is_none() && fits && self.advance(1)
            }
            Verb => {
                let hyphened = before(&|word| word.lower == "-");
                let modifies = next.is_some_and(|next| next.is_nominal() || next.part == Adj || next.lower == "-");
                let participle = (word.is_gerund() || word.is_participle()) && modifies;
                if hyphened || self.head.is_none() && inside && participle {
                    return self.advance(1);
                }
                if self.head.is_none() && before(&|word| word.part == Det) {
                    self.head = Some(at);
                    return self.advance(1);
                }
                false
            }
            Pron => {
                let reflexive = self.head.is_some() && word.is(REFLEXIVE);
                if inside && self.head.is_none() {
                    self.head = Some(at);
                }
                (reflexive || self.head == Some(at)) && self.advance(1)
            }
            Part if word.is_possessive_ending() && self.head.is_some() => {
                let owns = next.is_some_and(|next| {
                    next.is_nominal() || matches!(next.part, Adj | Verb | Adv) || next.is_opening_quote()
                });
                if owns {
                    self.possessive = Some(at);
                    self.head = None;
                }
                self.advance(1) && owns
            }
            Cconj => {
                // `a Polish and naturalised - French physicist`.
                let hyphened = || words.get(at + 2).is_some_and(|word| word.lower == "-");
                let adjective = |next: &Word<'_>| next.part == Adj || next.is_participle() && hyphened();
                let adjectives = before(&|word| word.part == Adj) && next.is_some_and(adjective);
                let names = word.lower == "&" && next.is_some_and(Word::is_nominal);
                (self.head.is_none() && adjectives || self.head.is_some() && names) && self.advance(1)
            }
            Punct | Sym => self.take_mark(),
            _ => false,
        }
    }

    /// Whether the phrase is a date so far and `word` begins another one: `In 1838 | Ada`, `last year | the owner`.
    fn begins_behind_date(&self, word: &Word<'_>) -> bool {
        let Self { words, from, to, .. } = *self;
        let behind_date = to > from
            && words[to - 1].dated
            && words[from].entity == words[to - 1].entity
            && word.entity != words[from].entity;
        // `in 1838 Ada`, but `in May Day marches`, `the 2012 Olympics`.
        let opens = (from == 0 || words[from - 1].part == Adp)
            && words[to.max(1) - 1].lower.ends_with(|end: char| end.is_ascii_digit());
        behind_date && (word.named || matches!(word.part, Pron | Det | Num) || word.part == Propn && opens)
    }

    /// Takes a hyphen with the word behind it, a quotation mark, or a comma between adjectives or in a date.
    fn take_mark(&mut self) -> bool {
        let (words, at) = (self.words, self.to);
        let inside = at > self.from;
        let Some(next) = words.get(at + 1) else {
            return self.quoted && words[at].is_closing_quote() && self.advance(1);
        };
        let word = &words[at];
        if word.is(&["-", "/", "–"]) && inside {
            // `take - it - or - leave - it`: small words too, where a hyphen follows them.
            let joins = next.is_nominal()
                || matches!(next.part, Adj | Verb | Adv)
                || next.part == Adp && words.get(at + 2).is_some_and(|word| word.lower == "-");
            if joins && next.is_nominal() {
                self.head = Some(at + 1);
            }
            return joins && self.advance(2);
        }
        if self.quoted && word.is_closing_quote() {
            self.quoted = false;
            return self.advance(1) && (self.head.is_none() || next.is_nominal());
        }
        let begins = next.is_nominal() || matches!(next.part, Adj | Det | Verb);
        if word.is_opening_quote() && !self.quoted && self.head.is_none() && begins {
            self.quoted = true;
            return self.advance(1);
        }
        let adjectives = self.head.is_none() && inside && words[at - 1].part == Adj && next.part == Adj;
        let year = self.head.is_some_and(|head| words[head].part == Num) && next.part == Num && next.lower.len() == 4;
        word.lower == "," && (adjectives || year) && self.advance(1)
    }

    fn advance(&mut self, by: usize) -> bool {
        self.to += by;
        true
    }

    fn end(self) -> Option<NounPhrase> {
        let Self { words, mut from, mut to, head, possessive, quoted } = self;
        // What goes on behind the phrase is not the phrase's quotation.
        from += usize::from(quoted && words[from].is_opening_quote());
        if to <= from {
            return None;
        }
        let Some(head) = head else {
            // `the rich`, `the accused`.
            let stands = to > from + 1
                && words[from].part == Det
                && possessive.is_none()
                && matches!(words[to - 1].part, Adj | Verb);
            let single = to == from + 1 && words[from].part == Det;
            return (stands || single).then_some(NounPhrase { from, to, head: to - 1, possessive });
        };
        while to - 1 > head && matches!(words[to - 1].part, Adv | Adj | Cconj | Det) {
            to -= 1;
        }
        Some(NounPhrase { from, to, head, possessive })
    }
}

/// Whether the adjectives from `at` on have a noun behind them.
fn leads_to_noun(words: &[Word<'_>], at: usize) -> bool {
    let behind = words[at..].iter().find(|word| word.part != Adj && word.lower != "-");
    behind.is_some_and(Word::is_nominal)
}

const QUANTIFIERS: &[&str] = &["all", "both", "some", "any", "each", "many", "several", "most"];
const REFLEXIVE: &[&str] = &["himself", "herself", "itself", "themselves"];
