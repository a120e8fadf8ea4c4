// The names that the performance guide promises: the engine's own bindings, which here say what is missing before the engine
// is entered. An exception thrown in the midst of a call would leave an object there that can't be used any more.

import {
  LeanAgenticClient as EngineClient,
  type LeanAgenticConfig,
  type MessageResult,
  SSEClient as EngineSseClient,
  WebSocketClient as EngineSocketClient,
} from '../wasm/lean_agentic_wasm.js';
import { checkPiece } from './decoder.js';
import { memoryBytes } from './engine.js';
import { MidstreamError } from './errors.js';

export { LeanAgenticConfig, log, now, StreamingHTTPClient } from '../wasm/lean_agentic_wasm.js';

/** Runs the engine over messages: each is a provider's payload, or plain text. */
export class LeanAgenticClient extends EngineClient {
  #freed = false;

  /** @throws MidstreamError `not-ready` before `await init()`. */
  constructor(sessionId: string, config?: LeanAgenticConfig) {
    memoryBytes();
    super(sessionId, config);
  }

  /** Takes a message. @throws MidstreamError `invalid-option` where it is neither text nor bytes, `closed` after `free`. */
  override process_message(message: string | Uint8Array): MessageResult {
    if (this.#freed) throw new MidstreamError('closed', 'expected a client that is in use, found one that was freed');
    checkPiece(message);
    return super.process_message(message);
  }

  override free(): void {
    if (this.#freed) return;
    this.#freed = true;
    super.free();
  }

  override [Symbol.dispose](): void {
    this.free();
  }
}

/** A WebSocket with one handler for each kind of event. */
export class WebSocketClient extends EngineSocketClient {
  /** @throws MidstreamError `not-ready` before `await init()`, `api-missing` where the host has no `WebSocket`. */
  constructor(url: string | URL) {
    memoryBytes();
    needHost('WebSocket');
    super(url);
  }
}

/** Server-sent events with one handler for each kind of event. */
export class SSEClient extends EngineSseClient {
  /** @throws MidstreamError `not-ready` before `await init()`, `api-missing` where the host has no `EventSource`. */
  constructor(url: string | URL) {
    memoryBytes();
    needHost('EventSource');
    super(url);
  }
}

function needHost(name: 'EventSource' | 'WebSocket'): void {
  if (typeof globalThis[name] === 'function') return;
  throw new MidstreamError('api-missing', `expected a host with \`${name}\`, found none: set \`globalThis.${name}\``);
}
