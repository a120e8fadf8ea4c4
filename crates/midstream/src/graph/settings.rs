//! How a graph behaves and how much it keeps.

/// How a graph behaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// How much it keeps.
    pub limits: Limits,
    /// Predicates of which a subject has one object at a time: a new one ends what was so before. None.
    pub functional: Vec<String>,
    /// Mixed into the hashes. A host that takes texts from strangers draws one at random, so that nobody can choose
    /// names which collide. It shows nowhere else. 0.
    pub seed: u64,
}

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
