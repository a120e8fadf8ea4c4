// The tab HTTP: a chunked body read as fast as the page wants it.

import { h } from '../dom';
import type { View } from '../shell';
import { Panel } from './panel';

export class HttpView implements View {
  private readonly panel: Panel;
  private readonly pause = h('input', { type: 'number', value: 0, min: 0, max: 1000, 'aria-label': 'Milliseconds to wait after each chunk' });

  constructor(host: HTMLElement) {
    this.panel = new Panel(
      host,
      {
        title: 'HTTP streaming',
        about: 'Reads a chunked response. The gateway’s /stream sends chunks as ?count=, ?size= and ?pace_ms= say, without them a thousand at once; those that come together are one piece here. A reader that waits makes the sender wait: nothing piles up on either side.',
        address: new URL('/stream?count=500&pace_ms=5', location.href).href,
        counted: 'pieces',
        timed: 'gap',
        action: 'Read',
      },
      h('label', { class: 'check' }, 'wait after each chunk, ms', this.pause),
    );
    this.panel.reads((signal) => this.read(signal));
  }

  route(): void {}

  private async read(signal: AbortSignal): Promise<string> {
    const { panel } = this;
    const response = await fetch(panel.url.value, { signal });
    if (!response.ok) throw new Error(`expected a response with status 200, found ${response.status}: ${await response.text()}`);
    if (!response.body) throw new Error('expected a body that can be read while it comes, found none');
    panel.tell('open', 'reading');
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    let last = performance.now();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'the response is whole';
      const now = performance.now();
      panel.meter.take(value.length, now - last);
      panel.journal.add('in', decoder.decode(value, { stream: true }).trimEnd());
      const wait = this.pause.valueAsNumber || 0;
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      last = performance.now();
    }
  }
}
