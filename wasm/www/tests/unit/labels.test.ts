import { expect, test } from 'vitest';
import { around, fitting, type Box, type Wanted } from '../../src/graph/labels';

const box = (left: number, top: number): Box => [left, top, left + 10, top + 10];
const drawn = (wanted: Wanted<string>[], obstacles: Box[] = []): string[] => fitting(wanted, obstacles).map(([what, [left, top]]) => `${what} ${left},${top}`);

test('a label that would lie over an earlier one takes its next place, or none', () => {
  const wanted = ['a', 'b', 'c'].map((what) => ({ what, boxes: [box(0, 0), box(0, 20)] }));
  expect(drawn(wanted)).toEqual(['a 0,0', 'b 0,20']);
});

test('a label lies over an obstacle only where it matters more, and then over no label', () => {
  const boxes = [box(0, 0), box(60, 60)];
  expect(drawn([{ what: 'a', boxes }], boxes)).toEqual([]);
  const all = [{ what: 'a', boxes, over: true }, { what: 'b', boxes, over: true }, { what: 'c', boxes, over: true }];
  expect(drawn(all, boxes)).toEqual(['a 0,0', 'b 60,60']);
  expect(drawn([...all, { what: 'd', boxes, must: true }], boxes)).toEqual(['a 0,0', 'b 60,60', 'd 0,0']);
});

test('of a thousand labels in a crowd none lies over another or over a circle', () => {
  const spots = Array.from({ length: 1000 }, (_, at): [number, number] => [(at * 37) % 900, (at * 59) % 700]);
  const circles = spots.map(([x, y]): Box => [x - 4, y - 4, x + 4, y + 4]);
  const fit = fitting(spots.map(([x, y]) => ({ what: null, boxes: around(x, y, 4, 80, 15) })), circles);
  expect(fit.length).toBeGreaterThan(10);
  const overlap = (one: Box, other: Box): boolean => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
  for (const [at, [, label]] of fit.entries()) {
    const others = [...circles, ...fit.slice(0, at).map(([, box]) => box)];
    expect(others.some((other) => overlap(label, other))).toBe(false);
  }
});
