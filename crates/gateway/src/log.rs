//! The streams that are known, within limits: live ones always, ended ones until newer ones need the room.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use midstream::Config;
use tokio::sync::watch;

use crate::config::Limits;
use crate::knowledge::Knowledge;
use crate::metrics::Tally;
use crate::record::{Origin, Record};

/// All streams of a gateway.
#[derive(Debug)]
pub(crate) struct Log {
    limits: Limits,
    /// How every stream is read, its framing and dialect left open.
    analysis: Config,
    knowledge: Option<Knowledge>,
    index: Mutex<Index>,
    /// What is kept of all streams, by [`Limits::total_bytes`].
    kept: AtomicUsize,
    next: AtomicU64,
    unwatched: AtomicU64,
    tally: Tally,
    /// Tells of streams that open, end or go.
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Index {
    /// By number, so that later streams stand behind earlier ones.
    streams: BTreeMap<u64, Arc<Record>>,
    /// Those that have ended, the oldest end first, and what is kept of each.
    ended: VecDeque<(u64, usize)>,
}

impl Log {
    pub(crate) fn new(limits: Limits, analysis: Config, knowledge: Option<Knowledge>) -> Self {
        Self {
            limits,
            analysis,
            knowledge,
            index: Mutex::default(),
            kept: AtomicUsize::new(0),
            next: AtomicU64::new(1),
            unwatched: AtomicU64::new(0),
            tally: Tally::default(),
            changed: watch::Sender::new(()),
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn analysis(&self) -> &Config {
        &self.analysis
    }

    /// The graphs of what streams speak of, where anything looks for that.
    pub(crate) fn knowledge(&self) -> Option<&Knowledge> {
        self.knowledge.as_ref()
    }

    /// Opens a stream; `None` where all that are kept are live and there is no room for another.
    pub(crate) fn open(self: &Arc<Self>, origin: Origin) -> Option<Arc<Record>> {
        let mut index = self.lock();
        if index.streams.len() >= self.limits.streams && !self.evict(&mut index) {
            self.unwatched.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let record = Arc::new(Record::new(number, origin, Arc::clone(self)));
        index.streams.insert(number, Arc::clone(&record));
        drop(index);
        self.changed.send_replace(());
        Some(record)
    }

    /// Notes that a stream has ended, of which `kept` bytes are kept.
    pub(crate) fn ended(&self, number: u64, kept: usize) {
        self.lock().ended.push_back((number, kept));
        self.changed.send_replace(());
    }

    /// Makes room for `bytes` more; `false` where the live streams take up all there is.
    pub(crate) fn reserve(&self, bytes: usize) -> bool {
        let before = self.kept.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes <= self.limits.total_bytes {
            return true;
        }
        let mut index = self.lock();
        while self.kept.load(Ordering::Relaxed) > self.limits.total_bytes {
            if !self.evict(&mut index) {
                self.kept.fetch_sub(bytes, Ordering::Relaxed);
                return false;
            }
        }
        true
    }

    /// The stream that is called `id`.
    pub(crate) fn find(&self, id: &str) -> Option<Arc<Record>> {
        let (_, number) = id.split_once('-')?;
        let number = u64::from_str_radix(number, 16).ok()?;
        self.lock().streams.get(&number).filter(|record| record.id == id).cloned()
    }

    /// All streams, the oldest first.
    pub(crate) fn all(&self) -> Vec<Arc<Record>> {
        self.lock().streams.values().cloned().collect()
    }

    /// Tells of streams that open, end or go.
    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// How many streams were passed on without being kept, for want of room.
    pub(crate) fn unwatched(&self) -> u64 {
        self.unwatched.load(Ordering::Relaxed)
    }

    /// How many streams are kept, and how many of them are live.
    pub(crate) fn levels(&self) -> (usize, usize) {
        let index = self.lock();
        (index.streams.len(), index.streams.len() - index.ended.len())
    }

    /// What is kept of all streams, by [`Limits::total_bytes`].
    pub(crate) fn kept_bytes(&self) -> usize {
        self.kept.load(Ordering::Relaxed)
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Forgets the stream that ended first; `false` where none has ended. Who is watching it keeps it to the end.
    fn evict(&self, index: &mut Index) -> bool {
        let Some((number, kept)) = index.ended.pop_front() else { return false };
        index.streams.remove(&number);
        self.kept.fetch_sub(kept, Ordering::Relaxed);
        true
    }

    fn lock(&self) -> MutexGuard<'_, Index> {
        // A panic while it is held leaves an index that can still be read.
        self.index.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
