//! Sentences made for training, of news and encyclopaedias, which the annotated texts have little of: patterns of
//! `models/made`, filled with names that were listed, that silver sentences have, or that nobody bears.

use std::collections::BTreeMap;

use crate::corpora::{Kind, Sentence, Set};
use crate::crf::Random;

/// What sentences are made of.
#[derive(Debug)]
pub(crate) struct Maker {
    /// By kind: names as they are, and patterns of names.
    names: BTreeMap<String, (Vec<String>, Vec<String>)>,
    random: Random,
}

/// The names of `models/made/names.txt` that are no patterns, with what they name.
pub(crate) fn listed() -> impl Iterator<Item = (&'static str, Kind)> {
    sections().filter(|(_, name)| !name.contains('{')).filter_map(|(section, name)| Some((name, kind(section)?)))
}

/// Each name or pattern with the section that it stands in.
fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut section = "";
    NAMES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(move |line| {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => {
                section = name;
                None
            }
            None => Some((section, line)),
        }
    })
}

/// What names of a section name; `None` for those that are only parts of names.
fn kind(section: &str) -> Option<Kind> {
    match section {
        "person" => Some(Kind::Person),
        "company" | "bank" | "institution" | "school" | "legislature" | "party" | "team" | "paper" | "band"
        | "long" | "initials" => Some(Kind::Organization),
        "place" | "city" | "country" | "state" => Some(Kind::Location),
        _ => None,
    }
}

impl Maker {
    /// `lists` are further names by kind: `first`, `surname`, `city`, `country`.
    pub(crate) fn new(lists: BTreeMap<&str, Vec<String>>, silver: &[Sentence]) -> Self {
        let mut names: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
        for (section, name) in sections() {
            let (fixed, patterns) = names.entry(section.to_owned()).or_default();
            if name.contains('{') { patterns } else { fixed }.push(name.to_owned());
        }
        for (kind, list) in lists {
            names.entry(kind.to_owned()).or_default().0.extend(list);
        }
        let people = silver.iter().flat_map(|sentence| {
            let people = sentence.names.iter().filter(|(.., kind)| *kind == Kind::Person);
            people.map(|(start, end, _)| sentence.text[*start..*end].to_owned())
        });
        let is_full = |name: &String| {
            (2..=4).contains(&name.split(' ').count())
                && name.starts_with(char::is_uppercase)
                && name.chars().all(|char| char.is_alphabetic() || " .'-".contains(char))
        };
        names.entry("silver".to_owned()).or_default().0.extend(people.filter(is_full));
        Self { names, random: Random(0x2545_f491_4f6c_dd1d) }
    }

    /// So many sentences.
    pub(crate) fn make(&mut self, count: usize) -> Vec<Sentence> {
        let patterns: Vec<&str> = SENTENCES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        (0..count).map(|at| self.sentence(patterns[at % patterns.len()])).collect()
    }

    fn sentence(&mut self, pattern: &str) -> Sentence {
        let mut sentence = Sentence { text: String::new(), names: Vec::new(), set: Set::Made };
        let mut long = String::new();
        for (literal, slot) in slots(pattern) {
            sentence.text.push_str(literal);
            let Some(slot) = slot else { continue };
            let slot = match slot {
                "loc" => self.one_of(&["place", "city", "country"]),
                "inst" => self.one_of(&["bank", "institution", "legislature", "school"]),
                slot => slot,
            };
            let name = match slot {
                "long" => {
                    long = self.long();
                    long.clone()
                }
                "initials" if long.is_empty() => self.name("caps"),
                "initials" => initials(&long),
                slot => self.name(slot),
            };
            let start = sentence.text.len();
            sentence.text.push_str(&name);
            // Where the sentence has an article, the name needs none.
            let start = match name.strip_prefix("The ") {
                Some(rest) if sentence.text[..start].ends_with("The ") || sentence.text[..start].ends_with("the ") => {
                    sentence.text.replace_range(start.., rest);
                    start
                }
                Some(_) if kind(slot) == Some(Kind::Organization) => start + "The ".len(),
                _ => start,
            };
            if let Some(kind) = kind(slot) {
                sentence.names.push((start, sentence.text.len(), kind));
            }
        }
        sentence
    }

    /// The same sentence about others: names of the kinds that its names are of. `None` where it has none.
    pub(crate) fn swap(&mut self, sentence: &Sentence) -> Option<Sentence> {
        let mut swapped = Sentence { text: String::new(), names: Vec::new(), set: sentence.set };
        let mut at = 0;
        for (start, end, kind) in &sentence.names {
            let name = match kind {
                Kind::Person if sentence.text[*start..*end].contains(' ') => self.name("person"),
                Kind::Person if self.random.unit() < 0.5 => self.name("first"),
                Kind::Person => self.name("surname"),
                Kind::Organization => {
                    let kind = self.one_of(&["company", "company", "institution", "party", "team"]);
                    self.name(kind)
                }
                Kind::Location => {
                    let kind = self.one_of(&["place", "city", "country"]);
                    self.name(kind)
                }
                Kind::Other => sentence.text[*start..*end].to_owned(),
            };
            swapped.text += &sentence.text[at..*start];
            let from = swapped.text.len();
            swapped.text += &name;
            swapped.names.push((from, swapped.text.len(), *kind));
            at = *end;
        }
        swapped.text += &sentence.text[at..];
        swapped.names.iter().any(|(.., kind)| *kind != Kind::Other).then_some(swapped)
    }

    /// A name of this kind.
    fn name(&mut self, kind: &str) -> String {
        match kind {
            "made" => return self.made(),
            "caps" => return (0..3 + self.below(2)).map(|_| self.letter()).collect(),
            "letter" => return self.letter().into(),
            _ => {}
        }
        let (fixed, patterns) = self.names.get(kind).map_or((0, 0), |(fixed, patterns)| (fixed.len(), patterns.len()));
        let unheard = self.random.unit() < UNHEARD;
        if kind == "city" && unheard {
            return self.made();
        }
        if fixed > 0 && (patterns == 0 || !unheard) {
            let at = self.below(fixed);
            return self.names[kind].0[at].clone();
        }
        let at = self.below(patterns.max(1));
        let pattern = self.names.get(kind).and_then(|(_, patterns)| patterns.get(at)).cloned();
        let pattern = pattern.unwrap_or_else(|| panic!("`models/made` has no names of kind `{kind}`"));
        slots(&pattern).fold(String::new(), |name, (literal, slot)| {
            name + literal + &slot.map(|slot| self.name(slot)).unwrap_or_default()
        })
    }

    /// An organisation's name of three words or more, whose initials may stand for it.
    fn long(&mut self) -> String {
        loop {
            let kind = self.one_of(&["institution", "party", "bank"]);
            let name = self.name(kind);
            if initials(&name).len() > 2 && !name.contains(',') && name.contains(' ') {
                return name;
            }
        }
    }

    /// A word that is nobody's name, or a rare one.
    fn made(&mut self) -> String {
        let mut name = String::new();
        for _ in 0..2 + self.below(2) {
            for letters in [ONSETS, VOWELS] {
                name += letters[self.below(letters.len())];
            }
        }
        name += CODAS[self.below(CODAS.len())];
        name[..1].to_ascii_uppercase() + &name[1..]
    }

    fn letter(&mut self) -> char {
        char::from(b'A' + self.below(26) as u8)
    }

    fn one_of(&mut self, kinds: &[&'static str]) -> &'static str {
        kinds[self.below(kinds.len())]
    }

    fn below(&mut self, count: usize) -> usize {
        (self.random.unit() * count as f32) as usize % count
    }
}

/// The literal pieces of a pattern, each with the slot behind it.
fn slots(pattern: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    pattern.split('}').map(|piece| match piece.split_once('{') {
        Some((literal, slot)) => (literal, Some(slot)),
        None => (piece, None),
    })
}

/// The first letters of the capitalised words of a name.
fn initials(name: &str) -> String {
    name.split([' ', '-']).filter_map(|word| word.chars().next()).filter(|letter| letter.is_uppercase()).collect()
}

const NAMES: &str = include_str!("../../../models/made/names.txt");
const SENTENCES: &str = include_str!("../../../models/made/sentences.txt");
/// How many of the names are patterns or made, where there are others.
const UNHEARD: f32 = 0.6;
const ONSETS: &[&str] = &[
    "b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "pr", "r", "s", "sh",
    "st", "t", "tr", "v", "w", "z",
];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "ai", "ea", "ia", "o", "a", "e"];
const CODAS: &[&str] = &["", "", "n", "r", "s", "x", "th", "nd", "ck", "l", "ly", "ton", "ix", "ric", "berg"];

#[cfg(test)]
mod tests {
    use super::*;

    fn maker() -> Maker {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let lists = BTreeMap::from([
            ("first", list(&["Ada"])),
            ("surname", list(&["Lovelace"])),
            ("city", list(&["Turin"])),
            ("country", list(&["Peru"])),
            ("silver", list(&["Alan Turing"])),
        ]);
        Maker::new(lists, &[])
    }

    #[test]
    fn each_sentence_can_be_made_and_has_its_slots_as_names() {
        for sentence in maker().make(3 * SENTENCES.lines().count()) {
            assert!(!sentence.text.contains(['{', '}']), "{}", sentence.text);
            for (start, end, _) in sentence.names {
                assert!(!sentence.text[start..end].trim().is_empty(), "{}", sentence.text);
            }
        }
    }

    #[test]
    fn the_same_sentences_are_made_each_time() {
        let texts = || maker().make(500).into_iter().map(|sentence| sentence.text).collect::<Vec<_>>();
        assert_eq!(texts(), texts());
    }

    #[test]
    fn initials_are_those_of_the_name_before() {
        assert_eq!(initials("Organization of African Unity"), "OAU");
    }
}
