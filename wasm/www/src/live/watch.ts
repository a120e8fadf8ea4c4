// One stream being watched: its events from the gateway into a `StreamState`, and that onto the page.

import { Connection } from '../connection';
import { copyButton, eachFrame, h, icon, save, setAttr, setText } from '../dom';
import type { Place, StreamEvent, StreamInfo } from '../events';
import { StreamState } from '../stream';
import { Answer } from './answer';
import { Found } from './found';
import { Head } from './head';
import { Log } from './log';
import { Plot } from './plot';

export interface Host {
  /** What the list says of the stream. */
  info(): StreamInfo | undefined;
  say(text: string): void;
  stop(): void;
}

type Pane = 'answer' | 'timing' | 'events';

export class Watch {
  readonly element: HTMLElement;
  private readonly state = new StreamState();
  private readonly answer = new Answer();
  private readonly head: Head;
  private readonly found: Found;
  private readonly plot = new Plot();
  private readonly log = new Log();
  private readonly scroller = h('div', { class: 'answer', tabindex: 0, role: 'region', 'aria-label': 'Answer' });
  private readonly waiting = h('p', { class: 'note waiting' }, 'Waiting for the first event …');
  private readonly body = h('div', { class: 'raw-body', hidden: true });
  private readonly toEnd = h('button', { type: 'button', class: 'to-end', hidden: true }, icon('down'), 'Follow');
  private readonly stop = h('button', { type: 'button', class: 'danger stop-here', hidden: true }, icon('stop'), 'Stop');
  private readonly connection: Connection;
  private readonly draw = eachFrame(() => this.render());
  private readonly ticking: ReturnType<typeof setInterval>;
  /** When the last event came, by the page's clock: the stream's own time goes on from there. */
  private heard = performance.now();
  private following = true;
  private plotted = 0;
  private connected = false;
  private refused: number | null = null;
  private disposed = false;

  constructor(
    private readonly id: string,
    private readonly host: Host,
  ) {
    const back = h('a', { class: 'back quiet icon-only', href: '#live', 'aria-label': 'All streams' }, icon('back'));
    const raw = h('a', { class: 'button quiet', href: this.path('raw'), download: `${id}.bin`, title: 'The bytes as they came' }, icon('download'), 'Raw');
    const events = h('button', { type: 'button', class: 'quiet', title: 'The events as JSON lines' }, icon('download'), 'Events');
    events.addEventListener('click', () => this.saveEvents());
    this.stop.addEventListener('click', () => host.stop());
    this.head = new Head(back, this.stop, copyButton('Copy the text of the answer', () => Answer.text(this.state)), raw, events);
    this.found = new Found(this.scroller);
    this.scroller.append(this.waiting, this.answer.element, this.body);
    const answerPane = h('div', { class: 'pane pane-answer' }, this.scroller, this.toEnd);
    const timing = h('div', { class: 'pane pane-timing' }, this.plot.element, this.found.element);
    const log = h('div', { class: 'pane pane-events' }, this.log.element);
    this.element = h('div', { class: 'watch', 'data-pane': 'answer' }, this.head.element, this.switch(), answerPane, h('div', { class: 'side' }, timing, log));
    this.scroller.addEventListener('scroll', () => this.scrolled());
    this.toEnd.addEventListener('click', () => {
      this.following = true;
      this.draw();
    });
    this.ticking = setInterval(() => this.tick(), 200);
    this.connection = this.connect();
    this.draw();
  }

  /** The request that made this stream can be stopped from here, or no longer. */
  stoppable(can: boolean): void {
    this.stop.hidden = !can;
  }

  /** The list knows something new of the stream. */
  refresh(): void {
    this.draw();
  }

  dispose(): void {
    this.disposed = true;
    clearInterval(this.ticking);
    this.connection.close();
    this.plot.dispose();
    this.element.remove();
  }

  private path(part: string): string {
    return `streams/${encodeURIComponent(this.id)}/${part}`;
  }

  private connect(): Connection {
    return new Connection(this.path('events'), {
      receive: (messages) => {
        for (const { data } of messages) {
          const event = JSON.parse(data) as StreamEvent & Place;
          if (this.state.apply(event)) this.take(event, data);
        }
        this.heard = performance.now();
        this.draw();
      },
      opened: () => void (this.connected = true),
      lost: () => void (this.connected = false),
      finished: () => this.state.verdict !== null,
      refused: (status) => {
        this.connected = false;
        this.refused = status;
        this.draw();
      },
    });
  }

  private take(event: StreamEvent & Place, json: string): void {
    this.log.push(event, json);
    if (event.type === 'stream-end') {
      this.connection.close();
      this.host.say(`Answer ${event.verdict}`);
      void this.showBody();
    } else if (event.type === 'error') this.host.say(`Error: ${event.message}`);
  }

  /** Where nothing was made of the stream, its bytes tell more than an empty page. */
  private async showBody(): Promise<void> {
    const { choices } = this.state;
    if (choices.some(({ parts, audioChars }) => parts.length > 0 || audioChars > 0)) return;
    const response = await fetch(this.path('raw'));
    if (!response.ok || this.disposed) return;
    const bytes = (await response.arrayBuffer()).slice(0, MAX_BODY);
    if (bytes.byteLength === 0) return;
    this.body.replaceChildren(
      h('p', { class: 'note' }, 'No content was found in this stream. What came, as text:'),
      h('pre', {}, new TextDecoder().decode(bytes)),
    );
    this.body.hidden = false;
  }

  /** How the stream stands, in a word. */
  private standing(): string {
    const info = this.host.info();
    if (this.state.verdict) return info?.state === 'cancelled' ? 'cancelled' : this.state.verdict;
    if (this.refused !== null) return 'lost';
    if (!info) return 'waiting';
    // The list may know the end before its events are here. A verdict over half a text would be a wrong one.
    return info.state === 'live' ? 'live' : 'reading';
  }

  /** How far the stream's own time has come, in microseconds. */
  private now(): number {
    const { verdict, lastUs, lastSeq, metrics } = this.state;
    if (metrics) return metrics.duration_us;
    if (verdict !== null || !this.connected || lastSeq < 0) return lastUs;
    return lastUs + (performance.now() - this.heard) * 1000;
  }

  private tick(): void {
    if (this.state.verdict === null && this.state.lastSeq >= 0 && this.connected) this.draw();
  }

  private render(): void {
    if (this.disposed) return;
    const { state } = this;
    const now = this.now();
    this.head.update(this.host.info(), state, this.standing(), now);
    this.answer.update(state);
    this.found.update(state);
    this.showWaiting();
    if (this.following && state.verdict === null) this.scroller.scrollTop = this.scroller.scrollHeight;
    this.toEnd.hidden = this.following || state.verdict !== null;
    // The eye needs no more than some drawings a second, and they cost more than the text.
    const time = performance.now();
    if (state.verdict !== null || time - this.plotted > 100) {
      this.plotted = time;
      this.plot.update(state, now);
    }
  }

  private showWaiting(): void {
    const { state, refused } = this;
    const gone = refused === 404 ? 'The gateway no longer knows this stream.' : `The gateway refuses to show this stream (status ${refused}).`;
    this.waiting.hidden = refused === null && (state.lastSeq >= 0 || state.verdict !== null);
    setText(this.waiting, refused === null ? 'Waiting for the first event …' : gone);
  }

  private scrolled(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    this.following = scrollTop + clientHeight > scrollHeight - 40;
    this.toEnd.hidden = this.following || this.state.verdict !== null;
  }

  private saveEvents(): void {
    const lines = this.log.jsonLines();
    if (lines) save(`${this.id}.jsonl`, 'application/jsonl', lines);
    else h('a', { href: this.path('events'), download: `${this.id}.sse` }).click();
  }

  /** Chooses what is seen where there is no room for everything. */
  private switch(): HTMLElement {
    const panes: [Pane, string][] = [
      ['answer', 'Answer'],
      ['timing', 'Timing'],
      ['events', 'Events'],
    ];
    const buttons = panes.map(([pane, label]) => {
      const button = h('button', { type: 'button', 'aria-pressed': String(pane === 'answer') }, label);
      button.addEventListener('click', () => {
        setAttr(this.element, 'data-pane', pane);
        buttons.forEach((other) => setAttr(other, 'aria-pressed', String(other === button)));
        this.draw();
      });
      return button;
    });
    return h('div', { class: 'pane-switch', role: 'group', 'aria-label': 'Shown' }, ...buttons);
  }
}

const MAX_BODY = 16_384;
