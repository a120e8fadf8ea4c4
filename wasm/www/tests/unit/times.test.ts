import { expect, test } from 'vitest';
import { full, instant, period, time } from '../../src/graph/times';

const so = (from: string | null, to: string | null, more = {}): string | null => {
  const moment = (date: string | null): string | null => date && (date.includes('T') ? date : `${date}T00:00:00Z`);
  return period({ valid_from: moment(from), valid_to: moment(to), ...more });
};

test('a time is told as finely as it is known', () => {
  const table: [string | null, string | null, string | null][] = [
    [null, null, null],
    ['2011-01-01', null, 'since 2011'],
    ['2003-01-01', '2008-01-01', '2003–2007'],
    ['1891-01-01', '1892-01-01', '1891'],
    ['2011-05-01', null, 'since May 2011'],
    ['2011-05-01', '2011-06-01', 'May 2011'],
    ['2011-05-07', null, 'since May 7, 2011'],
    ['2011-05-07', '2011-05-08', 'May 7, 2011'],
    ['2007-01-01', '2007-01-02', 'Jan 1, 2007'],
    ['2007-12-05', '2008-01-01', 'Dec 5, 2007 – Dec 31, 2007'],
    ['2003-01-01', '2011-05-01', '2003 – April 2011'],
    ['2003-05-07', '2011-01-01', 'May 7, 2003 – 2010'],
    [null, '2008-01-01', 'until 2007'],
    ['-0043-01-01', '-0042-01-01', '44 BC'],
    ['-0043-01-01', null, 'since 44 BC'],
    ['0079-01-01', '0080-01-01', '79'],
    ['12000-01-01', null, 'since 12000'],
  ];
  for (const [from, to, words] of table) expect(so(from, to), `${from} to ${to}`).toBe(words);
});

test('a time that nobody said is none, and what was taken back was never so', () => {
  expect(so('2026-12-01T01:20:03.5Z', null, { valid_from_assumed: true })).toBe(null);
  expect(so('2026-12-01T01:20:03.5Z', '2027-01-01', { valid_from_assumed: true })).toBe('until 2026');
  expect(so('2011-01-01', '2011-01-01', { retracted: true })).toBe('taken back');
});

test('nothing is left out on pointing at it', () => {
  const [valid_from, valid_to] = ['2003-01-01T00:00:00Z', '2008-01-01T00:00:00Z'];
  expect(full({ valid_from, valid_to })).toBe('from 2003-01-01T00:00:00Z, before 2008-01-01T00:00:00Z');
  expect(full({ valid_from, valid_to: null, valid_from_assumed: true })).toBe('from 2003-01-01T00:00:00Z, when it was told');
});

test('moments of all years are read', () => {
  for (const moment of ['-0043-03-15T00:00:00Z', '12000-01-01T00:00:00Z', '2024-02-29T12:30:00.123456Z']) {
    expect(Number.isFinite(instant(moment)), moment).toBe(true);
    expect(time(moment)).not.toBe('');
  }
});
