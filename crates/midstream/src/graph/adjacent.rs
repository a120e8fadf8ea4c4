//! The edges of a node, their numbers side by side: whoever reads them knows where all of them lie before the first one
//! is there, so that a processor fetches several at a time.

use super::slab::NONE;

/// The edges that leave a node, or arrive at it, the oldest first.
///
/// An edge that goes leaves a gap, so that the others keep their places; once there are more gaps than edges they are
/// closed. Each operation is constant work on average.
#[derive(Debug, Clone, Default)]
pub(super) struct Adjacent {
    /// `NONE` is a gap. The last one is none.
    edges: Vec<u32>,
    gaps: u32,
}

impl Adjacent {
    /// Adds an edge and tells its place.
    pub(super) fn push(&mut self, edge: u32) -> u32 {
        self.edges.push(edge);
        (self.edges.len() - 1) as u32
    }

    /// Takes the edge at this place out. Where that closes gaps, `place` is told each edge's new place.
    pub(super) fn remove(&mut self, at: u32, place: impl FnMut(u32, u32)) {
        self.edges[at as usize] = NONE;
        self.gaps += 1;
        while self.edges.last() == Some(&NONE) {
            self.edges.pop();
            self.gaps -= 1;
        }
        if self.gaps as usize * 2 > self.edges.len() {
            self.close_gaps(place);
        }
    }

    fn close_gaps(&mut self, mut place: impl FnMut(u32, u32)) {
        self.edges.retain(|edge| *edge != NONE);
        self.edges.shrink_to(self.edges.len() * 2);
        self.gaps = 0;
        for (at, edge) in (0..).zip(&self.edges) {
            place(*edge, at);
        }
    }

    /// The edges, the newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = u32> {
        self.edges.iter().rev().copied().filter(|edge| *edge != NONE)
    }

    pub(super) fn newest(&self) -> Option<u32> {
        self.edges.last().copied()
    }

    pub(super) fn len(&self) -> usize {
        self.edges.len() - self.gaps as usize
    }

    /// Bytes that it takes besides itself.
    pub(super) fn bytes(&self) -> usize {
        self.edges.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn edges_keep_their_order_and_each_is_at_its_place_whatever_goes() {
        let mut list = Adjacent::default();
        let mut places = BTreeMap::new();
        let mut expected: Vec<u32> = Vec::new();
        let mut state = 1u32;
        for edge in 0..2000 {
            places.insert(edge, list.push(edge));
            expected.push(edge);
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // By turns it grows and shrinks.
            for _ in 0..if edge / 250 % 2 == 0 { state >> 31 } else { 2 } {
                if expected.is_empty() {
                    continue;
                }
                let gone = expected.remove(state as usize / 7 % expected.len());
                let at = places.remove(&gone).unwrap();
                list.remove(at, |edge, at| {
                    places.insert(edge, at);
                });
            }
            assert!(list.newest_first().eq(expected.iter().rev().copied()));
            assert_eq!((list.len(), list.newest()), (expected.len(), expected.last().copied()));
            assert!(places.iter().all(|(edge, at)| list.edges[*at as usize] == *edge));
            assert!(list.edges.len() <= 2 * list.len(), "gaps are fewer than edges");
        }
    }
}
