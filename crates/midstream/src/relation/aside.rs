//! Relations that are said without a verb: apposition and possession.

use super::chunk::{self, Chunk, Chunks, Kind};
use super::clause::{Finding, Phrase, Way, phrase};
use super::event::RelationKind;
use super::words::Word;
use crate::tagger::PartOfSpeech::{Adj, Det, Noun, Propn};

/// The relations that a sentence says without a verb.
pub(super) fn asides(words: &[Word<'_>], chunks: &Chunks) -> Vec<Finding> {
    let row = &chunks.row;
    let mut findings: Vec<Finding> = (0..row.len()).filter_map(|at| apposition(words, row, at)).collect();
    let single = |chunk: &&Chunk| chunk.noun().is_some_and(|noun| noun.items.0 == noun.items.1);
    for chunk in chunks.rows().flatten().filter(single).chain(&chunks.items) {
        findings.extend(possession(words, chunk));
        findings.extend(title(words, chunk));
    }
    findings
}

/// `Ada, the head of Acme,`: the phrase at chunk `at` is what the one behind the comma says.
fn apposition(words: &[Word<'_>], row: &[Chunk], at: usize) -> Option<Finding> {
    let [who, comma, what] = row.get(at..at + 3)? else { return None };
    let (name, description) = (who.noun()?, what.noun()?);
    let behind = row.get(at + 3);
    let closed = behind
        .is_none_or(|behind| matches!(behind.kind, Kind::Comma | Kind::Mark | Kind::Preposition | Kind::Relative));
    let is_list = |noun: &chunk::Noun| noun.items.0 != noun.items.1;
    // `Limited to Europe, the offer`: what a sentence begins with is of the subject, not the place in it.
    let opens = at == 2 && row[1].kind == Kind::Preposition && !row[0].is_noun();
    let is_aside = behind.is_some_and(|behind| behind.kind == Kind::Comma);
    if comma.kind != Kind::Comma || !closed || is_list(name) || is_list(description) || opens && !is_aside {
        return None;
    }
    let first = &words[what.from];
    let describes = first.part == Det && first.is(&["a", "an", "the"])
        || first.is_possessive_pronoun()
        || description.possessive.is_some()
        || is_office(words, name.head, what, description, behind);
    if describes && matches!(words[name.head].part, Propn | Noun) {
        let mut object = phrase(what);
        // `the director of research at Acme`.
        if let Some([preposition, noun]) = row.get(at + 3..at + 5)
            && preposition.kind == Kind::Preposition
            && noun.is_noun()
        {
            object.words.1 = noun.to;
        }
        return Some(is(phrase(who), object));
    }
    // `the head of Acme, Ada Lovelace,`, `Bob's sister, Carol,`.
    let turned = (words[who.from].part == Det || name.possessive.is_some())
        && words[name.head].part == Noun
        && words[what.from].part == Propn
        && words[description.head].entity.is_some()
        && behind.is_some_and(|behind| behind.kind == Kind::Comma);
    turned.then(|| is(phrase(what), phrase(who)))
}

/// `Tim Cook, CEO of Apple`, `Ada Lovelace, chief engineer at Acme`, `Tim Cook, Apple CEO`: what a person is needs no article.
fn is_office(words: &[Word<'_>], name: usize, what: &Chunk, office: &chunk::Noun, behind: Option<&Chunk>) -> bool {
    let of = office.last.is_some() || behind.is_some_and(|behind| words[behind.from].is(&["at", "for"]));
    let [first, head] = [&words[what.from], &words[office.head]];
    let is_common = |word: &Word<'_>| word.part == Noun && word.entity.is_none();
    let is_plural = head.lower.ends_with('s') && !head.lower.ends_with("ss");
    let at = first.named && !first.person && matches!(head.part, Noun | Propn) && head.entity.is_none();
    words[name].person && !is_plural && (at || of && is_common(head) && (first.part == Adj || is_common(first)))
}

/// `Acme's harbour`.
fn possession(words: &[Word<'_>], chunk: &Chunk) -> Option<Finding> {
    let ending = chunk.noun()?.possessive?;
    let head = chunk.noun()?.head;
    if ending <= chunk.from || head <= ending {
        return None;
    }
    let owner = ending - 1;
    // `Joe's Pizza` is one name.
    if words[owner].entity.is_some() && words[owner].entity == words[head].entity {
        return None;
    }
    // A date owns nothing: `last year's harvest`.
    let is_owner = words[owner].named || words[owner].entity.is_none() && matches!(words[owner].part, Noun | Propn);
    is_owner.then(|| Finding {
        kind: RelationKind::Possession,
        predicate: None,
        ..is(
            Phrase { words: (chunk.from, ending), head: Some(owner), preposition: 0 },
            Phrase { words: (ending + 1, chunk.to), head: Some(head), preposition: 0 },
        )
    })
}

/// `chancellor Angela Merkel`: a name with nouns before it that say what it is.
fn title(words: &[Word<'_>], chunk: &Chunk) -> Option<Finding> {
    let noun = chunk.noun()?;
    let name = words[noun.head].entity.filter(|_| words[noun.head].named)?;
    let from = (chunk.from..=noun.head).find(|at| words[*at].entity == Some(name))?;
    let title = from.checked_sub(1).filter(|before| *before >= chunk.from)?;
    // `Google CEO Sundar Pichai`: of whom or what it is, the title is known as one by.
    let of = words[chunk.from..title].iter().any(|word| word.named);
    let capital = of && words[from].person && matches!(words[title].part, Propn | Adj);
    let is_title = words[title].part == Noun || capital && !words[title].lower.ends_with('.');
    // `avoided meeting Elon Musk`.
    if !is_title || words[title].entity.is_some() || words[title].is_gerund() {
        return None;
    }
    let to = noun.head + 1;
    Some(is(
        Phrase { words: (from, to), head: Some(noun.head), preposition: 0 },
        Phrase { words: (chunk.from, from), head: Some(title), preposition: 0 },
    ))
}

fn is(subject: Phrase, object: Phrase) -> Finding {
    Finding {
        kind: RelationKind::Apposition,
        way: Way::Verbless,
        subject,
        predicate: None,
        preposition: None,
        object,
        adjuncts: Vec::new(),
        negated: false,
        hedged: false,
    }
}
