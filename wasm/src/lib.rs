//! midstream in browsers and Node: bindings, nothing more. They convert, call and convert.
//!
//! Bytes go into WASM memory once; events come back through one reused [`layout`], which the JavaScript beside this
//! crate (`js/`) reads. The promised names of the performance guide are here: [`LeanAgenticClient`],
//! [`WebSocketClient`] and the others.

#[cfg(all(feature = "small-allocator", target_family = "wasm"))]
mod alloc;
mod client;
mod clients;
mod config;
mod desk;
#[cfg(feature = "entities")]
mod entities;
#[cfg(feature = "entities")]
mod finder;
#[cfg(feature = "graph")]
mod graph;
mod layout;
#[cfg(feature = "relations")]
mod relations;
#[cfg(feature = "rewriting")]
mod rewriter;
#[cfg(feature = "patterns")]
mod rules;
mod session;

use wasm_bindgen::prelude::*;

pub use client::{LeanAgenticClient, LeanAgenticConfig};
pub use clients::{SSEClient, StreamingHTTPClient, WebSocketClient};
#[cfg(feature = "entities")]
pub use entities::load_names;
#[cfg(feature = "entities")]
pub use finder::Finder;
#[cfg(feature = "graph")]
pub use graph::KnowledgeGraph;
#[cfg(feature = "relations")]
pub use relations::load_parts_of_speech;
#[cfg(feature = "rewriting")]
pub use rewriter::Rewriter;
#[cfg(feature = "patterns")]
pub use rules::Rules;
pub use session::Session;

#[wasm_bindgen(module = "/js/host.js")]
extern "C" {
    /// Milliseconds since the page or process began, as `performance.now()` has it.
    #[wasm_bindgen(js_name = now)]
    fn host_now() -> f64;

    /// Milliseconds since the Unix epoch, as `Date.now()` has it.
    #[cfg(feature = "graph")]
    #[wasm_bindgen(js_name = today)]
    fn host_today() -> f64;

    /// Writes a line to the console.
    #[wasm_bindgen(js_name = log)]
    fn host_log(message: JsValue);

    /// Tells the JavaScript side where WASM memory is.
    fn attach(memory: JsValue);
}

#[wasm_bindgen(module = "/js/layout.js")]
extern "C" {
    /// The same for the side that reads results.
    #[wasm_bindgen(js_name = attachResults)]
    fn attach_results(memory: JsValue);
}

#[wasm_bindgen(start)]
fn start() {
    attach(wasm_bindgen::memory());
    attach_results(wasm_bindgen::memory());
}

/// Milliseconds since the page or process began (`performance.now()`), in fractions as fine as the host allows.
#[wasm_bindgen]
pub fn now() -> f64 {
    host_now()
}

/// Writes `message` to the console.
#[wasm_bindgen]
pub fn log(message: JsValue) {
    host_log(message);
}
