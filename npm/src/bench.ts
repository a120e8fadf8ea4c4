// The guide's own benchmarks: how long a message takes, and how many go through in a second.

import { LeanAgenticClient } from '../wasm/lean_agentic_wasm.js';
import { init } from './engine.js';
import { now } from './host.js';
import { checkOptions } from './known.js';
import { percentile } from './monitor.js';

export interface BenchmarkOptions {
  /** What takes the messages; a client of its own where it is not given. */
  client?: { process_message(message: string): unknown };
  /** The `n`-th message: `test n` where it is not given. */
  message?: (n: number) => string;
}

/** Times in milliseconds. */
export interface LatencyResult {
  p50: number;
  p95: number;
  p99: number;
  avg: number;
  max: number;
  /** Messages taken: what was asked for, or more where the clock is too coarse to tell so few apart. */
  iterations: number;
  /** Messages timed together: a sample is their mean. 1 where the clock is fine enough for one. */
  batch: number;
  /** The smallest step of the clock, in milliseconds. Pages see 0.005 where they are cross-origin isolated, else 0.1. */
  clockResolution: number;
}

/**
 * Times at least `iterations` messages, in batches that are long enough for this host's clock.
 *
 * @throws MidstreamError `invalid-option`
 */
export async function benchmarkLatency(iterations = 10_000, options: BenchmarkOptions = {}): Promise<LatencyResult> {
  checkOptions({ iterations }, { iterations: 'a whole number from 1' });
  return withClient(options, async (take) => {
    const clockResolution = resolution();
    let n = 0;
    const time = (messages: number): number => {
      const start = now();
      for (let taken = 0; taken < messages; taken++) take(n++);
      return now() - start;
    };
    // Warm up, and see how many messages the clock needs to tell their time to within 5 %.
    const warm = now() + 200;
    while (n < 2000 && now() < warm) take(n++);
    let batch = 1;
    while (Math.min(time(batch), time(batch), time(batch)) < 20 * clockResolution) batch *= 2;
    const enough = batch === 1 ? 1 : LEAST_BATCHES;
    const samples = new Float64Array(Math.max(enough, Math.ceil(iterations / batch)));
    let rest = pause();
    for (let at = 0; at < samples.length; at++) {
      samples[at] = time(batch) / batch;
      if (rest.due()) rest = await rest.take();
    }
    const avg = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
    const sorted = samples.sort();
    const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((p) => percentile(sorted, p)!) as [number, number, number, number];
    return { p50, p95, p99, avg, max, iterations: samples.length * batch, batch, clockResolution };
  });
}

/**
 * Takes messages for `durationMs` and gives how many a second; the page stays alive meanwhile, in time not counted.
 *
 * @throws MidstreamError `invalid-option`
 */
export async function benchmarkThroughput(durationMs = 5000, options: BenchmarkOptions = {}): Promise<number> {
  checkOptions({ durationMs }, { durationMs: 'a whole number from 1' });
  return withClient(options, async (take) => {
    let count = 0;
    let elapsed = 0;
    while (elapsed < durationMs) {
      const start = now();
      const until = start + Math.min(SLICE_MS, durationMs - elapsed);
      // Asking for the time costs about as much as a small message: not after each.
      do for (let taken = 0; taken < 32; taken++) take(count++);
      while (now() < until);
      elapsed += now() - start;
      await new Promise((resolve) => setTimeout(resolve));
    }
    return (count / elapsed) * 1000;
  });
}

async function withClient<T>(options: BenchmarkOptions, run: (take: (n: number) => void) => Promise<T>): Promise<T> {
  checkOptions(options, { client: 'an object', message: 'a function' });
  const { client, message = (n: number) => `test ${n}` } = options;
  if (client) return run((n) => void client.process_message(message(n)));
  await init();
  const own = new LeanAgenticClient('benchmark');
  try {
    return await run((n) => void own.process_message(message(n)));
  } finally {
    own.free();
  }
}

/** The smallest step that the clock makes, in milliseconds. */
function resolution(): number {
  let smallest = Infinity;
  for (let seen = 0; seen < 20; seen++) {
    const start = now();
    let next = start;
    while (next === start) next = now();
    smallest = Math.min(smallest, next - start);
  }
  return smallest;
}

/** Lets the page breathe, every `SLICE_MS`. */
function pause(): { due(): boolean; take(): Promise<ReturnType<typeof pause>> } {
  const at = now() + SLICE_MS;
  return {
    due: () => now() > at,
    take: async () => {
      await new Promise((resolve) => setTimeout(resolve));
      return pause();
    },
  };
}

const SLICE_MS = 50;
/** So that percentiles mean something: some 40 steps of the clock each at most, 0.4 s where it makes 0.1 ms. */
const LEAST_BATCHES = 100;
