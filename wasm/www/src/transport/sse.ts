// The tab SSE: an event stream read by the package's own client, or a prompt's answer, decoded.

import { h } from '../dom';
import { midstream } from 'midstream';
import { SseStream } from 'midstream/sse';
import type { View } from '../shell';
import * as format from '../format';
import { sizeOf, wordsOf } from './journal';
import { Panel } from './panel';

export class SseView implements View {
  private readonly panel: Panel;
  private readonly decode = h('input', { type: 'checkbox', id: 'sse-decode' });

  constructor(host: HTMLElement) {
    this.panel = new Panel(
      host,
      {
        title: 'Server-sent events',
        about: 'Reads an event stream with SseStream, which makes a lost connection again with Last-Event-ID. ?count=, ?pace_ms= and ?size= say what the gateway’s /sse sends; ?prompt= has the demo model answer.',
        address: new URL('/sse?count=50&pace_ms=40', location.href).href,
        counted: 'events',
        timed: 'gap',
        action: 'Read',
      },
      h('label', { class: 'check' }, this.decode, 'decode as a model’s answer (try /sse?prompt=Hello)'),
    );
    this.panel.reads((signal) => this.read(signal));
  }

  route(): void {}

  private lost({ error, delayMs }: { error: unknown; delayMs: number }): void {
    const again = `again in ${format.time(delayMs * 1000)}`;
    if (error === null) return this.panel.tell('busy', `the server has closed the connection: ${again}`);
    this.panel.tell('failed', `the connection is lost, ${again}: ${wordsOf(error)}`);
  }

  private async read(signal: AbortSignal): Promise<string> {
    const { panel } = this;
    let last = performance.now();
    const took = (bytes: number): void => {
      const now = performance.now();
      panel.tell('open', 'reading');
      panel.meter.take(bytes, now - last);
      last = now;
    };
    if (this.decode.checked) {
      const response = await fetch(panel.url.value, { signal });
      for await (const event of midstream(response, { signal })) {
        const text = JSON.stringify(event);
        took(sizeOf(text));
        panel.journal.add('in', text);
      }
    } else {
      for await (const event of new SseStream(panel.url.value, { signal, onRetry: (retry) => this.lost(retry) })) {
        took(sizeOf(event.data));
        panel.journal.add('in', event.data);
      }
    }
    return 'the stream is over';
  }
}
