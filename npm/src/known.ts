// Options as they were given, held to those that there are: a name that is written wrong, or a value that says nothing,
// would be left out in silence.

import { MidstreamError } from './errors.js';

/** What an option may be, in the words of its error. */
export type Sort = keyof typeof SORTS;

/** What each of the options `T` may be: all of them, which the compiler sees to. */
export type Names<T> = Record<keyof T, Sort>;

/**
 * Undefined and null stand for what is not given. `path` stands before the names in errors: `entities.`.
 *
 * @throws MidstreamError `invalid-option` where `options` is no plain object, has a name that is not in `names`, or under
 * one that is what it can't be.
 */
export function checkOptions<T extends object>(options: T, names: Names<T>, path = ''): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || 'then' in options) {
    throw new MidstreamError('invalid-option', `expected an object of options, found ${described(options)}`);
  }
  for (const [key, value] of Object.entries(options)) {
    if (!Object.hasOwn(names, key)) {
      throw new MidstreamError('invalid-option', `expected options among ${Object.keys(names).join(', ')}; found \`${path}${key}\``);
    }
    const sort = names[key as keyof T];
    if (value === undefined || value === null || SORTS[sort](value)) continue;
    throw invalid(sort, `${path}${key}`, value);
  }
}

/** That `member` is something else than what is expected. */
export const invalid = (expected: string, member: string, found: unknown): MidstreamError =>
  new MidstreamError('invalid-option', `expected ${expected} as \`${member}\`, found ${described(found)}`);

/** Those options that are given. */
export function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null)) as T;
}

// By what they can do, not by class: a value may come from another realm, or be a stand-in.
const can = (method: string) => (value: any): boolean => typeof value[method] === 'function';
const isA = (type: string) => (value: unknown): boolean => typeof value === type;

const SORTS = {
  'anything': () => true,
  'text': isA('string'),
  'true or false': isA('boolean'),
  'a function': isA('function'),
  'an object': (value: unknown) => typeof value === 'object' && !Array.isArray(value),
  'true, false or an object': (value: unknown) => typeof value === 'boolean' || (typeof value === 'object' && !Array.isArray(value)),
  'a list of texts': (value: unknown) => Array.isArray(value) && value.every(isA('string')),
  'bytes': (value: unknown) => ArrayBuffer.isView(value),
  'a number from 0': (value: unknown) => typeof value === 'number' && value >= 0,
  'a whole number from 0': (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0,
  'a whole number from 1': (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0,
  'an AbortSignal': can('addEventListener'),
  'a LeanAgenticConfig': can('copy'),
  'an EngineWorker': can('decoder'),
  'a KnowledgeGraph': can('feed'),
};

/** What a value is, in words for an error. */
export function described(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `the text \`${value.length > 40 ? `${value.slice(0, 40)}...` : value}\``;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (typeof (value as { then?: unknown }).then === 'function') return 'a promise (is an `await` missing?)';
  if (value instanceof Date) return `the date \`${value}\``;
  return Array.isArray(value) ? 'an array' : `an object of class ${value.constructor?.name ?? 'none'}`;
}
