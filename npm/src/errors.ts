// What can go wrong, as one class: a kind to switch on, a sentence to show.

import type { ErrorKind, StreamError } from './events.js';

/** What this package itself reports, beside the kinds that the engine gives. */
export type HostErrorKind =
  /** There is no `WebAssembly` here. */
  | 'wasm-missing'
  /** The page's Content-Security-Policy or the runtime forbids compiling WASM. */
  | 'wasm-blocked'
  /** The module could not be fetched, read or compiled. */
  | 'wasm-unavailable'
  /** The engine was used before `await init()`. */
  | 'not-ready'
  /** An option or an argument is none that there is. */
  | 'invalid-option'
  /** Rules are no compiled rules, or could not be had. */
  | 'rules'
  /** A model is none, is damaged, or could not be had. */
  | 'model'
  /** The runtime can't read a response while it comes: its `body` is undefined. */
  | 'streams-missing'
  /** The host has no `WebSocket` or `EventSource`. */
  | 'api-missing'
  /** A server answered with a status or a content type that is no stream. */
  | 'http'
  /** A request failed, or a connection was lost. */
  | 'network'
  /** A source that can't be paused ran ahead of its reader by more than the limit. */
  | 'overflow'
  /** No connection of a pool is open. */
  | 'not-connected'
  /** A binary frame breaks the rules of `binary.ts`. */
  | 'malformed-message'
  /** The worker failed. */
  | 'worker'
  /** It was used after it was closed. */
  | 'closed';

/** An error of this package or, where a stream's own error is thrown, of the engine. */
export class MidstreamError extends Error {
  override readonly name = 'MidstreamError';
  readonly kind: ErrorKind | HostErrorKind;
  /** Offset into the stream of the first byte concerned, in bytes; null where it is not about a byte. */
  readonly offset: number | null;
  /** The provider's code for it, or the HTTP status; null where there is none. */
  readonly code: string | null;

  constructor(kind: ErrorKind | HostErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.kind = kind;
    this.offset = details.offset ?? null;
    this.code = details.code ?? null;
  }

  /** A stream's `error` event as something to throw. */
  static from(error: StreamError): MidstreamError {
    const { kind, message, offset, code } = error;
    return new MidstreamError(kind, message, { offset, ...(code !== undefined && { code }) });
  }
}

export interface ErrorDetails {
  offset?: number;
  code?: string;
  cause?: unknown;
}

/** What was thrown as an error of this class: as it is where it is one already. */
export function typed(kind: HostErrorKind, thrown: unknown): MidstreamError {
  return thrown instanceof MidstreamError ? thrown : new MidstreamError(kind, wordsOf(thrown), { cause: thrown });
}

/** The words of whatever was thrown. */
export function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** @throws MidstreamError `streams-missing` where a response can't be read while it comes; none at all is `null`. */
export function needStreams(response: Response): void {
  if (response.body !== undefined) return;
  throw new MidstreamError('streams-missing', 'expected a runtime that reads responses as streams, found one without `Response.body`');
}
