// The engine in a worker: frames of `binary.ts` in, frames out. Web Workers and Node's worker threads alike.

// The small engine has neither models nor rules: what is not there is undefined in a namespace, and no error of linking.
import * as engine from '../../wasm/lean_agentic_wasm.js';
import { Core } from '../core.js';
import { decodeFrames, encodeFrames, encodePage, FrameKind, type Frame } from '../binary.js';
import { init, type EngineSource } from '../engine.js';
import { MidstreamError, wordsOf } from '../errors.js';
import { builtin, isNode } from '../host.js';
import type { SessionOptions } from '../options.js';
import type { Rules } from '../rules.js';
import type { Loaded } from './client.js';

/** A port to the page: the worker's own scope, or Node's `parentPort`. */
interface Port {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  on?(type: 'message', listener: (data: unknown) => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

/** Set before the first message comes. */
let port: Port;
const streams = new Map<number, { core: Core; out: Frame[] }>();

/** By the number under which they were loaded. */
const rules = new Map<number, engine.Rules>();

// Without an `await` at the top, which bundlers can't put into a worker that is no module: Vite's default. A Web Worker has to
// listen at once, a worker thread's messages wait until somebody does.
if (isNode) void builtin<{ parentPort: Port }>('node:worker_threads').then(({ parentPort }) => listen(parentPort));
else listen(globalThis as unknown as Port);

interface Start {
  engine?: EngineSource;
  load?: undefined;
}

/** A file for the streams to come, answered under the number `stream`. */
interface File {
  load: Loaded;
  stream: number;
  file: Uint8Array;
  /** Of files of rules that stand one behind the other. */
  lengths?: Uint32Array;
}

function listen(to: Port): void {
  port = to;
  if (port.on) port.on('message', take);
  else port.addEventListener('message', ({ data }) => take(data));
}

function take(data: unknown): void {
  if (data instanceof ArrayBuffer) answer(data);
  else if ((data as Start | File).load === undefined) void start(data as Start);
  else load(data as File);
}

/** The first message: where the engine comes from. */
async function start({ engine }: Start): Promise<void> {
  try {
    await init(engine);
    post([done(0, 0)]);
  } catch (error) {
    post([failure(0, error)]);
  }
}

function load({ load: what, stream, file, lengths }: File): void {
  try {
    if (engine.loadNames === undefined) throw new MidstreamError('invalid-option', `expected the whole engine in the worker for ${what}, found the small one`);
    if (what === 'rules') rules.set(stream, new engine.Rules(file, lengths!));
    else if (what === 'names') engine.loadNames(file);
    else engine.loadPartsOfSpeech(file);
    post([done(stream, 0)]);
  } catch (error) {
    const kind = what === 'rules' ? 'rules' : 'model';
    post([failure(stream, error instanceof MidstreamError ? error : new MidstreamError(kind, wordsOf(error)))]);
  }
}

/** Does what the frames of a message ask for; each frame is answered, all in one message. */
function answer(message: ArrayBuffer): void {
  const answers: Frame[] = [];
  for (const frame of decodeFrames(message)) {
    const { stream } = frame;
    try {
      if (frame.kind === FrameKind.open) open(frame);
      const known = streams.get(stream);
      if (frame.kind === FrameKind.close) {
        known?.core.free();
        streams.delete(stream);
        continue;
      }
      if (known) act(known.core, frame);
      answers.push(...(known?.out.splice(0) ?? []), done(stream, state(known?.core)));
      if (known?.core.ended) streams.delete(stream);
    } catch (error) {
      answers.push(failure(stream, error));
    }
  }
  if (answers.length > 0) post(answers);
}

function open({ stream, payload }: Frame): void {
  const { rules: set, pseudonymKey, ...config } = JSON.parse(decoder.decode(payload)) as Opened;
  const options: SessionOptions = config;
  const known = set === undefined ? undefined : rules.get(set)!;
  const key = Uint8Array.from(pseudonymKey ?? []);
  // All that a session asks of rules.
  if (known) options.rules = { session: (config: string) => known.session(config, 0, key) } as unknown as Rules;
  const out: Frame[] = [];
  const core = new Core(options, (page) => out.push({ kind: FrameKind.events, stream, payload: encodePage(page) }));
  core.onTimer = () => {
    if (out.length > 0) post([...out.splice(0), { ...done(stream, state(core)), kind: FrameKind.timer }]);
    if (core.ended) streams.delete(stream);
  };
  streams.set(stream, { core, out });
}

type Opened = Omit<SessionOptions, 'rules' | 'pseudonymKey'> & { rules?: number; pseudonymKey?: number[] };

function act(core: Core, { kind, payload }: Frame): void {
  if (kind === FrameKind.bytes) core.push(payload);
  else if (kind === FrameKind.message) core.pushMessage(payload);
  else if (kind === FrameKind.end) core.end();
  else if (kind === FrameKind.fail) core.fail(decoder.decode(payload));
}

function state(core: Core | undefined): number {
  return core === undefined ? ENDED | CLOSED : (core.ended ? ENDED : 0) | (core.closed ? CLOSED : 0);
}

function post(frames: Frame[]): void {
  const { buffer } = encodeFrames(frames);
  port.postMessage(buffer, [buffer]);
}

function done(stream: number, state: number): Frame {
  return { kind: FrameKind.done, stream, payload: new Uint8Array([state]) };
}

function failure(stream: number, error: unknown): Frame {
  const kind = error instanceof MidstreamError ? error.kind : 'worker';
  return { kind: FrameKind.error, stream, payload: encoder.encode(JSON.stringify({ kind, message: wordsOf(error) })) };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const ENDED = 1;
const CLOSED = 2;
