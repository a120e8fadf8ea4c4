//! Which mentions are of one and the same: linking inside a stream, by rules that are sure.
//!
//! Two mentions of a kind have one id where their names are the same but for case, a possessive ending, an article, a title or
//! a company's legal form; where one is a person's last or first name that no other person of the stream has
//! (`Angela Merkel`, later `Merkel`, or the other way round); or where one is the other's initials
//! (`World Health Organization (WHO)`). Nothing else is linked, pronouns not at all. An id once given stays.

use std::collections::HashMap;

use super::EntityKind;

/// Gives mentions their ids. Bounded by the names that it remembers.
#[derive(Debug)]
pub struct Linker {
    /// For each kind its names and short names, with whose they are. Kinds are few.
    known: Vec<(EntityKind, HashMap<String, Owner>)>,
    /// All names together.
    names: usize,
    next: u64,
    max_names: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// It was said itself, or is the only short name of this one.
    One { id: u64, is_short: bool },
    /// A short name of several.
    Several,
}

impl Linker {
    /// A linker that remembers at most so many names, short ones included; a mention that is not linked to any of them and
    /// finds no room has a new id each time.
    pub fn new(max_names: usize) -> Self {
        Self { known: Vec::new(), names: 0, next: 1, max_names }
    }

    /// The id of whom or what a mention is of. `value` stands for the text where it has a common form.
    pub fn id(&mut self, kind: &EntityKind, text: &str, value: Option<&str>) -> u64 {
        let name = folded(kind, value.unwrap_or(text));
        if let Some(Owner::One { id, .. }) = self.get(kind, &name) {
            return id;
        }
        let shorts = shorts(kind, &name, text);
        // A short name that was said before stands for the first long one that fits; one that is short for another, or for
        // several, does not.
        let before = shorts.iter().find_map(|short| match self.get(kind, short) {
            Some(Owner::One { id, is_short: false }) if self.only(kind, short) => Some(id),
            _ => None,
        });
        let id = before.unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        });
        self.insert(kind, name, Owner::One { id, is_short: false });
        for short in shorts {
            self.shorten(kind, short, id);
        }
        id
    }

    fn get(&self, kind: &EntityKind, name: &str) -> Option<Owner> {
        self.known.iter().find(|(known, _)| known == kind)?.1.get(name).copied()
    }

    /// Whether a short name that was said has no long one yet.
    fn only(&self, kind: &EntityKind, short: &str) -> bool {
        self.get(kind, &taken(short)).is_none()
    }

    /// Makes `short` stand for `id`, unless it stands for another one.
    fn shorten(&mut self, kind: &EntityKind, short: String, id: u64) {
        match self.get(kind, &short) {
            None => self.insert(kind, short, Owner::One { id, is_short: true }),
            Some(Owner::One { id: other, is_short: false }) if other == id => {
                self.insert(kind, taken(&short), Owner::One { id, is_short: true });
            }
            Some(Owner::One { id: other, is_short: true }) if other != id => self.insert(kind, short, Owner::Several),
            _ => {}
        }
    }

    fn insert(&mut self, kind: &EntityKind, name: String, owner: Owner) {
        let known = self.known.iter().position(|(known, _)| known == kind);
        let has_room = self.names < self.max_names;
        let Some(at) = known.or_else(|| has_room.then_some(self.known.len())) else { return };
        if at == self.known.len() {
            self.known.push((kind.clone(), HashMap::new()));
        }
        let names = &mut self.known[at].1;
        if let Some(known) = names.get_mut(&name) {
            *known = owner;
        } else if has_room {
            names.insert(name, owner);
            self.names += 1;
        }
    }
}

/// Marks a short name, said before any long one, that one has claimed since. No name has a line feed in it.
fn taken(short: &str) -> String {
    format!("\n{short}")
}

/// A name as it is compared.
fn folded(kind: &EntityKind, name: &str) -> String {
    let lower = name.to_lowercase().replace('’', "'");
    if !is_named(kind) {
        return lower;
    }
    let mut words: Vec<&str> = lower.split_whitespace().collect();
    if let Some(last) = words.last_mut() {
        *last = last
            .strip_suffix("'s")
            .or_else(|| last.strip_suffix("s'").map(|_| &last[..last.len() - 1]))
            .unwrap_or(last);
    }
    let plain = |word: &str| word.trim_matches(['.', ',']).to_owned();
    let before: &[&str] = if *kind == EntityKind::PERSON { TITLES } else { &["the"] };
    while words.len() > 1 && before.contains(&plain(words[0]).as_str()) {
        words.remove(0);
    }
    while *kind == EntityKind::ORGANIZATION
        && words.len() > 1
        && LEGAL.contains(&plain(words[words.len() - 1]).as_str())
    {
        words.pop();
    }
    words.join(" ").trim_matches([',', ' ']).to_owned()
}

/// A name without the article before it and the possessive ending behind it; a value as it is.
pub fn plain_name<'a>(kind: &EntityKind, text: &'a str) -> &'a str {
    if !is_named(kind) {
        return text;
    }
    let ending = |ending| text.strip_suffix(ending);
    let owner = ending("'s").or_else(|| ending("’s"));
    let plural = || text.strip_suffix(['\'', '’']).filter(|rest| rest.ends_with(['s', 'S']));
    let name = owner.or_else(plural).unwrap_or(text);
    let name = ["the ", "The ", "THE "].iter().find_map(|article| name.strip_prefix(article)).unwrap_or(name);
    if name.is_empty() { text } else { name }
}

/// What else a name may be called by: a person's last and first name, the initials of the others.
fn shorts(kind: &EntityKind, name: &str, text: &str) -> Vec<String> {
    let words: Vec<&str> = name.split(' ').collect();
    if !is_named(kind) || words.len() < 2 {
        return Vec::new();
    }
    if *kind == EntityKind::PERSON {
        let last = words.iter().rev().find(|word| !SUFFIXES.contains(&word.trim_end_matches('.'))).copied();
        let ends = [last, words.first().copied()].into_iter().flatten();
        return ends.filter(|word| word.chars().count() > 2).map(str::to_owned).collect();
    }
    let capitals = |word: &&str| word.starts_with(char::is_uppercase);
    let initials: String = text.split_whitespace().filter(capitals).filter_map(|word| word.chars().next()).collect();
    let initials = initials.to_lowercase();
    let article = initials.strip_prefix('t').filter(|_| text.starts_with("The ")).unwrap_or(&initials).to_owned();
    if article.chars().count() > 2 { vec![article] } else { Vec::new() }
}

/// Whether it is a kind of names, not of values.
fn is_named(kind: &EntityKind) -> bool {
    [EntityKind::PERSON, EntityKind::ORGANIZATION, EntityKind::LOCATION].contains(kind)
}

const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "sir",
    "dame",
    "lord",
    "lady",
    "president",
    "chancellor",
    "senator",
    "minister",
    "king",
    "queen",
    "pope",
    "captain",
    "general",
    "judge",
    "justice",
    "rev",
    "st",
];
const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv", "phd", "md"];
const LEGAL: &[&str] =
    &["inc", "corp", "corporation", "ltd", "llc", "plc", "gmbh", "ag", "co", "company", "sa", "nv", "se", "bv"];

#[cfg(test)]
mod tests {
    use super::*;

    /// The ids of these mentions, `P:`, `O:`, `L:` or another kind before each.
    fn ids(mentions: &[&str]) -> Vec<u64> {
        let mut linker = Linker::new(100);
        let kinds = [("P", EntityKind::PERSON), ("O", EntityKind::ORGANIZATION), ("L", EntityKind::LOCATION)];
        let id = |mention: &&str| {
            let (kind, text) = mention.split_once(':').unwrap();
            let known = kinds.iter().find(|(letter, _)| *letter == kind).map(|(_, kind)| kind.clone());
            linker.id(&known.unwrap_or(EntityKind::new(kind)), text, None)
        };
        mentions.iter().map(id).collect()
    }

    #[test]
    fn a_person_is_the_same_by_long_and_short_name() {
        assert_eq!(
            ids(&["P:Angela Merkel", "P:Merkel", "P:MERKEL", "P:Merkel's", "P:Dr. Angela Merkel", "P:Angela"]),
            [1; 6]
        );
        assert_eq!(ids(&["P:Merkel", "P:Angela Merkel", "P:Merkel"]), [1; 3]);
        assert_eq!(ids(&["P:Martin Luther King Jr.", "P:King"]), [1, 1]);
    }

    #[test]
    fn a_short_name_of_two_is_neithers() {
        assert_eq!(ids(&["P:Angela Merkel", "P:Joachim Merkel", "P:Merkel", "P:Angela", "P:Merkel"]), [1, 2, 3, 1, 3]);
        assert_eq!(ids(&["P:Merkel", "P:Angela Merkel", "P:Joachim Merkel", "P:Merkel"]), [1, 1, 2, 1]);
    }

    #[test]
    fn an_organisation_is_the_same_by_its_initials_and_legal_form() {
        assert_eq!(
            ids(&["O:World Health Organization", "O:WHO", "O:the World Health Organization", "O:who’s"]),
            [1; 4]
        );
        assert_eq!(ids(&["O:WHO", "O:The World Health Organization", "O:WHO"]), [1; 3]);
        assert_eq!(ids(&["O:Apple Inc.", "O:Apple", "O:Apple, Inc."]), [1; 3]);
        assert_eq!(ids(&["L:United States of America", "L:USA", "L:the USA"]), [1; 3]);
    }

    #[test]
    fn what_is_not_sure_is_not_linked() {
        assert_eq!(ids(&["P:Angela Merkel", "O:Merkel", "P:she", "P:Li Na", "P:Li"]), [1, 2, 3, 4, 5]);
        assert_eq!(ids(&["DATE:2024-01-01", "DATE:2024-01-01", "DATE:2024-01-02"]), [1, 1, 2]);
    }

    #[test]
    fn memory_is_bounded_and_what_is_remembered_keeps_its_id() {
        let mut linker = Linker::new(3);
        assert_eq!(linker.id(&EntityKind::PERSON, "Ada Lovelace", None), 1);
        for n in 0..10 {
            assert_eq!(linker.id(&EntityKind::PERSON, &format!("Nobody{n}"), None), n + 2);
        }
        assert_eq!(linker.names, 3);
        assert_eq!(linker.id(&EntityKind::PERSON, "Lovelace", None), 1);
    }
}
