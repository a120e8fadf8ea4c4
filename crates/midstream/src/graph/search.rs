//! Finding nodes by what they are called.

use super::query::Node;
use super::store::Graph;
use crate::latin::letters;

/// How well a name fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Whole,
    Beginning,
    Word,
    Part,
    /// With a letter or two that are wrong, missing, too many or in each other's place.
    Near,
}

impl Graph {
    /// Nodes with a name that contains `query`: first those that are called just so, then those that begin so, then those with
    /// a word that does, then the rest, then those with a word that is `query` but for one letter (of four at least; two of eight);
    /// each by name and number. At most `limit`.
    ///
    /// Letters are compared by their lower case in Unicode, Latin ones without their marks: `zoe` finds `Zoë`. Linear in the
    /// length of all names.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Node<'_>> {
        let query: Vec<char> = letters(query).collect();
        let mut found: Vec<_> = self
            .nodes()
            .filter_map(|node| {
                let fit =
                    node.names().filter_map(|(name, _)| fit(name, &query).or_else(|| near(name, &query))).min()?;
                Some((fit, node.name(), node.id(), node))
            })
            .collect();
        found.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
        found.into_iter().take(limit).map(|(_, _, _, node)| node).collect()
    }

    /// Whom or what `name` may mean, of this kind where one is given: the nodes that are called just so, or else so but for case
    /// and marks, or else those with whole words of theirs (`Merkel`, where nobody is called so alone) that are no streams or
    /// phrases, unless their kind is asked for. By number.
    pub fn meant(&self, name: &str, kind: Option<&str>) -> Vec<Node<'_>> {
        let wanted: Vec<char> = letters(name).collect();
        let ways: [&Is<'_>; 3] =
            [&|known, _| known == name, &|known, _| letters(known).eq(wanted.iter().copied()), &|known, of| {
                (kind.is_some() || !UNNAMED.contains(&of)) && has_words(known, &wanted)
            }];
        let mut found = Vec::new();
        for is in ways {
            let named = |(known, of): (&str, &str)| kind.is_none_or(|kind| of == kind) && is(known, of);
            found = self.nodes().filter(|node| node.names().any(named)).collect();
            if !found.is_empty() {
                break;
            }
        }
        found
    }
}

/// Tells of a name and a kind whether they are meant.
type Is<'a> = dyn Fn(&str, &str) -> bool + 'a;

/// Whether a name has these letters as whole words.
fn has_words(name: &str, wanted: &[char]) -> bool {
    let name: Vec<char> = letters(name).collect();
    let is_letter = |at: Option<&char>| at.is_some_and(|char| char.is_alphanumeric());
    !wanted.is_empty()
        && name.windows(wanted.len()).enumerate().any(|(at, part)| {
            part == wanted
                && !is_letter(at.checked_sub(1).and_then(|before| name.get(before)))
                && !is_letter(name.get(at + wanted.len()))
        })
}

/// How a name contains the query, which is in lower case.
fn fit(name: &str, query: &[char]) -> Option<Fit> {
    let mut best = None;
    let mut in_word = false;
    for (at, char) in name.char_indices() {
        if begins(&name[at..], query) {
            let fit = match (at, begins_and_ends(&name[at..], query)) {
                (0, true) => return Some(Fit::Whole),
                (0, false) => return Some(Fit::Beginning),
                _ if !in_word => Fit::Word,
                _ => Fit::Part,
            };
            best = Some(best.map_or(fit, |best: Fit| best.min(fit)));
        }
        in_word = char.is_alphanumeric();
    }
    best
}

/// Whether the name or a word of it is the query but for a letter or two.
fn near(name: &str, query: &[char]) -> Option<Fit> {
    let wrong = match query.len() {
        0..4 => return None,
        4..8 => 1,
        8..=MOST_LETTERS => 2,
        _ => return None,
    };
    let name: Vec<char> = letters(name).collect();
    let mut words = name.split(|char| !char.is_alphanumeric()).chain([&name[..]]);
    let is_near = |word: &[char]| word.len().abs_diff(query.len()) <= wrong && differ(word, query, wrong);
    words.any(is_near).then_some(Fit::Near)
}

/// Whether at most so many letters are wrong, missing, too many or in each other's place.
fn differ(a: &[char], b: &[char], most: usize) -> bool {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    if a.is_empty() || b.is_empty() {
        return a.len() + b.len() <= most;
    }
    let swapped = a.len() > 1 && b.len() > 1 && (a[0], a[1]) == (b[1], b[0]);
    most > 0
        && (differ(&a[1..], &b[1..], most - 1)
            || differ(&a[1..], b, most - 1)
            || differ(a, &b[1..], most - 1)
            || swapped && differ(&a[2..], &b[2..], most - 1))
}

fn begins(name: &str, query: &[char]) -> bool {
    let mut letters = letters(name);
    query.iter().all(|&wanted| letters.next() == Some(wanted))
}

fn begins_and_ends(name: &str, query: &[char]) -> bool {
    letters(name).eq(query.iter().copied())
}

/// Letters of a query that is compared with wrong ones.
const MOST_LETTERS: usize = 64;
/// Kinds of nodes whose words are not their names: streams and phrases.
const UNNAMED: [&str; 2] = ["STREAM", "PHRASE"];
