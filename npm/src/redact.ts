// Text in, the same text out as rules let it pass, for `pipeThrough`.

import type { Piece } from './decoder.js';
import { MidstreamError } from './errors.js';
import type { StreamEvent } from './events.js';
import { checkOptions } from './known.js';
import { checkRules } from './options.js';
import { isFatal } from './response.js';
import type { Rules } from './rules.js';
import { decode } from './transform.js';

export interface RedactOptions {
  /** What the tags of pseudonyms are made with, 16 bytes: keep it secret. Without it, placeholders stand for them. */
  pseudonymKey?: Uint8Array;
  /** Told of each match. */
  onMatch?: (match: StreamEvent & { type: 'match' }) => void;
  /** Pieces that may wait to be read before the writer has to wait: 256. */
  highWaterMark?: number;
}

/**
 * Pieces of text in, the text out with what `rules` find in it masked. Only what a rule may still cover is held back.
 *
 * Where a rule stops the text, the stream fails with a `MidstreamError` of kind `stopped`.
 *
 * @throws MidstreamError `invalid-option` where `rules` are none.
 */
export function redact(rules: Rules, options: RedactOptions = {}): ReadableWritablePair<string, Piece> {
  checkRules(rules);
  checkOptions(options, { pseudonymKey: 'bytes', onMatch: 'a function', highWaterMark: 'a number from 0' });
  const { onMatch, ...others } = options;
  const text = (event: StreamEvent): string | undefined => {
    if (event.type === 'text-delta') return event.delta;
    if (event.type === 'match') onMatch?.(event);
    if (event.type === 'error' && isFatal(event)) throw MidstreamError.from(event);
    return undefined;
  };
  return decode({ ...others, rules, framing: 'text', dialect: 'text' }, text, () => {});
}
