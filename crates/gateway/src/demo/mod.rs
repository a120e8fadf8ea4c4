//! The demo model: answers in the providers' own shapes, with texts written for the purpose, so that everything can be
//! tried without a key.
//!
//! It understands nothing. The prompt picks a text, and where tools are offered and the prompt speaks of one, it calls
//! it with arguments made from the tool's JSON Schema. What it counts as a token is a word between white space, or a
//! fragment of a tool call's arguments.

mod anthropic;
mod ask;
mod ollama;
mod openai_chat;
mod openai_responses;
mod schema;
mod script;
mod text;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};

use self::ask::Ask;
use self::script::Script;
use crate::config::DemoConfig;
use crate::paced::Paced;

/// The name under which the demo model stands among the upstreams.
pub(crate) const NAME: &str = "demo";

/// What ends OpenAI's chat completions.
pub(crate) const DONE: &str = "[DONE]";

/// How one provider's clients speak and are answered.
trait Provider: Sync {
    /// Reads a request.
    fn read(&self, body: &Value) -> Result<Ask, BadRequest>;

    /// An answer in one piece.
    fn whole(&self, ask: &Ask, script: &Script, id: &Identity) -> Value;

    /// An answer in many.
    fn stream(&self, ask: &Ask, script: &Script, id: &Identity) -> Steps;

    /// The content type of a stream.
    fn content_type(&self) -> &'static str {
        "text/event-stream; charset=utf-8"
    }

    /// An error in the provider's shape.
    fn error(&self, status: StatusCode, error: &BadRequest) -> Value;
}

/// What is wrong with a request, in the provider's words as far as it has some.
#[derive(Debug, PartialEq, Eq)]
struct BadRequest {
    message: String,
    /// The parameter that is at fault.
    param: Option<&'static str>,
}

/// What sets one answer apart from others.
#[derive(Debug)]
struct Identity {
    /// Unique in this process, and unlikely anywhere else.
    suffix: String,
    /// When the answer began, since the Unix epoch.
    created: Duration,
    /// From one token to the next.
    pace: Duration,
}

/// The pieces of a streamed answer: what is sent together, and what a pace apart.
#[derive(Debug, Default)]
struct Steps(Vec<Vec<u8>>);

/// Answers a request for `path`.
pub(crate) async fn answer(config: &DemoConfig, path: &str, request: Request<Body>) -> Response<Paced> {
    let (parts, body) = request.into_parts();
    let provider: &dyn Provider = match (&parts.method, path.trim_end_matches('/')) {
        (&Method::POST, "/v1/chat/completions") => &openai_chat::OpenaiChat,
        (&Method::POST, "/v1/responses") => &openai_responses::OpenaiResponses,
        (&Method::POST, "/v1/messages") => &anthropic::Anthropic,
        (&Method::POST, "/api/chat") => &ollama::Chat,
        (&Method::POST, "/api/generate") => &ollama::Generate,
        (&Method::GET, "/v1/models") if parts.headers.contains_key("anthropic-version") => {
            return whole(StatusCode::OK, &anthropic::models());
        }
        (&Method::GET, "/v1/models") => return whole(StatusCode::OK, &openai_chat::models()),
        (&Method::GET, "/api/tags") => return whole(StatusCode::OK, &ollama::models()),
        (method, path) => return not_found(method, path),
    };
    let refuse = |status, error: &BadRequest| whole(status, &provider.error(status, error));
    let pace = match pace(&parts.headers, config) {
        Ok(pace) => pace,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error),
    };
    let body = match Limited::new(body, MAX_REQUEST_BYTES).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => {
            let message = format!("expected a request of at most {MAX_REQUEST_BYTES} bytes: {error}");
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, &BadRequest { message, param: None });
        }
    };
    let ask = match serde_json::from_slice(&body) {
        Ok(body) => provider.read(&body),
        Err(error) => Err(BadRequest { message: format!("expected JSON: {error}"), param: None }),
    };
    let ask = match ask {
        Ok(ask) => ask,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error),
    };
    let script = Script::write(&ask);
    let id = Identity::new(pace);
    if ask.stream {
        let steps = provider.stream(&ask, &script, &id);
        let body = Paced::new(steps.0.into_iter().map(Bytes::from), pace);
        respond(StatusCode::OK, provider.content_type(), body)
    } else {
        // As long as the stream would have taken: who does not stream waits for the last token.
        tokio::time::sleep(pace * u32::try_from(script.output_tokens()).unwrap_or(u32::MAX)).await;
        whole(StatusCode::OK, &provider.whole(&ask, &script, &id))
    }
}

/// The data of the events of an OpenAI chat completion that answers `prompt`, [`DONE`] at its end.
pub(crate) fn chat(prompt: &str, pace: Duration) -> Vec<String> {
    let stream = written(&openai_chat::OpenaiChat, prompt, pace);
    stream.split("\n\n").filter_map(|event| event.strip_prefix("data: ")).map(str::to_owned).collect()
}

/// The lines of Ollama's chat that answers `prompt`.
pub(crate) fn ollama(prompt: &str, pace: Duration) -> Vec<Bytes> {
    let stream = written(&ollama::Chat, prompt, pace);
    stream.split_inclusive('\n').map(|line| Bytes::copy_from_slice(line.as_bytes())).collect()
}

/// The whole stream in which `provider` answers `prompt`.
fn written(provider: &dyn Provider, prompt: &str, pace: Duration) -> String {
    let message = json!({ "role": "user", "content": prompt });
    let options = json!({ "include_usage": true });
    let body = json!({ "model": MODEL, "stream": true, "stream_options": options, "messages": [message] });
    let ask = provider.read(&body).expect("a request of the gateway's own is a good one");
    let steps = provider.stream(&ask, &Script::write(&ask), &Identity::new(pace));
    String::from_utf8(steps.0.concat()).expect("providers' streams are UTF-8")
}

fn pace(headers: &HeaderMap, config: &DemoConfig) -> Result<Duration, BadRequest> {
    let Some(value) = headers.get(PACE) else { return Ok(config.pace) };
    let millis = value.to_str().ok().and_then(|text| text.parse().ok()).filter(|millis| *millis <= MAX_PACE_MS);
    millis.map(Duration::from_millis).ok_or_else(|| BadRequest {
        message: format!("expected milliseconds up to {MAX_PACE_MS} in `x-midstream-pace-ms`, found {value:?}"),
        param: None,
    })
}

fn not_found(method: &Method, path: &str) -> Response<Paced> {
    let message =
        format!("the demo model answers POST {} and GET {}, found {method} {path}", POSTS.join(", "), GETS.join(", "));
    whole(StatusCode::NOT_FOUND, &json!({ "error": { "message": message, "type": "not_found" } }))
}

fn whole(status: StatusCode, value: &Value) -> Response<Paced> {
    respond(status, "application/json", Paced::whole(value.to_string()))
}

fn respond(status: StatusCode, content_type: &'static str, body: Paced) -> Response<Paced> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

impl Identity {
    fn new(pace: Duration) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let created = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self { suffix: format!("{:013x}{count:06x}", created.as_micros()), created, pace }
    }
}

impl Steps {
    /// Adds `bytes` to what is sent together with the token before.
    fn now(&mut self, bytes: impl AsRef<[u8]>) {
        match self.0.last_mut() {
            Some(step) => step.extend_from_slice(bytes.as_ref()),
            None => self.0.push(bytes.as_ref().to_vec()),
        }
    }

    /// Adds `bytes` that are a token.
    fn token(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.push(bytes.as_ref().to_vec());
    }
}

impl BadRequest {
    fn missing(param: &'static str) -> Self {
        Self { message: format!("expected `{param}`, found none"), param: Some(param) }
    }

    fn wrong(param: &'static str, expected: &str, found: &Value) -> Self {
        let found: String = found.to_string().chars().take(80).collect();
        Self { message: format!("expected {expected} in `{param}`, found {found}"), param: Some(param) }
    }
}

const PACE: HeaderName = HeaderName::from_static("x-midstream-pace-ms");
const MAX_PACE_MS: u64 = 60_000;
const MAX_REQUEST_BYTES: usize = 32 << 20;
const MODEL: &str = "midstream-demo";
const POSTS: &[&str] = &["/v1/chat/completions", "/v1/responses", "/v1/messages", "/api/chat", "/api/generate"];
const GETS: &[&str] = &["/v1/models", "/api/tags"];
