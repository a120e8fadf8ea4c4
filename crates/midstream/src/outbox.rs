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
    /// An event came that only frames of the right dialect give rise to.
    pub(crate) understood: bool,
    /// Something came that there is no word for.
    pub(crate) strange: bool,
    pub(crate) now: Timestamp,
}

impl Outbox {
    pub(crate) fn new(analysers: Vec<Box<dyn Analyser>>, now: Timestamp) -> Self {
        Self { queue: VecDeque::new(), analysers, findings: Vec::new(), understood: false, strange: false, now }
    }

    pub(crate) fn push(&mut self, event: Event) {
        self.understood |= tells(&event);
        self.strange |= matches!(event, Event::Unknown { .. });
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

/// Whether `event` shows that a frame was understood: model, usage and what stands beside the answer have the same names
/// in several dialects.
fn tells(event: &Event) -> bool {
    match event {
        Event::StreamStart { .. } | Event::ResponseMetadata { .. } | Event::Usage(_) => false,
        Event::ProviderMetadata { .. } | Event::Unknown { .. } | Event::Stall { .. } => false,
        Event::Error(error) => error.is_provider(),
        _ => true,
    }
}
