// Buffers to be used again: so many of one size, and plain allocation beyond.

import { checkOptions } from './known.js';

export interface BufferPoolOptions {
  /** Buffers that are kept, and allocated at the beginning: 100. */
  count?: number;
  /** Bytes of each: 4,096. */
  size?: number;
}

/** A pool of `Uint8Array`s. */
export class BufferPool {
  readonly size: number;
  readonly count: number;
  #free: Uint8Array<ArrayBuffer>[];
  /** Those that are out; what is not among them is not taken back, so none can be given out twice. */
  #lent = new WeakSet<Uint8Array>();

  /** @throws MidstreamError `invalid-option` */
  constructor(options: BufferPoolOptions = {}) {
    checkOptions(options, { count: 'a number from 0', size: 'a whole number from 1' });
    const { count = 100, size = 4096 } = options;
    this.size = size;
    this.count = count;
    this.#free = Array.from({ length: count }, () => new Uint8Array(size));
  }

  /** How many wait to be used. */
  get available(): number {
    return this.#free.length;
  }

  /** A buffer of at least `length` bytes, all zero: one of the pool's, or a new one where none is left or fits. */
  get(length: number = this.size): Uint8Array<ArrayBuffer> {
    const buffer = (length <= this.size ? this.#free.pop() : undefined) ?? new Uint8Array(Math.max(length, this.size));
    this.#lent.add(buffer);
    return buffer;
  }

  /** Takes a buffer back, cleared, and returns whether it is kept: not a huge one, not where the pool is full. */
  release(buffer: Uint8Array<ArrayBuffer>): boolean {
    if (!this.#lent.delete(buffer)) return false;
    // One that was transferred to another thread has no bytes any more.
    if (buffer.length !== this.size || this.#free.length >= this.count) return false;
    buffer.fill(0);
    this.#free.push(buffer);
    return true;
  }
}
