//! What a request asks for, whoever's client sent it.

use serde_json::Value;

use super::BadRequest;

/// A request, as far as the demo model heeds it.
#[derive(Debug, Default)]
pub(super) struct Ask {
    /// The model that was asked for; any name will do.
    pub(super) model: String,
    /// What the user said last.
    pub(super) prompt: String,
    /// What the tool said, where it spoke last.
    pub(super) tool_result: Option<String>,
    /// Words between white space in everything that the model would have read.
    pub(super) input_tokens: u64,
    pub(super) tools: Vec<Tool>,
    pub(super) choice: ToolChoice,
    /// The answer is to be a value of this JSON Schema.
    pub(super) schema: Option<Value>,
    pub(super) max_tokens: Option<u64>,
    /// Whether the answer begins with reasoning.
    pub(super) reasons: bool,
    pub(super) stream: bool,
    /// OpenAI chat: whether a stream ends with the token counts.
    pub(super) include_usage: bool,
    /// The request, for what is echoed of it.
    pub(super) echo: Value,
}

/// A tool that is offered.
#[derive(Debug, Clone)]
pub(super) struct Tool {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) schema: Value,
}

/// Whether to call a tool.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum ToolChoice {
    #[default]
    Auto,
    None,
    /// One of them, whichever.
    Required,
    /// This one.
    Named(String),
}

impl Ask {
    /// Takes from `body` what all providers call by the same name.
    pub(super) fn new(body: &Value, streams_by_default: bool) -> Result<Self, BadRequest> {
        let model = match &body["model"] {
            Value::String(model) if !model.is_empty() => model.clone(),
            Value::Null => return Err(BadRequest::missing("model")),
            other => return Err(BadRequest::wrong("model", "a model's name", other)),
        };
        let stream = match &body["stream"] {
            Value::Null => streams_by_default,
            Value::Bool(stream) => *stream,
            other => return Err(BadRequest::wrong("stream", "true or false", other)),
        };
        Ok(Self { model, stream, reasons: true, echo: body.clone(), ..Self::default() })
    }

    /// Reads what was said so far: `messages`, each with a `role` and a `content` that is a text or a list of parts.
    /// A tool's result is a message of the role `tool` or a part of the type `tool_result`.
    pub(super) fn read_messages(&mut self, messages: &Value, param: &'static str) -> Result<(), BadRequest> {
        let messages = match messages {
            Value::Null => return Err(BadRequest::missing(param)),
            Value::Array(messages) => messages,
            other => return Err(BadRequest::wrong(param, "a list of messages", other)),
        };
        for message in messages {
            let role = match &message["role"] {
                Value::String(role) => role.as_str(),
                _ => return Err(BadRequest::wrong(param, "messages with a `role`", message)),
            };
            let mut text = String::new();
            let mut result = None;
            match &message["content"] {
                Value::Null => {}
                Value::String(content) => text.push_str(content),
                Value::Array(parts) => {
                    for part in parts {
                        if part["type"] == "tool_result" {
                            result = Some(all_text(&part["content"]));
                        } else {
                            text.push_str(part["text"].as_str().unwrap_or_default());
                        }
                    }
                }
                other => return Err(BadRequest::wrong(param, "a text or a list of parts as `content`", other)),
            }
            if role == "tool" {
                result = Some(std::mem::take(&mut text));
            }
            self.hear(role, text, result);
        }
        Ok(())
    }

    /// Takes one message.
    pub(super) fn hear(&mut self, role: &str, text: String, tool_result: Option<String>) {
        self.input_tokens += words(&text) + tool_result.as_deref().map_or(0, words);
        if role == "user" && !text.trim().is_empty() {
            self.prompt = text;
        }
        self.tool_result = tool_result;
    }

    /// Takes a text that stands before the conversation.
    pub(super) fn read_system(&mut self, system: &Value) {
        self.input_tokens += words(&all_text(system));
    }

    /// Takes the tools; `get` finds the part of an offer that holds `name`, `description` and the schema named
    /// `schema`. Tools of other kinds, which providers run themselves, are passed over.
    pub(super) fn read_tools(
        &mut self,
        tools: &Value,
        schema: &str,
        get: impl Fn(&Value) -> &Value,
    ) -> Result<(), BadRequest> {
        let tools = match tools {
            Value::Null => return Ok(()),
            Value::Array(tools) => tools,
            other => return Err(BadRequest::wrong("tools", "a list of tools", other)),
        };
        for offer in tools {
            let tool = get(offer);
            self.input_tokens += words(&tool.to_string());
            let Some(name) = tool["name"].as_str() else { continue };
            let description = tool["description"].as_str().unwrap_or_default().to_owned();
            self.tools.push(Tool { name: name.to_owned(), description, schema: tool[schema].clone() });
        }
        Ok(())
    }

    /// Takes a limit that must be a whole number above zero.
    pub(super) fn read_limit(&mut self, value: &Value, param: &'static str) -> Result<(), BadRequest> {
        match value {
            Value::Null => Ok(()),
            value => match value.as_u64().filter(|limit| *limit > 0) {
                Some(limit) => {
                    self.max_tokens = Some(limit);
                    Ok(())
                }
                None => Err(BadRequest::wrong(param, "a whole number above 0", value)),
            },
        }
    }

    /// Checks that a tool that must be called is offered.
    pub(super) fn check(self) -> Result<Self, BadRequest> {
        match &self.choice {
            ToolChoice::Named(name) if self.tools.iter().all(|tool| tool.name != *name) => {
                Err(BadRequest::wrong("tool_choice", "the name of an offered tool", &Value::from(name.as_str())))
            }
            ToolChoice::Required if self.tools.is_empty() => Err(BadRequest::missing("tools")),
            _ => Ok(self),
        }
    }
}

/// Words between white space.
pub(super) fn words(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}

/// All texts of a content, which is a text or a list of parts.
pub(super) fn all_text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n"),
        _ => String::new(),
    }
}
