// The decoder as web streams: bytes in, events or text out, for `pipeThrough`.

import type { Piece } from './decoder.js';
import type { FinalResponse, StreamEvent } from './events.js';
import { checkSession, SESSION, sessionOptions, type SessionOptions } from './options.js';
import { Session } from './session.js';

export interface TransformOptions extends SessionOptions {
  /** Events that may wait to be read before the writer has to wait: 256. */
  highWaterMark?: number;
}

/** Pieces of a body in, events out. */
export class EventDecoderStream implements ReadableWritablePair<StreamEvent, Piece> {
  readonly readable: ReadableStream<StreamEvent>;
  readonly writable: WritableStream<Piece>;
  #session: Session | null = null;

  constructor(options: TransformOptions = {}) {
    const pair = decode(options, (event) => event, (session) => (this.#session = session));
    this.readable = pair.readable;
    this.writable = pair.writable;
  }

  /** What the stream amounts to so far; null before its first piece. */
  response(): FinalResponse | null {
    return this.#session?.response() ?? null;
  }
}

/** Pieces of a body in, the visible text of the first answer out. */
export class TextDeltaStream implements ReadableWritablePair<string, Piece> {
  readonly readable: ReadableStream<string>;
  readonly writable: WritableStream<Piece>;

  constructor(options: TransformOptions = {}) {
    const text = (event: StreamEvent) => (event.type === 'text-delta' && event.choice === 0 ? event.delta : undefined);
    const pair = decode(options, text, () => {});
    this.readable = pair.readable;
    this.writable = pair.writable;
  }
}

// Not a `TransformStream`: Node 20's does not say when its readable side is cancelled, and a session has timers to stop.
export function decode<T>(
  options: TransformOptions,
  select: (event: StreamEvent) => T | undefined,
  made: (session: Session) => void,
): ReadableWritablePair<T, Piece> {
  checkSession(options, { ...SESSION, highWaterMark: 'a number from 0' });
  let session: Session | undefined;
  let output!: ReadableStreamDefaultController<T>;
  let cancelled: { reason: unknown } | null = null;
  let roomMade: (() => void) | null = null;

  const give = (events: StreamEvent[]): void => {
    if (cancelled) return;
    try {
      for (const event of events) {
        const chosen = select(event);
        if (chosen !== undefined) output.enqueue(chosen);
        if (event.type === 'stream-end') output.close();
      }
    } catch (error) {
      // Who selects may find that the stream has failed.
      fail(error);
      throw error;
    }
  };
  /** Else whoever reads would wait for ever. */
  const fail = (error: unknown): void => {
    if (cancelled) return;
    cancelled = { reason: error };
    session?.free();
    output.error(error);
  };
  const readable = new ReadableStream<T>(
    {
      start: (controller) => void (output = controller),
      pull: () => roomMade?.(),
      cancel: (reason) => {
        cancelled = { reason };
        session?.free();
        roomMade?.();
      },
    },
    { highWaterMark: options.highWaterMark ?? 256 },
  );
  const writable = new WritableStream<Piece>({
    start: async () => {
      try {
        session = await Session.create(sessionOptions(options));
      } catch (error) {
        fail(error);
        throw error;
      }
      session.onTimer = give;
      made(session);
    },
    write: async (piece, controller) => {
      if (!cancelled && (output.desiredSize ?? 1) <= 0) await new Promise<void>((resolve) => (roomMade = resolve));
      roomMade = null;
      if (cancelled) return controller.error(cancelled.reason);
      try {
        give(session!.push(piece));
      } catch (error) {
        fail(error);
        throw error;
      }
    },
    close: () => give(session!.end()),
    abort: (reason) => {
      session?.free();
      if (!cancelled && session) output.error(reason);
    },
  });
  return { readable, writable };
}
