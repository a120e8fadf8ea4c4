//! What the gateway can be told.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use axum::http::Uri;
use axum::http::uri::Scheme;
use midstream::Timeouts;
use midstream::entity::Entities;
use midstream::tagger::PosModel;

use crate::guard::GuardConfig;

/// How a gateway is set up.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// Where to listen. `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// Where requests go. With none, the demo model answers.
    pub upstreams: Vec<Upstream>,
    /// The demo model.
    pub demo: DemoConfig,
    /// What answers must pass before a client sees them; of several, the first that fits. By default nothing.
    pub guards: Vec<GuardConfig>,
    /// What finds names and values in answers, of which graphs are made. By default nothing does.
    pub entities: Option<Entities>,
    /// With it, what answers say of those names becomes facts of the graphs. By default nothing does.
    pub parts_of_speech: Option<PosModel>,
    /// The graphs' functional predicates ([`midstream::graph::Settings::functional`]). [`midstream::graph::FUNCTIONAL`].
    pub functional: Vec<String>,
    /// How much is kept.
    pub limits: Limits,
    /// How long a stream may go without content before it is ended. By default it may for ever.
    pub timeouts: Timeouts,
    /// A silence of this length is a `stall` finding. 10 s.
    pub stall_after: Option<Duration>,
    /// How often `/sse` says that it is there, and how long a client of `/ws` may be silent before it is asked whether
    /// it is. 30 s.
    pub heartbeat: Duration,
    /// How long to wait for a connection to an upstream. 10 s.
    pub connect_timeout: Duration,
    /// How long open streams may go on after the shutdown signal. 5 s.
    pub shutdown_grace: Duration,
    /// A PEM file of certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Web origins, such as `https://chat.example.com`, whose pages may use the gateway. Pages that the gateway serves
    /// and pages on this machine always may.
    pub origins: Vec<String>,
    /// Names that the gateway may be called by besides IP addresses and names that nobody outside can have
    /// (`localhost`, names without a dot): `gateway.example.com`, `*.example.com` for all below, `*` for every name.
    /// Requests by other names get status 421, since a page of any site can bring its own name.
    pub allowed_hosts: Vec<String>,
}

impl Default for GatewayConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            upstreams: Vec::new(),
            demo: DemoConfig::default(),
            guards: Vec::new(),
            entities: None,
            parts_of_speech: None,
            functional: midstream::graph::FUNCTIONAL.map(String::from).to_vec(),
            limits: Limits::default(),
            timeouts: Timeouts::default(),
            stall_after: Some(Duration::from_secs(10)),
            heartbeat: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            shutdown_grace: Duration::from_secs(5),
            ca_file: None,
            origins: Vec::new(),
            allowed_hosts: Vec::new(),
        }
    }
}

/// How the demo model answers.
#[derive(Debug, Clone)]
pub struct DemoConfig {
    /// From one token to the next. 20 ms.
    pub pace: Duration,
}

impl Default for DemoConfig {
    fn default() -> Self {
        Self { pace: Duration::from_millis(20) }
    }
}

/// How much the gateway keeps.
#[derive(Debug, Clone)]
pub struct Limits {
    /// What is kept of one stream, in bytes, [`Limits::ARRIVAL_BYTES`] added for each piece that arrived by itself.
    /// The rest is passed on and analysed but not kept; the stream's events say so. 4 MiB.
    pub stream_bytes: usize,
    /// What is kept of all streams, counted in the same way. The oldest ended streams make room. 256 MiB.
    pub total_bytes: usize,
    /// Streams that are kept. The oldest ended one makes room; where all are live, a new one is passed on unwatched
    /// and counted. 1000.
    pub streams: usize,
    /// Event streams, WebSockets and raw bodies that are being watched at one time; further ones get status 503. 256.
    pub watchers: usize,
    /// Longest frame that is analysed, in bytes; a longer one is passed on and is an error event. 8 MiB.
    pub max_frame_bytes: usize,
    /// Connections that are served at one time; further ones wait. 4096.
    pub connections: usize,
    /// WebSockets at `/ws` and to upstreams that are open at one time; further ones get status 503. 1024.
    pub sockets: usize,
    /// Longest message that `/ws` takes, in bytes; a longer one closes the connection with code 1009. What is asked of
    /// `/ws`, `/sse` and `/stream` is no longer either. 1 MiB.
    pub message_bytes: usize,
    /// Graphs of what answers speak of, one for each key that clients come with; the one fed least recently makes room. 32.
    pub graphs: usize,
    /// Nodes of a graph; what was least recently spoken of makes room, as for the next two. 20,000.
    pub graph_nodes: usize,
    /// Edges of a graph. 50,000.
    pub graph_edges: usize,
    /// Bytes of a graph's texts. 8 MiB.
    pub graph_text_bytes: usize,
}

impl Limits {
    /// What the note of an arrival costs besides its bytes, in bytes.
    pub const ARRIVAL_BYTES: usize = 64;

    /// Checks that a graph has room for one fact.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        for (name, found, least) in [
            ("graphs", self.graphs, 1),
            ("graph_nodes", self.graph_nodes, 2),
            ("graph_edges", self.graph_edges, 1),
            ("graph_text_bytes", self.graph_text_bytes, 1024),
        ] {
            if found < least {
                let hint = "with no model there are no graphs";
                return Err(ConfigError(format!("expected {name} of at least {least}, found {found}: {hint}")));
            }
        }
        Ok(())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            stream_bytes: 4 << 20,
            total_bytes: 256 << 20,
            streams: 1000,
            watchers: 256,
            max_frame_bytes: 8 << 20,
            connections: 4096,
            sockets: 1024,
            message_bytes: 1 << 20,
            graphs: 32,
            graph_nodes: 20_000,
            graph_edges: 50_000,
            graph_text_bytes: 8 << 20,
        }
    }
}

/// Somewhere to send requests: a name and a base URL, `openai=https://api.openai.com`.
#[derive(Clone, PartialEq, Eq)]
pub struct Upstream {
    /// What it is called: the first segment of a path that asks for it, and the beginning of `<NAME>_API_KEY`.
    pub name: String,
    /// `http` or `https`, a host, and possibly a path that requests' paths are appended to.
    pub url: Uri,
    /// Added to requests that bring no key of their own.
    pub key: Option<String>,
}

impl Upstream {
    /// The upstream with the key from the environment variable `<NAME>_API_KEY`, where there is one and no key is set.
    #[must_use]
    pub fn with_key_from_env(mut self) -> Self {
        if self.key.is_none() {
            self.key = std::env::var(self.key_variable()).ok().filter(|key| !key.is_empty());
        }
        self
    }

    /// The environment variable that may hold the upstream's key.
    pub fn key_variable(&self) -> String {
        let upper = self.name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
        upper.chain("_API_KEY".chars()).collect()
    }
}

impl fmt::Debug for Upstream {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key.as_ref().map(|_| "(hidden)");
        f.debug_struct("Upstream").field("name", &self.name).field("url", &self.url).field("key", &key).finish()
    }
}

impl FromStr for Upstream {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let Some((name, url)) = text.split_once('=') else {
            return Err(ConfigError(format!("expected NAME=URL, as in openai=https://api.openai.com, found `{text}`")));
        };
        Ok(Self { name: check_name(name)?, url: check_url(url)?, key: None })
    }
}

fn check_name(name: &str) -> Result<String, ConfigError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(plain) {
        let expected = "expected an upstream's name of letters, digits, `-`, `_` and `.`";
        return Err(ConfigError(format!("{expected}, found `{name}`")));
    }
    if RESERVED.contains(&name) {
        return Err(ConfigError(format!(
            "`{name}` can't name an upstream, since it begins paths of the gateway's own"
        )));
    }
    Ok(name.to_owned())
}

fn check_url(url: &str) -> Result<Uri, ConfigError> {
    let wrong = |what: &str| {
        ConfigError(format!("expected an upstream's URL, as in https://api.openai.com, found `{url}`: {what}"))
    };
    let uri: Uri = url.parse().map_err(|error| wrong(&format!("{error}")))?;
    if uri.scheme() != Some(&Scheme::HTTP) && uri.scheme() != Some(&Scheme::HTTPS) {
        return Err(wrong("it must begin with http:// or https://"));
    }
    let authority = uri.authority().ok_or_else(|| wrong("it has no host"))?;
    if authority.as_str().contains('@') {
        return Err(wrong("a key or password can't stand in it; use the environment variable <NAME>_API_KEY"));
    }
    if uri.query().is_some() {
        return Err(wrong("it can't have a query"));
    }
    Ok(uri)
}

/// A setting that can't be used: what was expected and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub(crate) String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// First segments of paths that the gateway itself or a provider's dialect uses.
const RESERVED: &[&str] = &[
    "api",
    "assets",
    "demo",
    "generate",
    "generate_stream",
    "graphs",
    "healthz",
    "metrics",
    "model",
    "readyz",
    "sse",
    "stream",
    "streams",
    "v1",
    "v1alpha",
    "v1beta",
    "v1beta1",
    "v2",
    "ws",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_a_name_and_a_url() {
        let upstream: Upstream = "my-openai=https://api.openai.com/v1".parse().unwrap();
        assert_eq!(upstream.name, "my-openai");
        assert_eq!(upstream.url, "https://api.openai.com/v1");
        assert_eq!(upstream.key_variable(), "MY_OPENAI_API_KEY");
    }

    #[test]
    fn an_upstream_that_is_none_is_told_why() {
        for (text, reason) in [
            ("https://api.openai.com", "expected NAME=URL"),
            ("=https://api.openai.com", "expected an upstream's name"),
            ("a/b=https://api.openai.com", "found `a/b`"),
            ("v1=https://api.openai.com", "`v1` can't name an upstream"),
            ("openai=api.openai.com", "must begin with http:// or https://"),
            ("openai=ftp://api.openai.com", "must begin with http:// or https://"),
            ("openai=https://", "found `https://`"),
            ("openai=https://me:secret@api.openai.com", "can't stand in it"),
            ("openai=https://api.openai.com?key=1", "can't have a query"),
        ] {
            let error = text.parse::<Upstream>().expect_err(text).to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        let upstream = Upstream { key: Some("sk-secret".into()), ..test_upstream() };
        assert!(!format!("{upstream:?}").contains("secret"));
    }

    fn test_upstream() -> Upstream {
        "openai=https://api.openai.com".parse().unwrap()
    }
}
