import { expect, test } from 'vitest';
import { Meter } from '../../src/meter';

test('quantiles of gaps are those of the sorted gaps within a sixteenth', () => {
  const meter = new Meter();
  let at = 0;
  for (let gap = 0; gap <= 1000; gap++) meter.content('text', 1, (at += gap * 7));
  const gaps = meter.gaps()!;
  for (const [found, exact] of [[gaps.p50_us, 3500], [gaps.p95_us, 6650], [gaps.p99_us, 6930]] as const) {
    expect(found).toBeGreaterThanOrEqual(exact);
    expect(found).toBeLessThanOrEqual(exact + exact / 16);
  }
  expect(gaps.max_us).toBe(7000);
});

test('one piece has no gap and no rate', () => {
  const meter = new Meter();
  meter.content('text', 5, 1000);
  expect([meter.gaps(), meter.chunksPerSecond(), meter.firstContentUs]).toEqual([null, null, 1000]);
});

test('pieces of one moment are one point with all their bytes', () => {
  const meter = new Meter();
  meter.content('text', 5, 1000);
  meter.content('reasoning', 7, 3000);
  meter.content('tool', 9, 3000);
  expect(meter.arrivals).toEqual({ at: [0.001, 0.003], text: [5, 5], reasoning: [0, 7], tool: [0, 9], gap: [null, 2] });
  expect(meter.chunks).toBe(3);
});

test('a hundred thousand arrivals stay few points, with the last total and the longest gap', () => {
  const meter = new Meter();
  for (let index = 1; index <= 100_000; index++) meter.content('text', 2, index * 1000 + (index > 70_000 ? 500_000 : 0));
  const { at, text, gap } = meter.arrivals;
  expect(at.length).toBeLessThan(8192);
  expect(new Set([at.length, text.length, gap.length]).size).toBe(1);
  expect(text.at(-1)).toBe(200_000);
  expect(Math.max(...gap.map((ms) => ms ?? 0))).toBe(501);
  expect(at.every((moment, index) => index === 0 || moment > at[index - 1]!)).toBe(true);
});
