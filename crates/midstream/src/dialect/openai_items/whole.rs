//! What repeats the deltas of an OpenAI response: the `.done` events, whole parts and items, the final response object.
//! It adds what no delta brought, and contradicts nothing that was said.

use super::{Class, Item, ItemKind, Items, source};
use crate::dialect::Out;
use crate::dialect::fields::{is_blank, without_quotes};
use crate::dialect::openai_event::{ServerEvent, keep, keep_into, note, raw, string, unquoted};
use crate::find::contains;
use crate::json::{Cursor, SyntaxError};

/// What an item says about itself.
#[derive(Debug, Default)]
pub(super) struct Head<'a> {
    pub kind: &'a str,
    pub id: &'a str,
    call_id: &'a str,
}

impl Items {
    /// Takes `output_item.done`.
    pub(in crate::dialect) fn done(&mut self, event: &ServerEvent<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        event.item.map_or(Ok(()), |item| self.whole(event.index, item, false, out))
    }

    /// Takes the `output` of a whole response object.
    pub(in crate::dialect) fn output(&mut self, mut output: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let mut index = 0;
        output.array(|value| {
            let item = keep(value)?;
            item.map_or(Ok(()), |item| self.whole(Some(index), item, true, out))?;
            index += 1;
            Ok(())
        })?;
        Ok(())
    }

    /// Takes a text as a whole, by its own `.done` event.
    pub(in crate::dialect) fn text_done(
        &mut self,
        class: Class,
        event: &ServerEvent<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let Some(whole) = event.whole else { return Ok(()) };
        let item = self.item(class.kind(), event.index, event.item_id, out);
        self.settle(item, class, event.part_index, whole, event.kind, out)
    }

    /// Takes `content_part.done` and its like.
    pub(in crate::dialect) fn part_done(
        &mut self,
        event: &ServerEvent<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let Some(part) = event.part else { return Ok(()) };
        let kind = if contains(event.kind, "reasoning") { ItemKind::Reasoning } else { ItemKind::Message };
        // vLLM has `content_part` events for reasoning, too.
        let at = [kind, ItemKind::Reasoning].iter().find_map(|kind| self.find(*kind, event.index, event.item_id));
        let at = at.or_else(|| self.item(kind, event.index, event.item_id, out));
        self.whole_part(at, event.part_index, part, out)?;
        // A block of reasoning stays open for the signature that the whole item brings.
        let open = self.open.map(|open| &self.parts[open]);
        if open.is_some_and(|open| Some(open.item) == at && kind == ItemKind::Message) {
            self.close(out);
        }
        Ok(())
    }

    /// Takes an annotation.
    pub(in crate::dialect) fn annotation(
        &mut self,
        event: &ServerEvent<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let Some(annotation) = event.annotation else { return Ok(()) };
        if let Some(at) = self.part(Class::Text, event, out) {
            self.parts[at].sources += 1;
        }
        source(annotation, out)
    }

    /// Takes an item as a whole; `listed` in the output of a response, which repeats items that were done.
    fn whole(
        &mut self,
        index: Option<u64>,
        item: Cursor<'_>,
        listed: bool,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let head = Head::read(item)?;
        let kind = ItemKind::of(head.kind);
        let known = self.find_whole(kind, index, &head, listed);
        let repeated = known.is_some_and(|at| self.items[at].done);
        if known.is_none() && self.is_full(self.items.len(), out) {
            out.unknown(head.kind, raw(item)?);
            return Ok(());
        }
        let at = known.unwrap_or_else(|| self.push(index, head.id, kind));
        self.items[at].done = true;
        match kind {
            ItemKind::Message => self.whole_message(at, item, repeated, out),
            ItemKind::Reasoning => self.whole_reasoning(at, item, repeated, out),
            ItemKind::Tool(tool) if !repeated => {
                if self.items[at].call.is_none() {
                    self.start(at, tool, item, out)?;
                }
                self.items[at].call.as_mut().map_or(Ok(()), |call| call.whole(item, out))
            }
            ItemKind::Other if !repeated => other(&head, item, out),
            ItemKind::Tool(_) | ItemKind::Other => Ok(()),
        }
    }

    fn whole_message(
        &mut self,
        at: usize,
        mut item: Cursor<'_>,
        repeated: bool,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let mut unknown = Vec::new();
        item.object(|key, value| match key {
            "content" => self.whole_parts(at, value, out),
            _ if repeated || MESSAGE_FIELDS.contains(&key) => value.skip(),
            _ => note(&mut unknown, key, value),
        })?;
        self.close_item(at, out);
        report("message", &unknown, out);
        Ok(())
    }

    fn whole_reasoning(
        &mut self,
        at: usize,
        mut item: Cursor<'_>,
        repeated: bool,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let mut unknown = Vec::new();
        let mut signature = None;
        item.object(|key, value| match key {
            "summary" | "content" => self.whole_parts(at, value, out),
            "encrypted_content" => keep(value).map(|kept| signature = kept),
            _ if repeated || REASONING_FIELDS.contains(&key) => value.skip(),
            _ => note(&mut unknown, key, value),
        })?;
        if let Some(signature) = string(signature)?.filter(|signature| !signature.is_empty() && !self.items[at].signed)
        {
            self.items[at].signed = true;
            if self.open.is_some_and(|open| self.parts[open].item != at) {
                self.close(out);
            }
            out.signature(0, signature);
            out.block_end(0);
            self.open = None;
        }
        self.close_item(at, out);
        report("reasoning", &unknown, out);
        Ok(())
    }

    fn whole_parts(&mut self, at: usize, parts: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let mut index = 0;
        parts.array(|value| {
            let part = keep(value)?;
            part.map_or(Ok(()), |part| self.whole_part(Some(at), index, part, out))?;
            index += 1;
            Ok(())
        })?;
        Ok(())
    }

    /// Takes a part as a whole.
    fn whole_part(
        &mut self,
        item: Option<usize>,
        index: u64,
        mut part: Cursor<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let whole = part;
        let (mut kind, mut text, mut audio, mut annotations) = (None, None, None, None);
        let mut unknown = Vec::new();
        part.object(|key, value| {
            match key {
                "type" => value.string_into(&mut kind)?,
                "text" | "refusal" | "transcript" => text = keep(value)?.or(text),
                "annotations" => keep_into(&mut annotations, value)?,
                // Responses | Realtime.
                "data" | "audio" => keep_into(&mut audio, value)?,
                // Probabilities of the tokens that the text has.
                "logprobs" => value.skip()?,
                _ => note(&mut unknown, key, value)?,
            }
            Ok(())
        })?;
        let kind = kind.unwrap_or_default();
        let reasoning = item.is_some_and(|at| self.items[at].kind == ItemKind::Reasoning);
        let class = match kind {
            "summary_text" => Class::Summary,
            "reasoning_text" => Class::Reasoning,
            // vLLM calls the parts of reasoning items so, too.
            "output_text" | "text" if reasoning => Class::Reasoning,
            "output_text" | "text" | "output_audio" | "audio" => Class::Text,
            "refusal" => Class::Refusal,
            _ => {
                let known = item.is_some_and(|at| self.part_of(at, Class::Text, index).is_some());
                if !known && let Some(at) = item.and_then(|at| self.new_part(at, Class::Text, index, out)) {
                    self.parts[at].settled = true;
                    out.unknown(kind, raw(whole)?);
                }
                return Ok(());
            }
        };
        let settled = item.and_then(|at| self.part_of(at, class, index)).is_some_and(|at| self.parts[at].settled);
        if let Some(text) = text {
            self.settle(item, class, index, text, kind, out)?;
        }
        if let (Some(audio), Some(at)) = (string(audio)?, item) {
            self.whole_audio(at, index, audio, out);
        }
        if let Some(annotations) = annotations {
            self.sources(item, index, annotations, out)?;
        }
        if !settled {
            report(kind, &unknown, out);
        }
        Ok(())
    }

    /// Hands on what no delta brought of the text that stands at `whole`; `name` says where it stands.
    fn settle(
        &mut self,
        item: Option<usize>,
        class: Class,
        index: u64,
        whole: Cursor<'_>,
        name: &str,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let known = item.and_then(|at| self.part_of(at, class, index));
        if known.is_some_and(|part| self.parts[part].settled) {
            return Ok(());
        }
        let Some(text) = string(Some(whole))?.filter(|text| !text.is_empty()) else { return Ok(()) };
        let part = known.or_else(|| item.and_then(|at| self.new_part(at, class, index, out)));
        let Some(part) = part else {
            out.unknown(name, raw(whole)?);
            return Ok(());
        };
        self.parts[part].settled = true;
        let said = &self.parts[part].said;
        if said.is_empty() && self.parts.iter().any(|other| other.streamed && other.said.is(text)) {
            return Ok(());
        }
        match said.rest(text) {
            Some(rest) => self.say(Some(part), class, rest, out),
            // It contradicts the deltas, which can't be unsaid.
            None => out.unknown(name, raw(whole)?),
        }
        Ok(())
    }

    /// Hands on the audio of a whole part of which no delta brought any.
    fn whole_audio(&mut self, item: usize, index: u64, data: &str, out: &mut Out<'_>) {
        if data.is_empty() || self.part_of(item, Class::Audio, index).is_some() {
            return;
        }
        if self.new_part(item, Class::Audio, index, out).is_some() {
            out.audio(0, data);
        }
    }

    /// Hands on the annotations of a whole part that were not handed on one by one.
    fn sources(
        &mut self,
        item: Option<usize>,
        index: u64,
        mut annotations: Cursor<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let part = item.and_then(|at| self.part_of(at, Class::Text, index));
        let known = part.map_or(0, |part| self.parts[part].sources);
        let mut count = 0;
        annotations.array(|value| {
            count += 1;
            match keep(value)? {
                Some(annotation) if count > known => source(annotation, out),
                _ => Ok(()),
            }
        })?;
        if let Some(part) = part {
            self.parts[part].sources = known.max(count);
        }
        Ok(())
    }

    /// The item that a whole item repeats: by id, by the id of its call, or by kind and place.
    fn find_whole(&self, kind: ItemKind, index: Option<u64>, head: &Head<'_>, listed: bool) -> Option<usize> {
        let of_kind = || self.items.iter().enumerate().rev().filter(|(_, item)| item.kind == kind);
        let by_id = || of_kind().find(|(_, item)| !is_blank(head.id) && *item.id == *head.id);
        let by_call = || {
            let is_call = |item: &Item| item.call.as_ref().is_some_and(|call| call.is(head.call_id));
            of_kind().find(|(_, item)| is_call(item))
        };
        let by_place = || {
            let is_other = |item: &Item| item.call.as_ref().is_some_and(|call| call.is_other(head.call_id));
            of_kind().find(|(_, item)| item.index == index && (listed || !item.done) && !is_other(item))
        };
        by_id().or_else(by_call).or_else(by_place).map(|(at, _)| at)
    }
}

impl<'a> Head<'a> {
    pub(super) fn read(mut item: Cursor<'a>) -> Result<Self, SyntaxError> {
        let mut head = Self::default();
        item.object(|key, value| {
            match key {
                "type" => head.kind = without_quotes(value.raw()?),
                "id" => head.id = value.raw()?,
                "call_id" => head.call_id = value.raw()?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        Ok(head)
    }
}

/// Hands on an item that is neither text nor a call: what came of a call, or something that midstream has no word for.
fn other(head: &Head<'_>, item: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let raw = raw(item)?;
    let mut failed = false;
    match head.kind {
        // What a server offers is no part of the answer; that it can't be asked is.
        "mcp_list_tools" => {
            { item }.object(|key, value| match key {
                "error" => value.raw().map(|raw| failed = !is_blank(raw)),
                _ => value.skip(),
            })?;
            if failed {
                out.unknown("mcp_list_tools.error", raw);
            }
        }
        "shell_call_output" | "tool_search_output" => {
            out.tool_result(0, unquoted(head.call_id, out.strings), raw, None);
        }
        kind => out.unknown(if kind.is_empty() { "item" } else { kind }, raw),
    }
    Ok(())
}

/// Hands on fields that nobody knows of something of kind `kind`.
pub(super) fn report(kind: &str, unknown: &[(String, &str)], out: &mut Out<'_>) {
    for (key, raw) in unknown {
        out.unknown(&format!("{kind}.{key}"), raw);
    }
}

/// Fields of a message that carry no content.
const MESSAGE_FIELDS: &[&str] = &["id", "type", "object", "status", "role", "phase"];

/// Fields of a reasoning item that carry no content.
const REASONING_FIELDS: &[&str] = &["id", "type", "object", "status", "format"];
