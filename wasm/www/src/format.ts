// Figures for people: few digits, a unit, no surprises.

/** Microseconds as `412 µs`, `18.2 ms`, `3.21 s` or `2 m 05 s`. */
export function time(us: number | null | undefined): string {
  if (us === null || us === undefined) return '–';
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${digits(us / 1000)} ms`;
  if (us < 119_500_000) return `${(us / 1e6).toFixed(us < 9_995_000 ? 2 : 1)} s`;
  const seconds = Math.round(us / 1e6);
  return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Bytes as `812 B`, `4.2 KB`, `1.30 MB`; thousands, as network tools count. */
export function bytes(count: number | null | undefined): string {
  if (count === null || count === undefined) return '–';
  if (count < 1000) return `${count} B`;
  if (count < 999_500) return `${digits(count / 1e3)} KB`;
  return count < 999_500_000 ? `${digits(count / 1e6)} MB` : `${digits(count / 1e9)} GB`;
}

/** A whole number with thousands set apart. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : GROUPED.format(value);
}

/** A rate with three digits at most. */
export function rate(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : digits(value);
}

/** The time of day of a moment in milliseconds since the epoch. */
export function clock(ms: number): string {
  return CLOCK.format(ms);
}

/** Three significant digits for small values, whole numbers above a hundred. */
function digits(value: number): string {
  if (value >= 100) return count(Math.round(value));
  return value.toFixed(value < 9.995 ? 2 : 1).replace(/\.0+$/, '');
}

// Made once: making one costs more than using it a thousand times.
const GROUPED = new Intl.NumberFormat('en-US');
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
