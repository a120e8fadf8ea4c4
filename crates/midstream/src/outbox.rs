//! Where events wait for the host, and where analysers see them pass.

use std::collections::VecDeque;

use crate::analysis::Analyser;
use crate::engine::Config;
use crate::event::Event;
use crate::metrics::Checked;
#[cfg(feature = "pattern")]
use crate::pattern::{Decision, Guard};
use crate::time::Timestamp;

/// A queue of events. Where there are rules, they see each event first. What they let pass is shown to every analyser;
/// findings follow the event that gave rise to them.
#[derive(Debug)]
pub(crate) struct Outbox {
    queue: VecDeque<Event>,
    analysers: Vec<Box<dyn Analyser>>,
    findings: Vec<Event>,
    /// Whether it is to be noted which kinds of events come.
    pub(crate) watched: bool,
    /// An event came that only frames of the right dialect give rise to.
    pub(crate) understood: bool,
    /// Something came that there is no word for.
    pub(crate) strange: bool,
    pub(crate) now: Timestamp,
    /// Where the frame begins that gives rise to events now, in bytes of the stream.
    pub(crate) offset: u64,
    #[cfg(feature = "pattern")]
    guard: Option<Box<Guard>>,
    /// What the guard lets pass.
    #[cfg(feature = "pattern")]
    passed: Vec<Event>,
}

impl Outbox {
    pub(crate) fn new(config: &Config, now: Timestamp) -> Self {
        Self {
            queue: VecDeque::new(),
            analysers: config.analyses.iter().map(|analysis| analysis.start()).collect(),
            findings: Vec::new(),
            watched: false,
            understood: false,
            strange: false,
            now,
            offset: 0,
            #[cfg(feature = "pattern")]
            guard: config.redaction.clone().map(|redaction| Box::new(Guard::new(redaction))),
            #[cfg(feature = "pattern")]
            passed: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, event: Event) {
        if self.watched {
            self.understood |= tells(&event);
            self.strange |= matches!(event, Event::Unknown { .. });
        }
        #[cfg(feature = "pattern")]
        if let Some(guard) = &mut self.guard {
            let mut passed = std::mem::take(&mut self.passed);
            guard.event(event, self.offset, &mut passed);
            passed.drain(..).for_each(|event| self.show(event));
            self.passed = passed;
            return;
        }
        self.show(event);
    }

    fn show(&mut self, event: Event) {
        for analyser in &mut self.analysers {
            analyser.observe(&event, self.now, &mut self.findings);
        }
        self.queue.push_back(event);
        for finding in self.findings.drain(..) {
            self.queue.push_back(finding);
        }
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Event> {
        self.queue.pop_front()
    }

    /// The rules at work, where there are some.
    #[cfg(feature = "pattern")]
    fn guard(&self) -> Option<&Guard> {
        self.guard.as_deref()
    }

    /// Decides on what rules hold.
    #[cfg(feature = "pattern")]
    pub(crate) fn decide(&mut self, decision: Decision) {
        let mut passed = Vec::new();
        if let Some(guard) = &mut self.guard {
            guard.decide(decision, self.offset, &mut passed);
        }
        passed.into_iter().for_each(|event| self.show(event));
    }

    /// Whether there are rules.
    pub(crate) fn is_guarded(&self) -> bool {
        #[cfg(feature = "pattern")]
        return self.guard.is_some();
        #[cfg(not(feature = "pattern"))]
        false
    }

    /// Whether a rule has ended the stream.
    pub(crate) fn stopped(&self) -> bool {
        #[cfg(feature = "pattern")]
        return self.guard().is_some_and(Guard::stopped);
        #[cfg(not(feature = "pattern"))]
        false
    }

    /// Ends the stream where there are rules, which can't check what comes: what they hold is withheld.
    pub(crate) fn refuse(&mut self) {
        #[cfg(feature = "pattern")]
        if let Some(guard) = &mut self.guard {
            guard.refuse();
        }
    }

    /// Whether rules withheld something for good.
    pub(crate) fn withheld(&self) -> bool {
        #[cfg(feature = "pattern")]
        return self.guard().is_some_and(Guard::failed);
        #[cfg(not(feature = "pattern"))]
        false
    }

    /// What rules did, where there are some.
    pub(crate) fn checked(&self) -> Option<Checked> {
        #[cfg(feature = "pattern")]
        return self.guard().map(Guard::checked);
        #[cfg(not(feature = "pattern"))]
        None
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
