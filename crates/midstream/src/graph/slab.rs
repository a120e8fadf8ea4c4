//! Storage that grows in pages: nothing moves when it grows, so no single addition is dear, and nothing is reserved twice.

/// Numbered slots. A freed number is given out again, the one freed last first.
#[derive(Debug, Clone)]
pub(super) struct Slab<T> {
    pages: Vec<Vec<T>>,
    free: Vec<u32>,
    /// Slots ever given out.
    end: u32,
}

/// Slots in a page.
const PAGE: usize = 1 << PAGE_BITS;
const PAGE_BITS: u32 = 9;

impl<T> Slab<T> {
    pub(super) fn new() -> Self {
        Self { pages: Vec::new(), free: Vec::new(), end: 0 }
    }

    /// Slots in use.
    pub(super) fn len(&self) -> usize {
        self.end as usize - self.free.len()
    }

    /// One past the highest number ever given out.
    pub(super) fn end(&self) -> u32 {
        self.end
    }

    pub(super) fn insert(&mut self, value: T) -> u32 {
        if let Some(id) = self.free.pop() {
            self[id] = value;
            return id;
        }
        let id = self.end;
        self.end += 1;
        match self.pages.last_mut() {
            Some(page) if page.len() < PAGE => {
                if page.len() == page.capacity() {
                    // A small graph takes little: only the first page grows, each further one is whole.
                    page.reserve_exact(page.len().min(PAGE - page.len()));
                }
                page.push(value);
            }
            last => {
                let mut page = Vec::with_capacity(if last.is_some() { PAGE } else { FIRST });
                page.push(value);
                self.pages.push(page);
            }
        }
        id
    }

    /// Gives the slot's number free. What lies in it stays until the number is given out again.
    pub(super) fn free(&mut self, id: u32) {
        self.free.push(id);
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        let pages: usize = self.pages.iter().map(|page| page.capacity() * size_of::<T>() + size_of::<Vec<T>>()).sum();
        pages + self.free.capacity() * size_of::<u32>()
    }
}

/// Slots of a first page at its beginning.
const FIRST: usize = 16;

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;

    fn index(&self, id: u32) -> &T {
        &self.pages[id as usize >> PAGE_BITS][id as usize & (PAGE - 1)]
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    fn index_mut(&mut self, id: u32) -> &mut T {
        &mut self.pages[id as usize >> PAGE_BITS][id as usize & (PAGE - 1)]
    }
}

/// No slot.
pub(super) const NONE: u32 = u32::MAX;

/// What lies in a slab and is a member of doubly linked lists through it.
pub(super) trait Links {
    /// The neighbours in the list of this kind: towards its head, towards its tail.
    fn links(&mut self, list: usize) -> &mut [u32; 2];
}

/// Head and tail of a list.
pub(super) type Ends = [u32; 2];
pub(super) const EMPTY: Ends = [NONE, NONE];

impl<T: Links> Slab<T> {
    /// Makes `id` the head of a list.
    pub(super) fn push_front(&mut self, list: usize, ends: &mut Ends, id: u32) {
        let head = std::mem::replace(&mut ends[0], id);
        *self[id].links(list) = [NONE, head];
        if head == NONE {
            ends[1] = id;
        } else {
            self[head].links(list)[0] = id;
        }
    }

    /// Takes `id` out of a list in which it is.
    pub(super) fn unlink(&mut self, list: usize, ends: &mut Ends, id: u32) {
        let [before, after] = *self[id].links(list);
        if before == NONE {
            ends[0] = after;
        } else {
            self[before].links(list)[1] = after;
        }
        if after == NONE {
            ends[1] = before;
        } else {
            self[after].links(list)[0] = before;
        }
    }
}
