//! A record in, its events out: those that are there already, then those that come, each with its number and time.
//!
//! The events of a record are always the same, numbers and times included, whenever and however often it is read: a
//! reader who was cut off goes on behind the last number that he saw.

use std::sync::Arc;

use midstream::{Error, ErrorKind, Event, Session, Timestamp};
use tokio::sync::watch;

use crate::record::{self, Record, View, advance};

/// Reads one stream's record from the beginning.
#[derive(Debug)]
pub(crate) struct Follower {
    record: Arc<Record>,
    changed: watch::Receiver<()>,
    session: Session,
    /// The response's head was there when the session began.
    headed: bool,
    /// How many arrivals the session was fed.
    seen: usize,
    /// The number of the event last met.
    number: u64,
    /// Events up to this number are not wanted.
    after: u64,
    full: bool,
    over: bool,
    ready: Vec<Numbered>,
}

/// An event and its place in the stream.
#[derive(Debug)]
pub(crate) struct Numbered {
    /// Counts from 1.
    pub(crate) number: u64,
    /// When it happened, since the stream began.
    pub(crate) at: Timestamp,
    pub(crate) event: Event,
}

impl Follower {
    /// Follows `record` behind event number `after`.
    pub(crate) fn new(record: Arc<Record>, after: u64) -> Self {
        Self {
            changed: record.subscribe(),
            session: record.session(&Default::default()),
            record,
            headed: false,
            seen: 0,
            number: 0,
            after,
            full: false,
            over: false,
            ready: Vec::new(),
        }
    }

    /// The next events; waits for them where there are none yet. Empty at the end of the stream.
    ///
    /// Nothing is lost where the future is dropped before it is ready.
    pub(crate) async fn next(&mut self) -> Vec<Numbered> {
        loop {
            self.changed.borrow_and_update();
            let view = self.record.view(self.seen, BATCH_BYTES);
            let waits = self.read(view);
            if self.over || !self.ready.is_empty() {
                return std::mem::take(&mut self.ready);
            }
            if waits {
                self.wait().await;
            } else {
                // A long record that nobody wants the beginning of must not hold up the other tasks.
                tokio::task::yield_now().await;
            }
        }
    }

    /// The next of the events that are there already; `None` where there are no more yet.
    pub(crate) async fn ready(&mut self) -> Option<Vec<Numbered>> {
        if self.over {
            return None;
        }
        let view = self.record.view(self.seen, BATCH_BYTES);
        let waits = self.read(view);
        let batch = std::mem::take(&mut self.ready);
        if waits && batch.is_empty() {
            return None;
        }
        tokio::task::yield_now().await;
        Some(batch)
    }

    /// Reads what came. Returns whether there is nothing more for now.
    fn read(&mut self, view: View) -> bool {
        if self.over {
            return true;
        }
        if let Some(head) = view.head.as_ref().filter(|_| !self.headed) {
            // Until now only time has passed, and what it brought comes again in the same order.
            self.session = self.record.session(head);
            self.headed = true;
            self.after = self.after.max(self.number);
            self.number = 0;
        }
        self.seen += view.arrivals.len();
        for arrival in &view.arrivals {
            self.pass(arrival.at);
            self.session.feed(&arrival.bytes, arrival.at);
            self.drain(arrival.at);
            for finding in &arrival.findings {
                self.push(arrival.at, finding.clone());
            }
        }
        if view.more {
            return false;
        }
        if let Some(full) = view.full {
            if !self.full {
                self.full = true;
                let (setting, max) = full.limit;
                let message = format!("`{setting}` ({max}) is reached; what follows was passed on but not kept");
                self.push(full.at, Event::Error(Error::new(ErrorKind::Limit, full.offset, message)));
            }
            if let Some(end) = view.end {
                if let Some((at, error)) = end.unkept {
                    self.push(at, Event::Error(error));
                }
                self.push(end.at, Event::StreamEnd { verdict: end.verdict, metrics: end.metrics });
                self.over = true;
            }
        } else if let Some(end) = view.end {
            self.pass(end.at);
            record::end(&mut self.session, end.cut.as_ref(), end.at);
            self.drain(end.at);
            self.over = true;
        } else {
            self.pass(view.now);
        }
        true
    }

    fn pass(&mut self, now: Timestamp) {
        let Self { session, number, after, ready, .. } = self;
        advance(session, now, |at, event| push(number, *after, ready, at, event));
    }

    fn drain(&mut self, at: Timestamp) {
        while let Some(event) = self.session.poll() {
            self.push(at, event);
        }
    }

    fn push(&mut self, at: Timestamp, event: Event) {
        push(&mut self.number, self.after, &mut self.ready, at, event);
    }

    async fn wait(&mut self) {
        let deadline = self.session.poll_timeout().filter(|_| !self.full).map(|at| self.record.instant(at));
        // The record holds the sender and lives as long as this follower.
        let changed = self.changed.changed();
        match deadline {
            Some(deadline) => drop(tokio::time::timeout_at(deadline.into(), changed).await),
            None => drop(changed.await),
        }
    }
}

fn push(number: &mut u64, after: u64, ready: &mut Vec<Numbered>, at: Timestamp, event: Event) {
    *number += 1;
    if *number > after {
        ready.push(Numbered { number: *number, at, event });
    }
}

impl Numbered {
    /// Writes `{"seq":n,"at_us":t,...the event...}`.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        use std::io::Write;
        write!(out, "{{\"seq\":{},\"at_us\":{}", self.number, self.at.as_micros()).expect("a Vec takes every write");
        let brace = out.len();
        serde_json::to_writer(&mut *out, &self.event).expect("an event always serialises");
        // The event's members, of which there is at least its tag, go on where ours end.
        out[brace] = b',';
    }
}

/// How much of a record is decoded in one go, in bytes.
const BATCH_BYTES: usize = 64 << 10;
