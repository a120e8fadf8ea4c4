// Many WebSocket connections as one: opened before they are needed, used in turn, made again when they are lost. One
// dead server does not stop the rest.

import { MidstreamError } from './errors.js';
import { timer } from './host.js';
import { checkOptions, described, type Names } from './known.js';

/** What a pool needs of a connection: a browser's WebSocket, Node's, or that of the `ws` package. */
export interface PoolSocket {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: never): void;
  close(): void;
}

export interface ConnectionPoolOptions {
  /** Connections to each URL: 1. */
  perUrl?: number;
  /** Makes a connection: `new WebSocket(url)` where it is not given. */
  connect?: (url: string) => PoolSocket;
  /** Called with each message's data, and which connection it came by. */
  onMessage?: (data: unknown, connection: number) => void;
  /** Told when a connection opens or is lost. */
  onChange?: (connection: number, state: ConnectionState) => void;
  /** Unsent bytes at which a connection is passed over: 1 MiB. */
  highWaterMark?: number;
  /** First wait before a lost connection is made again, in milliseconds; doubled by each failure, up to 30,000. 500. */
  retryMs?: number;
}

const OPTIONS: Names<ConnectionPoolOptions> = {
  perUrl: 'a whole number from 1',
  connect: 'a function',
  onMessage: 'a function',
  onChange: 'a function',
  highWaterMark: 'a number from 0',
  retryMs: 'a number from 0',
};

export type ConnectionState = 'connecting' | 'open' | 'closed';

/** Pre-opened connections, used round-robin. */
export class ConnectionPool {
  #connections: Connection[];
  #options: ConnectionPoolOptions;
  #next = 0;
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(urls: readonly string[], options: ConnectionPoolOptions = {}) {
    checkOptions(options, OPTIONS);
    if (!Array.isArray(urls)) throw new MidstreamError('invalid-option', `expected a list of URLs, found ${described(urls)}`);
    if (urls.length === 0) throw new MidstreamError('invalid-option', 'expected at least one URL, found none');
    this.#options = options;
    this.#connections = urls
      .flatMap((url) => Array<string>(options.perUrl ?? 1).fill(url))
      .map((url) => ({ url, socket: null, state: 'connecting', failures: 0, cancelRetry: null }));
    this.#connections.forEach((_, at) => this.#open(at));
  }

  /** How each connection stands. */
  get states(): ConnectionState[] {
    return this.#connections.map(({ state }) => state);
  }

  /** How many are open. */
  get ready(): number {
    return this.#connections.filter(({ state }) => state === 'open').length;
  }

  /** Fulfilled when at least `count` connections are open: all of them where it is not given. */
  async whenReady(count: number = this.#connections.length): Promise<void> {
    while (this.ready < count) {
      if (this.#closed) throw new MidstreamError('closed', 'the pool was closed');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /**
   * Sends by the next connection that is open and not congested; by the least congested one where all are. Returns which.
   *
   * @throws MidstreamError `not-connected` where none is open.
   */
  send(data: string | ArrayBuffer | ArrayBufferView): number {
    const { highWaterMark = 1 << 20 } = this.#options;
    const all = this.#connections;
    let least = -1;
    for (let tried = 0; tried < all.length; tried++) {
      const at = (this.#next + tried) % all.length;
      const { socket, state } = all[at]!;
      // The socket knows of its closing before its event arrives.
      if (state !== 'open' || socket?.readyState !== OPEN) continue;
      if (socket.bufferedAmount < highWaterMark) return this.#sendBy(at, data);
      if (least < 0 || socket.bufferedAmount < all[least]!.socket!.bufferedAmount) least = at;
    }
    if (least >= 0) return this.#sendBy(least, data);
    throw new MidstreamError('not-connected', `expected an open connection, found none of ${all.length}`);
  }

  /** Closes all connections for good. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#connections) {
      connection.cancelRetry?.();
      connection.socket?.close();
      connection.state = 'closed';
    }
    this.#wake();
  }

  #sendBy(at: number, data: string | ArrayBuffer | ArrayBufferView): number {
    this.#connections[at]!.socket!.send(data as never);
    this.#next = (at + 1) % this.#connections.length;
    return at;
  }

  #open(at: number): void {
    const connection = this.#connections[at]!;
    const { connect = (url) => new WebSocket(url) as PoolSocket, onMessage } = this.#options;
    connection.cancelRetry = null;
    let socket: PoolSocket;
    try {
      socket = connect(connection.url);
    } catch {
      // A URL that no WebSocket can open stays closed, and does not stop the rest.
      return this.#change(at, 'closed');
    }
    connection.socket = socket;
    this.#change(at, 'connecting');
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      connection.failures = 0;
      this.#change(at, 'open');
    };
    socket.onmessage = ({ data }: { data: unknown }) => onMessage?.(data, at);
    // A close event follows each error; without a handler `ws` would throw it.
    socket.onerror = () => {};
    socket.onclose = () => this.#lost(at);
  }

  #lost(at: number): void {
    const connection = this.#connections[at]!;
    connection.socket = null;
    this.#change(at, 'closed');
    if (this.#closed) return;
    const { retryMs = 500 } = this.#options;
    // Doubled for each failure, and spread, so that all do not come back at one moment.
    const delayMs = Math.min(retryMs * 2 ** connection.failures, 30_000) * (0.5 + Math.random() / 2);
    connection.failures += 1;
    connection.cancelRetry = timer(() => this.#open(at), delayMs);
  }

  #change(at: number, state: ConnectionState): void {
    this.#connections[at]!.state = state;
    this.#options.onChange?.(at, state);
    if (state === 'open') this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

interface Connection {
  url: string;
  socket: PoolSocket | null;
  state: ConnectionState;
  /** In a row. */
  failures: number;
  cancelRetry: (() => void) | null;
}

const OPEN = 1;
