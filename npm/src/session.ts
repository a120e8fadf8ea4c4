// One stream in this thread: bytes in, events out.

import { read, type Page } from '../wasm/layout.js';
import { Core } from './core.js';
import type { Decoder, Piece } from './decoder.js';
import { init } from './engine.js';
import { MidstreamError } from './errors.js';
import type { FinalResponse, Metrics, StreamEvent } from './events.js';
import { checkSession, givesSpans, SESSION, type SessionOptions } from './options.js';
import { ResponseBuilder } from './response.js';
import { SpanConverter } from './spans.js';

/**
 * Decodes and analyses one stream. Cutting the input differently changes nothing.
 *
 * Its memory is given back when the stream has ended, on `free`, and when it is garbage.
 */
export class Session implements Decoder {
  /** Called with each event, before the call that brought it returns. */
  onEvent: ((event: StreamEvent) => void) | null = null;
  onTimer: ((events: StreamEvent[]) => void) | null = null;

  #core: Core;
  #answer = new ResponseBuilder();
  #spans: SpanConverter | null;
  #metrics: Metrics | null = null;
  /** Whether adjacent deltas may come as one. */
  #joined = false;
  #freed = false;
  /** What the call under way has brought. */
  #events: StreamEvent[] = [];

  /** @throws MidstreamError `not-ready` before `await init()`, `invalid-option` for an option that there is not. */
  constructor(options: SessionOptions = {}) {
    checkSession(options, SESSION);
    this.#spans = givesSpans(options) ? new SpanConverter() : null;
    this.#core = new Core(options, (page) => this.#read(page));
    this.#core.onTimer = () => {
      const events = this.#taken();
      if (events.length > 0) this.onTimer?.(events);
    };
  }

  /** Loads the engine where it is not loaded yet, and makes a session. */
  static async create(options?: SessionOptions): Promise<Session> {
    await init();
    return new Session(options);
  }

  /**
   * Takes the next piece of the body and returns the events that it brought. After the end it is ignored.
   *
   * @throws MidstreamError `invalid-option` where it is neither text nor bytes, `closed` after `free`.
   */
  push(piece: Piece): StreamEvent[] {
    this.#needOpen();
    this.#core.push(piece);
    return this.#taken();
  }

  /** Takes one whole WebSocket message, which is a frame by itself. @throws MidstreamError as `push` */
  pushMessage(message: Piece): StreamEvent[] {
    this.#needOpen();
    this.#core.pushMessage(message);
    return this.#taken();
  }

  /**
   * Takes the next piece, or one whole WebSocket message, for whoever wants only what the stream amounts to: no event is
   * made of each delta, and none is told of.
   */
  take(piece: Piece, message = false): void {
    this.#needOpen();
    this.#joined = true;
    try {
      if (message) this.#core.pushMessage(piece);
      else this.#core.push(piece);
    } finally {
      this.#joined = false;
    }
    const events = this.#events;
    this.#events = [];
    for (const event of events) this.#note(event);
  }

  /** Takes the end of the stream. */
  end(): StreamEvent[] {
    this.#core.end();
    return this.#taken();
  }

  /** Takes the end of a stream whose transport failed; `reason` is the host's account of it. */
  fail(reason: string): StreamEvent[] {
    this.#core.fail(reason);
    return this.#taken();
  }

  /** Takes the end of a stream that nobody wants more of; what was not whole by then is `truncated`. */
  cancel(reason: string): StreamEvent[] {
    this.#core.cancel(reason);
    return this.#taken();
  }

  /** Lets time pass. Timers do it by themselves; a host with a clock of its own does it at `nextTimeout`. */
  handleTimeout(): StreamEvent[] {
    this.#core.handleTimeout();
    return this.#taken();
  }

  /** When `handleTimeout` wants to be called, in milliseconds of the session's clock; null if never. */
  get nextTimeout(): number | null {
    return this.#core.nextTimeout;
  }

  /** What the stream amounts to so far: the object that `midstream decode --final` prints. */
  response(): FinalResponse {
    return this.#answer.response;
  }

  /** What was measured so far; null where the session was freed before its end. */
  metrics(): Metrics | null {
    const json = this.#core.metrics();
    return json === null ? this.#metrics : (JSON.parse(json) as Metrics);
  }

  /**
   * The value so far of the input of the open tool call `id`: always a valid prefix; undefined before its first byte and
   * after the call's end. The object grows with further pieces.
   */
  toolInput(id: string): unknown {
    return this.#answer.toolInput(id);
  }

  get ended(): boolean {
    return this.#core.ended;
  }

  get closed(): boolean {
    return this.#core.closed;
  }

  free(): void {
    this.#freed = true;
    this.#core.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }

  #needOpen(): void {
    if (this.#freed) throw new MidstreamError('closed', 'expected a session that is in use, found one that was freed');
  }

  #read(page: Page): void {
    const events = read(page, 0, page.count, this.#joined);
    if (this.#events.length === 0) this.#events = events;
    else for (const event of events) this.#events.push(event);
  }

  /** Tells of the events that a call has brought, and returns them. */
  #taken(): StreamEvent[] {
    const events = this.#events;
    this.#events = [];
    for (const event of events) {
      this.#note(event);
      this.onEvent?.(event);
    }
    return events;
  }

  #note(event: StreamEvent): void {
    this.#spans?.convert(event);
    this.#answer.push(event);
    if (event.type === 'stream-end') this.#metrics = event.metrics;
  }
}
