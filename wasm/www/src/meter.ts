// What can be measured from the events alone while a stream runs. When it ends, the engine's own figures take over.

import type { Gaps } from './events';

export type ContentKind = 'text' | 'reasoning' | 'tool';

/** Arrivals of content over time, for the plot. All arrays have the same length. */
export interface Arrivals {
  /** Seconds since the stream began. */
  at: number[];
  /** UTF-8 bytes of each kind so far. */
  text: number[];
  reasoning: number[];
  tool: number[];
  /** Milliseconds since the content before; null for the first. */
  gap: (number | null)[];
}

export class Meter {
  chunks = 0;
  bytes: Record<ContentKind, number> = { text: 0, reasoning: 0, tool: 0 };
  firstContentUs: number | null = null;
  lastContentUs: number | null = null;
  readonly arrivals: Arrivals = { at: [], text: [], reasoning: [], tool: [], gap: [] };
  private readonly counts = new Map<number, number>();
  private gapCount = 0;
  private gapMax = 0;

  /** Notes a piece of content of `bytes` UTF-8 bytes at `atUs`. */
  content(kind: ContentKind, bytes: number, atUs: number): void {
    this.chunks++;
    this.bytes[kind] += bytes;
    const gapUs = this.lastContentUs === null ? null : Math.max(0, atUs - this.lastContentUs);
    if (gapUs !== null) this.record(gapUs);
    this.firstContentUs ??= atUs;
    this.lastContentUs = atUs;
    this.draw(atUs, gapUs);
  }

  /** The distribution of gaps, each figure at most 1/16 too high; null with fewer than two pieces. */
  gaps(): Gaps | null {
    if (this.gapCount === 0) return null;
    const buckets = [...this.counts].sort(([a], [b]) => a - b);
    const quantile = (q: number): number => {
      let left = Math.max(1, Math.ceil(q * this.gapCount));
      for (const [bucket, count] of buckets) {
        left -= count;
        if (left <= 0) return Math.min(highest(bucket), this.gapMax);
      }
      return this.gapMax;
    };
    return { p50_us: quantile(0.5), p95_us: quantile(0.95), p99_us: quantile(0.99), max_us: this.gapMax };
  }

  /** Chunks a second between the first content and the last; null where no time passed. */
  chunksPerSecond(): number | null {
    const spent = (this.lastContentUs ?? 0) - (this.firstContentUs ?? 0);
    return spent > 0 ? (this.chunks * 1e6) / spent : null;
  }

  private record(gapUs: number): void {
    const bucket = bucketOf(gapUs);
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
    this.gapCount++;
    this.gapMax = Math.max(this.gapMax, gapUs);
  }

  private draw(atUs: number, gapUs: number | null): void {
    const { at, text, reasoning, tool, gap } = this.arrivals;
    const seconds = atUs / 1e6;
    const sameMoment = at.length > 0 && at.at(-1) === seconds;
    const index = sameMoment ? at.length - 1 : at.length;
    if (!sameMoment) gap[index] = gapUs === null ? null : gapUs / 1000;
    at[index] = seconds;
    text[index] = this.bytes.text;
    reasoning[index] = this.bytes.reasoning;
    tool[index] = this.bytes.tool;
    if (at.length >= MAX_POINTS) thin(this.arrivals);
  }
}

/** Halves the number of points: of two neighbours the later total and the longer gap stay. */
function thin(arrivals: Arrivals): void {
  const { at, text, reasoning, tool, gap } = arrivals;
  const half = at.length >> 1;
  for (let index = 0; index < half; index++) {
    const later = 2 * index + 1;
    for (const series of [at, text, reasoning, tool]) series[index] = series[later]!;
    const [a, b] = [gap[later - 1] ?? null, gap[later] ?? null];
    gap[index] = a === null ? b : b === null ? a : Math.max(a, b);
  }
  for (const series of [at, text, reasoning, tool, gap]) series.length = half;
}

/** Sixteen buckets for each power of two, exact below 16: the engine's histogram. */
function bucketOf(value: number): number {
  if (value < 16) return Math.floor(value);
  let shift = 0;
  while (value / 2 ** shift >= 32) shift++;
  return (shift + 1) * 16 + Math.floor(value / 2 ** shift) - 16;
}

function highest(bucket: number): number {
  const group = Math.floor(bucket / 16);
  if (group === 0) return bucket;
  return (16 + (bucket % 16)) * 2 ** (group - 1) + 2 ** (group - 1) - 1;
}

/** The plot is some hundreds of pixels wide: more points than this can't be told apart. */
const MAX_POINTS = 8192;
