// The view of live streams: the list, the box to ask from, and the stream being watched.

import { Connection } from '../connection';
import type { StreamInfo } from '../events';
import { h, icon } from '../dom';
import type { Shell, View } from '../shell';
import { Composer } from './composer';
import { StreamList } from './list';
import { startPage } from './start';
import { Watch } from './watch';

export class Live implements View {
  private readonly list: StreamList;
  private readonly composer: Composer;
  private readonly start: HTMLElement;
  private readonly stage = h('div', { class: 'stage' });
  private readonly follow = h('input', { type: 'checkbox', id: 'follow', checked: true });
  private watch: { id: string; view: Watch } | null = null;
  private running: string | null = null;
  /** The page was opened without an address: the newest stream is shown once the list is known. */
  private undecided = false;
  private settled = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly shell: Shell,
  ) {
    const connect = h('a', { class: 'button quiet', href: '#live', title: 'How to send streams here' }, icon('plug'), 'Connect');
    const follow = h('label', { class: 'follow', title: 'Show each new stream as it begins, unless one is being watched' }, this.follow, 'Follow');
    this.list = new StreamList(follow, connect);
    this.composer = new Composer(
      (id) => this.go(id),
      (id) => this.setRunning(id),
    );
    this.start = startPage((prompt, tool, reasoning) => this.composer.suggest(prompt, tool, reasoning));
    this.list.element.addEventListener('click', (event) => {
      // Who picks a stream wants to keep it.
      if ((event.target as Element).closest('.row')) this.follow.checked = false;
    });
    host.append(this.list.element, this.stage, this.composer.element);
    this.connect();
  }

  route(rest: string | null): void {
    this.undecided = rest === null && !this.settled;
    const id = rest ? decode(rest) : null;
    if (rest === null && this.settled) return this.show(this.list.newest()?.id ?? null);
    this.show(id);
  }

  private connect(): void {
    const connection: Connection = new Connection('streams', {
      opened: async () => {
        // The subscription tells of every stream that is, not of those that are no more.
        const response = await fetch('streams', { headers: { accept: 'application/json' }, cache: 'no-store' });
        const { streams } = (await response.json()) as { streams: StreamInfo[] };
        this.list.replace(streams);
        this.shell.connected();
        this.settle();
        void this.askUpstreams();
      },
      receive: (messages) => messages.forEach(({ data }) => this.hear(JSON.parse(data) as StreamInfo)),
      lost: (retryAt) => this.shell.lost(retryAt, () => connection.retry()),
      refused: (status) => this.shell.say(`The gateway refuses the list of streams (status ${status})`),
    });
  }

  private hear(info: StreamInfo): void {
    const isNew = this.list.update(info);
    if (this.watch?.id === info.id) this.watch.view.refresh();
    if (!isNew || !this.settled || !this.follow.checked) return;
    // Whoever watches one being written is not torn away from it by the next.
    if (this.watch && this.list.get(this.watch.id)?.state === 'live') return;
    this.go(info.id);
    this.shell.say('A new stream is shown');
  }

  /** The list is known: a page opened without an address shows the newest stream. */
  private settle(): void {
    if (!this.settled && this.undecided) {
      const newest = this.list.newest();
      if (newest) this.go(newest.id);
    }
    this.settled = true;
  }

  private async askUpstreams(): Promise<void> {
    const response = await fetch('readyz', { cache: 'no-store' }).catch(() => null);
    if (!response?.ok) return;
    const { upstreams } = (await response.json()) as { upstreams?: string[] };
    this.composer.upstreams(upstreams ?? []);
  }

  /** Shows a stream without leaving a trace for the back button where one stream replaces another. */
  private go(id: string): void {
    // The address is that of the tab that is shown.
    if (this.host.hidden) return;
    const hash = `#live/${encodeURIComponent(id)}`;
    if (location.hash === hash) return;
    if (this.watch) history.replaceState(null, '', hash);
    else history.pushState(null, '', hash);
    this.show(id);
  }

  private show(id: string | null): void {
    if (this.watch && this.watch.id === id) return;
    this.watch?.view.dispose();
    this.watch = null;
    this.host.dataset['shows'] = id === null ? 'start' : 'stream';
    this.list.select(id);
    if (id === null) return this.stage.replaceChildren(this.start);
    const view = new Watch(id, {
      info: () => this.list.get(id),
      say: (text) => this.shell.say(text),
      stop: () => this.composer.cancel(),
    });
    this.watch = { id, view };
    this.stage.replaceChildren(view.element);
    view.stoppable(this.running === id);
  }

  private setRunning(id: string | null): void {
    this.running = id;
    this.watch?.view.stoppable(this.watch.id === id);
  }
}

/** The id in an address that a person may have mistyped. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
