// Server-sent events over `fetch`: any method, any header. It reconnects, and it never repeats on its own a request that
// may cost something once its answer has begun.

import { MidstreamError, needStreams, wordsOf } from '../errors.js';
import { timer } from '../host.js';
import { checkOptions, described, type Names } from '../known.js';
import { SseParser, type ServerSentEvent } from './parser.js';

export interface SseOptions {
  /** `GET` where it is not given. */
  method?: string;
  headers?: HeadersInit;
  body?: BodyInit | null;
  credentials?: RequestCredentials;
  signal?: AbortSignal;
  /** The `fetch` to use. */
  fetch?: typeof fetch;
  /** Where to go on, from an earlier connection. */
  lastEventId?: string;
  /**
   * When a lost connection is made again: `always`; `before-output`, as long as no byte of an answer has come; `never`.
   * `GET` and `HEAD` are made again always, all other methods before output only.
   */
  reconnect?: 'always' | 'before-output' | 'never';
  /** Wait before it is made again, in milliseconds, doubled by each failure in a row; the server may set it. 1,000. */
  retryMs?: number;
  /** Longest wait, in milliseconds. 30,000. */
  maxRetryMs?: number;
  /** Failures in a row that are one too many. 10. */
  maxRetries?: number;
  /** Told of each connection that is up, and of each wait. */
  onOpen?: (response: Response) => void;
  onRetry?: (retry: { error: unknown; delayMs: number; failures: number }) => void;
}

/** The events of one URL, to be read once with `for await`. Breaking off closes the connection. */
export class SseStream implements AsyncIterable<ServerSentEvent> {
  /** The id of the last event; sent as `Last-Event-ID` when the connection is made again. */
  lastEventId: string;
  #url: string | URL;
  #options: SseOptions;
  #reconnect: 'always' | 'before-output' | 'never';
  #retryMs: number;
  #failures = 0;
  #output = false;
  #close = new AbortController();

  /** @throws MidstreamError `invalid-option` for an option that there is not, or a URL that is none. */
  constructor(url: string | URL, options: SseOptions = {}) {
    checkOptions(options, OPTIONS);
    if (!options.fetch) checkUrl(url);
    const idempotent = /^(get|head)$/i.test(options.method ?? 'GET');
    this.#url = url;
    this.#options = options;
    this.#reconnect = options.reconnect ?? (idempotent ? 'always' : 'before-output');
    // A body that streams is gone after the first attempt.
    if (options.body instanceof ReadableStream) this.#reconnect = 'never';
    this.#retryMs = options.retryMs ?? 1000;
    this.lastEventId = options.lastEventId ?? '';
  }

  /** Closes the connection for good; whoever reads is done. */
  close(): void {
    this.#close.abort();
  }

  /**
   * @throws MidstreamError `http` for a status or a content type that is no event stream, `network` for a connection that
   * was lost and may not be made again, `limit` for an event that is too long, `streams-missing`; the signal's reason after an abort.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<ServerSentEvent, void, undefined> {
    const { signal } = this.#options;
    const stop = (): void => this.#close.abort();
    signal?.addEventListener('abort', stop);
    try {
      if (signal?.aborted) stop();
      while (!this.#close.signal.aborted) {
        const lost = yield* this.#connection();
        if (lost === null || this.#close.signal.aborted) break;
        await this.#wait(lost);
      }
      if (signal?.aborted) throw signal.reason;
    } finally {
      signal?.removeEventListener('abort', stop);
      stop();
    }
  }

  /** One connection, from request to end; returns why it is to be made again, or null where all is over. */
  async *#connection(): AsyncGenerator<ServerSentEvent, Lost | null, undefined> {
    let response: Response;
    try {
      response = await this.#request();
    } catch (error) {
      return this.#lost(error, null);
    }
    if (response.status === 204) return null;
    if (!response.ok) {
      const error = await refused(response);
      if (REPEATABLE.has(response.status)) return this.#lost(error, retryAfter(response));
      throw error;
    }
    needStreams(response);
    const type = response.headers.get('content-type') ?? '';
    if (!/^text\/event-stream\b/i.test(type) || !response.body) {
      await response.body?.cancel();
      throw new MidstreamError('http', `expected content type text/event-stream, found \`${type}\` from ${response.url}`);
    }
    this.#options.onOpen?.(response);
    const parser = new SseParser({ lastEventId: this.lastEventId, onRetry: (retryMs) => (this.#retryMs = retryMs) });
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const reader = response.body.getReader();
    try {
      for (;;) {
        let read;
        try {
          read = await reader.read();
        } catch (error) {
          return this.#lost(error, null);
        }
        if (read.done) break;
        this.#output = true;
        this.#failures = 0;
        for (const event of parser.push(decoder.decode(read.value, { stream: true }))) {
          this.lastEventId = event.id;
          yield event;
          if (this.#close.signal.aborted) return null;
        }
        this.lastEventId = parser.lastEventId;
      }
    } finally {
      void reader.cancel().catch(() => {});
    }
    // An orderly end is the end of an answer; a source of news is expected to go on.
    return this.#reconnect === 'always' ? { error: null, delayMs: null } : null;
  }

  #request(): Promise<Response> {
    const { method, headers: given, body, credentials, fetch: use = fetch } = this.#options;
    const headers = new Headers(given);
    if (!headers.has('accept')) headers.set('accept', 'text/event-stream');
    if (this.lastEventId !== '') headers.set('last-event-id', this.lastEventId);
    return use(this.#url, {
      ...(method !== undefined && { method }),
      ...(body !== undefined && { body }),
      ...(credentials !== undefined && { credentials }),
      ...(body instanceof ReadableStream && { duplex: 'half' }),
      headers,
      cache: 'no-store',
      signal: this.#close.signal,
    });
  }

  /** What to do about a connection that was lost: why it is made again, or an error that says why not. */
  #lost(error: unknown, delayMs: number | null): Lost | null {
    if (this.#close.signal.aborted) return null;
    this.#failures += 1;
    const may = this.#reconnect === 'always' || (this.#reconnect === 'before-output' && !this.#output);
    if (may && this.#failures <= (this.#options.maxRetries ?? 10)) return { error, delayMs };
    if (error instanceof MidstreamError) throw error;
    const why = may ? `lost ${this.#failures} times in a row` : this.#output ? 'lost after output had begun' : 'lost';
    throw new MidstreamError('network', `the connection was ${why}: ${wordsOf(error)}`, { cause: error });
  }

  async #wait({ error, delayMs: asked }: Lost): Promise<void> {
    const { maxRetryMs = 30_000, onRetry } = this.#options;
    // Doubled for each failure in a row, and spread, so that many clients do not come back at one moment.
    const doubled = this.#retryMs * 2 ** Math.max(0, this.#failures - 1) * (0.5 + Math.random() / 2);
    const delayMs = Math.min(asked ?? (this.#failures === 0 ? this.#retryMs : doubled), maxRetryMs);
    onRetry?.({ error, delayMs, failures: this.#failures });
    const { signal } = this.#close;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = timer(done, delayMs);
      signal.addEventListener('abort', done);
    });
  }
}

const OPTIONS: Names<SseOptions> = {
  method: 'text',
  headers: 'anything',
  body: 'anything',
  credentials: 'text',
  signal: 'an AbortSignal',
  fetch: 'a function',
  lastEventId: 'text',
  reconnect: 'text',
  retryMs: 'a number from 0',
  maxRetryMs: 'a number from 0',
  maxRetries: 'a number from 0',
  onOpen: 'a function',
  onRetry: 'a function',
};

/** Why a connection is to be made again, and when, where the server said so. */
interface Lost {
  error: unknown;
  delayMs: number | null;
}

/** What is no URL would be tried again and again. */
function checkUrl(url: string | URL): void {
  try {
    new URL(url, globalThis.location?.href);
  } catch (error) {
    throw new MidstreamError('invalid-option', `expected a URL, found ${described(url)}`, { cause: error });
  }
}

async function refused(response: Response): Promise<MidstreamError> {
  const text = await response.text().catch(() => '');
  const words = text.length > 500 ? `${text.slice(0, 500)}...` : text;
  const message = `expected status 200, found ${response.status} from ${response.url}${words === '' ? '' : `: ${words}`}`;
  return new MidstreamError('http', message, { code: String(response.status) });
}

/** Milliseconds that `Retry-After` asks for, as seconds or as a date; null where it does not. */
function retryAfter(response: Response): number | null {
  const value = response.headers.get('retry-after');
  if (value === null) return null;
  const delayMs = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(delayMs) ? Math.max(0, delayMs) : null;
}

/** Statuses with which a server says that it did not do what was asked, and may do so later. */
const REPEATABLE = new Set([429, 502, 503, 504]);
