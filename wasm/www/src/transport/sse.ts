// The tab SSE: an event stream read by the package's own client, or a prompt's answer, decoded.

import { h } from '../dom';
import { midstream } from 'midstream';
import { SseStream } from 'midstream/sse';
import type { View } from '../shell';
import { wordsOf } from './journal';
import { Panel } from './panel';

export class SseView implements View {
  private readonly panel: Panel;
  private readonly decode = h('input', { type: 'checkbox', id: 'sse-decode' });
  private abort: AbortController | null = null;

  constructor(host: HTMLElement) {
    this.panel = new Panel(
      host,
      {
        title: 'Server-sent events',
        about: 'Reads an event stream with SseStream, which makes a lost connection again with Last-Event-ID. ?count=, ?pace_ms= and ?size= say what the gateway’s /sse sends; ?prompt= has the demo model answer.',
        address: new URL('/sse?count=50&pace_ms=40', location.href).href,
        timed: 'gap',
        action: 'Read',
      },
      h('label', { class: 'check' }, this.decode, 'decode as a model’s answer (try /sse?prompt=Hello)'),
    );
    this.panel.form.addEventListener('submit', () => void this.toggle());
  }

  route(): void {}

  private async toggle(): Promise<void> {
    if (this.abort) return this.abort.abort();
    const { panel } = this;
    const abort = (this.abort = new AbortController());
    panel.go.textContent = 'Stop';
    panel.tell('busy', 'connecting …');
    let last = performance.now();
    const took = (bytes: number): void => {
      const now = performance.now();
      panel.tell('open', 'reading');
      panel.meter.take(bytes, now - last);
      last = now;
    };
    try {
      if (this.decode.checked) {
        const response = await fetch(panel.url.value, { signal: abort.signal });
        for await (const event of midstream(response, { signal: abort.signal })) {
          const text = JSON.stringify(event);
          took(text.length);
          panel.journal.add('in', text);
        }
      } else {
        for await (const event of new SseStream(panel.url.value, { signal: abort.signal })) {
          took(event.data.length);
          panel.journal.add('in', event.data);
        }
      }
      panel.tell('idle', 'the stream is over');
    } catch (error) {
      if (abort.signal.aborted) panel.tell('idle', 'stopped');
      else panel.fail(wordsOf(error));
    } finally {
      this.abort = null;
      panel.go.textContent = 'Read';
    }
  }
}
