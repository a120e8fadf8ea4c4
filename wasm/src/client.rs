//! The guide's agentic client: messages in, results out.

use std::sync::Arc;

use midstream::{Analysis, Config, Dialect, Engine, Framing, Progress, Repetition, Timestamp};
use wasm_bindgen::prelude::*;

#[cfg(feature = "graph")]
use crate::graph::{Feed, KnowledgeGraph};
use crate::layout::Layout;
use crate::{desk::Desk, host_now, session::time};

#[wasm_bindgen(typescript_custom_section)]
const MESSAGE_RESULT: &str = r#"
/** An event of the engine's schema, or a change of the client's graph. */
export interface ResultEvent {
  type: string;
  [field: string]: any;
}

/** What was found in a message; the fields are worked out when they are read, as long as the result is kept. */
export interface MessageResult {
  /** When the message was taken, as `now()` has it. */
  readonly timestamp: number;
  /** Null as long as there is no agent that chooses one; so are the next two. */
  readonly action: null;
  readonly reward: null;
  readonly verified: null;
  /** The visible text that the message adds. */
  readonly text: string;
  /** Who and what it speaks of: events of type `entity`. */
  readonly entities: ResultEvent[];
  /** What it says of whom: events of type `relation`. */
  readonly relations: ResultEvent[];
  /** What it changed in the client's graph: events whose type begins with `graph-`. */
  readonly graph: ResultEvent[];
  /** All of these and whatever else came of it, in order. */
  readonly events: ResultEvent[];
}
"#;

/// How a [`LeanAgenticClient`] plans and learns.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct LeanAgenticConfig {
    /// Whether actions are verified before they are chosen.
    pub enable_formal_verification: bool,
    learning_rate: f64,
    max_planning_depth: u32,
    action_threshold: f64,
}

#[wasm_bindgen]
impl LeanAgenticConfig {
    /// The defaults.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same settings once more.
    pub fn copy(&self) -> LeanAgenticConfig {
        self.clone()
    }

    /// How fast rewards change the choice of actions, 0 to 1; setting another value throws, as for the next two.
    #[wasm_bindgen(getter)]
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    #[wasm_bindgen(setter)]
    pub fn set_learning_rate(&mut self, #[wasm_bindgen(unchecked_param_type = "number")] value: JsValue) -> Result<(), JsError> {
        self.learning_rate = share("learning_rate", &value)?;
        Ok(())
    }

    /// How many steps ahead is planned, from 1.
    #[wasm_bindgen(getter)]
    pub fn max_planning_depth(&self) -> u32 {
        self.max_planning_depth
    }

    #[wasm_bindgen(setter)]
    pub fn set_max_planning_depth(&mut self, #[wasm_bindgen(unchecked_param_type = "number")] value: JsValue) -> Result<(), JsError> {
        let depth = value.as_f64().filter(|depth| depth.fract() == 0.0 && (1.0..=f64::from(u32::MAX)).contains(depth));
        let wrong = || JsError::new(&expected("a whole number from 1", "max_planning_depth"));
        self.max_planning_depth = depth.ok_or_else(wrong)? as u32;
        Ok(())
    }

    /// How sure a choice must be to be made, 0 to 1.
    #[wasm_bindgen(getter)]
    pub fn action_threshold(&self) -> f64 {
        self.action_threshold
    }

    #[wasm_bindgen(setter)]
    pub fn set_action_threshold(&mut self, #[wasm_bindgen(unchecked_param_type = "number")] value: JsValue) -> Result<(), JsError> {
        self.action_threshold = share("action_threshold", &value)?;
        Ok(())
    }
}

/// A number from 0 to 1 as the setting `name`.
fn share(name: &str, value: &JsValue) -> Result<f64, JsError> {
    let number = value.as_f64().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| JsError::new(&expected("a number from 0 to 1", name)))
}

/// Without what was found: to write a number takes more code than this file has.
fn expected(what: &str, name: &str) -> String {
    ["expected ", what, " as `", name, "`"].concat()
}

#[wasm_bindgen]
extern "C" {
    /// A configuration that stays its caller's, for the next client: one that is taken by value is gone from JavaScript.
    #[wasm_bindgen(typescript_type = "LeanAgenticConfig")]
    pub type GivenConfig;

    #[wasm_bindgen(method, structural, catch, js_name = copy)]
    fn copied(this: &GivenConfig) -> Result<LeanAgenticConfig, JsValue>;
}

impl Default for LeanAgenticConfig {
    fn default() -> Self {
        Self { enable_formal_verification: true, learning_rate: 0.01, max_planning_depth: 5, action_threshold: 0.7 }
    }
}

/// Runs the engine over messages: each is a provider's payload, or plain text.
#[wasm_bindgen]
#[derive(Debug)]
pub struct LeanAgenticClient {
    session_id: JsValue,
    config: LeanAgenticConfig,
    engine: Engine,
    /// Of messages that are payloads.
    session: midstream::Session,
    /// Of messages that are plain text.
    prose: midstream::Session,
    prose_engine: Engine,
    messages: u64,
    spent_ms: f64,
    #[cfg(feature = "graph")]
    graph: KnowledgeGraph,
    /// Feed the graph from payloads and from plain text.
    #[cfg(feature = "graph")]
    feeds: [Feed; 2],
}

#[wasm_bindgen]
impl LeanAgenticClient {
    /// A client whose session is called `session_id`.
    ///
    /// # Errors
    ///
    /// Where `config` is none.
    #[wasm_bindgen(constructor)]
    pub fn new(session_id: JsValue, config: Option<GivenConfig>) -> Result<LeanAgenticClient, JsValue> {
        let config = config.map(|config| config.copied()).transpose()?.unwrap_or_default();
        let analyses: Vec<Arc<dyn Analysis>> = vec![
            Arc::new(Repetition::default()),
            #[cfg(feature = "entities")]
            crate::entities::everything(),
        ];
        let payloads = Config { analyses, ..Config::default() };
        #[cfg(feature = "graph")]
        let (graph, name) = (KnowledgeGraph::default(), session_id.as_string().unwrap_or_default());
        let prose = Config { framing: Some(Framing::Text), dialect: Some(Dialect::Text), ..payloads.clone() };
        let engine = Engine::new(payloads);
        let prose_engine = Engine::new(prose);
        Ok(Self {
            session_id,
            config,
            session: engine.session(Timestamp::ZERO),
            engine,
            prose: prose_engine.session(Timestamp::ZERO),
            prose_engine,
            messages: 0,
            spent_ms: 0.0,
            #[cfg(feature = "graph")]
            feeds: [graph.feed(&name), graph.feed(&name)],
            #[cfg(feature = "graph")]
            graph,
        })
    }

    /// Takes a message, which is a string or bytes, and returns what was found in it. The result's fields are worked out
    /// when they are read.
    ///
    /// # Errors
    ///
    /// A `TypeError` where it is neither; the client goes on.
    #[wasm_bindgen(unchecked_return_type = "MessageResult")]
    pub fn process_message(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "string | Uint8Array")] message: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let began = host_now();
        let now = time(began * 1000.0);
        let result = Desk::work(Some(message), began, |message, page| self.process(message, now, page))?;
        self.messages += 1;
        self.spent_ms += host_now() - began;
        Ok(result)
    }

    /// Takes the end of the plain text so far: what was held back, since more text might have changed it, is final. What comes
    /// next is a new text.
    #[wasm_bindgen(unchecked_return_type = "MessageResult")]
    pub fn end_text(&mut self) -> Result<JsValue, JsValue> {
        let began = host_now();
        let now = time(began * 1000.0);
        Desk::work(None, began, |_, page| self.end(now, page))
    }

    /// The graph that the messages feed.
    #[cfg(feature = "graph")]
    pub fn graph(&self) -> KnowledgeGraph {
        self.graph.clone()
    }

    /// The mean time that a message took, in milliseconds; 0 before the first.
    pub fn get_avg_latency_ms(&self) -> f64 {
        if self.messages == 0 { 0.0 } else { self.spent_ms / self.messages as f64 }
    }

    /// How many messages were taken.
    pub fn get_message_count(&self) -> f64 {
        self.messages as f64
    }

    /// What the session is called.
    pub fn get_session_id(&self) -> JsValue {
        self.session_id.clone()
    }

    /// The configuration.
    #[wasm_bindgen(getter)]
    pub fn config(&self) -> LeanAgenticConfig {
        self.config.clone()
    }
}

impl LeanAgenticClient {
    fn process(&mut self, message: &[u8], now: Timestamp, page: &mut Layout) {
        let payload = is_payload(message);
        let session = if payload {
            if self.session.progress() == Progress::Closed {
                self.session = self.engine.session(now);
                #[cfg(feature = "graph")]
                self.feeds[0].begin();
            }
            self.session.feed_message(message, now);
            &mut self.session
        } else {
            self.prose.feed(message, now);
            &mut self.prose
        };
        #[cfg(feature = "graph")]
        let (feed, today) = (&mut self.feeds[usize::from(!payload)], crate::host_today());
        while let Some(event) = session.poll() {
            page.push(&event);
            #[cfg(feature = "graph")]
            feed.event(&event, today, page);
        }
    }

    fn end(&mut self, now: Timestamp, page: &mut Layout) {
        let next = self.prose_engine.session(now);
        let mut ended = std::mem::replace(&mut self.prose, next);
        ended.finish(now);
        #[cfg(feature = "graph")]
        let today = crate::host_today();
        while let Some(event) = ended.poll() {
            page.push(&event);
            #[cfg(feature = "graph")]
            self.feeds[1].event(&event, today, page);
        }
        #[cfg(feature = "graph")]
        self.feeds[1].begin();
    }
}

/// Whether a message is a provider's payload, in whatever dialect, and no plain text.
fn is_payload(message: &[u8]) -> bool {
    matches!(message.trim_ascii(), [b'{', .., b'}'] | [b'[', .., b']'])
}
