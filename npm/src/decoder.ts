// What a stream of events is made by: a session in this thread, or one in a worker. Both have this one face.

import { MidstreamError } from './errors.js';
import type { FinalResponse, StreamEvent } from './events.js';
import { described } from './known.js';

/** A piece of a body, as it arrived. */
export type Piece = Uint8Array | ArrayBuffer | string;

/** @throws MidstreamError `invalid-option` where `piece` is neither text nor bytes. */
export function checkPiece(piece: unknown): void {
  if (typeof piece === 'string' || piece instanceof Uint8Array || ArrayBuffer.isView(piece)) return;
  // By its name: a buffer may come from another realm.
  if (Object.prototype.toString.call(piece) === '[object ArrayBuffer]') return;
  throw new MidstreamError('invalid-option', `expected text or bytes, found ${described(piece)}`);
}

/** The bytes of a piece that is no text, whatever view of them it is. */
export function asBytes(piece: Uint8Array | ArrayBuffer): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  return ArrayBuffer.isView(piece) ? viewed(piece) : new Uint8Array(piece);
}

const viewed = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/** Takes a stream's pieces, gives its events. */
export interface Decoder {
  /** Takes the next piece of a body. */
  push(piece: Piece): StreamEvent[] | Promise<StreamEvent[]>;
  /** Takes one whole WebSocket message. */
  pushMessage(message: Piece): StreamEvent[] | Promise<StreamEvent[]>;
  /** Takes what `push`, or `pushMessage` where it is a `message`, would take, for whoever wants no events of it. */
  take(piece: Piece, message?: boolean): void | Promise<void>;
  /** Takes the end of the stream. */
  end(): StreamEvent[] | Promise<StreamEvent[]>;
  /** Takes the end of a stream whose transport failed, with the host's words for it. */
  fail(reason: string): StreamEvent[] | Promise<StreamEvent[]>;
  /** Called with the events that time alone brings: stalls and timeouts. */
  onTimer: ((events: StreamEvent[]) => void) | null;
  /** Whether `stream-end` was given. */
  readonly ended: boolean;
  /** Whether nothing more will come, so that one may hang up. */
  readonly closed: boolean;
  /** What the stream amounts to so far. The object grows. */
  response(): FinalResponse;
  /** The value so far of the input of the open tool call `id`. */
  toolInput(id: string): unknown;
  /** Gives the stream's memory back; nothing can be pushed any more. */
  free(): void;
}
