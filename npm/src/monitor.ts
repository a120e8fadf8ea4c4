// Live figures of whatever is measured: the last samples' percentiles, throughput, errors.

import { now as hostNow } from './host.js';
import { checkOptions } from './known.js';

export interface MonitorOptions {
  /** Samples that are kept: 1,000. */
  samples?: number;
  /** Over how many milliseconds up to now throughput is counted: 5,000. */
  windowMs?: number;
  /** The clock, in milliseconds. */
  now?: () => number;
}

export interface MonitorStats {
  /** Milliseconds, of the samples that are kept; null without any. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
  /** Latencies recorded a second, over the last few seconds. */
  throughput: number;
  /** Errors since the beginning. */
  errors: number;
  /** Latencies recorded since the beginning. */
  count: number;
}

/** Records latencies and errors. Recording costs the same however many there were. */
export class PerformanceMonitor {
  /** Errors since the beginning; may be added to. */
  errors = 0;
  /** Latencies recorded since the beginning. */
  count = 0;
  #ring: Float64Array;
  #now: () => number;
  /** How many were recorded in each slot of time, and which slot that was. */
  #slots: { slot: number; count: number }[];
  #slotMs: number;
  #began: number;

  /** @throws MidstreamError `invalid-option` */
  constructor(options: MonitorOptions = {}) {
    checkOptions(options, { samples: 'a whole number from 1', windowMs: 'a whole number from 1', now: 'a function' });
    const { samples = 1000, windowMs = 5000, now = hostNow } = options;
    this.#ring = new Float64Array(samples);
    this.#now = now;
    this.#slotMs = windowMs / SLOTS;
    this.#slots = Array.from({ length: SLOTS }, () => ({ slot: -1, count: 0 }));
    this.#began = now();
  }

  /** Records a latency in milliseconds. */
  recordLatency(latency: number): void {
    this.#ring[this.count % this.#ring.length] = latency;
    this.count += 1;
    const slot = Math.floor((this.#now() - this.#began) / this.#slotMs);
    const place = this.#slots[slot % SLOTS]!;
    if (place.slot !== slot) {
      place.slot = slot;
      place.count = 0;
    }
    place.count += 1;
  }

  /** Counts an error. */
  recordError(): void {
    this.errors += 1;
  }

  /** Does `work` and records how long it took; an error is counted and thrown on. */
  measure<T>(work: () => T): T {
    const began = this.#now();
    try {
      return work();
    } catch (error) {
      this.recordError();
      throw error;
    } finally {
      this.recordLatency(this.#now() - began);
    }
  }

  /** The samples that are kept, oldest first, in milliseconds. */
  get latencies(): number[] {
    const { length } = this.#ring;
    if (this.count <= length) return [...this.#ring.subarray(0, this.count)];
    const oldest = this.count % length;
    return [...this.#ring.subarray(oldest), ...this.#ring.subarray(0, oldest)];
  }

  /** Latencies recorded a second, over the window. */
  get throughput(): number {
    const elapsed = this.#now() - this.#began;
    const slot = Math.floor(elapsed / this.#slotMs);
    const recent = this.#slots.filter((place) => place.slot > slot - SLOTS && place.slot <= slot);
    const seconds = Math.min(elapsed, (elapsed % this.#slotMs) + (SLOTS - 1) * this.#slotMs) / 1000;
    return seconds > 0 ? recent.reduce((sum, { count }) => sum + count, 0) / seconds : 0;
  }

  /** The latency that a share `p` of the samples does not exceed; null without samples. */
  percentile(p: number): number | null {
    return percentile(this.#sorted(), p);
  }

  getStats(): MonitorStats {
    const sorted = this.#sorted();
    const [p50 = null, p95 = null, p99 = null] = [0.5, 0.95, 0.99].map((p) => percentile(sorted, p));
    return { p50, p95, p99, throughput: this.throughput, errors: this.errors, count: this.count };
  }

  #sorted(): Float64Array {
    return this.#ring.slice(0, Math.min(this.count, this.#ring.length)).sort();
  }
}

/** The value that a share `p` of the sorted values does not exceed (nearest rank); null without values. */
export function percentile(sorted: ArrayLike<number>, p: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * p) - 1))]!;
}

const SLOTS = 50;
