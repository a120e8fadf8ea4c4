// The engine's session in WASM memory, with the host's clock and timers: pieces in, pages of events out. What becomes of
// a page is its owner's: `session.ts` reads it at once, `worker/entry.ts` sends it on.

import { Session as EngineSession } from '../wasm/lean_agentic_wasm.js';
import type { Page } from '../wasm/layout.js';
import type { Piece } from './decoder.js';
import { memoryBytes, memoryWords } from './engine.js';
import { MidstreamError, wordsOf } from './errors.js';
import { now as hostNow, timer } from './host.js';
import { engineConfig, needsTimer, type SessionOptions } from './options.js';
import { Utf8Writer } from './utf8.js';

export class Core {
  /** Called when time alone has brought events, which were taken before. */
  onTimer: (() => void) | null = null;

  #engine: EngineSession | null;
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
    } catch (error) {
      throw error instanceof MidstreamError ? error : new MidstreamError('invalid-option', wordsOf(error), { cause: error });
    }
    this.#take = take;
    this.#now = options.now ?? hostNow;
    this.#began = this.#now();
    this.#timed = needsTimer(options);
    this.#setTimer();
  }

  push(piece: Piece): void {
    if (typeof piece === 'string') {
      for (const part of this.#writer.parts(piece)) this.#feed(part, part.length * 3);
    } else {
      const bytes = asBytes(piece);
      // A long piece goes in by slices, so that neither the input nor the page in WASM memory grows with it.
      for (let at = 0; at < bytes.length; at += SLICE) {
        const slice = bytes.length <= SLICE ? bytes : bytes.subarray(at, at + SLICE);
        this.#feed(slice, slice.length);
      }
    }
  }

  pushMessage(message: Piece): void {
    const data = typeof message === 'string' ? message : asBytes(message);
    const room = typeof data === 'string' ? data.length * 3 : data.length;
    this.#call((engine, now) => engine.feed_message(this.#write(engine, data, room), now));
  }

  end(): void {
    const rest = this.#writer.rest();
    if (rest !== '') this.#feed(rest, 3);
    this.#call((engine, now) => engine.finish(now));
  }

  fail(reason: string): void {
    this.#call((engine, now) => engine.abort(reason, now));
  }

  cancel(reason: string): void {
    this.#call((engine, now) => engine.cancel(reason, now));
  }

  handleTimeout(): void {
    this.#call((engine, now) => engine.handle_timeout(now));
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
    return this.#closed || this.#engine === null || (this.#closed = this.#engine.is_closed());
  }

  free(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#engine?.free();
    this.#engine = null;
  }

  #feed(data: Uint8Array | string, room: number): void {
    this.#call((engine, now) => engine.feed(this.#write(engine, data, room), now));
  }

  /** Does `work`, which returns how many events it brought, and hands the page on. */
  #call(work: (engine: EngineSession, now: number) => number): void {
    const engine = this.#engine;
    if (!engine) return;
    const count = work(engine, Math.max(0, (this.#now() - this.#began) * 1000));
    if (count > 0) {
      const words = memoryWords();
      const at = engine.page() / 4;
      const text = new Uint8Array(words.buffer, words[at + 2], words[at + 3]);
      const ended = engine.is_ended();
      this.#take({ buffer: words.buffer, records: words[at]!, count: words[at + 1]!, text });
      if (ended) this.free();
    }
    if (this.#timed) this.#setTimer();
  }

  /** Writes `data` into the engine's input and returns its length in bytes. */
  #write(engine: EngineSession, data: Uint8Array | string, room: number): number {
    const place = engine.reserve(room);
    const memory = memoryBytes();
    if (typeof data === 'string') return encoder.encodeInto(data, memory.subarray(place, place + room)).written;
    memory.set(data, place);
    return data.length;
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

const asBytes = (piece: Uint8Array | ArrayBuffer): Uint8Array =>
  piece instanceof Uint8Array ? piece : ArrayBuffer.isView(piece) ? viewed(piece) : new Uint8Array(piece);
const viewed = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

const encoder = new TextEncoder();
/** Bytes that go into WASM memory at once. */
const SLICE = 64 * 1024;
