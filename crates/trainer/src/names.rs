//! Trains the models for names.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::time::Instant;

use midstream::entity::{NameModel, TAGS};
use midstream::tagger::{self, Lexicon, NAMES, Scored, Sentences, truncate};

use crate::corpora::{self, Kind, Sentence, Set};
use crate::crf::{Chain, Crf, Settings, Token};
use crate::lists::{self, Extent, Lists};
use crate::made::Maker;
use crate::pack::pack;
use crate::score;

pub(crate) fn train(data: &Path, lists: &Path, out: &Path, settings: &[&str]) -> Result<(), String> {
    let get = |name: &str, default: f32| {
        settings.iter().find_map(|s| s.strip_prefix(name)?.strip_prefix('=')?.parse().ok()).unwrap_or(default)
    };
    let extent = Extent {
        last_names: get("last", 10000.0) as usize,
        common_words: get("words", 20000.0) as usize,
        population: get("population", 15000.0) as u64,
        least_part: get("part", 2.0) as u32,
        silver_phrases: get("phrases", 1.0) > 0.0,
    };
    let mut sentences = corpora::read(data, true)?;
    let silver: Vec<Sentence> = sentences.iter().filter(|sentence| sentence.set == Set::Wikiann).cloned().collect();
    let mut maker = Maker::new(lists::by_kind(lists)?, &silver);
    let swapped = get("swapped", 0.5);
    sentences.extend(maker.make(get("sentences", 9000.0) as usize));
    let lists = Lists::read(lists, extent, &silver, &ordinary(&sentences))?;
    let lexicon = lists.lexicon();
    println!("lexicon: {} words, {} phrases", lists.words.len(), lists.phrases.len());
    let weight = |set: Set| match set {
        Set::Ewt => get("ewt", 1.0),
        Set::Wnut => get("wnut", 1.0),
        Set::Twitter => get("btc", 1.0),
        Set::Filings => get("sec", 1.0),
        Set::Wikiann => get("wikiann", 0.0),
        Set::Made => get("made", 0.35),
    };
    let domains = get("domains", 0.0) > 0.0;
    let mut chains = Vec::new();
    for (at, sentence) in sentences.iter().enumerate() {
        let weight = weight(sentence.set);
        if weight == 0.0 {
            continue;
        }
        take(sentence, &lexicon, weight, domains, &mut chains);
        if swapped > 0.0
            && matches!(sentence.set, Set::Ewt | Set::Wnut | Set::Filings)
            && let Some(sentence) = maker.swap(sentence)
        {
            take(&sentence, &lexicon, weight * swapped, domains, &mut chains);
        }
        let case = get("case", 0.25);
        let mut recased = |upper: bool| {
            let text = if upper { sentence.text.to_ascii_uppercase() } else { sentence.text.to_ascii_lowercase() };
            take(&Sentence { text, ..sentence.clone() }, &lexicon, weight * case, domains, &mut chains);
        };
        match at % 6 {
            _ if case == 0.0 => {}
            0 | 3 => recased(false),
            1 => recased(true),
            _ => {}
        }
    }
    let tokens: usize = chains.iter().map(|chain| chain.tokens.len()).sum();
    let train = Settings {
        epochs: get("epochs", 8.0) as usize,
        rate: get("rate", 0.15),
        decay: get("decay", 1.0),
        dropout: get("dropout", 0.5),
        least: get("least", 2.0) as u32,
    };
    let began = Instant::now();
    let mut crf = Crf::<TAGS>::new(&mut chains, train.least, is_legal);
    println!("{} sentences, {tokens} tokens, {} features; {:?}", chains.len(), crf.keys.len(), began.elapsed());
    crf.train(&chains, train, |epoch, loss| {
        println!("epoch {epoch}: loss {:.4} a token, {:?}", loss / tokens as f64, began.elapsed())
    });
    let dev = corpora::read(data, false)?;
    let rows = get("rows", 80_000.0) as usize;
    if get("sweep", 0.0) > 0.0 {
        for recall in [0.0, 0.3, 0.6, 0.9, 1.2] {
            println!("recall {recall}");
            let bytes = tagger::write(&pack(&crf, &lists, NAMES, rows, get("unit", 0.1), recall));
            score::report(&NameModel::read(&bytes).map_err(|error| error.to_string())?, &dev);
        }
    }
    let parts = pack(&crf, &lists, NAMES, rows, get("unit", 0.1), get("recall", 0.0));
    let bytes = tagger::write(&parts);
    fs::write(out, &bytes).map_err(|error| format!("can't write `{}`: {error}", out.display()))?;
    println!("{}: {} rows, {} bytes", out.display(), parts.rows.len(), bytes.len());
    let model = NameModel::read(&bytes).map_err(|error| error.to_string())?;
    score::report(&model, &dev);
    if get("held", 0.0) > 0.0 {
        score::report(&model, &sentences.iter().filter(|s| weight(s.set) == 0.0).cloned().collect::<Vec<_>>());
    }
    Ok(())
}

/// Words that the sentences have in small letters outside of names, more than once.
fn ordinary(sentences: &[Sentence]) -> HashSet<String> {
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for Sentence { text, names, .. } in sentences.iter().filter(|sentence| sentence.set == Set::Ewt) {
        let ends = names.iter().map(|(start, ..)| *start).chain([text.len()]);
        let starts = [0].into_iter().chain(names.iter().map(|(_, end, _)| *end));
        let words =
            starts.zip(ends).flat_map(|(start, end)| text[start..end].split(|char: char| !char.is_alphabetic()));
        for word in words.filter(|word| word.starts_with(char::is_lowercase)) {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, count)| *count > 1).map(|(word, _)| word.to_owned()).collect()
}

/// Cuts a sentence as the tagger would and says which tags are right.
fn take(sentence: &Sentence, lexicon: &Lexicon, weight: f32, domains: bool, chains: &mut Vec<Chain>) {
    let mut each = |word: Scored<'_>| {
        if word.first || chains.last().is_none() {
            chains.push(Chain { tokens: Vec::new(), weight });
        }
        let chain = chains.last_mut().expect("a chain was just pushed");
        let features = word.context.features(word.window);
        let mut features: Vec<u32> = features.as_slice().iter().map(|hash| truncate(*hash)).collect();
        if domains {
            let set = 0x100_0000 * (1 + sentence.set as u32);
            let own: Vec<u32> = features.iter().map(|key| key + set).collect();
            features.extend(own);
        }
        let right = right(sentence, &word);
        chain.tokens.push(Token { features, form: word.form, right });
    };
    let mut sentences = Sentences::default();
    sentences.push(&sentence.text, lexicon, &mut each);
    sentences.finish(lexicon, &mut each);
}

/// The tags that are right for a token, as a set.
fn right(sentence: &Sentence, word: &Scored<'_>) -> u32 {
    let (start, end) = (word.span.0 as usize, word.span.1 as usize);
    let name = sentence.names.iter().find(|(from, to, _)| *from < end && start < *to);
    match name {
        None if sentence.set.knows_others() => 1 << OUTSIDE,
        None => 1 << OUTSIDE | 1 << OTHER,
        Some((.., Kind::Other)) => 1 << OTHER,
        Some((from, _, kind)) => 1 << (1 + 2 * *kind as u32 + u32::from(*from < start && !word.first)),
    }
}

/// Whether `tag` may follow `before`: a name goes on only where it has begun.
fn is_legal(before: usize, tag: usize) -> bool {
    !matches!(tag, 2 | 4 | 6) || before == tag || before + 1 == tag
}

const OUTSIDE: u32 = 0;
const OTHER: u32 = 7;
