// Options as they were given, held to those that there are: a name that is written wrong would be left out in silence.

import { MidstreamError } from './errors.js';

/** The names of the options `T`: all of them, which the compiler sees to. */
export type Names<T> = Record<keyof T, true>;

/** @throws MidstreamError `invalid-option` where `options` is no plain object, or has a name that is not in `names`. */
export function checkOptions<T extends object>(options: T, names: Names<T>): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || 'then' in options) {
    throw new MidstreamError('invalid-option', `expected an object of options, found ${described(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (Object.hasOwn(names, key)) continue;
    throw new MidstreamError('invalid-option', `expected options among ${Object.keys(names).join(', ')}; found \`${key}\``);
  }
}

/** What a value is, in words for an error. */
export function described(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `the text \`${value.length > 40 ? `${value.slice(0, 40)}...` : value}\``;
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (typeof (value as { then?: unknown }).then === 'function') return 'a promise (is an `await` missing?)';
  return Array.isArray(value) ? 'an array' : `an object of class ${value.constructor?.name ?? 'none'}`;
}
