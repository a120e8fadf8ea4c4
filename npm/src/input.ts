// Anything that a stream can come from, as one thing to pull pieces out of.

import { checkPiece, type Piece } from './decoder.js';
import { MidstreamError, needStreams } from './errors.js';
import { socketInput, type SocketLike } from './socket.js';

/** What `midstream` reads: a body, a stream, a connection, or the bytes themselves. */
export type Source =
  | Response
  | ReadableStream<Uint8Array>
  | ReadableStream<string>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>
  | SocketLike
  | Uint8Array
  | ArrayBuffer
  | string;

/** Pieces to be pulled. */
export interface Input {
  /** Whether each piece is a WebSocket message. */
  readonly messages: boolean;
  /** The next piece; null at the end. It rejects where the transport fails. */
  next(): Promise<Piece | null>;
  /** Stops the source: what was not pulled is not wanted. */
  cancel(reason: unknown): void;
}

/** How far a source that can't wait may run ahead. */
export interface BackpressureOptions {
  /** Bytes that wait unread at which a WebSocket with a `pause` method is paused, until half of them are read: 1 MiB. */
  highWaterMark?: number;
  /** Bytes that wait unread at which a WebSocket that can't be paused is closed, with an `overflow` error: 16 MiB. */
  maxBufferedBytes?: number;
}

/** @throws MidstreamError `invalid-option` where `source` is nothing that can be read. */
export function open(source: Source, options: BackpressureOptions = {}): Input {
  if (typeof source === 'string' || source instanceof Uint8Array || source instanceof ArrayBuffer) {
    return iteratorInput([source as Piece][Symbol.iterator]());
  }
  if (typeof source === 'object' && source !== null) {
    if (isResponse(source)) {
      needStreams(source);
      if (source.bodyUsed) throw used('a response whose body was read already');
      return source.body ? readerInput(source.body) : iteratorInput([][Symbol.iterator]());
    }
    if (isReadable(source)) return readerInput(source);
    if (isSocket(source)) return socketInput(source, options);
    if (Symbol.asyncIterator in source) return iteratorInput(source[Symbol.asyncIterator]());
    if (Symbol.iterator in source) return iteratorInput(source[Symbol.iterator]());
  }
  throw new MidstreamError('invalid-option', `expected a source to read from, found ${describe(source)}`);
}

const used = (found: string): MidstreamError => new MidstreamError('invalid-option', `expected a source that nobody else reads, found ${found}`);

function readerInput(stream: ReadableStream<Piece>): Input {
  if (stream.locked) throw used('a stream that is locked to a reader');
  const reader = stream.getReader();
  return {
    messages: false,
    next: async () => {
      const { done, value } = await reader.read();
      return done ? null : given(value);
    },
    cancel: (reason) => void reader.cancel(reason).catch(ignore),
  };
}

function iteratorInput(iterator: Iterator<Piece> | AsyncIterator<Piece>): Input {
  return {
    messages: false,
    next: async () => {
      const { done, value } = await iterator.next();
      return done ? null : given(value);
    },
    cancel: () => void Promise.resolve(iterator.return?.()).catch(ignore),
  };
}

/** A piece that is none, before it is taken for the end. @throws MidstreamError `invalid-option` */
function given(value: unknown): Piece {
  if (value === undefined || value === null) checkPiece(value);
  return value as Piece;
}

// By shape, not by class: Node has more than one implementation of `fetch`, and a source may come from another realm.
const isResponse = (source: object): source is Response => 'headers' in source && 'status' in source;
const isReadable = (source: object): source is ReadableStream<Piece> => 'getReader' in source;
const isSocket = (source: object): source is SocketLike => 'readyState' in source && 'send' in source;

const describe = (value: unknown): string => (value === null ? 'null' : typeof value);
const ignore = (): void => {};
