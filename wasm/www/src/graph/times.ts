// When a fact was so and when it was told, in words. A page's reader wants `since 2011`, not a midnight in UTC.

import type { GraphEdge } from './data';

type Period = Pick<GraphEdge, 'valid_from' | 'valid_to' | 'valid_from_assumed' | 'retracted'>;

/** When a fact was so, as far as it is said: `since 2011`, `2003–2007`, `until May 2011`. */
export function period({ valid_from, valid_to, valid_from_assumed, retracted }: Period): string | null {
  if (retracted) return 'taken back';
  const from = valid_from_assumed ? null : valid_from;
  if (from === null && valid_to === null) return null;
  if (valid_to === null) return `since ${first(from!, grain(from!))}`;
  if (from === null) return `until ${last(valid_to, grain(valid_to))}`;
  // Within a year both ends are told alike; else each as finely as it is known.
  const alike = last(valid_to, 'year') === first(from, 'year') ? finer(grain(from), grain(valid_to)) : null;
  const [start, end] = [first(from, alike ?? grain(from)), last(valid_to, alike ?? grain(valid_to))];
  return start === end ? start : `${start}${/^\d+$/.test(start + end) ? '–' : ' – '}${end}`;
}

/** The same with nothing left out. */
export function full({ valid_from, valid_to, valid_from_assumed }: Period): string {
  const from = valid_from && `from ${valid_from}${valid_from_assumed ? ', when it was told' : ''}`;
  return [from, valid_to && `before ${valid_to}`].filter(Boolean).join(', ');
}

/** A moment as the reader's clock has it. */
export function time(moment: string): string {
  return TIME.format(instant(moment));
}

type Grain = 'year' | 'month' | 'day' | 'moment';

/** What a moment is the beginning of: the graph keeps moments, of which those of dates are midnights in UTC. */
function grain(moment: string): Grain {
  if (!/T00:00:00Z$/.test(moment)) return 'moment';
  if (!/-01T/.test(moment)) return 'day';
  return /-01-01T/.test(moment) ? 'year' : 'month';
}

function finer(one: Grain, other: Grain): Grain {
  return GRAINS[Math.max(GRAINS.indexOf(one), GRAINS.indexOf(other))]!;
}

function first(moment: string, by: Grain): string {
  return dated(instant(moment), by);
}

/** The last of what lies before a moment, which is the first at which a fact is no longer so. */
function last(moment: string, by: Grain): string {
  return dated(instant(moment) - (by === 'moment' ? 0 : 1), by);
}

function dated(instant: number, by: Grain): string {
  return (by === 'moment' ? TIME : instant < COMMON_ERA ? BEFORE[by] : DATES[by]).format(instant);
}

/** Milliseconds since the epoch. The gateway's years have four digits or a sign and what they need, those of `Date` six. */
export function instant(moment: string): number {
  const [, sign, year, rest] = /^([+-]?)(\d+)(.*)$/.exec(moment) ?? [];
  return Date.parse(year === undefined || (sign === '' && year.length === 4) ? moment : `${sign || '+'}${year.padStart(6, '0')}${rest}`);
}

const GRAINS: Grain[] = ['year', 'month', 'day', 'moment'];
const dates = (era?: 'short'): Record<Exclude<Grain, 'moment'>, Intl.DateTimeFormat> => {
  const made = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(undefined, { ...options, era, timeZone: 'UTC' });
  return {
    year: made({ year: 'numeric' }),
    month: made({ year: 'numeric', month: 'long' }),
    day: made({ year: 'numeric', month: 'short', day: 'numeric' }),
  };
};
const DATES = dates();
const BEFORE = dates('short');
const COMMON_ERA = Date.parse('0001-01-01T00:00:00Z');
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
