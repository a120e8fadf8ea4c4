// A response's body, with its words as rules let them pass: a stream piece by piece, anything else at its end.

import type { Rewriter } from '../wasm/lean_agentic_wasm.js';
import { memoryBytes } from './engine.js';
import { MidstreamError, wordsOf } from './errors.js';
import { engineConfig, type SessionOptions } from './options.js';

/** What a body becomes on its way. */
export interface Rewriting {
  /** Takes the next bytes and gives those that may go on. @throws MidstreamError where they can't be checked. */
  push(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  /** Takes the end. @throws MidstreamError as `push`; `stopped` where a rule lets nothing of a whole body pass. */
  end(): Uint8Array<ArrayBuffer>;
  /** Whether a rule has ended the stream: what was given last is its end. */
  readonly stopped: boolean;
  free(): void;
}

/** A body that no rule is for. */
export function passing(): Rewriting {
  return { push: (bytes) => bytes, end: () => NOTHING, stopped: false, free: () => {} };
}

/** The body of a stream in `options.dialect`, in frames that are valid on their own. */
export function rewriteStream(options: SessionOptions): Rewriting {
  let engine: Rewriter | null = options.rules!.rewriter(engineConfig(options), options.pseudonymKey);
  let stopped = false;
  const take = (work: (rewriter: Rewriter) => number): Uint8Array<ArrayBuffer> => {
    if (!engine) return NOTHING;
    const count = work(engine);
    const at = engine.output();
    stopped = engine.stopped() !== undefined;
    return memoryBytes().slice(at, at + count);
  };
  return {
    push: (bytes) =>
      take((rewriter) => {
        const place = rewriter.reserve(bytes.length);
        memoryBytes().set(bytes, place);
        return rewriter.feed(bytes.length);
      }),
    end: () => take((rewriter) => rewriter.finish()),
    get stopped() {
      return stopped;
    },
    free: () => {
      engine?.free();
      engine = null;
    },
  };
}

/** A body that is read to its end before any of it may go on: one JSON value, or plain text. */
export function rewriteWhole(options: SessionOptions): Rewriting {
  const pieces: Uint8Array[] = [];
  const most = options.limits?.maxFrameBytes ?? MAX_FRAME_BYTES;
  let length = 0;
  return {
    push: (bytes) => {
      length += bytes.length;
      if (length > most) throw new MidstreamError('limit', `the answer is longer than \`maxFrameBytes\` (${most})`);
      pieces.push(bytes.slice());
      return NOTHING;
    },
    end: () => {
      let text;
      try {
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        text = pieces.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode();
      } catch (error) {
        throw new MidstreamError('invalid-utf8', 'expected UTF-8, without which no rule can check the answer', { cause: error });
      }
      try {
        return encoder.encode(options.rules!.body(text, options.pseudonymKey));
      } catch (error) {
        throw new MidstreamError('stopped', wordsOf(error), { cause: error });
      }
    },
    stopped: false,
    free: () => void (pieces.length = 0),
  };
}

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
/** As in the engine's limits. */
const MAX_FRAME_BYTES = 32 << 20;
