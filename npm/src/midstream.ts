// `for await (const event of midstream(source, options))`: pulls pieces, pushes them through a decoder, gives events.
// Who takes no events reads no bytes; read ahead is only while a worker works, and no more than `MOST_AHEAD`.

import type { Decoder, Piece } from './decoder.js';
import { MidstreamError, wordsOf } from './errors.js';
import type { FinalResponse, StreamEvent } from './events.js';
import { open, type BackpressureOptions, type Input, type Source } from './input.js';
import type { Names } from './known.js';
import { checkSession, SESSION, sessionOptions, type SessionOptions } from './options.js';
import { isFatal, ResponseBuilder } from './response.js';
import { Session } from './session.js';

export interface MidstreamOptions extends SessionOptions, BackpressureOptions {
  /** Aborts: the source is cancelled, memory given back, and whoever waits gets the signal's reason. */
  signal?: AbortSignal;
  /** Whether a stream's first fatal error is thrown, after its last event: otherwise errors are events, like all else. */
  throwOnError?: boolean;
  /** Decodes elsewhere than in this thread: an `EngineWorker`. */
  worker?: { decoder(options: SessionOptions): Decoder | Promise<Decoder> };
}

/** Decodes and analyses the stream that comes from `source`. @throws MidstreamError `invalid-option` */
export function midstream(source: Source, options: MidstreamOptions = {}): EventStream {
  return new EventStream(source, options);
}

/** The events of one stream. They can be read once, in whichever of these ways. */
export class EventStream implements AsyncIterable<StreamEvent> {
  #input: Input;
  #options: MidstreamOptions;
  #decoder: Decoder | null = null;
  /** Events that time brought while nobody was asking. */
  #late: StreamEvent[] = [];
  #done = false;
  #stop: { reason: unknown } | null = null;
  #interrupt: (() => void) | null = null;
  #onAbort = (): void => this.#halt(this.#options.signal?.reason);

  constructor(source: Source, options: MidstreamOptions) {
    checkSession(options, OPTIONS);
    this.#input = open(source, options);
    this.#options = options;
    if (options.signal?.aborted) this.#onAbort();
    else options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The events one by one. Breaking off cancels the source. */
  [Symbol.asyncIterator](): AsyncIterableIterator<StreamEvent> {
    return flattened(this.batches());
  }

  /** The events as they arrive together: fewer steps for whoever has many streams. */
  async *batches(): AsyncGenerator<StreamEvent[], void, undefined> {
    try {
      for (let batch; (batch = await this.#next(true)) !== null; ) if (batch.length > 0) yield batch;
      this.#throwIfFailed();
    } finally {
      this.cancel();
    }
  }

  /** The visible text of the first answer, piece by piece. */
  async *text(): AsyncGenerator<string, void, undefined> {
    for await (const batch of this.batches()) {
      for (const event of batch) if (event.type === 'text-delta' && event.choice === 0) yield event.delta;
    }
  }

  /** Reads to the end and gives what the stream amounts to: the object that `midstream decode --final` prints. */
  async final(): Promise<FinalResponse> {
    try {
      while ((await this.#next(false)) !== null);
      this.#throwIfFailed();
    } finally {
      this.cancel();
    }
    return this.response();
  }

  /** What the stream amounts to so far. */
  response(): FinalResponse {
    return this.#decoder?.response() ?? new ResponseBuilder().response;
  }

  /** The value so far of the input of the open tool call `id`, as `Session.toolInput` has it. */
  toolInput(id: string): unknown {
    return this.#decoder?.toolInput(id);
  }

  /** Cancels the source and gives all memory back. A reader that waits is done. */
  cancel(reason?: unknown): void {
    if (this.#done) return;
    this.#done = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#decoder?.free();
    this.#input.cancel(reason);
    this.#interrupt?.();
  }

  /** The next events; null at the end. Nobody looks at them where they are not `wanted`: only the response grows. */
  async #next(wanted: boolean): Promise<StreamEvent[] | null> {
    if (this.#stop) throw this.#stop.reason;
    if (this.#done) return null;
    const decoder = (this.#decoder ??= await this.#start());
    if (this.#late.length === 0) {
      if (decoder.ended) return null;
      try {
        const batch = await this.#pull(decoder, wanted);
        if (!this.#stop) return batch;
      } catch (error) {
        // A worker's decoder that was freed rejects what it was asked.
        if (!this.#done) throw error;
        if (!this.#stop) return null;
      }
      throw (this.#stop as { reason: unknown }).reason;
    }
    return this.#late.splice(0);
  }

  async #start(): Promise<Decoder> {
    const { worker } = this.#options;
    const options = sessionOptions(this.#options);
    const decoder = worker ? await worker.decoder(options) : await Session.create(options);
    if (this.#done) decoder.free();
    decoder.onTimer = (events) => {
      this.#late.push(...events);
      this.#interrupt?.();
    };
    return decoder;
  }

  /** Reads one piece and pushes it; no events where it was interrupted. */
  async #pull(decoder: Decoder, wanted: boolean): Promise<StreamEvent[]> {
    let piece;
    try {
      piece = this.#ahead.shift() ?? (await this.#piece());
    } catch (error) {
      // A piece that is none is the caller's fault, not the transport's.
      if (error instanceof MidstreamError && error.kind === 'invalid-option') throw error;
      return this.#done ? NONE : decoder.fail(wordsOf(error));
    }
    if (this.#done || piece === undefined) return NONE;
    if (piece === null) return decoder.end();
    const given = this.#give(decoder, piece, wanted);
    const events = Array.isArray(given) ? given : await given;
    // After its last word a provider may keep the connection open.
    if (decoder.closed && !decoder.ended && !this.#done) {
      const last = await decoder.end();
      this.#input.cancel(undefined);
      return [...events, ...last];
    }
    return events;
  }

  /** Pushes `piece`, and what waits with it. */
  #give(decoder: Decoder, piece: Piece, wanted: boolean): StreamEvent[] | Promise<StreamEvent[]> {
    const { messages } = this.#input;
    const push = (piece: Piece): StreamEvent[] | Promise<StreamEvent[]> => {
      if (wanted) return messages ? decoder.pushMessage(piece) : decoder.push(piece);
      const taken = decoder.take(piece, messages);
      return taken ? taken.then(() => NONE) : NONE;
    };
    const given = push(piece);
    return Array.isArray(given) ? given : this.#together([given, ...this.#ahead.splice(0).map(push)] as Promise<StreamEvent[]>[]);
  }

  /** What a worker answers. Pieces that come in the meantime are read ahead, so that they go to it together. */
  async #together(answers: Promise<StreamEvent[]>[]): Promise<StreamEvent[]> {
    let answered = false;
    const events = Promise.all(answers).finally(() => {
      answered = true;
      this.#interrupt?.();
    });
    events.catch(() => {});
    for (let size = 0; size < MOST_AHEAD && !answered && !this.#done; ) {
      const piece = await this.#piece().catch(() => null);
      if (piece === undefined || piece === null) break;
      this.#ahead.push(piece);
      size += typeof piece === 'string' ? piece.length : piece.byteLength;
    }
    return (await events).flat();
  }

  /** Pieces that were read while a worker was busy. */
  #ahead: Piece[] = [];
  /** A read that is under way, which an interruption leaves to the next call; the last one of a source stays. */
  #reading: Promise<Piece | null> | null = null;

  /** The next piece, null at the end, undefined where it was interrupted. */
  #piece(): Promise<Piece | null | undefined> {
    // `Promise.race` with one long-lived promise would keep a reaction for every read.
    return new Promise((resolve, reject) => {
      this.#interrupt = () => resolve(undefined);
      const reading = (this.#reading ??= this.#input.next());
      reading.then((piece) => {
        if (piece !== null && this.#reading === reading) this.#reading = null;
        resolve(piece);
      }, reject);
    });
  }

  #throwIfFailed(): void {
    const { error } = this.response();
    if (error && isFatal(error) && this.#options.throwOnError) throw MidstreamError.from(error);
  }

  #halt(reason: unknown): void {
    this.#stop = { reason };
    this.cancel(reason);
  }
}

/** The names of all options of `midstream`. */
export const OPTIONS: Names<MidstreamOptions> = {
  ...SESSION,
  highWaterMark: 'a number from 0',
  maxBufferedBytes: 'a number from 0',
  signal: 'an AbortSignal',
  throwOnError: 'true or false',
  worker: 'an EngineWorker',
};
const NONE: StreamEvent[] = [];
/** Bytes, or units of text, that are read while a worker is busy. */
const MOST_AHEAD = 64 * 1024;

/** The items of `batches` one by one. Written by hand: a generator's `yield*` costs several turns of the queue an item. */
function flattened<T>(batches: AsyncGenerator<T[], void, undefined>): AsyncIterableIterator<T> {
  let batch: T[] = [];
  let at = 0;
  /** The batch that is being waited for. */
  let coming: Promise<void> | null = null;
  const next = (): Promise<IteratorResult<T, undefined>> => {
    if (at < batch.length) return Promise.resolve({ done: false, value: batch[at++]! });
    if (done) return Promise.resolve({ done: true, value: undefined });
    coming ??= batches.next().then(
      (result) => {
        coming = null;
        at = 0;
        batch = result.done ? [] : result.value;
        done = result.done === true;
      },
      (error: unknown) => {
        coming = null;
        done = true;
        throw error;
      },
    );
    return coming.then(next);
  };
  let done = false;
  return {
    next,
    return: async () => {
      done = true;
      batch = [];
      await batches.return();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
