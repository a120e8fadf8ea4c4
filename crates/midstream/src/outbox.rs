//! Where events wait for the host, and where analysers see them pass.

use std::collections::VecDeque;

use crate::analysis::Analyser;
use crate::event::Event;
use crate::time::Timestamp;

/// A queue of events. Every event is shown to every analyser; findings follow the event that gave rise to them.
#[derive(Debug)]
pub(crate) struct Outbox {
    queue: VecDeque<Event>,
    analysers: Vec<Box<dyn Analyser>>,
    findings: Vec<Event>,
    pub(crate) now: Timestamp,
}

impl Outbox {
    pub(crate) fn new(analysers: Vec<Box<dyn Analyser>>, now: Timestamp) -> Self {
        Self { queue: VecDeque::new(), analysers, findings: Vec::new(), now }
    }

    pub(crate) fn push(&mut self, event: Event) {
        for analyser in &mut self.analysers {
            analyser.observe(&event, self.now, &mut self.findings);
        }
        self.queue.push_back(event);
        self.queue.extend(self.findings.drain(..));
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Event> {
        self.queue.pop_front()
    }
}
