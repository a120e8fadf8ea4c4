// The engine's session in WASM memory, with the host's clock and timers: pieces in, pages of events out. What becomes of
// a page is its owner's: `session.ts` reads it at once, `worker/entry.ts` sends it on.

import { Session as EngineSession } from '../wasm/lean_agentic_wasm.js';
import type { Page } from '../wasm/layout.js';
import { asBytes, checkPiece, type Piece } from './decoder.js';
import { memoryBytes, memoryWords } from './engine.js';
import { typed } from './errors.js';
import { now as hostNow, timer } from './host.js';
import { engineConfig, needsTimer, type SessionOptions } from './options.js';
import { Utf8Writer } from './utf8.js';

export class Core {
  /** Called when time alone has brought events, which were taken before. */
  onTimer: (() => void) | null = null;

  #engine: EngineSession | null;
  /** Where the engine says what a call has left, in words of WASM memory. */
  #page: number;
  #take: (page: Page) => void;
  #writer = new Utf8Writer();
  #now: () => number;
  #began: number;
  #timed: boolean;
  #due = Infinity;
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  /** `take` gets each page that has events, which lies in WASM memory and is good until `take` returns. */
  constructor(options: SessionOptions, take: (page: Page) => void) {
    // Says what is missing where the engine is not loaded.
    memoryBytes();
    try {
      const config = engineConfig(options);
      const { rules, pseudonymKey } = options;
      this.#engine = rules ? rules.session(config, pseudonymKey) : new EngineSession(config, 0);
      // Its memory would be another module's.
      if (!(this.#engine instanceof EngineSession)) throw new Error("expected `rules` of this engine, found another's");
      options.graph?.feed(this.#engine, options.graphStream ?? 'stream');
      this.#page = this.#engine.page() / 4;
    } catch (error) {
      throw typed('invalid-option', error);
    }
    this.#take = take;
    this.#now = options.now ?? hostNow;
    this.#began = this.#now();
    this.#timed = needsTimer(options);
    this.#setTimer();
  }

  push(piece: Piece): void {
    if (typeof piece === 'string') {
      for (const part of this.#writer.parts(piece)) this.#text(part);
    } else {
      checkPiece(piece);
      const bytes = asBytes(piece);
      // A long piece goes in by slices, so that neither the input nor the page in WASM memory grows with it.
      if (bytes.length <= SLICE) this.#bytes(bytes);
      else for (let at = 0; at < bytes.length; at += SLICE) this.#bytes(bytes.subarray(at, at + SLICE));
    }
  }

  pushMessage(message: Piece): void {
    const engine = this.#engine;
    if (!engine) return;
    if (typeof message === 'string') {
      const place = engine.reserve(message.length * 3);
      this.#done(engine.feed_message(encoded(message, place), this.#micros()));
    } else {
      checkPiece(message);
      const bytes = asBytes(message);
      const place = engine.reserve(bytes.length);
      memoryBytes().set(bytes, place);
      this.#done(engine.feed_message(bytes.length, this.#micros()));
    }
  }

  end(): void {
    const rest = this.#writer.rest();
    if (rest !== '') this.#text(rest);
    if (this.#engine) this.#done(this.#engine.finish(this.#micros()));
  }

  fail(reason: string): void {
    if (this.#engine) this.#done(this.#engine.abort(reason, this.#micros()));
  }

  cancel(reason: string): void {
    if (this.#engine) this.#done(this.#engine.cancel(reason, this.#micros()));
  }

  handleTimeout(): void {
    if (this.#engine) this.#done(this.#engine.handle_timeout(this.#micros()));
  }

  get nextTimeout(): number | null {
    const at = this.#engine?.poll_timeout();
    return at === undefined ? null : this.#began + at / 1000;
  }

  metrics(): string | null {
    return this.#engine?.metrics() ?? null;
  }

  get ended(): boolean {
    return this.#engine === null;
  }

  get closed(): boolean {
    return this.#closed || this.#engine === null;
  }

  free(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#engine?.free();
    this.#engine = null;
  }

  #bytes(bytes: Uint8Array): void {
    const engine = this.#engine;
    if (!engine) return;
    const place = engine.reserve(bytes.length);
    memoryBytes().set(bytes, place);
    this.#done(engine.feed(bytes.length, this.#micros()));
  }

  #text(text: string): void {
    const engine = this.#engine;
    if (!engine) return;
    const place = engine.reserve(text.length * 3);
    this.#done(engine.feed(encoded(text, place), this.#micros()));
  }

  /** The session's clock. */
  #micros(): number {
    return Math.max(0, (this.#now() - this.#began) * 1000);
  }

  /** Hands on the page that a call has left with `count` events, and sees how the stream stands. */
  #done(count: number): void {
    const words = memoryWords();
    const at = this.#page;
    const state = words[at + 4]!;
    if (count > 0) {
      this.#take({ buffer: words.buffer, records: words[at]!, count, text: words[at + 2]!, length: words[at + 3]! });
    }
    this.#closed = (state & CLOSED) !== 0;
    if ((state & ENDED) !== 0) this.free();
    else if (this.#timed) this.#setTimer();
  }

  /** Sees to it that a timer fires no later than the engine's next deadline. */
  #setTimer(): void {
    const at = this.nextTimeout;
    // A timer that fires too early does no harm: it is set again. So it is left alone while content moves the deadline on.
    if (at === null || (this.#cancelTimer && this.#due <= at)) return;
    this.#cancelTimer?.();
    this.#due = at;
    const fire = (): void => {
      this.#cancelTimer = null;
      this.handleTimeout();
      this.onTimer?.();
    };
    this.#cancelTimer = timer(fire, Math.max(0, Math.ceil(at - this.#now())));
  }
}

/** Writes `text` into WASM memory and returns its length in bytes. */
const encoded = (text: string, place: number): number =>
  encoder.encodeInto(text, memoryBytes().subarray(place, place + text.length * 3)).written;

const encoder = new TextEncoder();
/** Bytes that go into WASM memory at once. */
const SLICE = 64 * 1024;
/** How a stream stands, as `wasm/src/session.rs` says it. */
const ENDED = 1;
const CLOSED = 2;
