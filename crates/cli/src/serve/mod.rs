//! `midstream serve`: the gateway, set up from a file and from options.

mod file;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use midstream::pattern::Signed;
use midstream::rewrite::Guard;
use midstream_gateway::{ConfigError, Gateway, GatewayConfig, GuardConfig, Upstream, serve};

use crate::exit::{Failure, Outcome, tell};
use crate::model;
use crate::packs::{self, Choice};
use crate::server::run;

/// Serve the gateway: proxies LLM APIs, watches every stream that passes, shows them at /
///
/// Point a client's base URL at the gateway and nothing else changes: answers pass through byte for byte while they are
/// being written. What a model writes is decoded beside its way and shown at / (a web page), /streams (JSON) and
/// /streams/ID/events (server-sent events): answers to POST on paths such as /v1/chat/completions and /api/chat, and
/// whatever else is an event stream by its content type, or a WebSocket such as OpenAI Realtime's. Embeddings, audio,
/// lists and other paths pass and are not shown. Without an upstream the built-in demo model answers on the paths of
/// OpenAI, Anthropic and Ollama, so that everything can be tried without a key.
///
/// Who and what answers speak of goes into a graph for each client's key: /graphs lists them, /graphs/ID is one, as of a time
/// (?as_of= ?recorded= ?limit=), /graphs/ID/search?q= finds nodes, /graphs/ID/nodes/N and /edges/N are one with what is known of
/// it, /graphs/ID/path?from=N&to=N leads from one to the other, /graphs/ID/events tells of each change (what made room included) as
/// it happens, in server-sent events, and /graphs/ID/export?format= writes it for other programs.
///
/// A request goes to the upstream that its path belongs to: /v1/chat/completions, /v1/responses and most of /v1 to
/// `openai`, /v1/messages to `anthropic`, /v1beta to `gemini`, /v2 to `cohere`, /api to `ollama`, /model to `bedrock`; or
/// to the one that its path begins with: /NAME/v1/chat/completions. Keys pass through; a request without one gets the
/// key of the environment variable <NAME>_API_KEY.
///
/// Besides, /ws, /sse and /stream are plain transports to try and to measure clients with (?count= ?size= ?pace_ms=
/// ?prompt=; /ws alone sends back what comes); /metrics is for Prometheus, /healthz and /readyz say how it is.
///
/// Settings come from the file, then from options, which win.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Serve {
    /// Settings in TOML [default: midstream.toml in this folder, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", value_parser = crate::server::address)]
    listen: Option<SocketAddr>,

    /// Where requests go, as in openai=https://api.openai.com; may be given several times
    #[arg(long = "upstream", value_name = "NAME=URL")]
    upstreams: Vec<Upstream>,

    /// A name that the gateway may be called by, as gateway.example.com; may be given several times
    ///
    /// IP addresses, localhost and names without a dot need none. Requests by any other name get status 421, since a web
    /// page of any site can make its own name lead to the gateway and read what passes.
    #[arg(long = "allow-host", value_name = "HOST")]
    allowed_hosts: Vec<String>,

    /// Rules that every answer must pass: a pack (secrets) or a file; may be given several times
    ///
    /// What a rule masks is replaced before the client sees it, in the provider's own frames; what a rule stops ends the
    /// stream with an error in its dialect. The settings file has guards for single upstreams and keys.
    #[arg(long, value_name = "PACK|FILE")]
    rules: Vec<String>,

    /// Have what clients ask pass the rules of `--rules`, too, before the upstream sees it
    #[arg(long, requires = "rules")]
    mask_requests: bool,

    /// Let audio pass the rules of `--rules`, which can't hear what is said there; otherwise an answer stops that has some
    #[arg(long, requires = "rules")]
    pass_audio: bool,

    /// Report what the rules of `--rules` find in reasoning that the provider signs, and pass it; otherwise an answer stops where
    /// a rule would mask some: signed reasoning can't be altered, since the provider takes it back only as it was
    #[arg(long, requires = "rules")]
    report_signed: bool,

    /// What finds the names in answers, shows them in the text and makes graphs of them: `standard`, `tiny`, `none` (then
    /// only values that have a form are found) or a model file [default: standard]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,

    /// How long the demo model takes for a token, in milliseconds [default: 20]
    #[arg(long, value_name = "MS")]
    demo_pace: Option<u64>,
}

impl Serve {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let config = self.config()?;
        // What is wrong with the settings is told before anything listens.
        Gateway::new(&config).map_err(|error| Failure::Usage(error.to_string()))?;
        let listen = config.listen;
        let names: Vec<_> = config.upstreams.iter().map(|upstream| upstream.name.clone()).collect();
        run(listen, |address, listener, shutdown| async move {
            tell(&format_args!("listening on http://{address}"));
            match &names[..] {
                [] => tell(&"no upstream is set: the built-in demo model answers"),
                names => tell(&format_args!("upstreams: {}", names.join(", "))),
            }
            serve(config, listener, shutdown).await.map_err(|error| Failure::Usage(error.to_string()))
        })
    }

    /// The settings of the file with those of the options laid over them.
    fn config(self) -> Result<GatewayConfig, Failure> {
        let Self {
            config: file,
            listen,
            upstreams,
            allowed_hosts,
            rules,
            mask_requests,
            pass_audio,
            report_signed,
            model,
            demo_pace,
        } = self;
        check_once(&upstreams)?;
        let beside = || Some(PathBuf::from(BESIDE)).filter(|path| path.is_file());
        let file::Settings { mut config, guards, model: set } = match file.or_else(beside) {
            Some(path) => read(&path)?,
            None => file::Settings::default(),
        };
        config.entities = Some(model::entities(&model.or(set).unwrap_or("standard".into()))?);
        config.parts_of_speech = Some(model::parts_of_speech()?);
        config.guards = guards.into_iter().map(guard).collect::<Result<_, _>>()?;
        if !rules.is_empty() {
            let choice = Choice { rules, ..Choice::default() };
            let signed = if report_signed { Signed::Report } else { Signed::Stop };
            let guard = Arc::new(checking(&choice, pass_audio, signed)?);
            // Options win over the file.
            config
                .guards
                .insert(0, GuardConfig { upstreams: Vec::new(), keys: Vec::new(), requests: mask_requests, guard });
        }
        config.listen = listen.unwrap_or(config.listen);
        if let Some(ms) = demo_pace {
            config.demo.pace = Duration::from_millis(ms);
        }
        config.allowed_hosts.extend(allowed_hosts);
        for upstream in upstreams {
            match config.upstreams.iter_mut().find(|known| known.name == upstream.name) {
                Some(known) => *known = upstream,
                None => config.upstreams.push(upstream),
            }
        }
        Ok(config)
    }
}

/// An option wins over the file, and nothing wins over another option.
fn check_once(upstreams: &[Upstream]) -> Result<(), Failure> {
    for (at, upstream) in upstreams.iter().enumerate() {
        if upstreams[..at].iter().any(|other| other.name == upstream.name) {
            let message = format!("expected each --upstream once, found `{}` twice", upstream.name);
            return Err(Failure::Usage(message));
        }
    }
    Ok(())
}

/// Whom a guard is for; none named are all.
fn some(field: &str, names: Option<Vec<String>>) -> Result<Vec<String>, Failure> {
    match names {
        Some(names) if names.is_empty() => {
            let message =
                format!("expected some in `{field}` of a guard, or no `{field}` for all; found an empty list");
            Err(Failure::Usage(message))
        }
        names => Ok(names.unwrap_or_default()),
    }
}

/// A guard of the settings file, compiled.
fn guard(mut from: file::Guard) -> Result<GuardConfig, Failure> {
    let upstreams = some("upstreams", std::mem::take(&mut from.upstreams))?;
    let wrong = |error: ConfigError| Failure::Usage(format!("`keys` of a guard: {error}"));
    let keys = some("keys", std::mem::take(&mut from.keys))?
        .iter()
        .map(|key| key.parse())
        .collect::<Result<_, _>>()
        .map_err(wrong)?;
    let (requests, audio, signed) = (from.requests, from.audio, from.signed.into());
    let choice = from.choice();
    if choice.rules.is_empty() {
        return Err(Failure::Usage("expected `rules` in each guard, found none".into()));
    }
    let guard = Arc::new(checking(&choice, audio, signed)?);
    Ok(GuardConfig { upstreams, keys, requests, guard })
}

/// A guard of the rules in `choice`, which lets `audio` pass or not, and does this where a rule would alter `signed` reasoning.
fn checking(choice: &Choice, audio: bool, signed: Signed) -> Result<Guard, Failure> {
    let guard = Guard::new(packs::compile(choice)?, packs::pseudonym_key()?).with_signed(signed);
    Ok(if audio { guard.with_audio() } else { guard })
}

fn read(path: &Path) -> Result<file::Settings, Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("can't read the settings in `{shown}`: {error}")))?;
    tell(&format_args!("settings from `{shown}`"));
    file::parse(&text).map_err(|error| Failure::Usage(format!("`{shown}`: {error}")))
}

/// Read where no other file is named.
const BESIDE: &str = "midstream.toml";

const EXAMPLES: &str = r#"Examples:
  The demo model at http://127.0.0.1:8080:
    midstream serve

  In front of two providers; clients keep sending their own keys:
    midstream serve --upstream openai=https://api.openai.com --upstream anthropic=https://api.anthropic.com

  In front of a model on this machine, for the whole network:
    midstream serve --upstream ollama=http://127.0.0.1:11434 --listen 0.0.0.0:8080

  With settings from a file:
    midstream serve --config midstream.toml

Settings file (everything is optional; these are the defaults):
  listen = "127.0.0.1:8080"
  stall_after_ms = 10000        # a silence of this length is a finding; 0 for none
  model = "standard"            # finds names in answers: standard, tiny, none or a file
  functional = ["lives in", "^is CEO of"]  # of which a new fact ends the one before, ^ for one subject of an object; [] for
                                # none, without it the set that `midstream graph export --help` lists
  heartbeat_ms = 30000          # how often /sse and /ws make sure that the other side is there
  connect_timeout_ms = 10000    # for a connection to an upstream
  shutdown_grace_ms = 5000      # for open streams after Ctrl-C
  ca_file = "ca.pem"            # certificates to trust besides the system's (none)
  origins = []                  # web origins whose pages may use the gateway
  allowed_hosts = []            # names it may be called by besides IP addresses, localhost and names without a
                                # dot, as gateway.example.com or *.example.com; "*" for any

  [[upstream]]                  # any number of these
  name = "openai"
  url = "https://api.openai.com"

  [[guard]]                     # any number of these; of several, the first that fits an answer counts
  upstreams = ["openai"]        # whose answers; without it, all
  keys = ["sha256:9f86..."]     # to whom: SHA-256 of the client's key; without it, to all
  rules = ["secrets"]           # packs or files
  requests = false              # whether what clients ask must pass, too, before the upstream sees it
  audio = false                 # whether audio may pass, which rules can't hear; x-midstream-unchecked tells of it
  signed = "stop"               # where a rule would mask reasoning that the provider signs: stop, or report and pass it
  action = "mask"               # for all rules: report, mask, stop, hold; without it, what their files say
  actions = { jwt = "stop" }    # for single rules, by id

  [timeouts]                    # only content counts; without a value, for ever
  first_content_ms = 30000
  gap_ms = 30000
  total_ms = 600000

  [limits]
  stream_bytes = 4194304        # kept of one stream
  total_bytes = 268435456       # kept of all streams
  streams = 1000                # kept
  watchers = 256                # at one time
  max_frame_bytes = 8388608     # longest frame that is analysed
  connections = 4096            # at one time
  sockets = 1024                # at /ws and to upstreams at one time
  message_bytes = 1048576       # longest message that /ws takes; a longer one closes with code 1009
  graphs = 32                   # of what answers speak of, one for each client's key
  graph_nodes = 20000           # of each graph, as the next two
  graph_edges = 50000
  graph_text_bytes = 8388608

  [demo]
  pace_ms = 20                  # from one token to the next

Exit codes: 0 ended by Ctrl-C, 1 the address can't be listened on, 2 wrong use or wrong settings."#;
