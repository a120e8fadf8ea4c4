//! Trains the model for parts of speech, and measures it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use midstream::tagger::{self, PARTS, PARTS_OF_SPEECH, PartOfSpeech, PosModel, Sentences, truncate};

use crate::crf::{Chain, Crf, Settings, Token};
use crate::lists::Lists;
use crate::pack::pack;

/// A sentence with the span and the part of speech of each token.
struct Sentence {
    text: String,
    tokens: Vec<(u64, u64, PartOfSpeech)>,
}

pub(crate) fn train(data: &Path, out: &Path, settings: &[&str]) -> Result<(), String> {
    let get = |name: &str, default: f32| {
        settings.iter().find_map(|s| s.strip_prefix(name)?.strip_prefix('=')?.parse().ok()).unwrap_or(default)
    };
    let lists = Lists::default();
    let lexicon = lists.lexicon();
    let mut chains = Vec::new();
    for sentence in read(data, "train")? {
        let mut each = |word: midstream::tagger::Scored<'_>| {
            if word.first || chains.is_empty() {
                chains.push(Chain { tokens: Vec::new(), weight: 1.0 });
            }
            let features = word.context.features(word.window);
            let features = features.as_slice().iter().map(|hash| truncate(*hash)).collect();
            let right = sentence.part_at(word.span.0).map_or(u32::MAX >> (32 - PARTS), |part| 1 << part as u32);
            chains.last_mut().expect("a chain was just pushed").tokens.push(Token { features, form: word.form, right });
        };
        let mut sentences = Sentences::default();
        sentences.push(&sentence.text, &lexicon, &mut each);
        sentences.finish(&lexicon, &mut each);
    }
    let tokens: usize = chains.iter().map(|chain: &Chain| chain.tokens.len()).sum();
    let train = Settings {
        epochs: get("epochs", 6.0) as usize,
        rate: get("rate", 0.15),
        decay: get("decay", 1.0),
        dropout: get("dropout", 0.4),
        least: get("least", 2.0) as u32,
    };
    let mut crf = Crf::<PARTS>::new(&mut chains, train.least, |_, _| true);
    println!("{} sentences, {tokens} tokens, {} features", chains.len(), crf.keys.len());
    crf.train(&chains, train, |epoch, loss| println!("epoch {epoch}: loss {:.4} a token", loss / tokens as f64));
    let parts = pack(&crf, &lists, PARTS_OF_SPEECH, get("rows", 30_000.0) as usize, get("unit", 0.1), 0.0);
    let bytes = tagger::write(&parts);
    fs::write(out, &bytes).map_err(|error| format!("can't write `{}`: {error}", out.display()))?;
    println!("{}: {} bytes", out.display(), bytes.len());
    score(&PosModel::read(&bytes).map_err(|error| error.to_string())?, &read(data, "dev")?);
    Ok(())
}

/// Share of the annotated tokens whose part of speech is that of the tagger's word at their first byte.
fn score(model: &PosModel, sentences: &[Sentence]) {
    let (mut right, mut total, mut exact) = (0, 0, 0);
    for sentence in sentences {
        let mut words = Vec::new();
        let mut tagger = model.start();
        tagger.push(&sentence.text, &mut words);
        tagger.finish(&mut words);
        for (start, end, part) in &sentence.tokens {
            total += 1;
            let word = words.iter().find(|word| word.start <= *start && *start < word.end);
            exact += usize::from(word.is_some_and(|word| (word.start, word.end) == (*start, *end)));
            right += usize::from(word.is_some_and(|word| word.part == *part));
        }
    }
    let share = |count: usize| 100.0 * count as f64 / total as f64;
    println!(
        "EWT dev: {:.2} % of {total} tokens right; {:.1} % are words of the tagger's own",
        share(right),
        share(exact)
    );
}

impl Sentence {
    fn part_at(&self, byte: u64) -> Option<PartOfSpeech> {
        self.tokens.iter().find(|(start, end, _)| *start <= byte && byte < *end).map(|(.., part)| *part)
    }
}

/// Reads `pos/ud_ewt_{split}.tsv`, and the texts as they were written from the same sentences in `ner/uner-ewt`.
fn read(data: &Path, split: &str) -> Result<Vec<Sentence>, String> {
    let file = |path: String| {
        let path = data.join(path);
        fs::read_to_string(&path).map_err(|error| format!("can't read `{}`: {error}", path.display()))
    };
    let written = file(format!("ner/uner-ewt/{split}.iob2"))?;
    let mut texts: HashMap<&str, &str> = HashMap::new();
    let mut id = "";
    for line in written.lines() {
        id = line.strip_prefix("# sent_id = ").unwrap_or(id);
        if let Some(text) = line.strip_prefix("# text = ") {
            texts.insert(id, text);
        }
    }
    let tags = file(format!("pos/ud_ewt_{split}.tsv"))?;
    let mut sentences = Vec::new();
    for block in tags.split("\n\n") {
        let mut lines = block.lines().filter(|line| !line.is_empty());
        let Some(text) = lines.next().and_then(|line| texts.get(line.strip_prefix("# sent_id = ")?)) else { continue };
        let mut at = 0;
        let mut tokens = Vec::new();
        for line in lines {
            let mut cells = line.split('\t').skip(1);
            let (Some(form), Some(tag)) = (cells.next(), cells.next()) else { continue };
            let part = PartOfSpeech::ALL.into_iter().find(|part| part.as_str() == tag);
            // Words that the annotators made out of one written word (`gonna`) stand where it stands.
            if let (Some(found), Some(part)) = (text[at..].find(form), part) {
                let start = at + found;
                at = start + form.len();
                tokens.push((start as u64, at as u64, part));
            }
        }
        sentences.push(Sentence { text: (*text).to_owned(), tokens });
    }
    Ok(sentences)
}
