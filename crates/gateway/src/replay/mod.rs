//! A recorded stream in, a server that answers with it: for trying clients without a provider.
//!
//! Recordings hold no times. Frames are sent 20 ms apart, divided by the speed.

mod conversation;
mod recording;

use std::fmt::Display;
use std::future::Future;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::middleware::from_fn;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::config::{ConfigError, Limits};
use crate::listen::listen;
use crate::origin::guard;
use crate::query::percent_decoded;
use crate::reply;
use crate::websocket;

use self::conversation::Conversation;
use self::recording::Recording;

/// How recordings are replayed.
#[derive(Debug, Clone)]
pub struct ReplayConfig {
    /// A recording, which answers every request; or a folder of them, of which each answers requests whose path begins
    /// with its path below the folder.
    ///
    /// `.sse`, `.ndjson`, `.json` and `.awseventstream.bin` are bodies; `.payloads.jsonl` holds one JSON payload a line
    /// and is framed again as its dialect has it; `.ws.jsonl` is what went over a WebSocket, and is replayed over one;
    /// anything else is recognised by its first bytes.
    pub path: PathBuf,
    /// How fast: 1 is 50 frames a second, 0 all at once.
    pub speed: f64,
}

/// A file that was read.
#[derive(Debug, Clone)]
enum Kept {
    Answer(Recording),
    Conversation(Conversation),
}

/// What a replay server knows.
#[derive(Debug)]
struct Shelf {
    /// The folder; `None` where there is one recording.
    folder: Option<PathBuf>,
    only: Option<Kept>,
    pace: Duration,
}

/// Serves recordings on `listener` until `shutdown` is ready.
///
/// # Errors
/// Where there is no recording at the path or the speed is no number of at least 0.
pub async fn replay(
    config: ReplayConfig,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ConfigError> {
    let router = replay_router(&config)?;
    listen(router, listener, shutdown, Limits::default().connections, Duration::from_secs(1)).await;
    Ok(())
}

/// How many recordings there are at `path`: one, or as many as there are files in and below a folder.
///
/// # Errors
/// Where a folder can't be read.
pub fn count_recordings(path: &Path) -> io::Result<usize> {
    if !path.is_dir() {
        return Ok(1);
    }
    let mut count = 0;
    for entry in path.read_dir()? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            count += count_recordings(&entry.path())?;
        }
    }
    Ok(count)
}

/// Everything that a replay server answers.
///
/// # Errors
/// Where there is no recording at the path or the speed is no number of at least 0.
pub fn replay_router(config: &ReplayConfig) -> Result<Router, ConfigError> {
    let shelf = Arc::new(Shelf::new(config)?);
    let own = from_fn(|request, next| guard(Arc::default(), request, next));
    Ok(Router::new().fallback(answer).layer(own).with_state(shelf))
}

impl Shelf {
    fn new(config: &ReplayConfig) -> Result<Self, ConfigError> {
        let pace = match config.speed {
            0.0 => Duration::ZERO,
            speed if speed.is_finite() && speed > 0.0 => FRAME_EVERY.div_f64(speed),
            speed => return Err(ConfigError(format!("expected a speed of at least 0, found {speed}"))),
        };
        let path = &config.path;
        let wrong = |error: &dyn Display| ConfigError(format!("expected a recording at `{}`: {error}", path.display()));
        if path.is_dir() {
            return match count_recordings(path) {
                Ok(0) => Err(wrong(&"the folder has no files")),
                Ok(_) => Ok(Self { folder: Some(path.clone()), only: None, pace }),
                Err(error) => Err(wrong(&error)),
            };
        }
        let only = Kept::read(path).map_err(|error| wrong(&error))?;
        Ok(Self { folder: None, only: Some(only), pace })
    }
}

async fn answer(State(shelf): State<Arc<Shelf>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let Some(folder) = shelf.folder.clone() else {
        let only = shelf.only.as_ref().expect("a shelf without a folder has one recording");
        return only.clone().respond(request, shelf.pace);
    };
    // Reading and cutting a long recording takes a while.
    let found = tokio::task::spawn_blocking(move || find(&folder, &path)).await.expect("reading does not panic");
    match found {
        Ok(kept) => kept.respond(request, shelf.pace),
        Err(error) => {
            let unreadable = error.kind() != io::ErrorKind::NotFound;
            let status = if unreadable { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::NOT_FOUND };
            reply::error(status, "no_such_recording", &error.to_string())
        }
    }
}

/// The recording in `folder` whose path the request's `path` begins with.
fn find(folder: &Path, path: &str) -> io::Result<Kept> {
    let mut at = folder.to_owned();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let name = percent_decoded(segment);
        // A name, and no way out of the folder.
        if !Path::new(&name).components().eq([Component::Normal(name.as_ref())]) {
            break;
        }
        at.push(name);
        if at.is_file() {
            return Kept::read(&at);
        }
    }
    let message =
        format!("expected a path that begins with a recording's below `{}`, found `{path}`", folder.display());
    Err(io::Error::new(io::ErrorKind::NotFound, message))
}

impl Kept {
    fn read(path: &Path) -> io::Result<Self> {
        let body = std::fs::read(path)?;
        let name = path.to_string_lossy();
        if name.ends_with(".ws.jsonl") {
            return Conversation::new(&body).map(Self::Conversation);
        }
        Ok(Self::Answer(Recording::new(&name, body.into())))
    }

    fn respond(self, request: Request, pace: Duration) -> Response<Body> {
        match self {
            Self::Answer(recording) => recording.respond(pace),
            Self::Conversation(conversation) => {
                let config = WebSocketConfig::default();
                websocket::accept(request, config, move |socket| conversation.hold(socket, pace))
            }
        }
    }
}

/// From one frame to the next at speed 1.
const FRAME_EVERY: Duration = Duration::from_millis(20);
