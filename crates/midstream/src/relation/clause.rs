//! Predicates with their subjects, objects and adjuncts.

use super::chunk::{Chunk, Chunks, Kind, Noun};
use super::complement::Complements;
use super::event::RelationKind;
use super::stance::{Stance, stance};
use super::verb::{Form, VerbGroup};
use super::words::{CIRCUMSTANCE, CONSIDERING, DOUBT, ENDING, HARDLY, PENDING, SUPPOSED, SURE, WISHING, Word};

/// A stretch of words: the first, and one past the last.
pub(super) type Stretch = (usize, usize);

/// A relation, by the words of its sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub(super) kind: RelationKind,
    /// How the subject was found.
    pub(super) way: Way,
    pub(super) subject: Phrase,
    /// The words of the predicate; `None` where the sentence has none for it.
    pub(super) predicate: Option<Stretch>,
    /// The preposition before the object that belongs to the predicate.
    pub(super) preposition: Option<Stretch>,
    pub(super) object: Phrase,
    /// Each with its preposition.
    pub(super) adjuncts: Vec<Phrase>,
    pub(super) negated: bool,
    pub(super) hedged: bool,
}

/// Words that are an argument, with their main word where they are a noun phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Phrase {
    pub(super) words: Stretch,
    pub(super) head: Option<usize>,
    /// How many of its words are a preposition before the phrase.
    pub(super) preposition: usize,
}

/// How a relation's subject, or the relation itself, was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// It stands before the predicate.
    Plain,
    /// Something in commas or dashes stands between.
    Across,
    /// It is that of the predicate before: `he came and saw`.
    Shared,
    /// It is what a relative clause describes.
    Relative,
    /// It is what a participle describes: `a book written by her`.
    Reduced,
    /// It is that of the main clause: `he left, taking the book`.
    Participle,
    /// There is no verb.
    Verbless,
}

/// The relations that a sentence's verbs say.
pub(super) fn clauses(words: &[Word<'_>], chunks: &Chunks) -> Vec<Finding> {
    // `According to Reuters, it opened`: all that the sentence says is somebody's words.
    let according = |at: usize| words[at].lower == "according" && (at == 0 || words[at - 1].lower == ",");
    // `Suppose Anna founded it`, `Had he won, they would have left`: neither is said to be so.
    let supposed = words.first().is_some_and(|first| first.is(SUPPOSED));
    let mut doubted = if supposed || (0..words.len()).any(according) { (0, words.len()) } else { (words.len(), 0) };
    let mut findings = Vec::new();
    for row in chunks.rows() {
        let mut reader = Reader { words, row, last: None, main: None, when: None, aside: None, stance: None, doubted };
        for (at, chunk) in row.iter().enumerate() {
            if let Some(verb) = chunk.verb().filter(|verb| verb.form != Form::Infinitive) {
                findings.extend(reader.clause(at, verb));
            }
        }
        doubted = reader.doubted;
    }
    findings
}

pub(super) struct Reader<'a> {
    pub(super) words: &'a [Word<'a>],
    pub(super) row: &'a [Chunk],
    /// The subject of the latest predicate.
    last: Option<Phrase>,
    /// That of the latest one that is no relative clause's.
    main: Option<Phrase>,
    /// When it was so, where that stands before the subject.
    when: Option<Phrase>,
    /// The chunk of a predicate to come, and that of its subject, where commas set something apart between the two.
    aside: Option<(usize, usize)>,
    /// What is held of the latest clause.
    stance: Option<Stance>,
    /// What stands among these words is somebody's.
    doubted: Stretch,
}

/// A subject with how it was found, and what a relative clause without its object has for one.
struct Subject {
    phrase: Phrase,
    way: Way,
    /// Chunk of the subject's first phrase.
    chunk: Option<usize>,
    object: Option<usize>,
}

impl Reader<'_> {
    fn clause(&mut self, at: usize, verb: &VerbGroup) -> Option<Finding> {
        let (words, row) = (self.words, self.row);
        let subject = self.subject(at, verb)?;
        if matches!(subject.way, Way::Plain | Way::Across | Way::Relative | Way::Shared) {
            self.last = Some(subject.phrase);
            let is_inner = |chunk: usize| chunk.checked_sub(1).is_some_and(|before| row[before].kind == Kind::Relative);
            if subject.way != Way::Relative && !subject.chunk.is_some_and(is_inner) {
                self.main = self.last;
            }
        }
        let held = self.held(&subject);
        if matches!(subject.way, Way::Plain | Way::Across) {
            self.stance = held;
        }
        // `is considering buying it`.
        let considered = self.is_gerund_behind(at, CONSIDERING);
        let hedged = considered || self.is_hedged(at, verb, &subject) || held == Some(Stance::Doubted);
        let Complements { mut object, mut adjuncts, end } = self.complements(at + 1, verb, true);
        if let Some(clause) = self.reported(at, verb, object, &adjuncts, end) {
            if !words[verb.main].is(SURE) || verb.negated || hedged {
                let (from, to) = self.doubted;
                self.doubted = (from.min(clause.words.0), to.max(clause.words.1));
            }
            object = Some(clause);
            adjuncts.clear();
        } else if let Some(front) = subject.object.filter(|_| object.is_none()) {
            object = Some(phrase(&row[front]));
        }
        let mut preposition = None;
        if object.is_none() && !adjuncts.is_empty() {
            // `graduated in 1891 at the Sorbonne`: where, and not when.
            let what = adjuncts.iter().position(|phrase| phrase.preposition > 0 && !self.says_when(phrase));
            let first = adjuncts.remove(what.filter(|_| self.says_when(&adjuncts[0])).unwrap_or(0));
            let (from, to) = first.words;
            preposition = (first.preposition > 0).then_some((from, from + first.preposition));
            object = Some(Phrase { words: (from + first.preposition, to), head: first.head, preposition: 0 });
        }
        let object = object?;
        // `wants Bob to leave`: neither is so.
        let to = |phrase: &Phrase| phrase.preposition == 0 && words[phrase.words.0].lower == "to";
        let hedged = hedged || words[verb.main].is(WISHING) && adjuncts.iter().any(to);
        // `In 1990 he left Acme and joined Initech`, `and Bob left it`.
        let joined = |chunk: usize| chunk.checked_sub(1).is_some_and(|before| row[before].kind == Kind::Conjunction);
        let goes_on = subject.way == Way::Shared || subject.chunk.is_some_and(joined);
        let fronted = subject
            .chunk
            .and_then(|chunk| self.fronted(chunk))
            .or_else(|| self.when.filter(|_| goes_on && !adjuncts.iter().any(|phrase| self.says_when(phrase))));
        if subject.way != Way::Relative && subject.way != Way::Reduced {
            self.when = fronted.filter(|phrase| self.says_when(phrase));
        }
        adjuncts.extend(fronted);
        let nobody = |phrase: &Phrase| words[phrase.words.0].is(&["no", "none", "nobody", "nothing", "neither"]);
        let group = &words[row[at].from..verb.to];
        let negated = verb.negated
            || nobody(&subject.phrase)
            || nobody(&object)
            || group.iter().any(|word| word.is(HARDLY))
            || self.is_undone(at, verb, &subject);
        Some(Finding {
            kind: if verb.copula { RelationKind::Copula } else { RelationKind::Verb },
            way: subject.way,
            predicate: Some((row[at].from, verb.to)),
            preposition,
            // What is denied that is not so, is so.
            negated: negated != (held == Some(Stance::Denied)),
            hedged,
            subject: subject.phrase,
            object,
            adjuncts,
        })
    }

    /// Whether words beside the predicate say that it is not so: `failed to win`, `stopped working at Acme`, `is no longer
    /// the head`, `is neither doctor nor lawyer`, `hardly anyone knows`.
    fn is_undone(&self, at: usize, verb: &VerbGroup, subject: &Subject) -> bool {
        let (words, first) = (self.words, subject.phrase.words.0);
        let is = |at: usize, wanted: &str| words.get(at).is_some_and(|word| word.lower == wanted);
        words[self.row[at].from..verb.main].iter().any(|word| word.is(&["fail", "fails", "failed"]))
            || is(verb.to, "no") && is(verb.to + 1, "longer")
            || is(verb.to, "neither")
            || self.is_gerund_behind(at, ENDING)
            || first.checked_sub(1).is_some_and(|before| words[before].is(&["hardly", "scarcely"]))
    }

    /// Whether chunk `at` is a gerund right behind one of `these` words, or joined to one that is: `stopped smoking and
    /// drinking tea`.
    fn is_gerund_behind(&self, at: usize, these: &[&str]) -> bool {
        let row = self.row;
        let is_gerund = |at: &usize| row[*at].verb().is_some_and(|verb| verb.form == Form::Gerund);
        if !is_gerund(&at) || at == 0 {
            return false;
        }
        let joined = row[at - 1].kind == Kind::Conjunction;
        let first = if joined { (0..at - 1).rev().find(is_gerund) } else { Some(at) };
        first.and_then(|at| row[at].from.checked_sub(1)).is_some_and(|last| self.words[last].is(these))
    }

    /// What is held of the clause that `subject` begins.
    fn held(&self, subject: &Subject) -> Option<Stance> {
        let (words, row) = (self.words, self.row);
        match subject.way {
            Way::Plain | Way::Across => {
                let that = subject.chunk?.checked_sub(1).filter(|at| words[row[*at].from].lower == "that")?;
                // `that he left and that she stayed`.
                let goes_on = that.checked_sub(1).is_some_and(|before| row[before].kind == Kind::Conjunction);
                if goes_on { self.stance } else { stance(words, row, that) }
            }
            Way::Shared | Way::Participle => self.stance,
            Way::Relative | Way::Reduced | Way::Verbless => None,
        }
    }

    /// The subject of the predicate at chunk `at`.
    fn subject(&mut self, at: usize, verb: &VerbGroup) -> Option<Subject> {
        if let Some((noun, predicate)) = self.set_apart(at, verb) {
            self.aside = Some((predicate, noun));
            return Some(Subject { phrase: phrase(&self.row[noun]), way: Way::Reduced, chunk: None, object: None });
        }
        let row = self.row;
        let before = (0..at).rev().find(|before| row[*before].kind != Kind::Adverb)?;
        let shared = |way| self.last.map(|phrase| Subject { phrase, way, chunk: None, object: None });
        let whole = |last: usize, way| {
            let first = self.first_of(last);
            Subject { phrase: span(&row[first], &row[last]), way, chunk: Some(first), object: None }
        };
        if let Some((_, noun)) = self.aside.filter(|(predicate, _)| *predicate == at) {
            return Some(whole(noun, Way::Across));
        }
        if let Some(noun) = self.described(at, before) {
            return Some(whole(noun, Way::Across));
        }
        match &row[before].kind {
            Kind::Relative => {
                let skip = |at: usize, kind: Kind| at.checked_sub(1).filter(|_| row[at].kind == kind).unwrap_or(at);
                let noun = before.checked_sub(1)?;
                let noun = skip(skip(noun, Kind::Preposition), Kind::Comma);
                let of = row[noun].noun()?;
                let phrase = match of.last {
                    // `in honour of William Jones, who wrote`.
                    Some((from, head)) if self.is_name(head) && self.words[row[before].from].is(&["who", "whose"]) => {
                        Phrase { words: (from, row[noun].to), head: Some(head), preposition: 0 }
                    }
                    _ => self.whose(noun),
                };
                Some(Subject { phrase, way: Way::Relative, chunk: None, object: None })
            }
            Kind::Noun(_) if self.is_reduced(at, verb, before) => {
                Some(Subject { phrase: self.whose(before), way: Way::Reduced, chunk: None, object: None })
            }
            Kind::Noun(_) => {
                let mut subject = whole(before, Way::Plain);
                let first = subject.chunk.unwrap_or(before);
                // `the system which he patented`, `the system he patented`.
                let no_object = !row.get(at + 1).is_some_and(|next| next.is_noun() || next.kind == Kind::Adjective);
                let is_comma = |at: usize| row[at].kind == Kind::Comma;
                subject.object = match first.checked_sub(1).map(|at| (at, &row[at].kind)) {
                    Some((relative, Kind::Relative)) => {
                        relative.checked_sub(1).map(|at| at - usize::from(is_comma(at) && at > 0))
                    }
                    Some((noun, Kind::Noun(of))) if no_object && !self.words[of.head].dated => Some(noun),
                    _ => None,
                }
                .filter(|at| row[*at].is_noun());
                Some(subject)
            }
            Kind::Comma => {
                let is_participle = verb.form == Form::Gerund || verb.form == Form::Past && self.last.is_some();
                // `Greeks, who saw it, scorned him`.
                let outer = || {
                    let opening = (0..before).rev().find(|at| self.is_comma(*at))?;
                    opening.checked_sub(1).filter(|at| row[*at].is_noun())
                };
                match self.set_apart_before(before) {
                    Some(noun) => Some(whole(noun, Way::Across)),
                    None if is_participle => shared(Way::Participle),
                    None => match outer() {
                        Some(noun) => Some(whole(noun, Way::Across)),
                        None => shared(Way::Shared),
                    },
                }
            }
            // `The board fired Bob, who founded Acme, and hired Ann`.
            Kind::Conjunction if self.opens_relative(before).is_some() => {
                self.main.map(|phrase| Subject { phrase, way: Way::Shared, chunk: None, object: None })
            }
            Kind::Conjunction => match self.aside.filter(|(predicate, _)| at < *predicate) {
                Some((_, noun)) => {
                    Some(Subject { phrase: phrase(&row[noun]), way: Way::Reduced, chunk: None, object: None })
                }
                None => shared(Way::Shared),
            },
            Kind::Subordinator | Kind::Verb(_) if verb.form == Form::Gerund => shared(Way::Participle),
            Kind::Mark => {
                let noun = before.checked_sub(1).filter(|at| row[*at].is_noun())?;
                Some(whole(noun, Way::Across))
            }
            _ => None,
        }
    }

    /// The noun phrase before what commas set apart, the latter at chunk `comma`: `Globex, which Ann founded,`; `a judge, Jane Poe,`
    /// is the one that has a name.
    fn set_apart_before(&self, comma: usize) -> Option<usize> {
        let row = self.row;
        if let Some(opening) = self.opens_relative(comma + 1) {
            return opening.checked_sub(1).filter(|noun| row[*noun].is_noun());
        }
        let name = comma.checked_sub(1)?;
        let opening = name.checked_sub(1).filter(|opening| self.is_comma(*opening))?;
        let (outer, inner) = (row[opening.checked_sub(1)?].noun()?, row[name].noun()?);
        let begins = &self.words[row[opening - 1].from];
        let is_description = begins.part == crate::tagger::PartOfSpeech::Det
            || begins.is_possessive_pronoun()
            || outer.possessive.is_some();
        let is_name = self.words[inner.head].person && inner.items.0 == inner.items.1;
        (is_description && !self.words[outer.head].named && is_name).then_some(name)
    }

    /// The comma before a relative clause that ends with a comma right before chunk `at`.
    fn opens_relative(&self, at: usize) -> Option<usize> {
        let row = self.row;
        let closing = at.checked_sub(1).filter(|closing| self.is_comma(*closing))?;
        let opening = (0..closing).rev().find(|at| self.is_comma(*at))?;
        let is_relative = |at: usize| row[at].kind == Kind::Relative;
        (is_relative(opening + 1) || row[opening + 1].kind == Kind::Preposition && is_relative(opening + 2))
            .then_some(opening)
    }

    /// Of whom is said what describes the noun phrase at chunk `noun`: of the one who is that, where it has a name: `Acme is a
    /// company based in Rome`.
    fn whose(&self, noun: usize) -> Phrase {
        let row = self.row;
        let is = noun.checked_sub(1).and_then(|before| row[before].verb());
        let is_it = is.is_some_and(|verb| verb.copula && !verb.negated) && self.words[row[noun].from].is(&["a", "an"]);
        let named = |phrase: &Phrase| phrase.head.is_some_and(|head| self.words[head].named);
        self.last.filter(|last| is_it && named(last)).unwrap_or_else(|| phrase(&row[noun]))
    }

    /// The noun phrase that a clause describes whose object is the one at chunk `object`, before the predicate at chunk `at`:
    /// `the man who left Google joined Meta`, `the claim that he left Google is false`.
    fn described(&self, at: usize, object: usize) -> Option<usize> {
        let row = self.row;
        row[object].noun()?;
        let first = self.first_of(object);
        // `the man who left the firm founded by Bob`.
        let is_participle = row[at].verb().is_some_and(|verb| verb.form != Form::Finite)
            && row.get(at + 1).is_none_or(|next| next.kind == Kind::Preposition);
        if is_participle {
            return None;
        }
        let is_inner = |at: usize| is_predicate(&row[at]) || row[at].kind == Kind::Preposition;
        first.checked_sub(1).filter(|before| is_inner(*before))?;
        let brings_in = |at: &usize| {
            row[*at].kind == Kind::Relative
                || row[*at].kind == Kind::Subordinator && self.words[row[*at].from].lower == "that"
        };
        let clause = (1..first).rev().find(brings_in).filter(|clause| row[clause - 1].is_noun())?;
        let ends = |chunk: &Chunk| matches!(chunk.kind, Kind::Comma | Kind::Mark | Kind::Conjunction);
        let inner = &row[clause..at];
        let begin = row[..clause].iter().rposition(ends).map_or(0, |end| end + 1);
        let is_whole = !inner.iter().any(ends) && inner.iter().filter(|chunk| is_predicate(chunk)).count() == 1;
        (is_whole && !row[begin..clause].iter().any(is_predicate)).then_some(clause - 1)
    }

    /// The noun phrase that the participle at chunk `at` describes, where commas set it apart from the predicate that follows,
    /// and the chunk of that one: `Volkswagen, based in Wolfsburg, makes cars`, `Born in Ulm, Einstein wrote`.
    fn set_apart(&self, at: usize, verb: &VerbGroup) -> Option<(usize, usize)> {
        let row = self.row;
        let is = |at: usize, kind: Kind| row.get(at).is_some_and(|chunk| chunk.kind == kind);
        let follows = at >= 2 && row[at - 2].is_noun() && is(at - 1, Kind::Comma);
        if verb.form != Form::Past || !(follows || at == 0) || !is(at + 1, Kind::Preposition) {
            return None;
        }
        // `founded in 1990 and based in Rome`.
        let joined = |at: usize, verb: &VerbGroup| verb.form == Form::Past && is(at - 1, Kind::Conjunction);
        let goes_on = |at: &usize| match &row[*at].kind {
            Kind::Verb(verb) => verb.form == Form::Infinitive || joined(*at, verb),
            kind => !matches!(kind, Kind::Relative | Kind::Subordinator | Kind::Mark | Kind::Other),
        };
        let predicate = (at + 1..row.len()).find(|at| !goes_on(at)).filter(|at| is_predicate(&row[*at]))?;
        let adverbs = row[..predicate].iter().rev().take_while(|chunk| chunk.kind == Kind::Adverb).count();
        let last = predicate - adverbs - 1;
        let first = self.first_of(last);
        match at {
            0 => (first > 2 && row[last].is_noun() && is(first - 1, Kind::Comma)).then_some((first, predicate)),
            _ => (last > at && is(last, Kind::Comma)).then_some((at - 2, predicate)),
        }
    }

    /// The first chunk of the noun phrase that ends with chunk `last`, what prepositions join to it included.
    fn first_of(&self, last: usize) -> usize {
        let row = self.row;
        let mut first = last;
        while first >= 2 && row[first - 1].kind == Kind::Preposition && row[first - 2].is_noun() {
            // `he left the town after the owner had sold`: a conjunction here.
            let conjunction = self.words[row[first - 1].from].is(CIRCUMSTANCE);
            if conjunction && row[..first - 2].iter().any(is_predicate) {
                break;
            }
            first -= 2;
        }
        first
    }

    /// Whether the verb at chunk `at` is a participle that describes the noun phrase at chunk `noun`.
    fn is_reduced(&self, at: usize, verb: &VerbGroup, noun: usize) -> bool {
        let row = self.row;
        match verb.form {
            Form::Gerund => return true,
            Form::Past => {}
            _ => return false,
        }
        let preposition = row.get(at + 1).filter(|next| next.kind == Kind::Preposition);
        if preposition.is_some_and(|by| self.words[by.from].lower == "by") {
            return true;
        }
        let first = self.first_of(noun);
        match first.checked_sub(1).map(|before| row[before].kind) {
            Some(Kind::Verb(_)) => true,
            Some(Kind::Preposition) => {
                first.checked_sub(2).is_some_and(|at| row[at].is_noun() || row[at].verb().is_some())
            }
            // A predicate that has no other subject follows: `the man arrested in May was freed`.
            _ => {
                let passed = |kind| matches!(kind, Kind::Noun(_) | Kind::Preposition | Kind::Adverb | Kind::Adjective);
                let behind = (at + 1..row.len()).find(|at| !passed(row[*at].kind));
                preposition.is_some()
                    && behind.is_some_and(|at| row[at].verb().is_some_and(|verb| verb.form == Form::Finite))
            }
        }
    }

    /// Whether the predicate at chunk `at` is said to be possible, wished, a condition or somebody's words.
    fn is_hedged(&self, at: usize, verb: &VerbGroup, subject: &Subject) -> bool {
        let (words, row) = (self.words, self.row);
        let group = &words[row[at].from..verb.to];
        let wished = verb.main > row[at].from
            && words[row[at].from..verb.main].iter().any(|word| word.is(WISHING) || word.is(PENDING));
        let near = &words[row[at].from.saturating_sub(3)..(verb.to + 2).min(words.len())];
        verb.modal
            || wished
            || self.is_condition(subject.chunk.unwrap_or(at))
            || self.is_quoted(verb.main)
            || group.iter().chain(near).any(|word| word.is(DOUBT))
            || (self.doubted.0..self.doubted.1).contains(&row[at].from)
            || words.iter().rev().take(3).any(|word| word.lower == "?")
    }

    /// Whether a word stands in somebody's speech: between quotation marks, of which one may stand in another sentence.
    fn is_quoted(&self, word: usize) -> bool {
        let marks = |word: &&Word<'_>| word.is_opening_quote() || word.is_closing_quote();
        let before = self.words[..word].iter().rfind(marks);
        let behind = self.words[word..].iter().find(marks);
        before.is_some_and(Word::is_opening_quote) || before.is_none() && behind.is_some_and(Word::is_closing_quote)
    }

    /// Whether the clause whose first chunk is `first` is a condition, or hangs on one: `if he left and Bob came, Ann lost`.
    fn is_condition(&self, first: usize) -> bool {
        let row = self.row;
        let is_if = |at: &usize| {
            let word = &self.words[row[*at].from];
            row[*at].kind == Kind::Subordinator && word.is(&["if", "unless", "whether", "lest"])
        };
        let Some(condition) = (0..first).rev().find(is_if) else { return false };
        // Behind the comma stands what hangs on it, where the sentence begins with it.
        let ends = |chunk: &Chunk| chunk.kind == Kind::Mark || condition > 1 && chunk.kind == Kind::Comma;
        !row[condition..first].iter().any(ends)
    }

    /// Whether the main word of a phrase is a date's.
    pub(super) fn says_when(&self, phrase: &Phrase) -> bool {
        phrase.head.is_some_and(|head| self.words[head].dated)
    }

    fn is_name(&self, word: usize) -> bool {
        self.words[word].entity.is_some() || self.words[word].part == crate::tagger::PartOfSpeech::Propn
    }
}

fn is_predicate(chunk: &Chunk) -> bool {
    chunk.verb().is_some_and(|verb| matches!(verb.form, Form::Finite | Form::Past))
}

/// The phrase of a chunk.
pub(super) fn phrase(chunk: &Chunk) -> Phrase {
    span(chunk, chunk)
}

/// The phrase from one noun phrase to another one that is joined to it.
fn span(first: &Chunk, last: &Chunk) -> Phrase {
    let head = first.noun().map(|Noun { head, .. }| *head);
    Phrase { words: (first.from, last.to), head, preposition: 0 }
}
