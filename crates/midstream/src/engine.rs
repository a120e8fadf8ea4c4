//! Configuration, compiled once and shared by sessions.

use std::sync::Arc;
use std::time::Duration;

use crate::analysis::Analysis;
use crate::dialect::Dialect;
use crate::json;
use crate::session::Session;
use crate::time::Timestamp;
use crate::wire::Framing;

/// How streams are to be read.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// How bodies are cut into frames; `None` recognises it from the first bytes.
    pub framing: Option<Framing>,
    /// Whose language they speak; `None` recognises it from the first frames.
    pub dialect: Option<Dialect>,
    /// How much of anything a session keeps.
    pub limits: Limits,
    /// How long a session waits for content.
    pub timeouts: Timeouts,
    /// A silence of this length is reported as [`Event::Stall`](crate::Event::Stall); `None` reports none.
    pub stall_after: Option<Duration>,
    /// What looks at the events of each stream, in this order.
    pub analyses: Vec<Arc<dyn Analysis>>,
    /// The rules that text must pass before anyone sees it; `None` lets all pass.
    #[cfg(feature = "pattern")]
    pub redaction: Option<crate::pattern::Redaction>,
}

/// How much a session keeps. Reaching a limit is an error event that names the setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Longest frame, in bytes. A longer one is left out. 32 MiB.
    pub max_frame_bytes: usize,
    /// Longest tool input, in bytes. The rest of a longer one is left out. 16 MiB.
    pub max_tool_input_bytes: usize,
    /// Deepest nesting of tool input; deeper input is text without a value. 128.
    pub max_json_depth: usize,
    /// Answers in one stream; further ones are left out. 256.
    pub max_choices: usize,
    /// Tool calls in one stream; further ones are left out. 4096.
    pub max_tool_calls: usize,
    /// Output items, and parts of such, of one response (OpenAI Responses, Realtime) that are told apart; what repeats
    /// further ones is not recognised. 1024.
    pub max_output_items: usize,
    /// Fields beside the answer in one stream, of which the last value is known; further ones are left out. 1024.
    pub max_metadata_fields: usize,
    /// Frames that are kept until the dialect is recognised; then the stream is taken for unknown. 8.
    pub max_undecided_frames: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame_bytes: 32 << 20,
            max_tool_input_bytes: 16 << 20,
            max_json_depth: 128,
            max_choices: 256,
            max_tool_calls: 4096,
            max_output_items: 1024,
            max_metadata_fields: 1024,
            max_undecided_frames: 8,
        }
    }
}

impl Limits {
    pub(crate) fn json(&self) -> json::Limits {
        json::Limits { max_depth: self.max_json_depth, max_bytes: self.max_tool_input_bytes }
    }
}

/// How long a session waits. Only content counts: comments, pings and metadata reset nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// From the session's beginning to the first content. `None` waits for ever.
    pub first_content: Option<Duration>,
    /// From one piece of content to the next. `None` waits for ever.
    pub gap: Option<Duration>,
    /// From the session's beginning to the stream's end. `None` waits for ever.
    pub total: Option<Duration>,
}

/// A [`Config`] made ready; cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    config: Arc<Config>,
}

impl Engine {
    /// Makes `config` ready.
    pub fn new(config: Config) -> Self {
        Self { config: Arc::new(config) }
    }

    /// A session for one stream, whose request was sent at `now`.
    pub fn session(&self, now: Timestamp) -> Session {
        Session::new(Arc::clone(&self.config), now)
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }
}
