// The engine in a worker, with the same interface: `midstream(source, { worker })`. Bytes and events cross by transfer.

import { decodeFrames, decodePage, encodeFrames, FrameKind, type Frame } from '../binary.js';
import { asBytes, checkPiece, type Decoder, type Piece } from '../decoder.js';
import type { EngineSource } from '../engine.js';
import { MidstreamError, wordsOf, type HostErrorKind } from '../errors.js';
import type { FinalResponse, StreamEvent } from '../events.js';
import { builtin, isNode } from '../host.js';
import { checkOptions } from '../known.js';
import { checkSession, engineConfig, givesSpans, SESSION, type SessionOptions } from '../options.js';
import { ResponseBuilder } from '../response.js';
import type { Rules } from '../rules.js';
import { SpanConverter } from '../spans.js';
import { Utf8Writer } from '../utf8.js';

export interface EngineWorkerOptions {
  /** Where the worker gets the engine: found beside the package where it is not given. */
  engine?: WebAssembly.Module | BufferSource | string;
  /** A worker that runs `midstream/worker`, where the page makes it itself. */
  worker?: Worker;
}

/** Decodes streams in a worker, any number of them at once. */
export class EngineWorker {
  #port: Port;
  /** Who waits for frames, by the number of the stream, or of what is loaded. */
  #streams = new Map<number, Listener>();
  /** What the worker has by these numbers, as long as it runs. */
  #rules = new Map<Rules, Promise<number>>();
  #last = 0;
  #failure: MidstreamError | null = null;
  /** What waits for this turn to end. */
  #outbox: Uint8Array<ArrayBuffer>[] = [];
  #loaded: { resolve(): void; reject(error: MidstreamError): void } | null = null;

  private constructor(port: Port) {
    this.#port = port;
  }

  /**
   * Starts a worker and loads the engine there.
   *
   * @throws MidstreamError `worker` where it can't be started, or why the engine can't be loaded, as `init` does.
   */
  static async start(options: EngineWorkerOptions = {}): Promise<EngineWorker> {
    checkOptions(options, { engine: 'anything', worker: 'an object' });
    let port: Port;
    try {
      port = await portTo(options.worker);
    } catch (error) {
      throw new MidstreamError('worker', `expected to start a worker: ${wordsOf(error)}`, { cause: error });
    }
    const worker = new EngineWorker(port);
    port.listen(
      (data) => worker.#receive(data),
      (error) => worker.#fail(new MidstreamError('worker', `the worker failed: ${wordsOf(error)}`, { cause: error })),
    );
    try {
      await new Promise<void>((resolve, reject) => {
        worker.#loaded = { resolve, reject };
        port.post({ engine: options.engine satisfies EngineSource | undefined }, []);
      });
    } catch (error) {
      worker.terminate();
      throw error;
    }
    return worker;
  }

  /** A decoder whose work is done in the worker. */
  async decoder(options: SessionOptions): Promise<Decoder> {
    if (this.#failure) throw this.#failure;
    checkSession(options, SESSION);
    if (options.graph) throw new MidstreamError('invalid-option', 'expected no `graph`, which lies in the memory of this thread');
    // Says what is wrong with the options before anything is sent.
    const config = JSON.parse(engineConfig(options)) as object;
    const rules = options.rules && (await this.#ruleSet(options.rules));
    const key = options.pseudonymKey && Array.from(options.pseudonymKey);
    const stream = (this.#last += 1);
    const decoder = new WorkerDecoder(stream, options, (frame) => this.#send(frame));
    this.#streams.set(stream, decoder);
    try {
      await decoder.ask(FrameKind.open, encoder.encode(JSON.stringify({ ...config, rules, pseudonymKey: key })));
    } catch (error) {
      this.#streams.delete(stream);
      throw error;
    }
    return decoder;
  }

  /** @internal Loads a file in the worker, for the streams that begin from then on. */
  async load(what: Loaded, file: Uint8Array, lengths?: Uint32Array): Promise<number> {
    if (this.#failure) throw this.#failure;
    const stream = (this.#last += 1);
    try {
      await new Promise<void>((resolve, reject) => {
        const receive = (frame: Frame): void => (frame.kind === FrameKind.error ? reject(failureOf(frame)) : resolve());
        this.#streams.set(stream, { receive, lose: reject });
        this.#port.post({ load: what, stream, file, lengths }, []);
      });
    } finally {
      this.#streams.delete(stream);
    }
    return stream;
  }

  /** The number by which the worker knows these rules. */
  #ruleSet(rules: Rules): Promise<number> {
    const known = this.#rules.get(rules);
    if (known) return known;
    const { all, lengths } = rules.files;
    const loading = this.load('rules', all, lengths);
    this.#rules.set(rules, loading);
    loading.catch(() => this.#rules.delete(rules));
    return loading;
  }

  /** Ends the worker; streams under way fail. */
  terminate(): void {
    this.#fail(new MidstreamError('closed', 'the worker was terminated'));
    this.#port.terminate();
  }

  #send(frame: Frame): void {
    if (this.#failure) throw this.#failure;
    if (frame.kind === FrameKind.close) this.#streams.delete(frame.stream);
    // Copied at once, since the caller may use its buffer again; sent together with what else is asked in this turn.
    this.#outbox.push(encodeFrames([frame]));
    if (this.#outbox.length === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const messages = this.#outbox;
    this.#outbox = [];
    if (this.#failure) return;
    const { buffer } = messages.length === 1 ? messages[0]! : joined(messages);
    this.#port.post(buffer, [buffer]);
  }

  #receive(data: unknown): void {
    for (const frame of decodeFrames(data as ArrayBuffer)) {
      if (frame.stream !== 0) this.#streams.get(frame.stream)?.receive(frame);
      else if (frame.kind === FrameKind.error) this.#loaded?.reject(failureOf(frame));
      else this.#loaded?.resolve();
    }
  }

  #fail(error: MidstreamError): void {
    this.#failure ??= error;
    this.#loaded?.reject(error);
    for (const decoder of this.#streams.values()) decoder.lose(error);
    this.#streams.clear();
  }
}

/** Whoever waits for the worker's frames. */
interface Listener {
  receive(frame: Frame): void;
  lose(error: MidstreamError): void;
}

/** What can be loaded in a worker. */
export type Loaded = 'names' | 'parts-of-speech' | 'rules';

/** One stream's side in the page. */
class WorkerDecoder implements Decoder, Listener {
  onTimer: ((events: StreamEvent[]) => void) | null = null;
  ended = false;
  closed = false;
  #stream: number;
  #post: (frame: Frame) => void;
  #writer = new Utf8Writer();
  #spans: SpanConverter | null;
  #answer = new ResponseBuilder();
  #events: StreamEvent[] = [];
  #asked: { joined: boolean; resolve(events: StreamEvent[]): void; reject(error: MidstreamError): void }[] = [];

  constructor(stream: number, options: SessionOptions, post: (frame: Frame) => void) {
    this.#stream = stream;
    this.#spans = givesSpans(options) ? new SpanConverter() : null;
    this.#post = post;
  }

  async push(piece: Piece): Promise<StreamEvent[]> {
    checkPiece(piece);
    return this.ask(FrameKind.bytes, this.#encoded(piece));
  }

  async pushMessage(message: Piece): Promise<StreamEvent[]> {
    checkPiece(message);
    return this.ask(FrameKind.message, typeof message === 'string' ? encoder.encode(message) : asBytes(message));
  }

  async take(piece: Piece, message = false): Promise<void> {
    checkPiece(piece);
    if (!message) await this.ask(FrameKind.bytes, this.#encoded(piece), true);
    else await this.ask(FrameKind.message, typeof piece === 'string' ? encoder.encode(piece) : asBytes(piece), true);
  }

  async end(): Promise<StreamEvent[]> {
    const rest = this.#writer.rest();
    const first = rest === '' ? [] : await this.ask(FrameKind.bytes, encoder.encode(rest));
    return [...first, ...(await this.ask(FrameKind.end, NOTHING))];
  }

  fail(reason: string): Promise<StreamEvent[]> {
    return this.ask(FrameKind.fail, encoder.encode(reason));
  }

  response(): FinalResponse {
    return this.#answer.response;
  }

  toolInput(id: string): unknown {
    return this.#answer.toolInput(id);
  }

  free(): void {
    this.lose(new MidstreamError('closed', 'the stream was freed'));
    try {
      this.#post({ kind: FrameKind.close, stream: this.#stream, payload: NOTHING });
    } catch {
      // A worker that is gone keeps nothing.
    }
    this.ended = this.closed = true;
  }

  /** Asks for something and waits for the events that it brings, adjacent deltas as one where `joined`. */
  async ask(kind: number, payload: Uint8Array, joined = false): Promise<StreamEvent[]> {
    if (this.ended) return [];
    return new Promise((resolve, reject) => {
      this.#asked.push({ joined, resolve, reject });
      try {
        this.#post({ kind, stream: this.#stream, payload });
      } catch (error) {
        this.#asked.pop();
        reject(error as MidstreamError);
      }
    });
  }

  receive(frame: Frame): void {
    const { kind, payload } = frame;
    if (kind === FrameKind.events) {
      for (const event of decodePage(payload, this.#asked[0]?.joined)) {
        this.#spans?.convert(event);
        this.#answer.push(event);
        this.#events.push(event);
      }
      return;
    }
    if (kind === FrameKind.error) return this.#asked.shift()?.reject(failureOf(frame));
    this.ended = (payload[0]! & 1) !== 0;
    this.closed = (payload[0]! & 2) !== 0;
    const events = this.#events;
    this.#events = [];
    if (kind === FrameKind.timer) this.onTimer?.(events);
    else this.#asked.shift()?.resolve(events);
  }

  lose(error: MidstreamError): void {
    for (const { reject } of this.#asked.splice(0)) reject(error);
  }

  #encoded(piece: Piece): Uint8Array {
    if (typeof piece !== 'string') return asBytes(piece);
    return encoder.encode([...this.#writer.parts(piece)].join(''));
  }
}

/** A worker, whichever kind it is. */
interface Port {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  listen(onMessage: (data: unknown) => void, onError: (error: unknown) => void): void;
  terminate(): void;
}

async function portTo(given: Worker | undefined): Promise<Port> {
  if (given || !isNode) {
    // Written as bundlers recognise it.
    const worker = given ?? new Worker(new URL('./entry.js', import.meta.url), { type: 'module' });
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      listen: (onMessage, onError) => {
        worker.addEventListener('message', ({ data }) => onMessage(data));
        worker.addEventListener('error', (event) => onError(event.message || 'it could not be loaded'));
      },
      terminate: () => worker.terminate(),
    };
  }
  const { Worker: NodeWorker } = await builtin<{ Worker: new (url: URL) => NodeWorkerLike }>('node:worker_threads');
  const worker = new NodeWorker(new URL('./entry.js', import.meta.url));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: (onMessage, onError) => {
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.on('exit', (code) => onError(`it ended with code ${code}`));
    },
    terminate: () => void worker.terminate(),
  };
}

interface NodeWorkerLike {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  on(type: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void;
  terminate(): Promise<number>;
}

function failureOf({ payload }: Frame): MidstreamError {
  const { kind, message } = JSON.parse(decoder.decode(payload)) as { kind: HostErrorKind; message: string };
  return new MidstreamError(kind, message);
}

function joined(messages: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(messages.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const message of messages) {
    bytes.set(message, at);
    at += message.length;
  }
  return bytes;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NOTHING = new Uint8Array(0);
