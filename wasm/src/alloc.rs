//! The allocator of the package that only decodes: free lists by size, a twentieth of the code of the default one.
//!
//! A block belongs to a class of sizes for good: multiples of 16 bytes up to 512, four sizes to each power of two above
//! them. A freed block waits for the next request of its class; a request that finds none takes new memory. Each step
//! takes the same time, however much there is. What it costs is up to a quarter of a large block, and that blocks of one
//! class never become blocks of another: a module that decodes has few sizes, which come again with every stream.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr;

#[global_allocator]
static SMALL: Small = Small(UnsafeCell::new(State { free: [ptr::null_mut(); CLASSES], next: 0, end: 0 }));

struct Small(UnsafeCell<State>);

struct State {
    /// The first free block of each class. A free block begins with the address of the next one.
    free: [*mut u8; CLASSES],
    /// New memory is `next..end`.
    next: usize,
    end: usize,
}

// SAFETY: the module is built without threads, so nobody else is in here.
unsafe impl Sync for Small {}

// SAFETY: a block is as long as its class says, which is no less than what was asked for; it begins at a multiple of 16,
// or of more where more is asked for; it is in no list while it is lent.
unsafe impl GlobalAlloc for Small {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (class, size) = class(layout);
        // SAFETY: there are no threads, and nothing in here allocates.
        let state = unsafe { &mut *self.0.get() };
        let Some(free) = state.free.get_mut(class) else { return ptr::null_mut() };
        let block = *free;
        // Blocks that came back begin at multiples of 16; nothing in the module asks for more.
        if block.is_null() || layout.align() > GRANULE {
            return state.fresh(size, layout.align());
        }
        // SAFETY: a free block holds the address of the next one.
        *free = unsafe { *block.cast() };
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above; the block is of this class and nobody's now.
        unsafe {
            let free = &mut (*self.0.get()).free[class(layout).0];
            *block.cast() = *free;
            *free = block;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller vouches for the size.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if class(layout) == class(wanted) {
            return block;
        }
        // SAFETY: both blocks are at least that long, and differ.
        unsafe {
            let moved = self.alloc(wanted);
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

impl State {
    /// A block of new memory.
    #[inline(never)]
    fn fresh(&mut self, size: usize, align: usize) -> *mut u8 {
        let align = align.max(GRANULE);
        let mut start = self.next.next_multiple_of(align);
        if self.end < start || self.end - start < size {
            let pages = (size + align).div_ceil(PAGE);
            let Some(grown) = grow(pages) else { return ptr::null_mut() };
            if grown != self.end {
                self.next = grown;
            }
            self.end = grown + pages * PAGE;
            start = self.next.next_multiple_of(align);
        }
        self.next = start + size;
        ptr::with_exposed_provenance_mut(start)
    }
}

/// Where `pages` pages of memory begin that nobody had before.
fn grow(pages: usize) -> Option<usize> {
    let before = std::arch::wasm32::memory_grow(0, pages);
    (before != usize::MAX).then(|| before * PAGE)
}

/// The class of blocks for `layout`, and how long they are.
fn class(layout: Layout) -> (usize, usize) {
    let size = layout.size().max(layout.align()).max(1);
    if size <= SMALL_MAX {
        let class = (size - 1) / GRANULE;
        return (class, (class + 1) * GRANULE);
    }
    // Four sizes to a power of two: the highest bit of `size - 1`, and the two behind it.
    let shift = (size - 1).ilog2() as usize - 2;
    let quarter = (size - 1) >> shift;
    (SMALL_MAX / GRANULE + (shift - 7) * 4 + quarter - 4, (quarter + 1) << shift)
}

const GRANULE: usize = 16;
const PAGE: usize = 65_536;
const SMALL_MAX: usize = 512;
/// Enough for blocks of up to 2 GiB.
const CLASSES: usize = SMALL_MAX / GRANULE + 4 * 22;
