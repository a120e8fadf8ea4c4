//! `midstream replay`: recordings served as an API would.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use midstream_gateway::{ReplayConfig, count_recordings, replay, replay_router};

use crate::exit::{Failure, Outcome, tell};
use crate::server::run;

/// Serve recordings as an API would, to try clients on them
///
/// One recording answers every request, whatever its path. Of a folder, each recording answers requests whose path
/// begins with its own below the folder: with base URL http://127.0.0.1:8080/openai/hello.sse a client gets
/// DIR/openai/hello.sse from whatever it asks for.
///
/// Recordings are bodies as they came: .sse, .ndjson, .json (one array or object), .awseventstream.bin; .payloads.jsonl,
/// one JSON payload a line, is framed again as its dialect has it; .ws.jsonl, one {kind, direction, data} a line, is
/// replayed over a WebSocket, which waits up to a second where the client spoke in the recording. They hold no times: 50
/// frames are sent a second, times the speed.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Replay {
    /// How fast: 1 is 50 frames a second, 0 all at once
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = speed)]
    speed: f64,

    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = crate::server::address)]
    listen: SocketAddr,

    /// A recording, or a folder of them
    #[arg(value_name = "FILE|DIR")]
    path: PathBuf,
}

impl Replay {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let Self { speed, listen, path } = self;
        let shown = format!("`{}`", path.display());
        let wrong = |error| Failure::Input(format!("expected a recording or a folder of them at {shown}: {error}"));
        path.metadata().map_err(wrong)?;
        let what = match count_recordings(&path).map_err(wrong)? {
            1 => "1 recording".to_owned(),
            count => format!("{count} recordings"),
        };
        let config = ReplayConfig { path, speed };
        // What is wrong with the recordings is told before anything listens.
        replay_router(&config).map(drop).map_err(|error| Failure::Input(error.to_string()))?;
        run(listen, |address, listener, shutdown| async move {
            tell(&format_args!("replaying {what} from {shown} at http://{address}"));
            replay(config, listener, shutdown).await.map_err(|error| Failure::Input(error.to_string()))
        })
    }
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed: &f64| speed.is_finite() && *speed >= 0.0);
    speed.ok_or_else(|| "expected a number of at least 0".to_owned())
}

const EXAMPLES: &str = "\
Examples:
  midstream replay answer.sse
  curl -N http://127.0.0.1:8080/

  midstream replay recordings --speed 0 --listen 127.0.0.1:9000
  curl -N http://127.0.0.1:9000/openai/hello.sse/v1/chat/completions

  A recording with all that the gateway shows of a stream:
    midstream replay answer.sse --listen 127.0.0.1:9000 &
    midstream serve --upstream openai=http://127.0.0.1:9000

Exit codes: 0 ended by Ctrl-C, 1 there is no recording or the address can't be listened on, 2 wrong use.";
