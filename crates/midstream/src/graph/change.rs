//! What happened to a graph.

use super::store::{EdgeId, NodeId};
use midstream_values::Moment;

/// One thing that happened to a graph, in the order in which it did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A node is new.
    NodeAdded(NodeId),
    /// An edge is new.
    EdgeAdded(EdgeId),
    /// A fact was said again that an edge stands for.
    EdgeConfirmed(EdgeId),
    /// An edge's validity has an end now, or another one.
    EdgeEnded {
        /// Which one.
        edge: EdgeId,
        /// The first moment at which it is no longer so.
        valid_to: Moment,
    },
    /// An edge is taken to have never been so, as far as is known now.
    EdgeRetracted(EdgeId),
    /// A node is found by a further name.
    NodeNamed {
        /// Which one.
        node: NodeId,
        /// The name.
        name: String,
    },
    /// A node turned out to be the same as another one, which has its names and edges now.
    NodeMerged {
        /// The one that is gone.
        from: NodeId,
        /// The one that is left.
        into: NodeId,
    },
    /// A node made room, and its edges before it.
    NodeEvicted {
        /// Which one.
        node: NodeId,
        /// What it was called.
        name: String,
        /// For which limit.
        limit: Limit,
    },
    /// An edge made room.
    EdgeEvicted {
        /// Which one.
        edge: EdgeId,
        /// For which limit.
        limit: Limit,
    },
}

/// The limits by their settings' names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// [`Limits::max_nodes`](super::Limits::max_nodes).
    MaxNodes,
    /// [`Limits::max_edges`](super::Limits::max_edges).
    MaxEdges,
    /// [`Limits::max_text_bytes`](super::Limits::max_text_bytes).
    MaxTextBytes,
}

impl Limit {
    /// The setting's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::MaxNodes => "max_nodes",
            Self::MaxEdges => "max_edges",
            Self::MaxTextBytes => "max_text_bytes",
        }
    }
}
