//! Rules in a session: stands between what is decoded and what the host sees, and lets only that pass which the rules
//! allow.
//!
//! Text, reasoning, refusals and tool input are redacted while they stream. What holds a whole JSON value (a source, a
//! tool's result, something unknown) is redacted at once. Not looked at are audio, files, ids, names of models and
//! tools: the first two are counted in [`Checked`](crate::Checked). Probabilities of tokens are withheld and counted too.
//!
//! Findings never hold what was found, only where.

use crate::error::{Error, ErrorKind};
use crate::event::{Channel, Event, JsonText, Span};
use crate::metrics::{Checked, HoldMeter};
use crate::wire::Framing;

use super::json::JsonRedactor;
use super::mask::PseudonymKey;
use super::redactor::{Decision, Kind, Match, Passage, Redactor, Signed};
use super::set::Rules;

/// What a session does with rules.
#[derive(Debug, Clone)]
pub struct Redaction {
    /// The rules.
    pub rules: Rules,
    /// What the tags of pseudonyms are made with. Without it, placeholders stand for them.
    pub key: Option<PseudonymKey>,
    /// What happens instead of masking in reasoning that the provider signs, which must be handed back unaltered.
    pub signed: Signed,
}

impl Redaction {
    /// Redaction by `rules`, without a key, stopping where signed reasoning would have to be altered.
    pub fn new(rules: Rules) -> Self {
        Self { rules, key: None, signed: Signed::default() }
    }
}

/// The rules of one stream at work.
#[derive(Debug)]
pub(crate) struct Guard {
    redaction: Redaction,
    tracks: Vec<Track>,
    /// How long each channel is so far, in bytes as they came.
    lengths: Vec<(u32, Channel, u64)>,
    /// What passed of the input of tool calls that were not reported whole yet.
    inputs: Vec<(String, String)>,
    signs: bool,
    framed: bool,
    hold: HoldMeter,
    unchecked: u64,
    stopped: bool,
    failed: bool,
}

/// One text under way.
#[derive(Debug)]
struct Track {
    choice: u32,
    channel: Channel,
    block: u32,
    /// Where in its channel the text began.
    base: u64,
    text: Text,
    /// What passed, of a tool's input.
    passed: String,
}

#[derive(Debug)]
enum Text {
    Prose(Redactor),
    Input(JsonRedactor),
}

impl Guard {
    pub(crate) fn new(redaction: Redaction) -> Self {
        Self {
            redaction,
            tracks: Vec::new(),
            lengths: Vec::new(),
            inputs: Vec::new(),
            signs: false,
            framed: true,
            hold: HoldMeter::default(),
            unchecked: 0,
            stopped: false,
            failed: false,
        }
    }

    /// Whether a rule has ended the stream.
    pub(crate) fn stopped(&self) -> bool {
        self.stopped
    }

    /// Ends the stream, of which what comes can't be checked. Why was told.
    pub(crate) fn refuse(&mut self) {
        (self.stopped, self.failed) = (true, true);
    }

    /// Whether something of the answer was withheld for good.
    pub(crate) fn failed(&self) -> bool {
        self.failed
    }

    pub(crate) fn checked(&self) -> Checked {
        Checked { hold: self.hold.snapshot(), unchecked: self.unchecked }
    }

    /// Decides on all that is held.
    pub(crate) fn decide(&mut self, decision: Decision, offset: u64, out: &mut Vec<Event>) {
        for at in 0..self.tracks.len() {
            let mut passed = String::new();
            match &mut self.tracks[at].text {
                Text::Prose(redactor) => redactor.decide(decision, &mut passed),
                Text::Input(redactor) => redactor.decide(decision, &mut passed),
            }
            self.pass(at, passed, offset, out);
        }
    }

    /// Takes an event whose frame begins at byte `offset`, and appends what the host may see now.
    pub(crate) fn event(&mut self, event: Event, offset: u64, out: &mut Vec<Event>) {
        if self.stopped {
            out.extend(Some(event).filter(|event| matches!(event, Event::StreamEnd { .. })));
            return;
        }
        self.end_refusal(&event, offset, out);
        match event {
            Event::StreamStart { framing, dialect } => {
                self.framed = framing != Framing::Text;
                self.signs = dialect.signs_reasoning();
                out.push(event);
            }
            Event::TextDelta { choice, block, delta } => self.delta(choice, Channel::Text, block, &delta, offset, out),
            Event::ReasoningDelta { choice, block, delta } => {
                self.delta(choice, Channel::Reasoning, block, &delta, offset, out);
            }
            Event::RefusalDelta { choice, delta } => self.delta(choice, Channel::Refusal, 0, &delta, offset, out),
            Event::TextEnd { choice, .. } => {
                self.end(choice, &Channel::Text, offset, out);
                self.then(event, out);
            }
            Event::ReasoningEnd { choice, block, signature, redacted } => {
                let altered = self.end(choice, &Channel::Reasoning, offset, out);
                let signature = match signature {
                    Some(_) if altered => {
                        let message = "expected no signature over reasoning that was masked; it is left out";
                        out.push(Event::Error(Error::new(ErrorKind::Redaction, offset, message)));
                        None
                    }
                    other => other,
                };
                self.then(Event::ReasoningEnd { choice, block, signature, redacted }, out);
            }
            Event::ToolInputStart { choice, ref id, .. } => {
                self.track(choice, Channel::Tool(id.clone()), 0);
                out.push(event);
            }
            Event::ToolInputDelta { ref id, ref delta } => {
                let channel = Channel::Tool(id.clone());
                let choice = self.tracks.iter().find(|track| track.channel == channel).map_or(0, |track| track.choice);
                self.delta(choice, channel, 0, delta, offset, out);
            }
            Event::ToolInputEnd { ref id } => {
                let channel = Channel::Tool(id.clone());
                let choice = self.tracks.iter().find(|track| track.channel == channel).map_or(0, |track| track.choice);
                self.end(choice, &channel, offset, out);
                self.then(event, out);
            }
            Event::ToolCall { choice, id, name, input, input_text: _, provider_executed, signature } => {
                let at = self.inputs.iter().position(|(known, _)| *known == id);
                let input_text = at.map(|at| self.inputs.remove(at).1).unwrap_or_default();
                let input = match input {
                    Some(whole) if input_text.is_empty() => Some(whole),
                    Some(_) => JsonText::new(&input_text),
                    None => None,
                };
                out.push(Event::ToolCall { choice, id, name, input, input_text, provider_executed, signature });
            }
            Event::ToolResult { choice, id, raw, signature } => {
                let raw = self.whole(choice, "tool-result", Kind::Tool, &raw, offset, out);
                self.then(Event::ToolResult { choice, id, raw, signature }, out);
            }
            Event::Source { choice, url, title, raw } => {
                let raw = self.whole(choice, "source", Kind::Text, &raw, offset, out);
                let [url, title] = [url, title].map(|text| text.map(|text| self.part(&text)));
                self.then(Event::Source { choice, url, title, raw }, out);
            }
            // They repeat the words token by token, where a value that is split can't be found.
            Event::Logprobs { .. } => self.unchecked += 1,
            Event::ProviderMetadata { choice, name, raw } => {
                let raw = self.whole(choice.unwrap_or(0), "provider-metadata", Kind::Text, &raw, offset, out);
                self.then(Event::ProviderMetadata { choice, name, raw }, out);
            }
            Event::Unknown { name, raw } => {
                let raw = self.whole(0, "unknown", Kind::Text, &raw, offset, out);
                self.then(Event::Unknown { name, raw }, out);
            }
            Event::Error(mut error) => {
                error.message = self.part(&error.message);
                out.push(Event::Error(error));
            }
            Event::AudioDelta { .. } | Event::File { .. } => {
                self.unchecked += 1;
                out.push(event);
            }
            Event::StreamEnd { .. } => {
                while let Some(track) = self.tracks.first() {
                    let (choice, channel) = (track.choice, track.channel.clone());
                    self.end(choice, &channel, offset, out);
                }
                out.push(event);
            }
            other => out.push(other),
        }
    }

    /// A refusal has no end of its own: it ends where the choice goes on with something else.
    fn end_refusal(&mut self, event: &Event, offset: u64, out: &mut Vec<Event>) {
        let (Event::TextStart { choice, .. }
        | Event::ReasoningStart { choice, .. }
        | Event::ToolInputStart { choice, .. }
        | Event::ToolResult { choice, .. }
        | Event::File { choice, .. }
        | Event::Finish { choice, .. }) = *event
        else {
            return;
        };
        self.end(choice, &Channel::Refusal, offset, out);
    }

    /// Passes an event on that stands behind text, unless that text has ended the stream.
    fn then(&self, event: Event, out: &mut Vec<Event>) {
        if !self.stopped {
            out.push(event);
        }
    }

    fn track(&mut self, choice: u32, channel: Channel, block: u32) -> usize {
        let known = self.tracks.iter().position(|track| track.choice == choice && track.channel == channel);
        known.unwrap_or_else(|| {
            let Redaction { rules, key, signed } = &self.redaction;
            let text = match channel {
                Channel::Tool(_) => Text::Input(rules.json_redactor(Kind::Tool, *key)),
                Channel::Reasoning => {
                    let mut redactor = rules.redactor_with_key(Kind::Reasoning, *key);
                    if self.signs {
                        redactor.leave_unaltered(*signed);
                    }
                    Text::Prose(redactor)
                }
                Channel::Refusal => Text::Prose(rules.redactor_with_key(Kind::Refusal, *key)),
                _ => Text::Prose(rules.redactor_with_key(Kind::Text, *key)),
            };
            let base = *length(&mut self.lengths, choice, &channel);
            self.tracks.push(Track { choice, channel, block, base, text, passed: String::new() });
            self.tracks.len() - 1
        })
    }

    fn delta(&mut self, choice: u32, channel: Channel, block: u32, delta: &str, offset: u64, out: &mut Vec<Event>) {
        let at = self.track(choice, channel, block);
        let track = &mut self.tracks[at];
        *length(&mut self.lengths, choice, &track.channel) += delta.len() as u64;
        let mut passed = String::new();
        track.push(delta, &mut passed);
        if self.framed {
            self.hold.record(track.held_chars() as u64);
        }
        self.pass(at, passed, offset, out);
    }

    /// Ends a text; whether it was altered.
    fn end(&mut self, choice: u32, channel: &Channel, offset: u64, out: &mut Vec<Event>) -> bool {
        let known = self.tracks.iter().position(|track| track.choice == choice && track.channel == *channel);
        let Some(at) = known else { return false };
        let mut passed = String::new();
        self.tracks[at].finish(&mut passed);
        self.pass(at, passed, offset, out);
        let track = self.tracks.remove(at);
        if let Passage::Held { rule } = track.passage() {
            self.failed = true;
            let id = &self.redaction.rules.about(rule).id;
            let message = format!("expected a decision on what the rule `{id}` holds, found the end; it is withheld");
            out.push(Event::Error(Error::new(ErrorKind::Redaction, offset, message)));
        }
        if let Channel::Tool(id) = &track.channel {
            self.inputs.push((id.clone(), track.passed.clone()));
        }
        track.is_altered()
    }

    /// Hands on what passed of a text, then what was found in it.
    fn pass(&mut self, at: usize, passed: String, offset: u64, out: &mut Vec<Event>) {
        let track = &mut self.tracks[at];
        let (choice, block) = (track.choice, track.block);
        if let Channel::Tool(_) = track.channel {
            track.passed.push_str(&passed);
        }
        if !passed.is_empty() {
            out.push(match &track.channel {
                Channel::Reasoning => Event::ReasoningDelta { choice, block, delta: passed },
                Channel::Refusal => Event::RefusalDelta { choice, delta: passed },
                Channel::Tool(id) => Event::ToolInputDelta { id: id.clone(), delta: passed },
                Channel::Text | Channel::Raw(_) => Event::TextDelta { choice, block, delta: passed },
            });
        }
        let signed = (track.channel == Channel::Reasoning && self.signs).then_some(self.redaction.signed);
        let (matches, channel, base) = (track.matches(), track.channel.clone(), track.base);
        let passage = track.passage();
        self.report(&matches, choice, &channel, base, signed, out);
        self.obey(passage, offset, out);
    }

    fn report(
        &self,
        matches: &[Match],
        choice: u32,
        channel: &Channel,
        base: u64,
        signed: Option<Signed>,
        out: &mut Vec<Event>,
    ) {
        for found in matches {
            let span = Span { choice, channel: channel.clone(), start: base + found.start, end: base + found.end };
            out.push(self.redaction.rules.about(found.rule).event(Some(span), signed));
        }
    }

    fn obey(&mut self, passage: Passage, offset: u64, out: &mut Vec<Event>) {
        if let Passage::Stopped { rule } = passage {
            (self.stopped, self.failed) = (true, true);
            let about = self.redaction.rules.about(rule);
            let message = format!("the rule `{}` ends the stream", about.id);
            let code = Some(about.kind.as_str());
            out.push(Event::Error(Error::new(ErrorKind::Stopped, offset, message).with_code(code)));
        }
    }

    /// Redacts a whole JSON value.
    fn whole(
        &mut self,
        choice: u32,
        name: &str,
        kind: Kind,
        raw: &JsonText,
        offset: u64,
        out: &mut Vec<Event>,
    ) -> JsonText {
        let mut redactor = self.redaction.rules.json_redactor(kind, self.redaction.key);
        let mut passed = String::with_capacity(raw.as_str().len());
        redactor.push(raw.as_str(), &mut passed);
        redactor.finish(&mut passed);
        let matches: Vec<_> = redactor.matches().collect();
        self.report(&matches, choice, &Channel::Raw(name.to_owned()), 0, None, out);
        match redactor.passage() {
            // Nobody can decide on a value that is not part of a text.
            Passage::Stopped { rule } | Passage::Held { rule } => self.obey(Passage::Stopped { rule }, offset, out),
            Passage::Open => {}
        }
        JsonText::lossless(&passed)
    }

    /// Redacts a text that is reported elsewhere as well.
    fn part(&self, text: &str) -> String {
        let mut redactor = self.redaction.rules.redactor_with_key(Kind::Text, self.redaction.key);
        let mut passed = String::with_capacity(text.len());
        redactor.push(text, &mut passed);
        redactor.finish(&mut passed);
        passed
    }
}

impl Track {
    fn push(&mut self, text: &str, out: &mut String) {
        match &mut self.text {
            Text::Prose(redactor) => redactor.push(text, out),
            Text::Input(redactor) => redactor.push(text, out),
        }
    }

    fn finish(&mut self, out: &mut String) {
        match &mut self.text {
            Text::Prose(redactor) => redactor.finish(out),
            Text::Input(redactor) => redactor.finish(out),
        }
    }

    fn matches(&mut self) -> Vec<Match> {
        match &mut self.text {
            Text::Prose(redactor) => redactor.matches().collect(),
            Text::Input(redactor) => redactor.matches().collect(),
        }
    }

    fn passage(&self) -> Passage {
        match &self.text {
            Text::Prose(redactor) => redactor.passage(),
            Text::Input(redactor) => redactor.passage(),
        }
    }

    fn held_chars(&self) -> usize {
        match &self.text {
            Text::Prose(redactor) => redactor.held().chars().count(),
            Text::Input(redactor) => redactor.held().chars().count(),
        }
    }

    fn is_altered(&self) -> bool {
        match &self.text {
            Text::Prose(redactor) => redactor.is_altered(),
            Text::Input(redactor) => redactor.is_altered(),
        }
    }
}

fn length<'l>(lengths: &'l mut Vec<(u32, Channel, u64)>, choice: u32, channel: &Channel) -> &'l mut u64 {
    let known = lengths.iter().position(|(of, known, _)| *of == choice && known == channel);
    let at = known.unwrap_or_else(|| {
        lengths.push((choice, channel.clone(), 0));
        lengths.len() - 1
    });
    &mut lengths[at].2
}
