// The binary protocol for large payloads: many frames in one message, no text made of bytes and no base64. The page and
// its worker speak it; a WebSocket whose other end does can carry it as well.
//
// A message is frames, one behind the other; all numbers little-endian:
//
//   offset  size  what
//   0       4     length of the payload in bytes
//   4       4     stream that it belongs to
//   8       1     kind, see `FrameKind`
//   9       1     version, 1
//   10      2     0
//   12      ...   the payload, then zeros up to a multiple of 4
//
// The payload of an `events` frame is a page as the engine writes it (`wasm/src/layout.rs`): number of records (u32), length of
// the text in bytes (u32), the records (16 bytes each), the text in UTF-8.

import { read, type Page } from '../wasm/layout.js';
import { MidstreamError, wordsOf } from './errors.js';
import type { StreamEvent } from './events.js';

/** What a frame says. */
export const FrameKind = {
  /** A stream begins; the payload is its options as JSON. */
  open: 1,
  /** More of its body. */
  bytes: 2,
  /** One whole message. */
  message: 3,
  /** Its body is over. */
  end: 4,
  /** Its transport failed; the payload says why, in UTF-8. */
  fail: 5,
  /** Nobody wants more of it. */
  close: 6,
  /** Events. */
  events: 16,
  /** What was asked last is done: 1 in the first byte where the stream has ended, plus 2 where nothing more will come. */
  done: 17,
  /** The events before it were brought by time. The payload is as that of `done`. */
  timer: 18,
  /** What was asked last could not be done; the payload is `{kind, message}` as JSON. */
  error: 19,
} as const;

export interface Frame {
  kind: number;
  stream: number;
  payload: Uint8Array;
}

/** Puts frames into one message. */
export function encodeFrames(frames: readonly Frame[]): Uint8Array<ArrayBuffer> {
  const size = frames.reduce((sum, { payload }) => sum + HEADER + padded(payload.length), 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { kind, stream, payload } of frames) {
    view.setUint32(at, payload.length, true);
    view.setUint32(at + 4, stream, true);
    bytes[at + 8] = kind;
    bytes[at + 9] = VERSION;
    bytes.set(payload, at + HEADER);
    at += HEADER + padded(payload.length);
  }
  return bytes;
}

/**
 * The frames of a message. Their payloads are views into it.
 *
 * @throws MidstreamError `malformed-message` with the offset of the frame that breaks the rules.
 */
export function decodeFrames(message: Uint8Array | ArrayBuffer): Frame[] {
  const bytes = message instanceof Uint8Array ? message : new Uint8Array(message);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const wrong = (words: string): never => {
      throw new MidstreamError('malformed-message', words, { offset: at });
    };
    if (bytes.length - at < HEADER) wrong(`expected a header of ${HEADER} bytes, found ${bytes.length - at}`);
    if (bytes[at + 9] !== VERSION) wrong(`expected version ${VERSION}, found ${bytes[at + 9]}`);
    const length = view.getUint32(at, true);
    const end = at + HEADER + padded(length);
    if (end > bytes.length) wrong(`expected a payload of ${length} bytes, found ${bytes.length - at - HEADER}`);
    const payload = bytes.subarray(at + HEADER, at + HEADER + length);
    frames.push({ kind: bytes[at + 8]!, stream: view.getUint32(at + 4, true), payload });
    at = end;
  }
  return frames;
}

/** The payload of an `events` frame: a copy of the page. */
export function encodePage({ buffer, records, count, text, length }: Page): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(8 + count * RECORD + length);
  new Uint32Array(payload.buffer, 0, 2).set([count, length]);
  payload.set(new Uint8Array(buffer, records, count * RECORD), 8);
  payload.set(new Uint8Array(buffer, text, length), 8 + count * RECORD);
  return payload;
}

/**
 * The events of a page; adjacent deltas of one block as one where `joined`.
 *
 * @throws MidstreamError `malformed-message` where the payload is no page.
 */
export function decodePage(payload: Uint8Array, joined = false): StreamEvent[] {
  // Records are read as u32 in place; a payload that does not lie on a boundary of 4 is moved, and one whose buffer does
  // not end on one.
  const inPlace = payload.byteOffset % 4 === 0 && payload.buffer.byteLength % 4 === 0;
  const bytes = inPlace ? payload : new Uint8Array(padded(payload.length)).subarray(0, payload.length);
  if (!inPlace) bytes.set(payload);
  const [count = 0, length = 0] = bytes.length < 8 ? [] : new Uint32Array(bytes.buffer, bytes.byteOffset, 2);
  if (bytes.length < 8 || bytes.length !== 8 + count * RECORD + length) {
    throw new MidstreamError('malformed-message', `expected a page of events, found ${bytes.length} bytes`);
  }
  const records = bytes.byteOffset + 8;
  try {
    return read({ buffer: bytes.buffer as ArrayBuffer, records, count, text: records + count * RECORD, length }, 0, count, joined);
  } catch (error) {
    throw new MidstreamError('malformed-message', `expected a page of events: ${wordsOf(error)}`, { cause: error });
  }
}

// No operation on bits: a length that is a lie may be more than 31 of them.
const padded = (length: number): number => Math.ceil(length / 4) * 4;

const HEADER = 12;
const RECORD = 16;
const VERSION = 1;
