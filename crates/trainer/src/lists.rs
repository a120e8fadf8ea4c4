//! The lexicon of a model: name lists, places and companies that public packages carry (`models/gazetteers.py`).

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use crate::corpora::{Kind, Sentence};
use crate::made;
use midstream::tagger::{Class, Lexicon, join, key, truncate};

/// The entries of a lexicon, by ascending truncated hash.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists {
    pub(crate) words: Vec<(u32, u16)>,
    pub(crate) phrases: Vec<(u32, u16)>,
}

/// How much of the lists goes into a model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) last_names: usize,
    pub(crate) common_words: usize,
    /// Least population of a place.
    pub(crate) population: u64,
    /// How often a word must be part of a name of the silver sentences.
    pub(crate) least_part: u32,
    /// Whether whole names of the silver sentences are taken.
    pub(crate) silver_phrases: bool,
}

impl Lists {
    /// `silver` are sentences whose names are not trusted to be all of them: only the names are taken. `ordinary` are words
    /// that are no names in small letters.
    pub(crate) fn read(
        folder: &Path,
        extent: Extent,
        silver: &[Sentence],
        ordinary: &HashSet<String>,
    ) -> Result<Self, String> {
        let mut classes: BTreeMap<u32, Class> = BTreeMap::new();
        let mut phrases: BTreeMap<u32, u16> = BTreeMap::new();
        let mut word = |text: &str, bits, value| classes.entry(truncate(key(text))).or_default().raise(bits, value);
        for (cells, share) in numbered(folder, "first.tsv")? {
            word(
                &cells[0],
                Class::FIRST,
                if share >= 0.1 {
                    3
                } else if share >= 0.01 {
                    2
                } else {
                    1
                },
            );
        }
        let mut last = numbered(folder, "last.tsv")?;
        last.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
        for (cells, share) in last.iter().take(extent.last_names) {
            word(
                &cells[0],
                Class::LAST,
                if *share >= 0.02 {
                    3
                } else if *share >= 0.003 {
                    2
                } else {
                    1
                },
            );
        }
        let mut words = numbered(folder, "words.tsv")?;
        words.sort_by(|(a, x), (b, y)| x.total_cmp(y).then(a.cmp(b)));
        for (cells, centibels) in words.iter().take(extent.common_words) {
            word(&cells[0], Class::COMMON, (7.0 - (centibels - 250.0) / 60.0).clamp(1.0, 7.0) as u16);
        }
        for (cells, population) in numbered(folder, "places.tsv")? {
            // `Of` is a town.
            if cells[0].len() < 3 || population > 0.0 && population < extent.population as f64 {
                continue;
            }
            let known = if population >= 500_000.0 {
                3
            } else if population >= 50_000.0 {
                2
            } else {
                1
            };
            name(&cells[0], Class::PLACE, known, 1, &mut word, &mut phrases);
        }
        // `Target` and `Labour` are words like others, too.
        let company = |name: &str| if ordinary.contains(&name.to_lowercase()) { 1 } else { 2 };
        for cells in lines(folder, "companies.tsv")? {
            let short = short_company(&cells[0]);
            name(short, Class::COMPANY, company(short), 4, &mut word, &mut phrases);
        }
        for (text, kind) in made::listed() {
            match kind {
                Kind::Location => name(text, Class::PLACE, 2, 1, &mut word, &mut phrases),
                _ => name(text, Class::COMPANY, company(text), 4, &mut word, &mut phrases),
            }
        }
        for (text, value) in INNER {
            word(text, Class::INNER, *value);
        }
        for (text, kinds) in parts(silver) {
            let total: u32 = kinds.iter().sum();
            let most = (0..3).max_by_key(|kind| kinds[*kind]).expect("there are kinds");
            if total >= extent.least_part && kinds[most] * 4 >= total * 3 {
                word(&text, Class::PART, most as u16 + 1);
            }
        }
        if extent.silver_phrases {
            for sentence in silver {
                for (start, end, kind) in &sentence.names {
                    let known = 8 << *kind as u16;
                    name(&sentence.text[*start..*end], Class::PART, 0, known, &mut word, &mut phrases);
                }
            }
        }
        Ok(Self {
            words: classes.into_iter().map(|(key, class)| (key, class.0)).collect(),
            phrases: phrases.into_iter().collect(),
        })
    }

    pub(crate) fn lexicon(&self) -> Lexicon {
        Lexicon::new(&self.words, &self.phrases)
    }
}

/// What made sentences draw names from: first names, surnames, towns and countries.
pub(crate) fn by_kind(folder: &Path) -> Result<BTreeMap<&'static str, Vec<String>>, String> {
    let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (kind, file, least) in [("first", "first.tsv", 0.005), ("surname", "last.tsv", 0.002)] {
        let names = numbered(folder, file)?.into_iter().filter(|(_, share)| *share >= least);
        kinds.entry(kind).or_default().extend(names.map(|(cells, _)| capitalised(&cells[0])));
    }
    for (cells, population) in numbered(folder, "places.tsv")? {
        match cells.get(2).map(String::as_str) {
            Some("city") if population >= 100_000.0 => kinds.entry("city").or_default().push(cells[0].clone()),
            Some("country") => kinds.entry("country").or_default().push(cells[0].clone()),
            _ => {}
        }
    }
    Ok(kinds)
}

/// `jean-luc` as `Jean-Luc`.
fn capitalised(name: &str) -> String {
    let mut begins = true;
    let mut letters = String::new();
    for letter in name.chars() {
        if begins {
            letters.extend(letter.to_uppercase())
        } else {
            letters.push(letter)
        }
        begins = letter == '-' || letter == '\'' && letters.len() == 2;
    }
    letters
}

/// How often names of each kind have each word in them, in lower case. Words without a letter don't count.
fn parts(sentences: &[Sentence]) -> BTreeMap<String, [u32; 3]> {
    let mut parts: BTreeMap<String, [u32; 3]> = BTreeMap::new();
    for sentence in sentences {
        for (start, end, kind) in sentence.names.iter().filter(|(.., kind)| *kind != Kind::Other) {
            for word in sentence.text[*start..*end].split(' ').filter(|word| word.chars().any(char::is_alphabetic)) {
                parts.entry(word.to_lowercase()).or_default()[*kind as usize] += 1;
            }
        }
    }
    parts
}

/// Takes in a name: as a word, or as a phrase of `kind` and its first word as one that begins phrases.
fn name(
    name: &str,
    bits: midstream::tagger::Bits,
    value: u16,
    kind: u16,
    word: &mut impl FnMut(&str, midstream::tagger::Bits, u16),
    phrases: &mut BTreeMap<u32, u16>,
) {
    let mut tokens = Vec::new();
    let mut tokenizer = midstream::tagger::Tokenizer::default();
    tokenizer.push(name, &mut |token| tokens.push(token.text.to_owned()));
    tokenizer.finish(&mut |token| tokens.push(token.text.to_owned()));
    match tokens.as_slice() {
        [] => {}
        [single] => word(single, bits, value),
        [first, ..] if tokens.len() <= 4 => {
            word(first, Class::BEGINS, 1);
            let phrase = tokens.iter().fold(0, |phrase, token| join(phrase, key(token)));
            *phrases.entry(truncate(phrase)).or_default() |= kind;
        }
        _ => {}
    }
}

/// A company's name without what says its legal form.
fn short_company(name: &str) -> &str {
    let mut name = name.split(" (").next().unwrap_or(name).trim();
    loop {
        let cut = FORMS.iter().find_map(|form| name.strip_suffix(form));
        match cut {
            Some(cut) => name = cut.trim_end_matches([',', ' ']),
            None => return name,
        }
    }
}

fn numbered(folder: &Path, file: &str) -> Result<Vec<(Vec<String>, f64)>, String> {
    lines(folder, file)?
        .into_iter()
        .map(|cells| {
            let number = cells.get(1).and_then(|cell| cell.parse().ok());
            number
                .map(|number| (cells, number))
                .ok_or_else(|| format!("`{file}`: expected a number in each second cell"))
        })
        .collect()
}

fn lines(folder: &Path, file: &str) -> Result<Vec<Vec<String>>, String> {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).map_err(|error| format!("can't read `{}`: {error}", path.display()))?;
    Ok(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

/// Words that stand in names in small letters, as [`Class::INNER`] has them.
const INNER: &[(&str, u16)] = &[
    ("of", 1),
    ("the", 1),
    ("and", 1),
    ("for", 1),
    ("upon", 1),
    ("am", 2),
    ("bin", 2),
    ("de", 2),
    ("del", 2),
    ("della", 2),
    ("der", 2),
    ("den", 2),
    ("des", 2),
    ("di", 2),
    ("da", 2),
    ("das", 2),
    ("dos", 2),
    ("du", 2),
    ("la", 2),
    ("le", 2),
    ("les", 2),
    ("las", 2),
    ("los", 2),
    ("van", 2),
    ("von", 2),
    ("vom", 2),
    ("zu", 2),
    ("zum", 2),
    ("ter", 2),
    ("ibn", 2),
    ("al", 2),
    ("el", 2),
    ("sur", 2),
    ("y", 2),
];
const FORMS: &[&str] = &[
    " Inc.",
    " Inc",
    " Corporation",
    " Corp.",
    " Corp",
    " Company",
    " Co.",
    " plc",
    " PLC",
    " Ltd.",
    " Ltd",
    " Limited",
    " AG",
    " SE",
    " S.A.",
    " SA",
    " N.V.",
    " NV",
    " SpA",
    " S.p.A.",
    " Group",
    " Holdings",
    " Holding",
    " Incorporated",
    " & Co",
];
