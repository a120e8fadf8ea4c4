//! What the demo model says: a request in, an answer's tokens out. The same request gives the same answer.

use super::ask::{Ask, Tool, ToolChoice};
use super::{schema, text};

/// An answer.
#[derive(Debug)]
pub(super) struct Script {
    /// Words, each with the white space before it.
    pub(super) reasoning: Vec<String>,
    pub(super) text: Vec<String>,
    pub(super) call: Option<Call>,
    pub(super) finish: Finish,
}

/// A tool call.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) name: String,
    /// The arguments' JSON in fragments.
    pub(super) arguments: Vec<String>,
}

/// Why an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finish {
    Stop,
    Length,
    ToolCall,
}

impl Script {
    /// Writes the answer to `ask`.
    pub(super) fn write(ask: &Ask) -> Self {
        let tool = tool(ask);
        let reasoning =
            if ask.reasons { text::reasoning(&ask.prompt, tool.map(|tool| &*tool.name)) } else { String::new() };
        let (text, call) = match (tool, &ask.tool_result, &ask.schema) {
            (Some(tool), ..) => {
                let arguments = schema::value(&tool.schema, &ask.prompt);
                let arguments = if arguments.is_object() { arguments } else { serde_json::json!({}) };
                let call = Call { name: tool.name.clone(), arguments: fragments(&arguments.to_string()) };
                (tokens(&text::before_call(&tool.name)), Some(call))
            }
            (None, Some(result), None) => (tokens(&text::after_call(result)), None),
            (None, _, Some(schema)) => (fragments(&schema::value(schema, &ask.prompt).to_string()), None),
            (None, None, None) => (tokens(&text::answer(&ask.prompt)), None),
        };
        let finish = if call.is_some() { Finish::ToolCall } else { Finish::Stop };
        let mut script = Self { reasoning: tokens(&reasoning), text, call, finish };
        if let Some(max) = ask.max_tokens {
            script.cut(max);
        }
        script
    }

    pub(super) fn reasoning_tokens(&self) -> u64 {
        self.reasoning.len() as u64
    }

    /// All that was written, reasoning included.
    pub(super) fn output_tokens(&self) -> u64 {
        self.reasoning_tokens()
            + self.text.len() as u64
            + self.call.as_ref().map_or(0, |call| call.arguments.len() as u64)
    }

    /// Leaves the first `max` tokens.
    fn cut(&mut self, max: u64) {
        if self.output_tokens() <= max {
            return;
        }
        self.finish = Finish::Length;
        let mut left = usize::try_from(max).unwrap_or(usize::MAX);
        for tokens in [&mut self.reasoning, &mut self.text] {
            tokens.truncate(left);
            left -= tokens.len();
        }
        match &mut self.call {
            Some(call) if left > 0 => call.arguments.truncate(left),
            call => *call = None,
        }
    }
}

/// The tool to call: the one that must be, or the one whose name the prompt speaks of most.
fn tool(ask: &Ask) -> Option<&Tool> {
    let by_name = || ask.tools.iter().max_by_key(|tool| (mentions(&ask.prompt, tool), std::cmp::Reverse(&tool.name)));
    match &ask.choice {
        ToolChoice::None => None,
        ToolChoice::Named(name) => ask.tools.iter().find(|tool| tool.name == *name),
        ToolChoice::Required => by_name(),
        ToolChoice::Auto if ask.tool_result.is_some() => None,
        ToolChoice::Auto => by_name().filter(|tool| mentions(&ask.prompt, tool) > 0),
    }
}

/// How many of the prompt's words stand in the tool's name or description. Those of the name count more.
fn mentions(prompt: &str, tool: &Tool) -> usize {
    let (name, description) = (tool.name.to_lowercase(), tool.description.to_lowercase());
    let prompt = prompt.to_lowercase();
    let words = prompt.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3 && !COMMON.contains(word));
    words.map(|word| 4 * usize::from(name.contains(word)) + usize::from(description.contains(word))).sum()
}

/// `text` in words, each with the white space before it.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut in_word = false;
    for c in text.chars() {
        let starts = tokens.is_empty() || (in_word && c.is_whitespace());
        if starts {
            tokens.push(String::new());
        }
        in_word = !c.is_whitespace();
        tokens.last_mut().expect("one was pushed first").push(c);
    }
    tokens
}

/// JSON `text` in pieces of a few characters, as models write it: cut anywhere, in words and escapes too.
fn fragments(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut fragments = Vec::new();
    let mut rest = &chars[..];
    for length in [2, 5, 3, 7, 4].into_iter().cycle() {
        let (head, tail) = rest.split_at(length.min(rest.len()));
        if head.is_empty() {
            break;
        }
        fragments.push(head.iter().collect());
        rest = tail;
    }
    fragments
}

/// Words that say nothing of what a prompt is about.
const COMMON: &[&str] = &[
    "about", "does", "from", "give", "have", "into", "make", "much", "name", "please", "some", "tell", "that", "them",
    "then", "there", "they", "this", "what", "when", "where", "which", "will", "with", "would", "your",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn weather() -> Tool {
        Tool {
            name: "get_weather".into(),
            description: "The weather in a city".into(),
            schema: json!({"type": "object", "properties": {"city": {"type": "string"}}}),
        }
    }

    fn ask(prompt: &str) -> Ask {
        Ask { prompt: prompt.into(), reasons: true, tools: vec![weather()], ..Ask::default() }
    }

    #[test]
    fn tokens_are_words_and_lose_nothing() {
        let text = "One  two\n\nthree, four ";
        assert_eq!(tokens(text), ["One", "  two", "\n\nthree,", " four", " "]);
        assert_eq!(tokens(text).concat(), text);
        assert!(tokens("").is_empty());
    }

    #[test]
    fn a_tool_is_called_where_the_prompt_speaks_of_it() {
        let script = Script::write(&ask("How is the weather in Oslo?"));
        let call = script.call.expect("a call");
        assert_eq!((call.name.as_str(), call.arguments.concat().as_str()), ("get_weather", r#"{"city":"Oslo"}"#));
        assert!(call.arguments.len() > 2);
        assert_eq!(script.finish, Finish::ToolCall);
        assert!(Script::write(&ask("Tell me about streaming")).call.is_none());
    }

    #[test]
    fn the_choice_of_tools_is_heeded() {
        let none = Ask { choice: ToolChoice::None, ..ask("How is the weather in Oslo?") };
        assert!(Script::write(&none).call.is_none());
        let required = Ask { choice: ToolChoice::Required, ..ask("Tell me about streaming") };
        assert!(Script::write(&required).call.is_some());
        let answered = Ask { tool_result: Some("rain".into()), ..ask("How is the weather in Oslo?") };
        let script = Script::write(&answered);
        assert!(script.call.is_none());
        assert!(script.text.concat().contains("rain"));
    }

    #[test]
    fn a_token_limit_cuts_the_answer() {
        for max in [1, 10, 40, 60] {
            let script = Script::write(&Ask { max_tokens: Some(max), ..ask("Tell me about streaming") });
            assert_eq!((script.output_tokens(), script.finish), (max, Finish::Length));
        }
        let script = Script::write(&Ask { max_tokens: Some(100_000), ..ask("Tell me about streaming") });
        assert_eq!(script.finish, Finish::Stop);
    }

    #[test]
    fn the_same_prompt_gets_the_same_answer() {
        let write = |prompt: &str| Script::write(&ask(prompt)).text.concat();
        assert_eq!(write("one"), write("one"));
        let different: std::collections::HashSet<_> = (0..40).map(|n| write(&format!("number {n}"))).collect();
        assert!(different.len() >= 30, "{}", different.len());
    }
}
