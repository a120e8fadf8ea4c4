// Moments as they are given.

/** A moment: milliseconds since the Unix epoch, a `Date`, or a date as `Date.parse` has it. */
export type Moment = number | Date | string;

/** Milliseconds since the Unix epoch; NaN for what is no moment, whatever it is. */
export function milliseconds(moment: unknown): number {
  if (typeof moment === 'number') return moment;
  if (typeof moment === 'string') return Date.parse(moment);
  return typeof (moment as Date | null)?.getTime === 'function' ? (moment as Date).getTime() : NaN;
}
