//! What the analysers of a stream's prose, its text and its reasoning, have in common: which events are of it, and
//! something kept for each text.

use crate::event::{Channel, Event};

/// The text that an event continues: the number of the answer, the channel, and what is appended; `None` where a block
/// ends. No other event is of a text.
pub(crate) fn prose(event: &Event) -> Option<(u32, Channel, Option<&str>)> {
    Some(match event {
        Event::TextDelta { choice, delta, .. } => (*choice, Channel::Text, Some(delta)),
        Event::TextEnd { choice, .. } => (*choice, Channel::Text, None),
        Event::ReasoningDelta { choice, delta, .. } => (*choice, Channel::Reasoning, Some(delta)),
        Event::ReasoningEnd { choice, .. } => (*choice, Channel::Reasoning, None),
        _ => return None,
    })
}

/// Something for each text of a stream; there are few.
#[derive(Debug)]
pub(crate) struct Texts<T>(Vec<(u32, Channel, T)>);

impl<T> Texts<T> {
    /// What belongs to the text of `channel` of answer `choice`; `begin` makes it where the text is new.
    pub(crate) fn of(&mut self, choice: u32, channel: &Channel, begin: impl FnOnce() -> T) -> &mut T {
        let known = self.0.iter().position(|(of, text, _)| *of == choice && text == channel);
        let at = known.unwrap_or_else(|| {
            self.0.push((choice, channel.clone(), begin()));
            self.0.len() - 1
        });
        &mut self.0[at].2
    }

    /// What belongs to a text that is known.
    #[cfg(all(feature = "graph", feature = "relations"))]
    pub(crate) fn known(&self, choice: u32, channel: &Channel) -> Option<&T> {
        self.0.iter().find(|(of, text, _)| *of == choice && text == channel).map(|(.., known)| known)
    }
}

impl<T> Default for Texts<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
