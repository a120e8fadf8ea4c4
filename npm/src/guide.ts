// The names that the performance guide promises: the engine's own bindings, which here say what is missing before the engine
// is entered. An exception thrown in the midst of a call would leave an object there that can't be used any more.

import {
  LeanAgenticClient as EngineClient,
  LeanAgenticConfig as EngineConfig,
  type MessageResult,
  SSEClient as EngineSseClient,
  StreamingHTTPClient as EngineHttpClient,
  WebSocketClient as EngineSocketClient,
} from '../wasm/lean_agentic_wasm.js';
import { checkPiece } from './decoder.js';
import { memoryBytes, release } from './engine.js';
import { MidstreamError } from './errors.js';
import { checkOptions, described } from './known.js';

export { log, now } from '../wasm/lean_agentic_wasm.js';

/**
 * How a `LeanAgenticClient` plans and learns. One configuration does for any number of clients. A value that a setting can't
 * have is a MidstreamError `invalid-option`, and the setting stays as it is.
 */
export class LeanAgenticConfig extends checked(EngineConfig) {
  /** @throws MidstreamError `not-ready` before `await init()`. */
  constructor() {
    super();
  }
}

for (const name of ['learning_rate', 'max_planning_depth', 'action_threshold']) {
  const { get, set } = Object.getOwnPropertyDescriptor(EngineConfig.prototype, name) as Required<PropertyDescriptor>;
  Object.defineProperty(LeanAgenticConfig.prototype, name, {
    configurable: true,
    get,
    set(value: unknown) {
      try {
        set.call(this, value);
      } catch (error) {
        throw new MidstreamError('invalid-option', `${(error as Error).message}, found ${described(value)}`);
      }
    },
  });
}

/** Runs the engine over messages: each is a provider's payload, or plain text. */
export class LeanAgenticClient extends checked(EngineClient) {
  /** @throws MidstreamError `not-ready` before `await init()`, `invalid-option` where `config` is none. */
  constructor(sessionId: string, config?: EngineConfig) {
    checkOptions({ config }, { config: 'a LeanAgenticConfig' });
    super(sessionId, config);
  }

  /** Takes a message. @throws MidstreamError `invalid-option` where it is neither text nor bytes, `closed` after `free`. */
  override process_message(message: string | Uint8Array): MessageResult {
    checkPiece(message);
    return super.process_message(message);
  }
}

/** A WebSocket with one handler for each kind of event. */
export class WebSocketClient extends checked(EngineSocketClient) {
  /** @throws MidstreamError `not-ready` before `await init()`, `api-missing` where the host has no `WebSocket`. */
  constructor(url: string | URL) {
    memoryBytes();
    needHost('WebSocket');
    super(url);
  }
}

/** Server-sent events with one handler for each kind of event. */
export class SSEClient extends checked(EngineSseClient) {
  /** @throws MidstreamError `not-ready` before `await init()`, `api-missing` where the host has no `EventSource`. */
  constructor(url: string | URL) {
    memoryBytes();
    needHost('EventSource');
    super(url);
  }
}

/** Reads the body of a response piece by piece. */
export class StreamingHTTPClient extends checked(EngineHttpClient) {
  /** @throws MidstreamError `not-ready` before `await init()`. */
  constructor(url: string | URL | Request) {
    super(url);
  }

  /**
   * Fetches the URL and calls `handler` with each piece of the body; where it returns a promise, the next piece is read when
   * that is fulfilled. Fulfilled with the number of bytes at the end.
   *
   * @throws MidstreamError `http` for a status that is no success, `network` for a connection that was lost, `invalid-option`
   * without a handler; what the handler throws.
   */
  override stream(handler: (piece: Uint8Array) => void | Promise<void>): Promise<number> {
    if (typeof handler !== 'function') throw new MidstreamError('invalid-option', `expected a function to call with each piece, found ${described(handler)}`);
    return super.stream(handler).catch((error: unknown) => {
      if (error instanceof MidstreamError) throw error;
      const { kind, message } = error as { kind?: unknown; message: string };
      throw kind === 'http' || kind === 'network' ? new MidstreamError(kind, message, { cause: error }) : error;
    });
  }
}

/** A class of the engine's that says whether there is an engine, and may be freed twice. */
function checked<Class extends new (...given: any[]) => { free(): void; [Symbol.dispose](): void }>(Engine: Class) {
  return class extends Engine {
    constructor(...given: any[]) {
      memoryBytes();
      super(...given);
    }

    override free(): void {
      release(this, () => super.free());
    }

    override [Symbol.dispose](): void {
      this.free();
    }
  };
}

function needHost(name: 'EventSource' | 'WebSocket'): void {
  if (typeof globalThis[name] === 'function') return;
  throw new MidstreamError('api-missing', `expected a host with \`${name}\`, found none: set \`globalThis.${name}\``);
}
