//! Finding nodes by what they are called.

use super::query::Node;
use super::store::Graph;

/// How well a name fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Whole,
    Beginning,
    Word,
    Part,
}

impl Graph {
    /// Nodes with a name that contains `query`, letters of either case: first those that are called just so, then those
    /// that begin so, then those with a word that does, then the rest; each by name and number. At most `limit`.
    ///
    /// Case is compared letter by letter by its lower case in Unicode. Linear in the length of all names.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Node<'_>> {
        let query: Vec<char> = query.chars().flat_map(char::to_lowercase).collect();
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
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query.iter().all(|&wanted| letters.next() == Some(wanted))
}

fn begins_and_ends(name: &str, query: &[char]) -> bool {
    name.chars().flat_map(char::to_lowercase).eq(query.iter().copied())
}
