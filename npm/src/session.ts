// One stream in this thread: bytes in, events out, over the engine's session in WASM memory.

import { Session as EngineSession } from '../wasm/lean_agentic_wasm.js';
import { read } from '../wasm/layout.js';
import type { Decoder, Piece } from './decoder.js';
import { init, isReady, memoryBytes } from './engine.js';
import { MidstreamError, wordsOf } from './errors.js';
import type { FinalResponse, Metrics, StreamEvent } from './events.js';
import { now as hostNow, timer } from './host.js';
import { engineConfig, givesSpans, needsTimer, type SessionOptions } from './options.js';
import { ResponseBuilder } from './response.js';
import { SpanConverter } from './spans.js';
import { Utf8Writer } from './utf8.js';

/**
 * Decodes and analyses one stream. Cutting the input differently changes nothing.
 *
 * Its memory is given back when the stream has ended, on `free`, and when it is garbage.
 */
export class Session implements Decoder {
  /** Called with each event, before the call that brought it returns. */
  onEvent: ((event: StreamEvent) => void) | null = null;
  onTimer: ((events: StreamEvent[]) => void) | null = null;

  #engine: EngineSession | null;
  #answer = new ResponseBuilder();
  #spans: SpanConverter | null;
  #writer = new Utf8Writer();
  #now: () => number;
  #began: number;
  #timed: boolean;
  #due = Infinity;
  #cancelTimer: (() => void) | null = null;
  #metrics: Metrics | null = null;
  #closed = false;

  /** @throws MidstreamError `not-ready` before `await init()`, `invalid-option` for an option that there is not. */
  constructor(options: SessionOptions = {}) {
    if (!isReady()) memoryBytes();
    try {
      this.#engine = new EngineSession(engineConfig(options), 0);
    } catch (error) {
      throw error instanceof MidstreamError ? error : new MidstreamError('invalid-option', wordsOf(error), { cause: error });
    }
    this.#spans = givesSpans(options) ? new SpanConverter() : null;
    this.#now = options.now ?? hostNow;
    this.#began = this.#now();
    this.#timed = needsTimer(options);
    this.#setTimer();
  }

  /** Loads the engine where it is not loaded yet, and makes a session. */
  static async create(options?: SessionOptions): Promise<Session> {
    await init();
    return new Session(options);
  }

  /** Takes the next piece of the body and returns the events that it brought. After the end it is ignored. */
  push(piece: Piece): StreamEvent[] {
    if (typeof piece === 'string') {
      const events: StreamEvent[] = [];
      for (const part of this.#writer.parts(piece)) this.#feed(part, part.length * 3, events);
      return this.#told(events);
    }
    const bytes = piece instanceof Uint8Array ? piece : new Uint8Array(piece);
    if (bytes.length <= SLICE) return this.#told(this.#feed(bytes, bytes.length, []));
    // A long piece goes in by slices, so that neither the input nor the page of events in WASM memory grows with it.
    const events: StreamEvent[] = [];
    for (let at = 0; at < bytes.length; at += SLICE) {
      const slice = bytes.subarray(at, at + SLICE);
      this.#feed(slice, slice.length, events);
    }
    return this.#told(events);
  }

  /** Takes one whole WebSocket message, which is a frame by itself. */
  pushMessage(message: Piece): StreamEvent[] {
    const engine = this.#engine;
    if (!engine) return [];
    const data = message instanceof ArrayBuffer ? new Uint8Array(message) : message;
    const length = this.#write(engine, data, typeof data === 'string' ? data.length * 3 : data.length);
    return this.#told(this.#take(engine, engine.feed_message(length, this.#micros()), []));
  }

  /** Takes the end of the stream. */
  end(): StreamEvent[] {
    const events: StreamEvent[] = [];
    const rest = this.#writer.rest();
    if (rest !== '') this.#feed(rest, 3, events);
    const engine = this.#engine;
    return engine ? this.#told(this.#take(engine, engine.finish(this.#micros()), events)) : events;
  }

  /** Takes the end of a stream whose transport failed; `reason` is the host's account of it. */
  fail(reason: string): StreamEvent[] {
    const engine = this.#engine;
    return engine ? this.#told(this.#take(engine, engine.abort(reason, this.#micros()), [])) : [];
  }

  /** Lets time pass. Timers do it by themselves; a host with a clock of its own does it at `nextTimeout`. */
  handleTimeout(): StreamEvent[] {
    const engine = this.#engine;
    return engine ? this.#told(this.#take(engine, engine.handle_timeout(this.#micros()), [])) : [];
  }

  /** When `handleTimeout` wants to be called, in milliseconds of the session's clock; null if never. */
  get nextTimeout(): number | null {
    const at = this.#engine?.poll_timeout();
    return at === undefined ? null : this.#began + at / 1000;
  }

  /** What the stream amounts to so far: the object that `midstream decode --final` prints. */
  response(): FinalResponse {
    return this.#answer.response;
  }

  /** What was measured so far; null where the session was freed before its end. */
  metrics(): Metrics | null {
    return this.#engine ? (JSON.parse(this.#engine.metrics()) as Metrics) : this.#metrics;
  }

  /** The value so far of an open tool call's input; undefined before its first byte and after its end. */
  toolInput(id: string): unknown {
    const json = this.#engine?.tool_input(id);
    return json === undefined ? undefined : JSON.parse(json);
  }

  get ended(): boolean {
    return this.#engine === null;
  }

  get closed(): boolean {
    return this.#closed || this.#engine === null || (this.#closed = this.#engine.is_closed());
  }

  free(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#engine?.free();
    this.#engine = null;
  }

  [Symbol.dispose](): void {
    this.free();
  }

  #feed(data: Uint8Array | string, room: number, events: StreamEvent[]): StreamEvent[] {
    const engine = this.#engine;
    if (!engine) return events;
    const length = this.#write(engine, data, room);
    return this.#take(engine, engine.feed(length, this.#micros()), events);
  }

  /** Writes `data` into the engine's input and returns its length in bytes. */
  #write(engine: EngineSession, data: Uint8Array | string, room: number): number {
    const place = engine.reserve(room);
    const memory = memoryBytes();
    if (typeof data === 'string') return encoder.encodeInto(data, memory.subarray(place, place + room)).written;
    memory.set(data, place);
    return data.length;
  }

  /** Adds the `count` events that wait in the engine's page to `events`. */
  #take(engine: EngineSession, count: number, events: StreamEvent[]): StreamEvent[] {
    if (count > 0) {
      const { buffer } = memoryBytes();
      const [records, length, text, bytes] = new Uint32Array(buffer, engine.page(), 4) as unknown as Address;
      const page = { buffer, records, count: length, text: new Uint8Array(buffer, text, bytes) };
      for (const event of read(page, 0, count)) events.push(event);
    }
    return events;
  }

  /** Tells of `events` and returns them. */
  #told(events: StreamEvent[]): StreamEvent[] {
    for (const event of events) {
      this.#spans?.convert(event);
      this.#answer.push(event);
      if (event.type === 'stream-end') {
        this.#metrics = event.metrics;
        this.free();
      }
      this.onEvent?.(event);
    }
    if (this.#timed) this.#setTimer();
    return events;
  }

  /** Sees to it that a timer fires no later than the engine's next deadline. */
  #setTimer(): void {
    const at = this.#timed ? this.nextTimeout : null;
    // A timer that fires too early does no harm: it is set again. So it is left alone while content moves the deadline on.
    if (at === null || (this.#cancelTimer && this.#due <= at)) return;
    this.#cancelTimer?.();
    this.#due = at;
    this.#cancelTimer = timer(() => this.#onTimeout(), Math.max(0, Math.ceil(at - this.#now())));
  }

  #onTimeout(): void {
    this.#cancelTimer = null;
    const events = this.handleTimeout();
    if (events.length > 0) this.onTimer?.(events);
  }

  #micros(): number {
    return Math.max(0, (this.#now() - this.#began) * 1000);
  }
}

type Address = [records: number, count: number, text: number, bytes: number];

const encoder = new TextEncoder();
/** Bytes that go into WASM memory at once. */
const SLICE = 64 * 1024;
