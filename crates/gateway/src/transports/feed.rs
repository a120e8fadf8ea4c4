//! Messages, each when it is due. Nothing is made before whoever it is for has taken what came before it.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Messages at a pace. Due times are counted from the first, so that lateness does not add up.
pub(super) struct Feed<M> {
    messages: Box<dyn Iterator<Item = M> + Send>,
    pace: Duration,
    /// When the next message is due; `None` before the first.
    due: Option<Instant>,
}

impl<M> Feed<M> {
    pub(super) fn new(messages: impl Iterator<Item = M> + Send + 'static, pace: Duration) -> Self {
        Self { messages: Box::new(messages), pace, due: None }
    }

    /// The next message; waits until it is due. Nothing is lost where the future is dropped before it is ready.
    pub(super) async fn next(&mut self) -> Option<M> {
        if !self.pace.is_zero() {
            sleep_until(*self.due.get_or_insert_with(Instant::now)).await;
        }
        self.take()
    }

    /// The next message, where it is due.
    pub(super) fn ready(&mut self) -> Option<M> {
        let is_due = self.pace.is_zero() || self.due.is_none_or(|due| due <= Instant::now());
        if is_due { self.take() } else { None }
    }

    fn take(&mut self) -> Option<M> {
        if !self.pace.is_zero() {
            self.due = Some(self.due.unwrap_or_else(Instant::now) + self.pace);
        }
        self.messages.next()
    }
}
