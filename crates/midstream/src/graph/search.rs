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
}

impl Graph {
    /// Nodes with a name that contains `query`: first those that are called just so, then those that begin so, then those with
    /// a word that does, then the rest; each by name and number. At most `limit`.
    ///
    /// Letters are compared by their lower case in Unicode, Latin ones without their marks: `zoe` finds `Zoë`. Linear in the
    /// length of all names.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Node<'_>> {
        let query: Vec<char> = letters(query).collect();
        let mut found: Vec<_> = self
            .nodes()
            .filter_map(|node| {
                let fit = node.names().filter_map(|(name, _)| fit(name, &query)).min()?;
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

fn begins(name: &str, query: &[char]) -> bool {
    let mut letters = letters(name);
    query.iter().all(|&wanted| letters.next() == Some(wanted))
}

fn begins_and_ends(name: &str, query: &[char]) -> bool {
    letters(name).eq(query.iter().copied())
}

/// Kinds of nodes whose words are not their names: streams and phrases.
const UNNAMED: [&str; 2] = ["STREAM", "PHRASE"];
