//! The settings file: TOML in, a gateway's configuration out. Errors say the line and the field.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use midstream::pattern::Signed;
use midstream_gateway::{ConfigError, GatewayConfig, Upstream};
use serde::Deserialize;

use crate::packs::{Choice, Handling};

/// What a settings file amounts to.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) config: GatewayConfig,
    /// The guards it asks for.
    pub(super) guards: Vec<Guard>,
    /// The model that it names.
    pub(super) model: Option<PathBuf>,
}

/// What `text` sets, and the defaults for the rest.
pub(super) fn parse(text: &str) -> Result<Settings, Wrong> {
    let mut file: File = toml::from_str(text).map_err(|error| Wrong::of(&error, text))?;
    let (guards, model) = (std::mem::take(&mut file.guards), file.model.take());
    Ok(Settings { config: file.over(GatewayConfig::default()), guards, model })
}

/// What is wrong with a settings file, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The line's number, counted from 1, and what stands there; `None` where it concerns the whole file.
    line: Option<(usize, String)>,
    message: String,
}

impl Wrong {
    fn of(error: &toml::de::Error, text: &str) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count());
        let line = before.map(|before| (before + 1, text.lines().nth(before).unwrap_or_default().trim().to_owned()));
        Self { line, message: error.message().replace('\n', ", ") }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.line {
            Some((number, line)) => write!(f, "line {number}, `{line}`: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    listen: Option<SocketAddr>,
    #[serde(rename = "upstream")]
    upstreams: Vec<Entry>,
    stall_after_ms: Option<u64>,
    heartbeat_ms: Option<u64>,
    connect_timeout_ms: Option<u64>,
    shutdown_grace_ms: Option<u64>,
    ca_file: Option<PathBuf>,
    origins: Option<Vec<String>>,
    allowed_hosts: Option<Vec<String>>,
    functional: Option<Vec<String>>,
    #[serde(rename = "guard")]
    guards: Vec<Guard>,
    model: Option<PathBuf>,
    timeouts: Timeouts,
    limits: Limits,
    demo: Demo,
}

/// Rules for the answers of some upstreams to some clients.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Guard {
    pub(super) upstreams: Option<Vec<String>>,
    pub(super) keys: Option<Vec<String>>,
    pub(super) requests: bool,
    pub(super) audio: bool,
    pub(super) signed: OfSigned,
    rules: Vec<String>,
    action: Option<Handling>,
    actions: BTreeMap<String, Handling>,
}

/// What happens where a rule would alter reasoning that the provider signs.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OfSigned {
    #[default]
    Stop,
    Report,
}

impl From<OfSigned> for Signed {
    fn from(of: OfSigned) -> Self {
        match of {
            OfSigned::Stop => Self::Stop,
            OfSigned::Report => Self::Report,
        }
    }
}

impl Guard {
    pub(super) fn choice(self) -> Choice {
        Choice { rules: self.rules, action: self.action, actions: self.actions }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, try_from = "NamedUrl")]
struct Entry(Upstream);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedUrl {
    name: String,
    url: String,
}

impl TryFrom<NamedUrl> for Entry {
    type Error = ConfigError;

    fn try_from(NamedUrl { name, url }: NamedUrl) -> Result<Self, ConfigError> {
        format!("{name}={url}").parse().map(Self)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Timeouts {
    first_content_ms: Option<u64>,
    gap_ms: Option<u64>,
    total_ms: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Limits {
    stream_bytes: Option<usize>,
    total_bytes: Option<usize>,
    streams: Option<usize>,
    watchers: Option<usize>,
    max_frame_bytes: Option<usize>,
    connections: Option<usize>,
    sockets: Option<usize>,
    message_bytes: Option<usize>,
    graphs: Option<usize>,
    graph_nodes: Option<usize>,
    graph_edges: Option<usize>,
    graph_text_bytes: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Demo {
    pace_ms: Option<u64>,
}

impl File {
    /// `config` with what the file sets.
    fn over(self, mut config: GatewayConfig) -> GatewayConfig {
        let Self { timeouts, limits, demo, .. } = self;
        set(&mut config.listen, self.listen);
        config.upstreams.extend(self.upstreams.into_iter().map(|Entry(upstream)| upstream));
        set(&mut config.stall_after, self.stall_after_ms.map(|ms| (ms > 0).then(|| Duration::from_millis(ms))));
        // A timer of no length would never let anything else happen.
        set(&mut config.heartbeat, self.heartbeat_ms.map(|ms| Duration::from_millis(ms.max(1))));
        set(&mut config.connect_timeout, self.connect_timeout_ms.map(Duration::from_millis));
        set(&mut config.shutdown_grace, self.shutdown_grace_ms.map(Duration::from_millis));
        config.ca_file = self.ca_file.or(config.ca_file);
        set(&mut config.origins, self.origins);
        set(&mut config.allowed_hosts, self.allowed_hosts);
        set(&mut config.functional, self.functional);
        config.timeouts.first_content = timeouts.first_content_ms.map(Duration::from_millis);
        config.timeouts.gap = timeouts.gap_ms.map(Duration::from_millis);
        config.timeouts.total = timeouts.total_ms.map(Duration::from_millis);
        set(&mut config.limits.stream_bytes, limits.stream_bytes);
        set(&mut config.limits.total_bytes, limits.total_bytes);
        set(&mut config.limits.streams, limits.streams);
        set(&mut config.limits.watchers, limits.watchers);
        set(&mut config.limits.max_frame_bytes, limits.max_frame_bytes);
        set(&mut config.limits.connections, limits.connections);
        set(&mut config.limits.sockets, limits.sockets);
        set(&mut config.limits.message_bytes, limits.message_bytes);
        set(&mut config.limits.graphs, limits.graphs);
        set(&mut config.limits.graph_nodes, limits.graph_nodes);
        set(&mut config.limits.graph_edges, limits.graph_edges);
        set(&mut config.limits.graph_text_bytes, limits.graph_text_bytes);
        set(&mut config.demo.pace, demo.pace_ms.map(Duration::from_millis));
        config
    }
}

fn set<T>(setting: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *setting = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_stays_as_it_is() {
        let Settings { config, guards, model } = parse("").unwrap();
        assert!(guards.is_empty() && model.is_none());
        assert_eq!(format!("{config:?}"), format!("{:?}", GatewayConfig::default()));
    }

    #[test]
    fn every_setting_reaches_the_gateway() {
        let Settings { config, guards, model } = parse(
            r#"
            model = "tiny"
            listen = "0.0.0.0:9"
            stall_after_ms = 0
            heartbeat_ms = 15
            connect_timeout_ms = 1
            shutdown_grace_ms = 2
            ca_file = "ca.pem"
            origins = ["https://chat.example.com"]
            allowed_hosts = ["gateway.example.com"]
            functional = ["works for", "^is CEO of"]
            [[upstream]]
            name = "openai"
            url = "https://api.openai.com"
            [[upstream]]
            name = "local"
            url = "http://127.0.0.1:11434/x"
            [timeouts]
            first_content_ms = 3
            gap_ms = 4
            total_ms = 5
            [limits]
            stream_bytes = 6
            total_bytes = 7
            streams = 8
            watchers = 9
            max_frame_bytes = 10
            connections = 11
            sockets = 13
            message_bytes = 14
            graphs = 15
            graph_nodes = 16
            graph_edges = 17
            graph_text_bytes = 18
            [demo]
            pace_ms = 12
            [[guard]]
            upstreams = ["openai"]
            keys = ["sha256:00"]
            rules = ["secrets", "mine.toml"]
            action = "stop"
            actions = { email = "report" }
            "#,
        )
        .unwrap();
        let ms = Duration::from_millis;
        assert_eq!(config.listen.to_string(), "0.0.0.0:9");
        let upstreams: Vec<_> = config.upstreams.iter().map(|it| format!("{}={}", it.name, it.url)).collect();
        assert_eq!(upstreams, ["openai=https://api.openai.com/", "local=http://127.0.0.1:11434/x"]);
        assert_eq!(config.stall_after, None);
        assert_eq!((config.connect_timeout, config.shutdown_grace), (ms(1), ms(2)));
        assert_eq!(config.ca_file, Some("ca.pem".into()));
        assert_eq!(config.origins, ["https://chat.example.com"]);
        assert_eq!(config.allowed_hosts, ["gateway.example.com"]);
        assert_eq!(config.functional, ["works for", "^is CEO of"]);
        let timeouts = config.timeouts;
        assert_eq!((timeouts.first_content, timeouts.gap, timeouts.total), (Some(ms(3)), Some(ms(4)), Some(ms(5))));
        let limits = config.limits;
        assert_eq!((limits.stream_bytes, limits.total_bytes, limits.streams), (6, 7, 8));
        assert_eq!((limits.watchers, limits.max_frame_bytes, limits.connections), (9, 10, 11));
        assert_eq!((limits.sockets, limits.message_bytes), (13, 14));
        assert_eq!((limits.graphs, limits.graph_nodes), (15, 16));
        assert_eq!((limits.graph_edges, limits.graph_text_bytes), (17, 18));
        assert_eq!(model, Some("tiny".into()));
        assert_eq!(config.demo.pace, ms(12));
        let [guard] = <[Guard; 1]>::try_from(guards).unwrap();
        let only = |name: &str| Some(vec![name.to_owned()]);
        assert_eq!((&guard.upstreams, &guard.keys), (&only("openai"), &only("sha256:00")));
        let choice = guard.choice();
        assert_eq!(
            (&choice.rules[..], choice.action),
            (&["secrets".into(), "mine.toml".into()][..], Some(Handling::Stop))
        );
        assert_eq!(choice.actions["email"], Handling::Report);
        assert_eq!(config.heartbeat, ms(15));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_field() {
        for (text, expected) in [
            ("listen = 8080", "line 1, `listen = 8080`: invalid type: integer `8080`"),
            ("\nlisten = \"localhost\"", "line 2, `listen = \"localhost\"`: invalid socket address"),
            ("\n\nlistn = \"x\"", "line 3, `listn = \"x\"`: unknown field `listn`, expected one of `listen`"),
            ("[limits]\nstreams = -1", "line 2, `streams = -1`: invalid value: integer `-1`"),
            ("[limits]\nstreems = 1", "line 2, `streems = 1`: unknown field `streems`"),
            ("\n[[upstream]]\nname = \"x\"", "line 2, `[[upstream]]`: missing field `url`"),
            ("\n[[upstream]]\nname = \"x\"\nurl = \"ftp://x\"", "line 2, `[[upstream]]`: expected an upstream's URL"),
            ("[demo\npace_ms = 1", "line 1, `[demo`: "),
        ] {
            let told = parse(text).expect_err(text).to_string();
            assert!(told.starts_with(expected), "{text}: {told}");
        }
    }
}
