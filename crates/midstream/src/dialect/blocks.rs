//! Content blocks of providers that number them: which block of prose is being written, and which tool calls are open.

use super::Out;

/// The open blocks of one answer (choice 0: providers that number blocks give one answer).
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// Number of the block of prose written last, until it ends.
    prose: Option<u64>,
    /// Open tool calls, the one opened last at the end; at most [`MAX_OPEN_CALLS`].
    calls: Vec<Call>,
    /// Slots given out. A provider's numbers come again after a second start of the message; slots do not.
    slots: u32,
}

/// An open tool call.
#[derive(Debug)]
struct Call {
    index: u64,
    slot: u32,
    /// Its input stood in the start of its block.
    whole: bool,
}

/// What a tool call is called.
#[derive(Debug, Clone, Copy)]
pub(super) struct ToolName<'a> {
    /// The provider's id; empty where it gives none.
    pub(super) id: &'a str,
    /// The tool's name.
    pub(super) name: &'a str,
    /// The provider runs the tool itself.
    pub(super) provider_executed: bool,
}

impl Blocks {
    /// Prose of block `index` follows: where another block of prose was being written, that one ends. A provider that
    /// leaves the number out means the same block as before.
    pub(super) fn prose(&mut self, index: Option<u64>, out: &mut Out<'_>) {
        if self.prose == index && index.is_some() {
            return;
        }
        let index = index.or(self.prose).unwrap_or_default();
        if self.prose.is_some_and(|open| open != index) {
            out.block_end(0);
        }
        self.prose = Some(index);
    }

    /// Block `index` begins: a block of prose or a tool call of that number, if open, is over.
    pub(super) fn begin(&mut self, index: Option<u64>, out: &mut Out<'_>) {
        if self.prose.take().is_some() {
            out.block_end(0);
        }
        if let Some(at) = index.and_then(|index| self.calls.iter().position(|call| call.index == index)) {
            self.end_call(at, out);
        }
    }

    /// A tool call begins as block `index`, with its input if that is known to be whole.
    pub(super) fn call(&mut self, index: Option<u64>, tool: ToolName<'_>, input: Option<&str>, out: &mut Out<'_>) {
        self.begin(index, out);
        if self.calls.len() >= MAX_OPEN_CALLS {
            self.end_call(0, out);
        }
        let slot = self.slots;
        self.slots = self.slots.wrapping_add(1);
        self.calls.push(Call { index: index.unwrap_or(u64::MAX), slot, whole: input.is_some() });
        let ToolName { id, name, provider_executed } = tool;
        out.tool_start(0, slot, id, name, provider_executed);
        if let Some(text) = input {
            out.tool_input(slot, text);
        }
    }

    /// More input of the tool call that is block `index`; the call opened last where the provider gives no number.
    /// Returns whether there is such a call and its input is not whole already.
    pub(super) fn input(&mut self, index: Option<u64>, text: &str, out: &mut Out<'_>) -> bool {
        let call = self.calls.iter().rev().find(|call| index.is_none_or(|index| call.index == index));
        let Some(call) = call.filter(|call| !call.whole || text.is_empty()) else { return false };
        out.tool_input(call.slot, text);
        true
    }

    /// Block `index` is whole; without a number, the call opened last or else the prose.
    pub(super) fn end(&mut self, index: Option<u64>, out: &mut Out<'_>) {
        let call = self.calls.iter().rposition(|call| index.is_none_or(|index| call.index == index));
        if let Some(at) = call {
            self.end_call(at, out);
        } else if index.is_none() || self.prose == index {
            self.prose = None;
            out.block_end(0);
        }
    }

    /// Whatever is open is over.
    pub(super) fn end_all(&mut self, out: &mut Out<'_>) {
        self.begin(None, out);
        while !self.calls.is_empty() {
            self.end_call(0, out);
        }
    }

    fn end_call(&mut self, at: usize, out: &mut Out<'_>) {
        let slot = self.calls.remove(at).slot;
        out.tool_end(slot);
    }
}

/// Providers keep one tool call open at a time, or as many as they run in parallel. Beyond this number the eldest is
/// taken for ended, so that a stream of starts without ends does not grow the state.
const MAX_OPEN_CALLS: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Delta;

    #[test]
    fn starts_without_ends_do_not_grow_the_state() {
        let (mut blocks, mut started, mut ended) = (Blocks::default(), 0, 0);
        let mut take = |delta: Delta<'_>| match delta {
            Delta::ToolStart { slot, .. } => {
                assert_eq!(slot, started, "a slot of its own");
                started += 1;
            }
            Delta::ToolEnd { .. } => ended += 1,
            _ => {}
        };
        let mut out = Out { sink: &mut take, strings: &crate::json::Strings::default() };
        let tool = ToolName { id: "", name: "", provider_executed: false };
        for index in 0..10_000 {
            blocks.call(Some(index), tool, None, &mut out);
            assert!(blocks.calls.len() <= MAX_OPEN_CALLS);
        }
        blocks.end_all(&mut out);
        assert_eq!((started, ended), (10_000, 10_000));
    }
}
