//! Rules as filters.

use super::{Filter, Filters, Finding, Kind};
use crate::event::Event;
use crate::pattern::{self, JsonRedactor, Match, Passage, PseudonymKey, Redactor, Rules, Signed};

/// Rules that a stream's words must pass.
#[derive(Debug, Clone)]
pub struct Guard {
    rules: Rules,
    key: Option<PseudonymKey>,
    audio: bool,
    signed: Signed,
}

impl Guard {
    /// A guard of `rules`; `key` makes the tags of pseudonyms.
    pub fn new(rules: Rules, key: Option<PseudonymKey>) -> Self {
        Self { rules, key, audio: false, signed: Signed::default() }
    }

    /// The same, letting audio pass unchecked: no rule can hear what is said there. Otherwise it stops the answer.
    #[must_use]
    pub fn with_audio(mut self) -> Self {
        self.audio = true;
        self
    }

    /// The same, with what happens where a rule would alter reasoning that the provider signs, which must not be altered:
    /// without this, the answer stops.
    #[must_use]
    pub fn with_signed(mut self, signed: Signed) -> Self {
        self.signed = signed;
        self
    }

    /// What a finding of this guard's is as an event.
    pub fn event(&self, finding: &Finding) -> Event {
        self.rules.about(finding.rule).event(finding.span.clone(), finding.signed.then_some(self.signed))
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }
}

impl Filters for Guard {
    fn passes_audio(&self) -> bool {
        self.audio
    }

    fn start(&self, kind: Kind) -> Box<dyn Filter> {
        let text = |of| Words::Text(Box::new(self.rules.redactor_with_key(of, self.key)));
        let words = match kind {
            Kind::Text | Kind::Other | Kind::Label => text(pattern::Kind::Text),
            Kind::Reasoning => text(pattern::Kind::Reasoning),
            Kind::Refusal => text(pattern::Kind::Refusal),
            Kind::ToolInput => Words::Json(Box::new(self.rules.json_redactor(pattern::Kind::Tool, self.key))),
        };
        Box::new(Ruled { rules: self.rules.clone(), words, stopped: None })
    }

    fn start_signed(&self) -> Box<dyn Filter> {
        if self.signed == Signed::Stop {
            return self.start(Kind::Reasoning);
        }
        let mut redactor = self.rules.redactor_with_key(pattern::Kind::Reasoning, self.key);
        redactor.leave_unaltered(self.signed);
        Box::new(Ruled { rules: self.rules.clone(), words: Words::Text(Box::new(redactor)), stopped: None })
    }

    fn name(&self, rule: usize) -> Option<&str> {
        Some(&self.rules.about(rule).id)
    }
}

/// A channel under rules.
#[derive(Debug)]
struct Ruled {
    rules: Rules,
    words: Words,
    stopped: Option<String>,
}

#[derive(Debug)]
enum Words {
    Text(Box<Redactor>),
    Json(Box<JsonRedactor>),
}

impl Ruled {
    /// Looks whether a rule stops the stream; at the end of a channel a rule that holds it does too, since nobody is
    /// there to let it go.
    fn judge(&mut self, ended: bool) {
        let passage = match &self.words {
            Words::Text(text) => text.passage(),
            Words::Json(json) => json.passage(),
        };
        let (rule, does) = match passage {
            Passage::Stopped { rule } => (rule, "stopped"),
            Passage::Held { rule } if ended => (rule, "held back"),
            _ => return,
        };
        self.stopped = Some(format!("the answer was {does} by the rule `{}`", self.rules.about(rule).id));
    }
}

impl Filter for Ruled {
    fn push(&mut self, words: &str, out: &mut String) {
        match &mut self.words {
            Words::Text(text) => text.push(words, out),
            Words::Json(json) => json.push(words, out),
        }
        self.judge(false);
    }

    fn finish(&mut self, out: &mut String) {
        match &mut self.words {
            Words::Text(text) => text.finish(out),
            Words::Json(json) => json.finish(out),
        }
        self.judge(true);
    }

    fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    fn held(&self) -> usize {
        match &self.words {
            Words::Text(text) => text.held().chars().count(),
            Words::Json(json) => json.held().chars().count(),
        }
    }

    fn found(&mut self, found: &mut Vec<Match>) {
        match &mut self.words {
            Words::Text(text) => found.extend(text.matches()),
            Words::Json(json) => found.extend(json.matches()),
        }
    }
}
