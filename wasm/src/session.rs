//! One stream, as close to the engine as JavaScript gets: the package's own classes are built on it.

use midstream::json::to_json;
use midstream::{Config, Engine, Progress, Timestamp};
use wasm_bindgen::prelude::*;

use crate::config;
use crate::layout::Layout;

/// One stream's state machine. Times are microseconds since an origin of the caller's choice.
///
/// Bytes are written into the buffer at [`reserve`](Self::reserve) and fed by length; every call that may give events
/// returns how many wait in the page at [`page`](Self::page), which holds them until the next such call.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Session {
    inner: midstream::Session,
    input: Vec<u8>,
    page: Layout,
    /// Where the page is, and what stands after the last call.
    told: [u32; 5],
    #[cfg(feature = "graph")]
    feed: Option<crate::graph::Feed>,
}

#[wasm_bindgen]
impl Session {
    /// A session that begins at `now`. `config` is JSON, or empty for the defaults; see `SessionConfig` in the package.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str, now: f64) -> Result<Session, JsError> {
        Ok(Self::of(config::read(config).map_err(|error| JsError::new(&error))?, now))
    }

    /// Feeds `graph` with what this stream, which is called `name` there, speaks of from now on.
    #[cfg(feature = "graph")]
    pub fn feed_graph(&mut self, graph: &crate::graph::KnowledgeGraph, name: &str) {
        self.feed = Some(graph.feed(name));
    }

    /// Makes room for `length` bytes and returns where to write them.
    pub fn reserve(&mut self, length: usize) -> *const u8 {
        reserve(&mut self.input, length)
    }

    /// Takes the first `length` bytes of the buffer, which arrived at `now`.
    pub fn feed(&mut self, length: usize, now: f64) -> usize {
        self.inner.feed(&self.input[..length], time(now));
        self.drain()
    }

    /// Takes the first `length` bytes of the buffer as one WebSocket message.
    pub fn feed_message(&mut self, length: usize, now: f64) -> usize {
        self.inner.feed_message(&self.input[..length], time(now));
        self.drain()
    }

    /// Takes the end of the stream.
    pub fn finish(&mut self, now: f64) -> usize {
        self.inner.finish(time(now));
        self.drain()
    }

    /// Takes the end of a stream whose transport failed.
    pub fn abort(&mut self, reason: &str, now: f64) -> usize {
        self.inner.abort(reason, time(now));
        self.drain()
    }

    /// Takes the end of a stream that nobody wants more of.
    pub fn cancel(&mut self, reason: &str, now: f64) -> usize {
        self.inner.cancel(reason, time(now));
        self.drain()
    }

    /// Lets time pass.
    pub fn handle_timeout(&mut self, now: f64) -> usize {
        self.inner.handle_timeout(time(now));
        self.drain()
    }

    /// When `handle_timeout` wants to be called; `undefined` if never.
    pub fn poll_timeout(&self) -> Option<f64> {
        self.inner.poll_timeout().map(|at| at.as_micros() as f64)
    }

    /// Where five `u32` stand that say where the page is (records, how many, text, its bytes) and how the stream stands:
    /// 1 where it is over, plus 2 where nothing more will come, so that the caller may hang up. The place stays the same
    /// as long as the session lives: reading it costs no call.
    pub fn page(&self) -> *const u32 {
        self.told.as_ptr()
    }

    /// What was measured so far, as JSON.
    pub fn metrics(&self) -> String {
        to_json(&self.inner.metrics())
    }

    /// The value so far of an open tool call's input, as JSON; `undefined` before its first byte.
    pub fn tool_input(&mut self, id: &str) -> Option<String> {
        self.inner.tool_input(id).map(to_json)
    }
}

impl Session {
    /// A session of `config` that begins at `now`.
    pub(crate) fn of(config: Config, now: f64) -> Self {
        let inner = Engine::new(config).session(time(now));
        Self {
            inner,
            input: Vec::new(),
            page: Layout::default(),
            told: [0; 5],
            #[cfg(feature = "graph")]
            feed: None,
        }
    }

    fn drain(&mut self) -> usize {
        self.page.clear();
        while let Some(event) = self.inner.poll() {
            #[cfg(feature = "graph")]
            if let Some(feed) = &mut self.feed {
                feed.quiet(&event, crate::host_today());
            }
            self.page.push(&event);
        }
        let [records, count, text, length] = self.page.address();
        let closed = self.inner.progress() == Progress::Closed;
        let state = u32::from(self.inner.is_ended()) * ENDED + u32::from(closed) * CLOSED;
        self.told = [records, count, text, length, state];
        self.page.len()
    }
}

/// How a stream stands; `npm/src/core.ts` has the same two.
const ENDED: u32 = 1;
const CLOSED: u32 = 2;
/// Makes room for `length` bytes in `input` and returns where they go.
pub(crate) fn reserve(input: &mut Vec<u8>, length: usize) -> *const u8 {
    if input.len() < length {
        input.resize(length.next_power_of_two(), 0);
    } else if input.len() > MOST_ROOM && length <= MOST_ROOM {
        *input = vec![0; MOST_ROOM];
    }
    input.as_ptr()
}

/// Room that is given back once no piece needs more, in bytes.
const MOST_ROOM: usize = 1 << 20;

/// Microseconds as JavaScript has them: a number, which may have a fraction or be nonsense.
pub(crate) fn time(micros: f64) -> Timestamp {
    Timestamp::from_micros(micros as u64)
}
