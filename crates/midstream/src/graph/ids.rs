//! The numbers that nodes and edges are known by: given out once, in the order in which they came.
//!
//! A slot is used again, its number never: so what is gone is not mistaken for what came in its place. While nothing is
//! gone, a slot's place is its number, and nothing is kept. From then on each slot has its number, and those that are not
//! called by their place are found in a table with open addressing, since it has to be small.

use super::slab::NONE;

/// Numbers of slots.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    /// The number that is given out next.
    next: u32,
    /// One past the last slot that ever had one.
    end: u32,
    /// The number of each slot; empty where each is called by its place.
    of: Vec<u32>,
    /// Slots that are not called by their place, by their numbers. `NONE` is a gap.
    table: Vec<u32>,
    /// Slots in the table.
    used: usize,
}

impl Ids {
    /// The number that is given out next; `NONE` where there is none left.
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    /// Gives out no number below this one any more.
    pub(super) fn skip_to(&mut self, next: u32) {
        self.next = self.next.max(next);
    }

    /// Gives a slot a number: the next one, or this one, which no slot has.
    pub(super) fn give(&mut self, slot: u32, number: Option<u32>) {
        let number = number.unwrap_or(self.next);
        self.next = self.next.max(number.saturating_add(1));
        self.end = self.end.max(slot + 1);
        if self.of.is_empty() && number == slot {
            return;
        }
        // Those that had their places as numbers, be they in use or not.
        self.of.extend(self.of.len() as u32..self.end);
        self.of[slot as usize] = number;
        if number != slot {
            self.insert(slot);
        }
    }

    /// Takes a slot's number back, for good.
    pub(super) fn take(&mut self, slot: u32) {
        let Some(number) = self.of.get_mut(slot as usize) else { return };
        let number = std::mem::replace(number, NONE);
        if number != slot {
            self.remove(slot, number);
        }
    }

    /// The number of a slot that has one.
    pub(super) fn number(&self, slot: u32) -> u32 {
        if self.of.is_empty() { slot } else { self.of[slot as usize] }
    }

    /// The slot that has, or where each is called by its place may have, this number.
    pub(super) fn slot(&self, number: u32) -> Option<u32> {
        if self.of.is_empty() || self.of.get(number as usize) == Some(&number) {
            return Some(number);
        }
        if self.table.is_empty() || number == NONE {
            return None;
        }
        let mut at = self.home(number);
        loop {
            match self.table[at] {
                NONE => return None,
                slot if self.of[slot as usize] == number => return Some(slot),
                _ => at = self.after(at),
            }
        }
    }

    /// The slots in the order of their numbers; free ones may be among them.
    pub(super) fn in_order(&self) -> impl Iterator<Item = u32> + use<> {
        let mut slots: Vec<u32> = Vec::new();
        if !self.of.is_empty() {
            slots.extend((0..self.end).filter(|slot| self.of[*slot as usize] != NONE));
            slots.sort_unstable_by_key(|slot| self.of[*slot as usize]);
        }
        (0..if self.of.is_empty() { self.end } else { 0 }).chain(slots)
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        (self.of.capacity() + self.table.capacity()) * size_of::<u32>()
    }

    fn insert(&mut self, slot: u32) {
        // At most four fifths are full.
        if (self.used + 1) * 5 > self.table.len() * 4 {
            let room = (self.table.len() * 5 / 4).max(FEWEST);
            let slots = std::mem::replace(&mut self.table, vec![NONE; room]);
            slots.into_iter().filter(|slot| *slot != NONE).for_each(|slot| self.put(slot));
        }
        self.put(slot);
        self.used += 1;
    }

    fn put(&mut self, slot: u32) {
        let mut at = self.home(self.of[slot as usize]);
        while self.table[at] != NONE {
            at = self.after(at);
        }
        self.table[at] = slot;
    }

    fn remove(&mut self, slot: u32, number: u32) {
        let mut gap = self.home(number);
        while self.table[gap] != slot {
            gap = self.after(gap);
        }
        // What lies behind moves up, unless it would come to lie before its home (Knuth, volume 3, algorithm 6.4R).
        let mut at = gap;
        loop {
            at = self.after(at);
            let other = self.table[at];
            if other == NONE {
                break;
            }
            let home = self.home(self.of[other as usize]);
            let stays = if gap <= at { gap < home && home <= at } else { gap < home || home <= at };
            if !stays {
                self.table[gap] = other;
                gap = at;
            }
        }
        self.table[gap] = NONE;
        self.used -= 1;
    }

    fn home(&self, number: u32) -> usize {
        let mixed = number.wrapping_mul(ODD);
        ((u64::from(mixed) * self.table.len() as u64) >> 32) as usize
    }

    fn after(&self, at: usize) -> usize {
        if at + 1 == self.table.len() { 0 } else { at + 1 }
    }
}

/// Room of a first table.
const FEWEST: usize = 16;
/// The fraction of the golden ratio: what is counted up is spread evenly.
const ODD: u32 = 0x9E37_79B9;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn each_slot_is_found_by_its_number_and_no_number_comes_again() {
        let mut ids = Ids::default();
        let (mut known, mut free, mut end) = (BTreeMap::new(), Vec::new(), 0);
        let mut state = 1u32;
        for step in 0..20_000u32 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if state >> 31 == 0 && known.len() > 300 || step % 4000 > 3500 && !known.is_empty() {
                let number = *known.keys().nth(state as usize / 7 % known.len()).unwrap();
                let slot = known.remove(&number).unwrap();
                ids.take(slot);
                free.push(slot);
                assert!(ids.of.is_empty() || ids.slot(number).is_none());
            } else {
                let slot = free.pop().unwrap_or_else(|| {
                    end += 1;
                    end - 1
                });
                let number = ids.next();
                ids.give(slot, None);
                assert!(known.insert(number, slot).is_none() && ids.next() == number + 1);
            }
            if step % 100 == 0 {
                for (number, slot) in &known {
                    assert_eq!((ids.number(*slot), ids.slot(*number)), (*number, Some(*slot)));
                }
                let order: Vec<_> = ids.in_order().filter(|slot| known.values().any(|known| known == slot)).collect();
                assert!(order.iter().eq(known.values()), "in the order of their numbers");
            }
        }
        assert!(ids.bytes() <= 16 * end as usize, "{} bytes for {end} slots", ids.bytes());
        assert!(!ids.table.is_empty());
    }
}
