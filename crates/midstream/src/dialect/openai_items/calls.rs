//! Tool calls among the output items of an OpenAI response: which there are, who runs them, and how the text of each
//! one's input comes about.

use super::whole::report;
use crate::dialect::fields::is_blank;
use crate::dialect::openai_event::{keep, keep_into, note, raw, string};
use crate::dialect::said::Said;
use crate::dialect::{File, Out};
use crate::json::{Cursor, Kind, SyntaxError};

/// A type of item that calls a tool.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::dialect) struct Tool {
    /// The item's type.
    pub item: &'static str,
    /// The tool's name; empty where the item names it.
    name: &'static str,
    /// The provider runs it, unless the item says otherwise.
    pub provider: bool,
    input: Input,
}

/// How the text of a call's input comes about.
#[derive(Debug, PartialEq, Eq)]
enum Input {
    /// It is the text in this field, which deltas bring piece by piece.
    Text(&'static str),
    /// So too, but it is words or code, no JSON.
    Freeform(&'static str),
    /// It is the JSON value in this field.
    Json(&'static str),
    /// It is an object with this field alone.
    Wrapped(&'static str),
    /// It is the object in `action`; deltas bring the strings of its array `commands`.
    Commands,
    /// It is the object in `operation`; deltas bring its string `diff`.
    Diff,
}

impl Tool {
    /// Whether deltas bring strings inside the input, not the input's own text.
    pub(in crate::dialect) fn grows_strings(&self) -> bool {
        matches!(self.input, Input::Commands | Input::Diff)
    }
}

/// All of them. Names that the items don't give are the type without `_call`.
pub(super) const TOOLS: &[Tool] = &[
    Tool { item: "function_call", name: "", provider: false, input: Input::Text("arguments") },
    Tool { item: "custom_tool_call", name: "", provider: false, input: Input::Freeform("input") },
    Tool { item: "mcp_call", name: "", provider: true, input: Input::Text("arguments") },
    // The provider runs it once the host agrees.
    Tool { item: "mcp_approval_request", name: "", provider: true, input: Input::Text("arguments") },
    Tool { item: "web_search_call", name: "web_search", provider: true, input: Input::Json("action") },
    Tool { item: "file_search_call", name: "file_search", provider: true, input: Input::Wrapped("queries") },
    Tool { item: "code_interpreter_call", name: "code_interpreter", provider: true, input: Input::Freeform("code") },
    Tool {
        item: "image_generation_call",
        name: "image_generation",
        provider: true,
        input: Input::Wrapped("revised_prompt"),
    },
    Tool { item: "computer_call", name: "computer", provider: false, input: Input::Json("action") },
    Tool { item: "local_shell_call", name: "local_shell", provider: false, input: Input::Json("action") },
    Tool { item: "shell_call", name: "shell", provider: false, input: Input::Commands },
    Tool { item: "apply_patch_call", name: "apply_patch", provider: false, input: Input::Diff },
    Tool { item: "tool_search_call", name: "tool_search", provider: true, input: Input::Json("arguments") },
];

/// Looks up the tool that items of type `item` call.
pub(in crate::dialect) fn tool(item: &str) -> &'static Tool {
    TOOLS.iter().find(|tool| tool.item == item).expect("events are dispatched to types that stand in the table")
}

/// One call.
#[derive(Debug)]
pub(in crate::dialect) struct Call {
    tool: &'static Tool,
    slot: u32,
    /// Its id, as its beginning gave it.
    id: Box<str>,
    /// `call_id` as raw JSON.
    call_id: Box<str>,
    pub provider_executed: bool,
    state: State,
    /// What deltas have said of the text, or of the string that is open.
    said: Said,
    /// Strings of an array that were begun.
    strings: u64,
    /// The fields of the input object that were written before its string.
    begun: bool,
}

/// How far the input of a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing of it was written.
    Nothing,
    /// The object was begun.
    Object,
    /// A string in the object is open.
    InString,
    /// A string in the object is closed.
    BehindString,
    /// It is whole.
    Ended,
}

impl Call {
    /// A call of `tool` that has not begun.
    pub(super) fn new(tool: &'static Tool, slot: u32) -> Self {
        Self {
            tool,
            slot,
            id: "".into(),
            call_id: "".into(),
            provider_executed: tool.provider,
            state: State::Nothing,
            said: Said::default(),
            strings: 0,
            begun: false,
        }
    }

    /// Begins the call that `item` is; `None` where the item does not say yet which tool it calls.
    pub(super) fn begin(
        tool: &'static Tool,
        slot: u32,
        mut item: Cursor<'_>,
        out: &mut Out<'_>,
    ) -> Result<Option<Self>, SyntaxError> {
        let mut call = Self::new(tool, slot);
        let (mut id, mut call_id, mut name, mut operation) = (None, None, None, None);
        item.object(|key, value| {
            match key {
                "id" => keep_into(&mut id, value)?,
                "call_id" => keep_into(&mut call_id, value)?,
                "name" => value.string_into(&mut name)?,
                "operation" if tool.input == Input::Diff => keep_into(&mut operation, value)?,
                "execution" => call.provider_executed = value.string()? != Some("client"),
                // A shell in a container of the provider's, as against the host's own.
                "environment" if tool.input == Input::Commands => {
                    value.object(|key, value| match key {
                        "type" => value.string().map(|kind| {
                            call.provider_executed = kind.is_some_and(|kind| kind.starts_with("container"));
                        }),
                        _ => value.skip(),
                    })?;
                }
                _ => value.skip()?,
            }
            Ok(())
        })?;
        call.call_id = call_id.map_or(Ok(""), raw)?.into();
        // Calls that the provider runs have no `call_id`, or null.
        let id = string(call_id)?.filter(|id| !id.is_empty()).or(string(id)?).unwrap_or_default();
        let name = name.filter(|_| tool.name.is_empty()).unwrap_or(tool.name);
        if name.is_empty() {
            return Ok(None);
        }
        call.start(id, name, out);
        if let Some(operation) = operation {
            call.fields(operation, "diff", out)?;
        }
        Ok(Some(call))
    }

    pub(super) fn start(&mut self, id: &str, name: &str, out: &mut Out<'_>) {
        self.id = id.into();
        let Self { slot, provider_executed, .. } = *self;
        out.tool_start(0, slot, id, name, provider_executed);
        if matches!(self.tool.input, Input::Freeform(_)) {
            out.tool_freeform(slot);
        }
    }

    /// Whether this is the call with this `call_id`, in raw JSON.
    pub(super) fn is(&self, id: &str) -> bool {
        !is_blank(id) && *self.call_id == *id
    }

    /// Whether this is another call than the one with this `call_id`.
    pub(super) fn is_other(&self, id: &str) -> bool {
        !is_blank(id) && !is_blank(&self.call_id) && *self.call_id != *id
    }

    /// Takes more of the input's text.
    pub(in crate::dialect) fn delta(&mut self, text: &str, out: &mut Out<'_>) {
        if self.state != State::Ended {
            self.said.push(text);
            self.write(text, out);
        }
    }

    /// Takes the input's text as a whole. An empty one may be the provider's way not to repeat it.
    pub(in crate::dialect) fn text_done(&mut self, whole: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if self.state == State::Ended {
            return Ok(());
        }
        self.rest(whole, out)?;
        if !self.said.is_empty() {
            self.end(out);
        }
        Ok(())
    }

    /// Takes more of the string with number `number` of an array, or of the only string.
    /// Returns `false` where the string is behind us.
    pub(in crate::dialect) fn string_delta(
        &mut self,
        number: u64,
        mut piece: Cursor<'_>,
        out: &mut Out<'_>,
    ) -> Result<bool, SyntaxError> {
        if !self.open_string(number, out) {
            return Ok(false);
        }
        // As it is escaped there, so it must be here.
        let inner = inner(piece.raw()?);
        self.said.push(inner);
        self.write(inner, out);
        Ok(true)
    }

    /// Takes a string as a whole.
    pub(in crate::dialect) fn string_done(
        &mut self,
        number: u64,
        mut whole: Cursor<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let whole = inner(whole.raw()?);
        if !whole.is_empty() && self.open_string(number, out) {
            self.close_string(whole, out);
        }
        Ok(())
    }

    /// Takes the call as a whole item.
    pub(super) fn whole(&mut self, mut item: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let field = match self.tool.input {
            Input::Text(field) | Input::Freeform(field) | Input::Json(field) | Input::Wrapped(field) => field,
            Input::Commands => "action",
            Input::Diff => "operation",
        };
        let (mut input, mut result, mut incomplete) = (None, None, false);
        let (mut image, mut format) = (None, None);
        let mut unknown = Vec::new();
        item.object(|key, value| match key {
            _ if key == field => keep(value).map(|kept| input = kept.or(input)),
            "actions" if field == "action" => keep(value).map(|kept| input = kept.or(input)),
            "status" => value.string().map(|status| incomplete = status == Some("incomplete")),
            "output" | "outputs" | "results" | "error" => keep(value).map(|kept| result = kept.or(result)),
            "result" if self.tool.item == "image_generation_call" => value.string().map(|data| image = data),
            "output_format" => value.string().map(|word| format = word),
            _ if CALL_FIELDS.contains(&key) => value.skip(),
            _ => note(&mut unknown, key, value),
        })?;
        if let Some(input) = input.filter(|_| self.state != State::Ended) {
            self.input(input, out)?;
        }
        if !incomplete {
            self.end(out);
        }
        if let Some(result) = result {
            let (id, raw) = (&*self.id, raw(result)?);
            if !is_blank(raw) {
                out.tool_result(0, id, raw, None);
            }
        }
        if let Some(data) = image {
            let media_type = format.map(|format| format!("image/{format}"));
            let file = File { media_type: media_type.as_deref(), data: Some(data), ..File::default() };
            out.file(0, file);
        }
        report(self.tool.item, &unknown, out);
        Ok(())
    }

    /// Writes what is missing of the input.
    fn input(&mut self, mut whole: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        match self.tool.input {
            Input::Text(_) | Input::Freeform(_) => self.rest(whole, out),
            Input::Wrapped(field) => {
                let raw = whole.raw()?;
                if !is_blank(raw) {
                    self.write("{\"", out);
                    self.write(field, out);
                    self.write("\":", out);
                    self.write(raw, out);
                    self.write("}", out);
                }
                Ok(())
            }
            Input::Commands | Input::Diff if self.state != State::Nothing => self.complete(whole, out),
            Input::Json(_) | Input::Commands | Input::Diff => {
                self.write(whole.raw()?, out);
                Ok(())
            }
        }
    }

    /// Writes what is missing of the text `whole`.
    fn rest(&mut self, mut whole: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let raw = { whole }.raw()?;
        if whole.peek() != Kind::String {
            // Some give the arguments as an object. It is whole, so it only counts where nothing came before.
            if self.said.is_empty() && !is_blank(raw) {
                self.delta(raw, out);
            }
            return Ok(());
        }
        let text = whole.string()?.unwrap_or_default();
        match self.said.rest(text) {
            Some(rest) => self.delta(rest, out),
            None if text.is_empty() => {}
            // It contradicts the deltas, which can't be unsaid.
            None => out.unknown(self.tool.item, raw),
        }
        Ok(())
    }

    /// Writes what is missing of an object of which strings were written.
    fn complete(&mut self, mut whole: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let rest = whole;
        whole.object(|key, value| match key {
            "commands" if self.tool.input == Input::Commands => {
                let mut number = 0;
                value.array(|value| {
                    let command = inner(value.raw()?);
                    if self.open_string(number, out) {
                        self.close_string(command, out);
                    }
                    number += 1;
                    Ok(())
                })?;
                Ok(())
            }
            "diff" if self.tool.input == Input::Diff => {
                let diff = inner(value.raw()?);
                if self.open_string(0, out) {
                    self.close_string(diff, out);
                }
                Ok(())
            }
            _ => value.skip(),
        })?;
        self.close_string("", out);
        if self.tool.input == Input::Commands {
            self.write("]", out);
        }
        if !self.begun {
            self.fields(rest, if self.tool.input == Input::Commands { "commands" } else { "diff" }, out)?;
        }
        self.write("}", out);
        Ok(())
    }

    /// Writes the fields of an object but one.
    fn fields(&mut self, mut object: Cursor<'_>, but: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        object.object(|key, value| {
            let raw = value.raw()?;
            if key != but && !key.contains(['"', '\\']) {
                self.write(if self.state == State::Nothing { "{\"" } else { ",\"" }, out);
                self.write(key, out);
                self.write("\":", out);
                self.write(raw, out);
                if self.state == State::Nothing {
                    self.state = State::Object;
                    self.begun = true;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Makes sure that the string with number `number` is the open one; `false` where it is behind us.
    fn open_string(&mut self, number: u64, out: &mut Out<'_>) -> bool {
        let commands = self.tool.input == Input::Commands;
        match self.state {
            State::Ended => return false,
            State::InString if number == self.strings - 1 => return true,
            _ if number != self.strings => return false,
            State::InString => self.close_string("", out),
            _ => {}
        }
        self.write(
            match self.state {
                State::Nothing if commands => "{\"commands\":[\"",
                State::Nothing => "{\"diff\":\"",
                _ if commands => ",\"",
                _ => ",\"diff\":\"",
            },
            out,
        );
        self.said = Said::default();
        self.strings += 1;
        self.state = State::InString;
        true
    }

    /// Closes the open string, if there is one, after what is missing of `whole`.
    fn close_string(&mut self, whole: &str, out: &mut Out<'_>) {
        if self.state == State::InString {
            match self.said.rest(whole) {
                Some(rest) => self.write(rest, out),
                None if whole.is_empty() => {}
                None => out.unknown(self.tool.item, whole),
            }
            self.write("\"", out);
            self.state = State::BehindString;
        }
    }

    fn write(&self, text: &str, out: &mut Out<'_>) {
        out.tool_input(self.slot, text);
    }

    fn end(&mut self, out: &mut Out<'_>) {
        if self.state != State::Ended {
            self.state = State::Ended;
            out.tool_end(self.slot);
        }
    }
}

/// The escaped text of a raw JSON string; empty for another value.
fn inner(raw: &str) -> &str {
    raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or_default()
}

/// Fields of a call that carry no content, or that its beginning has given.
const CALL_FIELDS: &[&str] = &[
    "id",
    "type",
    "object",
    "call_id",
    "name",
    // Whose tool it is, where it runs, who asked for it.
    "namespace",
    "server_label",
    "approval_request_id",
    "container_id",
    "environment",
    "execution",
    "created_by",
    // How an image was made.
    "action",
    "background",
    "quality",
    "size",
];
