//! How a graph behaves and how much it keeps.

/// How a graph behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How much it keeps.
    pub limits: Limits,
    /// Predicates of which a subject has one object at a time, and, behind a `^`, those of which an object has one subject
    /// at a time: a new one ends what was so before. Of a predicate that is given both ways the first counts. [`FUNCTIONAL`].
    pub functional: Vec<String>,
    /// Mixed into the hashes. A host that takes texts from strangers draws one at random, so that nobody can choose
    /// names which collide. It shows nowhere else. 0.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { limits: Limits::default(), functional: FUNCTIONAL.map(String::from).to_vec(), seed: 0 }
    }
}

/// What is taken to be so of one at a time, where nothing else is said: homes, seats and marriages, and behind a `^` offices
/// that one holds, and capitals. What happens once (`was born in`) is not among them: a second place is a finer one or an
/// error, and ends nothing.
pub const FUNCTIONAL: [&str; 21] = [
    "lives in",
    "resides in",
    "is based in",
    "is headquartered in",
    "is married to",
    "^is CEO of",
    "^is chief executive of",
    "^is chief executive officer of",
    "^is CFO of",
    "^is CTO of",
    "^is chairman of",
    "^is president of",
    "^is prime minister of",
    "^is chancellor of",
    "^is governor of",
    "^is mayor of",
    "^is king of",
    "^is queen of",
    "^is head of",
    "^is head coach of",
    "^is capital of",
];

/// How much a graph keeps. What was least recently said makes room, and each removal is a [`Change`](super::Change).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Nodes; at least 2. 1,000,000.
    pub max_nodes: usize,
    /// Edges, ended ones included; at least 1. 4,000,000.
    pub max_edges: usize,
    /// Bytes of all texts together (names, kinds, predicates, streams), each counted once. 256 MiB.
    pub max_text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_nodes: 1_000_000, max_edges: 4_000_000, max_text_bytes: 256 << 20 }
    }
}
