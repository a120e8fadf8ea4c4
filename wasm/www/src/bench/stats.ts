// Samples and what they amount to.

export interface Latency {
  kind: 'latency';
  /** Microseconds. */
  p50: number;
  p95: number;
  p99: number;
  max: number;
  samples: number;
  /** Calls timed together as one sample. */
  batch: number;
  /** Quantiles 0, 0.01, ... 1 in microseconds, for the plot. */
  quantiles: number[];
}

export interface Throughput {
  kind: 'throughput';
  perSecond: number;
  unit: string;
}

/** What our way of doing something takes more than the browser's own; the two took turns. */
export interface Added {
  kind: 'added';
  /** Of the differences between the turns of a pair, microseconds a call. */
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** The medians of both, microseconds a call. */
  ours: number;
  bare: number;
  pairs: number;
  /** Calls in a turn. */
  batch: number;
}

export type Result = Latency | Throughput | Added;

/** What samples in milliseconds amount to. */
export function latency(samples: Float64Array | number[], batch = 1): Latency {
  const sorted = Float64Array.from(samples).sort();
  const at = (p: number): number => (sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * p) - 1))] ?? NaN) * 1000;
  const quantiles = Array.from({ length: 101 }, (_, percent) => at(percent / 100));
  return { kind: 'latency', p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), samples: sorted.length, batch, quantiles };
}

/** Has `ours` and `bare` take turns of `batch` calls, first one ahead and then the other; each gives milliseconds a turn. */
export async function compare(
  ours: () => Promise<number> | number,
  bare: () => Promise<number> | number,
  { pairs, batch, signal, tell }: { pairs: number; batch: number; signal: AbortSignal; tell: (share: number) => void },
): Promise<Added> {
  const times: { ours: number; bare: number }[] = [];
  // The first pairs warm up.
  const warm = Math.ceil(pairs / 10);
  for (let at = 0; at < pairs + warm; at++) {
    const pair = { ours: 0, bare: 0 };
    if (at % 2) pair.ours = await ours();
    pair.bare = await bare();
    if (at % 2 === 0) pair.ours = await ours();
    if (at >= warm) times.push(pair);
    tell(at / (pairs + warm));
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
  const { p50, p95, p99, max } = latency(times.map(({ ours, bare }) => (ours - bare) / batch));
  const medians = { ours: latency(times.map(({ ours }) => ours / batch)).p50, bare: latency(times.map(({ bare }) => bare / batch)).p50 };
  return { kind: 'added', p50, p95, p99, max, ...medians, pairs, batch };
}

/** The smallest step of the clock, in microseconds. */
export function clockStep(): number {
  let smallest = Infinity;
  for (let seen = 0; seen < 20; seen++) {
    const start = performance.now();
    let next = start;
    while (next === start) next = performance.now();
    smallest = Math.min(smallest, next - start);
  }
  return smallest * 1000;
}

/** Times `call`, in batches that the clock can tell to within 5 %; lets the page breathe between them. */
export async function timeCalls(call: (n: number) => void, calls: number, signal: AbortSignal, tell: (share: number) => void): Promise<Latency> {
  let n = 0;
  const time = (calls: number): number => {
    const start = performance.now();
    for (let taken = 0; taken < calls; taken++) call(n++);
    return performance.now() - start;
  };
  const began = performance.now();
  while (n < 2000 && performance.now() - began < 200) call(n++);
  // Found by trying: what the first calls took says little of the later ones.
  const enough = (STEPS * clockStep()) / 1000;
  const most = Math.ceil(calls / 100);
  let batch = 1;
  while (batch < most && Math.min(time(batch), time(batch), time(batch)) < enough) batch = Math.min(most, batch * 2);
  const samples = new Float64Array(Math.ceil(calls / batch));
  let breath = performance.now();
  for (let at = 0; at < samples.length; at++) {
    samples[at] = time(batch) / batch;
    if (performance.now() - breath > 40) {
      tell(at / samples.length);
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
      breath = performance.now();
    }
  }
  return latency(samples, batch);
}

/** Steps of the clock that a sample takes at least. */
const STEPS = 20;

/** Calls `call` for `ms` and gives how many a second. */
export async function rateCalls(call: (n: number) => void, ms: number, signal: AbortSignal, tell: (share: number) => void): Promise<number> {
  let count = 0;
  let elapsed = 0;
  while (elapsed < ms) {
    const start = performance.now();
    do for (let taken = 0; taken < 32; taken++) call(count++);
    while (performance.now() - start < 40);
    elapsed += performance.now() - start;
    tell(Math.min(1, elapsed / ms));
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
  return (count / elapsed) * 1000;
}
