import { expect, test } from 'vitest';
import { bytes, rate, time } from '../../src/format';

test('times', () => {
  const table: [number | null, string][] = [
    [null, '–'], [0, '0 µs'], [999, '999 µs'], [1000, '1 ms'], [18_240, '18.2 ms'], [412_300, '412 ms'],
    [999_900, '1.00 s'], [3_214_000, '3.21 s'], [59_960_000, '60.0 s'], [125_000_000, '2 m 05 s'],
  ];
  for (const [us, text] of table) expect(time(us)).toBe(text);
});

test('bytes and rates', () => {
  expect([0, 812, 1000, 4210, 999_999, 1_300_000].map(bytes)).toEqual(['0 B', '812 B', '1 KB', '4.21 KB', '1 MB', '1.30 MB']);
  expect([null, 0.5, 68.31, 1234.5].map(rate)).toEqual(['–', '0.50', '68.3', '1,235']);
});
