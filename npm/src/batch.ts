// Items in, batches out: when there are enough, after a short time, and on close. Nothing is stranded.

import { MidstreamError } from './errors.js';
import { timer } from './host.js';
import { checkOptions } from './known.js';

export interface BatchOptions<T> {
  /** Items at which a batch is handed on: 100. */
  size?: number;
  /** How long an item waits at most, in milliseconds: 10. */
  delayMs?: number;
  /** Told of a batch that could not be handed on, with its items. Where it is not given, `flush` and `close` reject. */
  onError?: (error: unknown, items: T[]) => void;
}

/** Collects items and hands them on together, one batch after another. */
export class Batcher<T> {
  #items: T[] = [];
  #handOn: (items: T[]) => void | Promise<void>;
  #size: number;
  #delayMs: number;
  #onError: ((error: unknown, items: T[]) => void) | undefined;
  #cancelTimer: (() => void) | null = null;
  #closed = false;
  /** The batches under way; an error that nobody was told of yet rejects it once. */
  #under: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | null = null;

  /** @throws MidstreamError `invalid-option` */
  constructor(handOn: (items: T[]) => void | Promise<void>, options: BatchOptions<T> = {}) {
    checkOptions(options, { size: 'a number from 0', delayMs: 'a number from 0', onError: 'a function' });
    this.#handOn = handOn;
    this.#size = options.size ?? 100;
    this.#delayMs = options.delayMs ?? 10;
    this.#onError = options.onError;
  }

  /** Items that wait. */
  get pending(): number {
    return this.#items.length;
  }

  /** Takes an item. @throws MidstreamError `closed` after `close`. */
  push(item: T): void {
    if (this.#closed) throw new MidstreamError('closed', 'expected items before the batcher was closed');
    this.#items.push(item);
    if (this.#items.length >= this.#size) this.#send();
    else this.#cancelTimer ??= timer(() => this.#send(), this.#delayMs);
  }

  /** Hands on what waits; fulfilled when all batches so far are handed on. */
  async flush(): Promise<void> {
    this.#send();
    await this.#under;
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure.error;
  }

  /** Hands on what waits and takes no more. */
  close(): Promise<void> {
    this.#closed = true;
    return this.flush();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #send(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    // In order: the next batch waits for the one before.
    this.#under = this.#under.then(() => this.#handOn(items)).catch((error: unknown) => {
      if (this.#onError) this.#onError(error, items);
      else this.#failure ??= { error };
    });
  }
}
