// `for await (const event of midstream(source, options))`: pulls pieces, pushes them through a decoder, gives events.
// Nothing is read ahead: who takes no events reads no bytes.

import type { Decoder } from './decoder.js';
import { MidstreamError, wordsOf } from './errors.js';
import type { FinalResponse, StreamError, StreamEvent } from './events.js';
import { open, type BackpressureOptions, type Input, type Source } from './input.js';
import type { SessionOptions } from './options.js';
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

/** Decodes and analyses the stream that comes from `source`. */
export function midstream(source: Source, options: MidstreamOptions = {}): EventStream {
  return new EventStream(source, options);
}

/** The events of one stream. They can be read once, in whichever of these ways. */
export class EventStream implements AsyncIterable<StreamEvent> {
  #input: Input;
  #options: MidstreamOptions;
  #decoder: Decoder | null = null;
  #answer = new ResponseBuilder();
  #failed: StreamError | null = null;
  /** Events that time brought while nobody was asking. */
  #late: StreamEvent[] = [];
  #done = false;
  #stop: { reason: unknown } | null = null;
  #interrupt: (() => void) | null = null;
  #onAbort = (): void => this.#halt(this.#options.signal?.reason);

  constructor(source: Source, options: MidstreamOptions) {
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
      for (let batch; (batch = await this.#next()) !== null; ) if (batch.length > 0) yield batch;
      if (this.#failed && this.#options.throwOnError) throw MidstreamError.from(this.#failed);
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
    for await (const _ of this.batches());
    return this.response();
  }

  /** What the stream amounts to so far. */
  response(): FinalResponse {
    return this.#answer.response;
  }

  /** The value so far of the input of the open tool call `id`, as `Session.toolInput` has it. */
  toolInput(id: string): unknown {
    return this.#answer.toolInput(id);
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

  /** The next events; null at the end. */
  async #next(): Promise<StreamEvent[] | null> {
    if (this.#stop) throw this.#stop.reason;
    if (this.#done) return null;
    const decoder = (this.#decoder ??= await this.#start());
    if (this.#late.length === 0) {
      if (decoder.ended) return null;
      const batch = await this.#pull(decoder);
      if (this.#stop) throw (this.#stop as { reason: unknown }).reason;
      this.#note(batch);
      return batch;
    }
    return this.#late.splice(0);
  }

  async #start(): Promise<Decoder> {
    const { worker } = this.#options;
    const decoder = worker ? await worker.decoder(this.#options) : await Session.create(this.#options);
    if (this.#done) decoder.free();
    decoder.onTimer = (events) => {
      this.#note(events);
      this.#late.push(...events);
      this.#interrupt?.();
    };
    return decoder;
  }

  /** Reads one piece and pushes it; no events where it was interrupted. */
  async #pull(decoder: Decoder): Promise<StreamEvent[]> {
    let piece;
    try {
      piece = await this.#piece();
    } catch (error) {
      return this.#done ? [] : decoder.fail(wordsOf(error));
    }
    if (this.#done || piece === undefined) return [];
    if (piece === null) return decoder.end();
    const events = await (this.#input.messages ? decoder.pushMessage(piece) : decoder.push(piece));
    // After its last word a provider may keep the connection open.
    if (decoder.closed && !decoder.ended && !this.#done) {
      const last = await decoder.end();
      this.#input.cancel(undefined);
      return [...events, ...last];
    }
    return events;
  }

  /** A read that is under way, which an interruption leaves to the next call. */
  #reading: ReturnType<Input['next']> | null = null;

  /** The next piece, null at the end, undefined where it was interrupted. */
  #piece(): Promise<Awaited<ReturnType<Input['next']>> | undefined> {
    // `Promise.race` with one long-lived promise would keep a reaction for every read.
    return new Promise((resolve, reject) => {
      this.#interrupt = () => resolve(undefined);
      const reading = (this.#reading ??= this.#input.next());
      reading.then(
        (piece) => {
          if (this.#reading === reading) this.#reading = null;
          resolve(piece);
        },
        (error: unknown) => {
          if (this.#reading === reading) this.#reading = null;
          reject(error as Error);
        },
      );
    });
  }

  #note(events: StreamEvent[]): void {
    for (const event of events) {
      this.#answer.push(event);
      if (event.type === 'error' && this.#failed === null && isFatal(event)) this.#failed = event;
    }
  }

  #halt(reason: unknown): void {
    this.#stop = { reason };
    this.cancel(reason);
  }
}

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
