//! Which tool call a fragment belongs to.
//!
//! By the documentation a call's first fragment has `index`, `id` and `name`, and later ones only `index`. In the wild
//! all calls have index 0 (Ollama, gateways over Gemini), or none has an index (Mistral, whole messages), or no id, or
//! the id again in every fragment, or `"null"` for it.

use super::super::Out;
use super::sources::Sources;
use super::{field, fields};
use crate::dialect::fields::is_blank;
use crate::json::{Cursor, Kind, SyntaxError};

/// The tool calls that are open.
#[derive(Debug, Default)]
pub(super) struct Calls {
    open: Vec<Call>,
    /// Choice and index of the tools that the provider has begun to run.
    executed: Vec<(u32, u64)>,
    count: u32,
}

#[derive(Debug)]
struct Call {
    choice: u32,
    index: Option<u64>,
    id: Box<str>,
    slot: u32,
    /// Its name or its input has come; a call of which only the id is known waits.
    started: bool,
    has_input: bool,
}

/// One element of `tool_calls`.
#[derive(Debug, Default)]
struct Fragment<'a> {
    index: Option<u64>,
    id: Option<&'a str>,
    name: Option<&'a str>,
    input: Option<&'a str>,
    /// The input is no JSON.
    freeform: bool,
    signature: Option<&'a str>,
}

impl Calls {
    /// Reads `tool_calls`; whether there were any.
    pub(super) fn array(
        &mut self,
        choice: u32,
        calls: &mut Cursor<'_>,
        out: &mut Out<'_>,
    ) -> Result<bool, SyntaxError> {
        let mut any = false;
        calls.array(|call| {
            if call.peek() != Kind::Object {
                return field(PATH, "", call, out);
            }
            let mut fragment = Fragment::default();
            call.object(|key, value| {
                match key {
                    "index" => value.u64_into(&mut fragment.index)?,
                    "id" if value.peek() == Kind::Number => value.raw_into(&mut fragment.id)?,
                    "id" => value.string_into(&mut fragment.id)?,
                    "function" | "custom" if value.peek() == Kind::Object => fragment.function(value, out)?,
                    "type" => value.skip()?,
                    "extra_content" => fragment.signature = fields::thought_signature(value)?,
                    _ => field(PATH, key, value, out)?,
                }
                Ok(())
            })?;
            any |= self.take(choice, &fragment, out);
            Ok(())
        })?;
        Ok(any)
    }

    /// Reads `function_call`, which came before `tool_calls` and allows one call an answer; whether there was one.
    pub(super) fn legacy(
        &mut self,
        choice: u32,
        call: &mut Cursor<'_>,
        out: &mut Out<'_>,
    ) -> Result<bool, SyntaxError> {
        let mut fragment = Fragment { index: Some(LEGACY), ..Fragment::default() };
        fragment.function(call, out)?;
        Ok(self.take(choice, &fragment, out))
    }

    /// Reads `executed_tools`: what Groq's own tools do. Each comes when it begins and again, whole, with its result;
    /// pages that it found are sources besides.
    pub(super) fn executed(
        &mut self,
        choice: u32,
        tools: &mut Cursor<'_>,
        sources: &mut Sources,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let mut position = 0;
        tools.array(|tool| {
            let raw = tool.raw()?;
            let (mut index, mut name, mut input, mut has_result) = (position, None, None, false);
            position += 1;
            tool.of(raw).object(|key, value| {
                let mut ahead = *value;
                let result = matches!(key, "output" | "search_results" | "browser_results" | "code_results");
                has_result |= result && !is_blank(ahead.raw()?);
                match key {
                    "index" => index = value.u64()?.unwrap_or(index),
                    "name" => name = value.string()?.or(name.take()),
                    "type" => name = name.take().or(value.string()?),
                    "arguments" => value.string_into(&mut input)?,
                    "search_results" => sources.found(choice, value, out)?,
                    "browser_results" => sources.annotations(choice, value, out)?,
                    _ => value.skip()?,
                }
                Ok(())
            })?;
            if !self.executed.contains(&(choice, index)) && self.executed.len() < MAX_OPEN {
                self.executed.push((choice, index));
                let slot = self.slot();
                let name = name.unwrap_or_default();
                out.tool_start(choice, slot, "", name, true);
                out.tool_input(slot, input.unwrap_or_default());
                out.tool_end(slot);
            }
            if has_result {
                out.tool_result(choice, "", raw, None);
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Takes the end of an answer: its calls get no more fragments.
    pub(super) fn end(&mut self, choice: u32, out: &mut Out<'_>) {
        for call in self.open.iter_mut().filter(|call| call.choice == choice) {
            call.start("", out);
        }
        self.open.retain(|call| call.choice != choice);
    }

    fn take(&mut self, choice: u32, fragment: &Fragment<'_>, out: &mut Out<'_>) -> bool {
        let (id, name, input) = (fragment.id(), fragment.name(), fragment.input.unwrap_or_default());
        let call = match self.find(choice, fragment) {
            Some(at) => &mut self.open[at],
            None if id.is_empty() && name.is_empty() && input.is_empty() => return false,
            None => self.begin(choice, fragment),
        };
        if !name.is_empty() || !input.is_empty() {
            call.start(name, out);
        }
        if fragment.freeform && call.started && !call.has_input {
            out.tool_freeform(call.slot);
        }
        if !input.is_empty() {
            call.has_input = true;
            out.tool_input(call.slot, input);
        }
        if let Some(signature) = &fragment.signature {
            call.start(name, out);
            out.tool_signature(call.slot, signature);
        }
        true
    }

    fn begin(&mut self, choice: u32, fragment: &Fragment<'_>) -> &mut Call {
        if self.open.len() >= MAX_OPEN {
            self.open.remove(0);
        }
        let slot = self.slot();
        let (index, id) = (fragment.index, fragment.id().into());
        self.open.push(Call { choice, index, id, slot, started: false, has_input: false });
        self.open.last_mut().expect("a call was just pushed")
    }

    /// A number for a new call.
    fn slot(&mut self) -> u32 {
        self.count = self.count.wrapping_add(1);
        self.count
    }

    /// The open call that `fragment` continues; `None` where it begins one.
    fn find(&self, choice: u32, fragment: &Fragment<'_>) -> Option<usize> {
        let latest =
            |wanted: &dyn Fn(&Call) -> bool| self.open.iter().rposition(|call| call.choice == choice && wanted(call));
        let (id, names) = (fragment.id(), !fragment.name().is_empty());
        if !id.is_empty() {
            let same = latest(&|call| *call.id == *id);
            // An id that is new begins a call if a name comes with it. Without one it was made up for the fragment.
            return same.or_else(|| latest(&|call| !names && call.index == fragment.index && call.index.is_some()));
        }
        match fragment.index {
            Some(_) => {
                let at = latest(&|call| call.index == fragment.index)?;
                (!names || !self.open[at].has_input).then_some(at)
            }
            None if names => None,
            None => latest(&|_| true),
        }
    }
}

impl Call {
    fn start(&mut self, name: &str, out: &mut Out<'_>) {
        if !std::mem::replace(&mut self.started, true) {
            let Self { choice, slot, ref id, .. } = *self;
            out.tool_start(choice, slot, id, name, false);
        }
    }
}

impl<'a> Fragment<'a> {
    /// Reads `{name, arguments}`, or `{name, input}` of a custom tool, whose input is no JSON.
    fn function(&mut self, function: &mut Cursor<'a>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        function.object(|key, value| {
            match key {
                "name" if value.peek() == Kind::String => value.string_into(&mut self.name)?,
                "arguments" | "input" => {
                    self.freeform = key == "input";
                    self.input = match value.peek() {
                        Kind::String | Kind::Null => value.string()?,
                        _ => Some(value.raw()?),
                    };
                }
                _ => field("choices.delta.tool_calls.function", key, value, out)?,
            }
            Ok(())
        })?;
        Ok(())
    }

    /// The id; empty where there is none.
    fn id(&self) -> &str {
        self.id.filter(|id| *id != "null").unwrap_or_default()
    }

    fn name(&self) -> &str {
        self.name.unwrap_or_default()
    }
}

const PATH: &str = "choices.delta.tool_calls";
/// The index under which `function_call` is kept.
const LEGACY: u64 = u64::MAX;
/// How many calls may be open at once; beyond it the oldest gets no more fragments.
const MAX_OPEN: usize = 1024;
