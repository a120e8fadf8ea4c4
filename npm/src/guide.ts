// The names that the performance guide promises, from the engine's own bindings.

export {
  LeanAgenticClient,
  LeanAgenticConfig,
  log,
  now,
  SSEClient,
  StreamingHTTPClient,
  WebSocketClient,
} from '../wasm/lean_agentic_wasm.js';
