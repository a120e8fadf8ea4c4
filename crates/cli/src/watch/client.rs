//! A gateway's stream API over HTTP, as far as watching needs it.

use std::collections::VecDeque;
use std::io::Read;
use std::str::FromStr;
use std::time::Duration;

use midstream::wire::{Decoder, Item, Origin};
use midstream::{Dialect, Event, Framing, Limits};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use ureq::Agent;
use ureq::http::Uri;

/// Where to watch: a gateway, and possibly one of its streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// The gateway's URL, without a slash at the end.
    base: String,
    stream: Option<String>,
}

/// What a gateway says of a stream.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Summary {
    pub(crate) id: String,
    /// In milliseconds since the Unix epoch.
    pub(crate) started_ms: u64,
    pub(crate) upstream: Option<String>,
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) dialect: Option<Dialect>,
    pub(crate) model: Option<String>,
}

/// An event with its place in its stream.
#[derive(Debug, Deserialize)]
pub(crate) struct Numbered {
    /// Counts from 1.
    pub(crate) seq: u64,
    /// When it happened, in microseconds since the stream began.
    pub(crate) at_us: u64,
    /// `None` where a gateway newer than this binary says something that it does not know.
    #[serde(flatten)]
    pub(crate) event: Option<Event>,
}

/// How a gateway says no.
#[derive(Debug, Deserialize)]
struct Refusal {
    error: Message,
}

#[derive(Debug, Deserialize)]
struct Message {
    message: String,
}

/// Why something ended before its time.
#[derive(Debug)]
pub(crate) enum Gone {
    /// Nobody listens any more.
    Listener,
    /// The gateway can't be reached or does not say what it should, and what exactly.
    Gateway(String),
}

/// A gateway.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    base: String,
}

impl Client {
    pub(crate) fn new(address: &Address) -> Self {
        let mut config = Agent::config_builder().http_status_as_error(false).timeout_connect(Some(CONNECT));
        if address.is_local() {
            // Proxies of the environment are for the world outside.
            config = config.proxy(None);
        }
        Self { agent: config.build().into(), base: address.base.clone() }
    }

    /// The stream that is called `id`.
    pub(crate) fn summary(&self, id: &str) -> Result<Summary, Gone> {
        self.json(&format!("/streams/{id}"))
    }

    /// The newest stream, if there is any; all others are added to `known`.
    pub(crate) fn newest(&self, known: &mut VecDeque<String>) -> Result<Option<Summary>, Gone> {
        #[derive(Deserialize)]
        struct List {
            streams: Vec<Summary>,
        }
        let mut streams = self.json::<List>("/streams")?.streams;
        let newest = (0..streams.len()).max_by_key(|at| streams[*at].started_ms).map(|at| streams.remove(at));
        known.extend(streams.into_iter().map(|summary| summary.id));
        Ok(newest)
    }

    /// The first stream that is not `known`; waits for one.
    pub(crate) fn next(&self, known: &VecDeque<String>) -> Result<Summary, Gone> {
        let mut found = None;
        let read = self.subscribe("/streams", 0, &mut |data| {
            let summary: Summary = parse(data)?;
            if known.contains(&summary.id) {
                return Ok(());
            }
            found = Some(summary);
            Err(Gone::Listener)
        });
        match (found, read) {
            (Some(summary), _) => Ok(summary),
            (None, Err(gone)) => Err(gone),
            (None, Ok(())) => Err(Gone::Gateway(format!("{}: the gateway closed the list of streams", self.base))),
        }
    }

    /// Hands the events of stream `id` behind event number `after` to `take`, until the gateway or `take` ends it.
    pub(crate) fn events(
        &self,
        id: &str,
        after: u64,
        take: &mut impl FnMut(Numbered) -> Result<(), Gone>,
    ) -> Result<(), Gone> {
        self.subscribe(&format!("/streams/{id}/events"), after, &mut |data| take(parse(data)?))
    }

    /// Hands the data of each event of an SSE endpoint to `take`.
    fn subscribe(&self, path: &str, after: u64, take: &mut impl FnMut(&str) -> Result<(), Gone>) -> Result<(), Gone> {
        let url = format!("{}{path}", self.base);
        let mut request = self.agent.get(&url).header("accept", "text/event-stream");
        if after > 0 {
            request = request.header("last-event-id", after.to_string());
        }
        let mut body = self.body(&url, request)?.into_reader();
        let mut decoder = Decoder::new(Some(Framing::Sse), Limits::default().max_frame_bytes);
        let mut piece = vec![0; PIECE];
        loop {
            let length = body.read(&mut piece).map_err(|error| Gone::Gateway(format!("{url}: {error}")))?;
            if length == 0 {
                return Ok(());
            }
            let mut taken = Ok(());
            decoder.feed(&piece[..length], &mut |_, item| {
                if let Item::Frame(frame) = item
                    && frame.origin == Origin::Message
                    && taken.is_ok()
                {
                    taken = take(frame.data);
                }
            });
            taken?;
        }
    }

    fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T, Gone> {
        let url = format!("{}{path}", self.base);
        let request = self.agent.get(&url).header("accept", "application/json");
        let text = self.body(&url, request)?.read_to_string();
        parse(&text.map_err(|error| Gone::Gateway(format!("{url}: {error}")))?)
    }

    fn body(&self, url: &str, request: ureq::RequestBuilder<ureq::typestate::WithoutBody>) -> Result<ureq::Body, Gone> {
        let response = request.call().map_err(|error| Gone::Gateway(format!("can't reach {url}: {error}")))?;
        let status = response.status();
        if !status.is_success() {
            let said = response.into_body().read_to_string().unwrap_or_default();
            let said =
                serde_json::from_str::<Refusal>(&said).map_or(String::new(), |it| format!(": {}", it.error.message));
            return Err(Gone::Gateway(format!("{url}: expected status 200, found {status}{said}")));
        }
        Ok(response.into_body())
    }
}

impl Address {
    /// The stream that is meant, where it is a certain one.
    pub(crate) fn stream(&self) -> Option<&str> {
        self.stream.as_deref()
    }

    fn is_local(&self) -> bool {
        let host = self.base.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
        host.is_some_and(|host| host == "localhost" || host == "[::1]" || host.starts_with("127."))
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| format!("expected a URL, as in http://127.0.0.1:8080, found `{text}`: {what}");
        // The web page keeps the stream that it shows behind the `#`.
        let (url, fragment) = text.split_once('#').unwrap_or((text, ""));
        let uri: Uri = url.parse().map_err(|error| wrong(&format!("{error}")))?;
        let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme));
        let scheme = scheme.ok_or_else(|| wrong("it must begin with http:// or https://"))?;
        let authority = uri.authority().ok_or_else(|| wrong("it has no host"))?;
        let path = uri.path().trim_end_matches('/');
        let (path, stream) = match path.rsplit_once("/streams/") {
            Some((path, stream)) => (path, stream.strip_suffix("/events").unwrap_or(stream)),
            None => (path.strip_suffix("/streams").unwrap_or(path), fragment.strip_prefix("live/").unwrap_or("")),
        };
        if stream.contains('/') {
            return Err(wrong("expected /streams/ID"));
        }
        let stream = Some(stream.to_owned()).filter(|stream| !stream.is_empty());
        Ok(Self { base: format!("{scheme}://{authority}{path}"), stream })
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Gone> {
    serde_json::from_str(text).map_err(|error| {
        let shown: String = text.chars().take(80).collect();
        Gone::Gateway(format!("the gateway's answer can't be understood: {error}: `{}`", shown.escape_debug()))
    })
}

/// Bytes asked for at once.
const PIECE: usize = 16 * 1024;
/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_gateway_and_perhaps_a_stream() {
        for (text, base, stream) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", None),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080", None),
            ("http://127.0.0.1:8080/streams", "http://127.0.0.1:8080", None),
            ("http://127.0.0.1:8080/streams/a-1", "http://127.0.0.1:8080", Some("a-1")),
            ("http://127.0.0.1:8080/streams/a-1/events", "http://127.0.0.1:8080", Some("a-1")),
            ("http://127.0.0.1:8080/#live/a-1", "http://127.0.0.1:8080", Some("a-1")),
            ("https://example.com/llm/streams/a-1/", "https://example.com/llm", Some("a-1")),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!((address.base.as_str(), address.stream()), (base, stream), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_told_why() {
        for (text, reason) in [
            ("127.0.0.1:8080", "it must begin with http:// or https://"),
            ("ws://127.0.0.1:8080", "it must begin with http:// or https://"),
            ("http://", "http://127.0.0.1:8080, found `http://`"),
            ("http://127.0.0.1/streams/a/b", "expected /streams/ID"),
        ] {
            let error = text.parse::<Address>().expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
