// The tab WebSocket: the guide's client against the gateway's echo, or any other server.

import { h } from '../dom';
import { init, WebSocketClient } from 'midstream';
import type { View } from '../shell';
import { sizeOf, wordsOf } from './journal';
import { Panel } from './panel';

export class SocketView implements View {
  private readonly panel: Panel;
  private readonly message = h('input', { value: 'Hello', 'aria-label': 'Message' });
  private readonly binary = h('input', { type: 'checkbox', id: 'socket-binary' });
  private readonly burst = h('input', { type: 'number', value: 1, min: 1, max: 100000, 'aria-label': 'How often' });
  private client: WebSocketClient | null = null;
  /** When each message that has not come back was sent. */
  private sent: number[] = [];

  constructor(host: HTMLElement) {
    const send = h('form', { class: 'transport-form' }, this.message, this.burst, h('label', { class: 'check' }, this.binary, 'binary'), h('button', {}, 'Send'));
    this.panel = new Panel(
      host,
      {
        title: 'WebSocket',
        about: 'Sends messages with WebSocketClient and times them until they come back. The gateway’s /ws sends back what it gets.',
        address: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
        counted: 'messages',
        timed: 'round trip',
        action: 'Connect',
      },
      send,
    );
    this.panel.form.addEventListener('submit', () => void this.toggle());
    send.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.send();
    });
  }

  route(): void {}

  private async toggle(): Promise<void> {
    if (this.client) return this.client.close();
    this.panel.tell('busy', 'connecting …');
    try {
      await init();
      const client = new WebSocketClient(this.panel.url.value);
      this.client = client;
      client.socket.binaryType = 'arraybuffer';
      client.socket.addEventListener('open', () => {
        this.panel.tell('open', 'connected');
        this.panel.go.textContent = 'Close';
      });
      client.set_on_message((data: string | ArrayBuffer) => this.received(data));
      client.set_on_error(() => this.panel.fail(`no connection to ${this.panel.url.value}`));
      client.set_on_close((event: CloseEvent) => this.closed(client, event));
    } catch (error) {
      this.panel.fail(wordsOf(error));
    }
  }

  private async send(): Promise<void> {
    const { client } = this;
    const isOpen = (): boolean => client !== null && client === this.client && client.ready_state() === WebSocket.OPEN;
    if (!client || !isOpen()) return this.panel.fail('expected a connection: connect first');
    const text = this.message.value;
    const bytes = this.binary.checked ? new TextEncoder().encode(text) : null;
    const times = Math.max(1, Math.min(100_000, this.burst.valueAsNumber || 1));
    this.panel.journal.add('out', times === 1 ? text : `${text} (${times} times)`);
    for (let at = 0; at < times; at++) {
      // The page stays alive, and no more lies in the browser than the server takes.
      if (at % 500 === 499) {
        do await new Promise((resolve) => setTimeout(resolve));
        while (isOpen() && client.socket.bufferedAmount > 1 << 20);
        if (!isOpen()) return;
      }
      this.sent.push(performance.now());
      if (bytes) client.send_binary(bytes);
      else client.send(text);
    }
  }

  private received(data: string | ArrayBuffer): void {
    const sent = this.sent.shift();
    const size = typeof data === 'string' ? sizeOf(data) : data.byteLength;
    this.panel.meter.take(size, sent === undefined ? undefined : performance.now() - sent);
    this.panel.journal.add('in', typeof data === 'string' ? data : `${size} bytes`);
  }

  private closed(client: WebSocketClient, event: CloseEvent): void {
    client.free();
    this.client = null;
    this.sent = [];
    this.panel.go.textContent = 'Connect';
    const words = `closed with code ${event.code}${event.reason ? `: ${event.reason}` : ''}`;
    if (event.code === 1000 || event.code === 1005) this.panel.tell('idle', words);
    else this.panel.fail(words);
  }
}
