// The browser's `EventSource`, as far as its users can see, over `fetch`.

import type { ServerSentEvent } from './parser.js';
import { SseStream, type SseOptions } from './stream.js';

/** An `EventSource` that can use any method and send headers. It connects at once; `close` ends it. */
export class FetchEventSource extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;

  readonly url: string;
  /** 0 connecting, 1 open, 2 closed. */
  readyState: 0 | 1 | 2 = 0;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent<string>) => void) | null = null;
  /** Told of each connection that is lost; `readyState` says whether it is made again, `error` of the event why. */
  onerror: ((event: Event & { error?: unknown }) => void) | null = null;
  #stream: SseStream;

  constructor(url: string | URL, options: SseOptions = {}) {
    super();
    this.url = String(url);
    this.#stream = new SseStream(url, {
      ...options,
      onOpen: (response) => {
        this.readyState = 1;
        options.onOpen?.(response);
        this.#tell(new Event('open'), this.onopen);
      },
      onRetry: (retry) => {
        this.readyState = 0;
        options.onRetry?.(retry);
        this.#tell(Object.assign(new Event('error'), { error: retry.error }), this.onerror);
      },
    });
    void this.#run();
  }

  get lastEventId(): string {
    return this.#stream.lastEventId;
  }

  close(): void {
    this.readyState = 2;
    this.#stream.close();
  }

  async #run(): Promise<void> {
    try {
      for await (const event of this.#stream) this.#message(event);
      this.readyState = 2;
    } catch (error) {
      this.readyState = 2;
      this.#tell(Object.assign(new Event('error'), { error }), this.onerror);
    }
  }

  #message({ event, data, id }: ServerSentEvent): void {
    const message = new MessageEvent(event, { data, lastEventId: id, origin: new URL(this.url, globalThis.location?.href).origin });
    this.#tell(message, event === 'message' ? this.onmessage : null);
  }

  #tell<E extends Event>(event: E, handler: ((event: E) => void) | null): void {
    handler?.call(this, event);
    this.dispatchEvent(event);
  }
}
