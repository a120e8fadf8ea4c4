// A WebSocket as something to pull messages out of. It can't be told to wait, so what runs ahead is bounded.

import type { Piece } from './decoder.js';
import { MidstreamError } from './errors.js';
import type { BackpressureOptions, Input } from './input.js';

/** A browser's WebSocket, Node's, or that of the `ws` package, which can be paused. */
export interface SocketLike {
  binaryType: string;
  readonly readyState: number;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
  removeEventListener(type: string, listener: (event: never) => void): void;
  send(data: never): void;
  close(code?: number, reason?: string): void;
  pause?(): void;
  resume?(): void;
}

/** Reads `socket`, whose messages from now on belong to the reader. */
export function socketInput(socket: SocketLike, options: BackpressureOptions): Input {
  const { highWaterMark = 1 << 20, maxBufferedBytes = 16 << 20 } = options;
  const waiting: Piece[] = [];
  let bytes = 0;
  let paused = false;
  let end: { error: MidstreamError | null } | null = null;
  let wake: (() => void) | null = null;

  const stop = (error: MidstreamError | null): void => {
    end ??= { error };
    socket.removeEventListener('message', onMessage);
    socket.removeEventListener('close', onClose);
    wake?.();
  };
  const onMessage = ({ data }: { data: unknown }): void => {
    const piece = data as Piece;
    waiting.push(piece);
    bytes += sizeOf(piece);
    if (bytes > maxBufferedBytes) {
      stop(new MidstreamError('overflow', `expected at most ${maxBufferedBytes} unread bytes, found ${bytes}`));
      socket.close();
    } else if (bytes >= highWaterMark && !paused && socket.pause) {
      paused = true;
      socket.pause();
    }
    wake?.();
  };
  const onClose = ({ code, reason }: { code: number; reason: string }): void => {
    const orderly = code === 1000 || code === 1005;
    const words = `the connection was closed with code ${code}${reason === '' ? '' : `: ${reason}`}`;
    stop(orderly ? null : new MidstreamError('network', words, { code: String(code) }));
  };

  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', onMessage);
  socket.addEventListener('close', onClose);
  if (socket.readyState === CLOSED) stop(null);

  return {
    messages: true,
    next: async () => {
      while (waiting.length === 0 && end === null) {
        await new Promise<void>((resolve) => (wake = resolve));
        wake = null;
      }
      const piece = waiting.shift();
      if (piece === undefined) {
        if (end?.error) throw end.error;
        return null;
      }
      bytes -= sizeOf(piece);
      if (paused && bytes <= highWaterMark / 2) {
        paused = false;
        socket.resume?.();
      }
      return piece;
    },
    cancel: () => {
      waiting.length = 0;
      stop(null);
      if (paused) socket.resume?.();
      if (socket.readyState < CLOSING) socket.close();
    },
  };
}

const sizeOf = (piece: Piece): number => (typeof piece === 'string' ? piece.length : piece.byteLength);

const CLOSING = 2;
const CLOSED = 3;
