// A subscription to an SSE address that survives what networks do: it resumes after the last event it has, and says
// when the server is gone.

import { SseParser, type ServerSentEvent } from 'midstream/sse';

export interface Subscriber {
  /** Events that arrived together, in order. */
  receive(messages: ServerSentEvent[]): void;
  /** The subscription was (re)opened. Nothing is received before the promise resolves, nor at all if it closes. */
  opened?(): void | Promise<void>;
  /** The connection is lost; the next attempt comes at `retryAt` (milliseconds, as `Date.now()`). */
  lost?(retryAt: number): void;
  /** The server answers, but not with a stream: nothing more will come. */
  refused?(status: number): void;
  /** Whether a connection that the server closed is finished, so that it is not opened again. */
  finished?(): boolean;
}

export class Connection {
  private lastId = '';
  private attempts = 0;
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly subscriber: Subscriber,
  ) {
    connections.add(this);
    void this.open();
  }

  close(): void {
    this.closed = true;
    connections.delete(this);
    this.pause();
  }

  /** Tries again at once if it is waiting to. */
  retry(): void {
    if (this.closed || this.abort) return;
    clearTimeout(this.timer);
    void this.open();
  }

  /** Lets go of the socket until `retry` is called. */
  pause(): void {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.abort = null;
  }

  private async open(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (this.lastId) headers['last-event-id'] = this.lastId;
      const response = await fetch(this.url, { headers, signal: abort.signal, cache: 'no-store' });
      if (!response.ok || !response.body) {
        // 5xx comes from something between us and the gateway: the gateway itself may return.
        if (response.status >= 500) throw new Error(`status ${response.status}`);
        this.close();
        this.subscriber.refused?.(response.status);
        return;
      }
      await this.subscriber.opened?.();
      if (this.closed) return;
      this.attempts = 0;
      await this.read(response.body, abort.signal);
    } catch {
      // Every failure is handled alike: try again.
    }
    if (abort.signal.aborted || this.closed) return;
    this.abort = null;
    if (this.subscriber.finished?.()) return this.close();
    const wait = Math.min(250 * 2 ** this.attempts++, 4000);
    this.subscriber.lost?.(Date.now() + wait);
    this.timer = setTimeout(() => void this.open(), wait);
  }

  private async read(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const parser = new SseParser({ lastEventId: this.lastId });
    let rested = performance.now();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      const messages = parser.push(decoder.decode(value, { stream: true }));
      const last = messages.at(-1);
      if (!last) continue;
      this.lastId = last.id;
      try {
        this.subscriber.receive(messages);
      } catch (error) {
        // A defect of ours, not of the network: connecting again would not mend it.
        reportError(error);
      }
      // Pieces that are already there come as microtasks: without a rest the page would not be drawn between them.
      if (performance.now() - rested > 12) {
        await new Promise((resolve) => setTimeout(resolve));
        rested = performance.now();
      }
    }
  }
}

const connections = new Set<Connection>();

// Browsers allow six connections to a host over HTTP/1.1, all tabs together: a page that nobody looks at gives its own
// back after a while.
if (typeof document !== 'undefined') {
  let hidden: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(() => connections.forEach((connection) => connection.pause()), 20_000);
    else connections.forEach((connection) => connection.retry());
  });
}
