//! A request on its way to an upstream, and the answer on its way back.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, TE, TRAILER, UPGRADE};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use bytes::Bytes;
use midstream::Framing;
use midstream::rewrite::{Filters, Guard};

use crate::demo;
use crate::guard::{self, Findings, Guarded, Whole};
use crate::headers;
use crate::metrics::Counts;
use crate::origin::{Asker, asker};
use crate::record::{Head, Origin, Record, in_time};
use crate::relay::{Note, Relay};
use crate::reply;
use crate::route::{Answer, Route, route};
use crate::server::Gateway;
use crate::tunnel;
use crate::upstream::{Client, Failure};
use crate::websocket;

/// Where a request goes.
#[derive(Debug)]
struct Target<'a> {
    /// `None` for the demo model.
    client: Option<&'a Client>,
    /// The path to ask for there.
    path: &'a str,
    answer: Answer,
}

/// A request whose answer may be worth watching.
struct Passage<'a> {
    gateway: &'a Gateway,
    upstream: &'a str,
    method: Method,
    path: &'a str,
    answer: Answer,
    /// What the answer must pass.
    guard: Option<Arc<Guard>>,
    /// Whose it is.
    tenant: String,
    /// The client reads what comes behind a body (RFC 9110, 10.1.4).
    takes_trailers: bool,
    began: Instant,
}

/// Answers `request` with what its upstream answers.
pub(crate) async fn forward(gateway: &Gateway, mut request: Request<Body>) -> Response<Body> {
    let is_websocket = websocket::is_wanted(request.headers());
    if request.headers().contains_key(UPGRADE) && !is_websocket {
        let message = "connections that change their protocol to another than WebSocket are not passed on";
        return reply::error(StatusCode::NOT_IMPLEMENTED, "upgrade_not_supported", message);
    }
    let path = request.uri().path().to_owned();
    let target = match target(&gateway.clients, &path) {
        Ok(target) => target,
        Err(message) => return reply::error(StatusCode::NOT_FOUND, "no_such_upstream", &message),
    };
    let upstream = target.client.map_or(demo::NAME, |client| &client.name);
    let choose = if is_websocket { guard::choose_for_socket } else { guard::choose };
    let guard = choose(&gateway.guards, upstream, request.headers(), request.uri().query());
    let passage = Passage {
        gateway,
        upstream,
        guard: guard.map(|guard| Arc::clone(&guard.guard)),
        tenant: guard::tenant(request.headers(), request.uri().query()),
        takes_trailers: request.headers().get_all(TE).iter().any(|te| te.as_bytes() == b"trailers"),
        method: request.method().clone(),
        path: &path,
        answer: target.answer,
        began: Instant::now(),
    };
    let asked = guard.filter(|guard| guard.requests);
    let mut masked = None;
    if let Some(guard) = asked {
        match guard::target(request.uri(), &guard.guard, &passage.counts()) {
            Ok((uri, matches)) => (*request.uri_mut(), masked) = (uri, Some(matches)),
            Err(refusal) => return *refusal,
        }
    }
    if is_websocket {
        return match target.client {
            Some(client) => passage.connect(client, target.path, request, asked.is_some()).await,
            None => {
                let message = "the demo model has no WebSocket; /ws has one that echoes";
                reply::error(StatusCode::NOT_FOUND, "no_such_upstream", message)
            }
        };
    }
    if let Some(guard) = asked {
        let (max, counts) = (gateway.log.limits().max_frame_bytes, passage.counts());
        match guard::request(request, &guard.guard, max, &counts).await {
            Ok((checked, matches)) => (request, masked) = (checked, masked.map(|before| before + matches)),
            Err(refusal) => return *refusal,
        }
    }
    let mut response = passage.answer(target.client, target.path, request).await;
    if let Some(matches) = masked {
        response.headers_mut().insert(guard::REQUEST_MATCHES, HeaderValue::from(matches));
    }
    response
}

impl Passage<'_> {
    /// What `client`, or the demo model, answers to `request`.
    async fn answer(&self, client: Option<&Client>, path: &str, request: Request<Body>) -> Response<Body> {
        // Who asks for an answer to be written gets it watched from the beginning. Other requests turn out to be streams,
        // if they are, by their answer's head.
        let note = if self.asks() { self.note() } else { None };
        match client {
            None => {
                let response = demo::answer(&self.gateway.demo, path, request).await;
                self.respond(response, note).await
            }
            Some(client) => {
                let request = self.outgoing(client, path, request);
                match in_time(client.send(request), note.as_ref().map(Note::record)).await {
                    Some(Ok(response)) => self.respond(response, note).await,
                    Some(Err(failure)) => refuse(&failure, note.as_ref()),
                    None => timed_out(note.as_ref()),
                }
            }
        }
    }

    /// Where what guards do to this upstream's streams is counted.
    fn counts(&self) -> Counts {
        self.gateway.metrics.guards.of(self.upstream)
    }

    /// Whether the request is known to be worth watching before its answer is.
    fn asks(&self) -> bool {
        self.method == Method::POST && matches!(self.answer, Answer::Model(_))
    }

    /// Whether an answer that is a stream by its head is worth watching.
    fn may_stream(&self) -> bool {
        self.answer != Answer::Other
    }

    /// Opens a stream for the answer; `None` where there is no room for it.
    fn note(&self) -> Option<Note> {
        let origin = Origin {
            upstream: self.upstream.to_owned(),
            method: self.method.to_string(),
            path: self.path.to_owned(),
            tenant: self.tenant.clone(),
            began: self.began,
        };
        self.gateway.log.open(origin).map(Note::new)
    }

    /// Answers `request` for a WebSocket with what the upstream answers, and passes on what is said where it agrees.
    /// With `both`, what the client says must pass the guard, too.
    async fn connect(&self, client: &Client, path: &str, mut request: Request<Body>, both: bool) -> Response<Body> {
        let limit = self.gateway.limits().sockets;
        let Ok(place) = Arc::clone(&self.gateway.sockets).try_acquire_owned() else {
            let message = format!("`sockets` ({limit}) is reached; try again when one has closed");
            return reply::error(StatusCode::SERVICE_UNAVAILABLE, "too_many_sockets", &message);
        };
        let upgrade = tunnel::client(&mut request);
        let note = if self.may_stream() { self.note() } else { None };
        let mut request = self.outgoing(client, path, request);
        tunnel::ask(request.headers_mut());
        let response = match in_time(client.send(request), note.as_ref().map(Note::record)).await {
            Some(Ok(response)) => response,
            Some(Err(failure)) => return refuse(&failure, note.as_ref()),
            None => return timed_out(note.as_ref()),
        };
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return self.respond(response, note).await;
        }
        let (mut parts, exchange) = response.into_parts();
        headers::to_client(&mut parts.headers);
        if let Some(note) = &note {
            note.record().head(Head {
                status: Some(parts.status.as_u16()),
                content_type: Some("application/jsonl".to_owned()),
                framing: Some(Framing::Ws),
                dialect: self.answer.dialect(),
            });
            tell(&mut parts.headers, note.record());
        }
        let guard = self.guard.as_ref().map(|guard| tunnel::Rules {
            guard: Arc::clone(guard),
            both,
            dialect: self.answer.dialect(),
            max_bytes: self.gateway.log.limits().max_frame_bytes,
            counts: self.counts(),
        });
        if let Some(rules) = &guard {
            guard::checked_headers(&mut parts.headers, &rules.guard, &rules.counts);
            tunnel::uncompressed(&mut parts.headers);
        }
        if self.guard.as_ref().is_some_and(|guard| guard.passes_audio()) {
            parts.headers.insert(guard::UNCHECKED, guard::AUDIO);
        }
        if let Some((wire, early)) = exchange.into_wire() {
            tokio::spawn(async move {
                match guard {
                    Some(rules) => tunnel::guard(upgrade, wire, early, note, rules).await,
                    None => tunnel::hold(upgrade, wire, early, note).await,
                }
                drop(place);
            });
        }
        tunnel::agreed(parts.headers)
    }

    /// The request as the upstream should see it.
    fn outgoing(&self, client: &Client, path: &str, mut request: Request<Body>) -> Request<Body> {
        let may_spend = asker(request.headers(), &self.gateway.access.origins) != Asker::Stranger;
        let bare = !headers::has_key(request.headers(), request.uri().query());
        *request.uri_mut() = client.uri(path, request.uri().query());
        headers::to_upstream(request.headers_mut(), client.host());
        if let Some(key) = client.key.as_ref().filter(|_| bare && may_spend) {
            headers::add_key(request.headers_mut(), &client.name, self.answer.dialect(), key);
        }
        request
    }

    /// The upstream's response as the client should see it.
    async fn respond<B>(&self, response: Response<B>, note: Option<Note>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        let (mut parts, body) = response.into_parts();
        headers::to_client(&mut parts.headers);
        let framing = headers::framing(&parts.headers);
        let note = if !self.asks() && self.may_stream() && framing.is_some() { self.note() } else { note };
        if let Some(note) = &note {
            note.record().head(Head {
                status: Some(parts.status.as_u16()),
                content_type: content_type(&parts.headers),
                framing,
                dialect: self.answer.dialect(),
            });
            tell(&mut parts.headers, note.record());
        }
        if let Some(guard) = &self.guard {
            guard::checked_headers(&mut parts.headers, guard, &self.counts());
        }
        let Some(guard) = &self.guard else {
            return Response::from_parts(parts, Body::new(Relay::new(body, note, Findings::default())));
        };
        // Such an answer has no body, and its length, if any, is that of another one.
        if self.method == Method::HEAD || BODILESS.contains(&parts.status) {
            drop(Relay::new(body, note, Findings::default()));
            return Response::from_parts(parts, Body::empty());
        }
        let findings = Findings::default();
        let max = self.gateway.log.limits().max_frame_bytes;
        if parts.status.is_success() && self.is_stream(framing, &parts.headers) {
            headers::without_length(&mut parts.headers);
            if self.takes_trailers {
                parts.headers.insert(TRAILER, guard::TRAILERS);
            }
            let dialect = self.answer.dialect();
            let (told, counts) = (findings.clone(), self.counts());
            let body = Guarded::new(body, Arc::clone(guard), framing, dialect, max, told, counts);
            return Response::from_parts(parts, Body::new(Relay::new(body, note, findings)));
        }
        match guard::whole(
            Response::from_parts(parts, body),
            guard,
            self.answer.dialect(),
            max,
            &findings,
            &self.counts(),
        )
        .await
        {
            Whole::Passed(response) => response.map(|body| Body::new(Relay::new(body, note, findings))),
            Whole::Refused(mut response, reason) => {
                if let Some(note) = &note {
                    note.record().append(&Bytes::new(), findings.take());
                    note.record().abort(&reason);
                    tell(response.headers_mut(), note.record());
                }
                response
            }
        }
    }

    /// Whether an answer comes as a stream: by its head, or where Gemini streams one JSON array.
    fn is_stream(&self, framing: Option<Framing>, headers: &HeaderMap) -> bool {
        let is_array = self.path.ends_with(":streamGenerateContent");
        (framing.is_some() || is_array) && !headers.contains_key(CONTENT_ENCODING)
    }
}

/// Finds the upstream for `path`: the one that its first segment names; or else the only one; or else the one that
/// usually answers there.
fn target<'a>(clients: &'a [Client], path: &'a str) -> Result<Target<'a>, String> {
    let (first, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    let rest = &path[path.len() - rest.len()..];
    let named = clients.iter().find(|client| client.name == first);
    if named.is_some() || first == demo::NAME || clients.is_empty() {
        let inner = if named.is_some() || first == demo::NAME { below(path, rest) } else { path };
        return Ok(Target { client: named, path: inner, answer: answer(route(inner)) });
    }
    let route_of_path = route(path);
    let answer = answer(route_of_path);
    if let [client] = clients {
        return Ok(Target { client: Some(client), path, answer });
    }
    let wanted = route_of_path.and_then(|route| route.upstream).unwrap_or(first);
    if let Some(client) = clients.iter().find(|client| client.name == wanted) {
        return Ok(Target { client: Some(client), path, answer });
    }
    let names: Vec<_> = clients.iter().map(|client| format!("`{}`", client.name)).collect();
    Err(format!(
        "expected a path for one of the upstreams {}, found `{path}`, which is for `{wanted}`",
        names.join(", ")
    ))
}

fn answer(route: Option<Route>) -> Answer {
    route.map_or(Answer::UNKNOWN, |route| route.answer)
}

/// `path` from the `/` before `rest`, which ends it.
fn below<'a>(path: &'a str, rest: &str) -> &'a str {
    if rest.is_empty() && !path[1..].ends_with('/') { "/" } else { &path[path.len() - rest.len() - 1..] }
}

fn refuse(failure: &Failure, note: Option<&Note>) -> Response<Body> {
    let (kind, message) = match failure {
        Failure::Unreachable(message) => ("upstream_unreachable", message),
        Failure::NoAnswer(message) => ("upstream_no_answer", message),
    };
    own(reply::error(StatusCode::BAD_GATEWAY, kind, message), message, note)
}

fn timed_out(note: Option<&Note>) -> Response<Body> {
    let message = "the upstream sent nothing within the time that the gateway's `timeouts` allow";
    own(reply::error(StatusCode::GATEWAY_TIMEOUT, "upstream_timeout", message), message, note)
}

/// An answer of the gateway's own, in place of an upstream's that never came.
fn own(mut response: Response<Body>, reason: &str, note: Option<&Note>) -> Response<Body> {
    if let Some(note) = note {
        let status = Some(response.status().as_u16());
        note.record().head(Head { status, ..Head::default() });
        note.record().abort(reason);
        tell(response.headers_mut(), note.record());
    }
    response
}

/// Answers without a body.
const BODILESS: &[StatusCode] = &[StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED];

fn tell(headers: &mut HeaderMap, record: &Record) {
    let id = HeaderValue::from_str(&record.id).expect("an id consists of hexadecimal digits");
    headers.insert(headers::STREAM, id);
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    headers.get(CONTENT_TYPE)?.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Upstream;

    fn clients(names: &[&str]) -> Vec<Client> {
        let tls = crate::tls::connector(None).unwrap();
        let upstream = |name: &&str| format!("{name}=http://{name}.test/base").parse::<Upstream>().unwrap();
        names.iter().map(|name| Client::new(&upstream(name), &tls, std::time::Duration::from_secs(1))).collect()
    }

    #[test]
    fn a_path_finds_its_upstream() {
        let both = ["openai", "anthropic"].as_slice();
        for (names, path, expected) in [
            ([].as_slice(), "/v1/chat/completions", Ok((demo::NAME, "/v1/chat/completions"))),
            (&[], "/anything", Ok((demo::NAME, "/anything"))),
            (&["groq"], "/v1/messages", Ok(("groq", "/v1/messages"))),
            (&["groq"], "/openai/v1/chat/completions", Ok(("groq", "/openai/v1/chat/completions"))),
            (&["groq"], "/groq/v1/models", Ok(("groq", "/v1/models"))),
            (&["groq"], "/demo/v1/models", Ok((demo::NAME, "/v1/models"))),
            (both, "/v1/chat/completions", Ok(("openai", "/v1/chat/completions"))),
            (both, "/v1/messages", Ok(("anthropic", "/v1/messages"))),
            (both, "/anthropic/v1/messages", Ok(("anthropic", "/v1/messages"))),
            (both, "/anthropic", Ok(("anthropic", "/"))),
            (both, "/anthropic/", Ok(("anthropic", "/"))),
            (
                both,
                "/api/chat",
                Err("for one of the upstreams `openai`, `anthropic`, found `/api/chat`, which is for `ollama`"),
            ),
            (both, "/mistral/v1/chat/completions", Err("which is for `mistral`")),
            (both, "/", Err("found `/`")),
        ] {
            let clients = clients(names);
            match (target(&clients, path), expected) {
                (Ok(target), Ok(expected)) => {
                    let name = target.client.map_or(demo::NAME, |client| &client.name);
                    assert_eq!((name, target.path), expected, "{path}");
                }
                (Err(message), Err(part)) => assert!(message.contains(part), "{path}: {message}"),
                (found, expected) => panic!("{path}: expected {expected:?}, found {found:?}"),
            }
        }
    }
}
