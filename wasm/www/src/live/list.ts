// The streams that the gateway knows, newest first, each a link to its view.

import type { StreamInfo } from '../events';
import { eachFrame, h, setAttr, setText } from '../dom';
import * as format from '../format';

export class StreamList {
  readonly element: HTMLElement;
  private readonly list = h('ul', { class: 'streams' });
  private readonly empty = h('p', { class: 'note' }, 'No streams yet.');
  private readonly total = h('span', { class: 'number' });
  private readonly infos = new Map<string, StreamInfo>();
  private readonly rows = new Map<string, Row>();
  private readonly changed = new Set<string>();
  private selected: string | null = null;
  private readonly draw = eachFrame(() => this.render());

  /** `tools` stand beside the title. */
  constructor(...tools: Node[]) {
    this.element = h(
      'section',
      { class: 'stream-list', 'aria-labelledby': 'streams-title' },
      h('div', { class: 'panel-head' }, h('h2', { id: 'streams-title' }, 'Streams'), this.total, ...tools),
      this.empty,
      this.list,
    );
    this.list.addEventListener('keydown', (event) => this.key(event));
  }

  get(id: string): StreamInfo | undefined {
    return this.infos.get(id);
  }

  get size(): number {
    return this.infos.size;
  }

  /** How many are being written. */
  live(): number {
    return [...this.infos.values()].filter(({ state }) => state === 'live').length;
  }

  newest(): StreamInfo | undefined {
    return [...this.infos.values()].sort(newestFirst)[0];
  }

  /** Takes what the gateway says of a stream; returns whether the stream was not known. */
  update(info: StreamInfo): boolean {
    const isNew = !this.infos.has(info.id);
    this.infos.set(info.id, info);
    this.changed.add(info.id);
    this.draw();
    return isNew;
  }

  /** Forgets every stream that is not among `infos`. */
  replace(infos: StreamInfo[]): void {
    const ids = new Set(infos.map(({ id }) => id));
    for (const id of [...this.infos.keys()]) if (!ids.has(id)) this.forget(id);
    infos.forEach((info) => this.update(info));
    this.draw();
  }

  private forget(id: string): void {
    this.infos.delete(id);
    this.rows.get(id)?.item.remove();
    this.rows.delete(id);
  }

  /** Makes room as the gateway does: the oldest streams that have ended go. */
  private thin(): void {
    if (this.infos.size <= MAX_STREAMS) return;
    const ended = [...this.infos.values()].filter(({ id, state }) => state !== 'live' && id !== this.selected);
    const oldest = ended.sort(newestFirst).reverse();
    for (const { id } of oldest.slice(0, this.infos.size - MAX_STREAMS)) this.forget(id);
  }

  select(id: string | null): void {
    for (const other of [this.selected, id]) if (other !== null) this.changed.add(other);
    this.selected = id;
    this.draw();
  }

  private render(): void {
    this.thin();
    const added: StreamInfo[] = [];
    for (const id of this.changed) {
      const info = this.infos.get(id);
      if (!info) continue;
      let row = this.rows.get(id);
      if (!row) {
        row = new Row(id);
        this.rows.set(id, row);
        added.push(info);
      }
      row.show(info, id === this.selected);
    }
    this.changed.clear();
    if (added.length > 0) this.insert(added);
    this.empty.hidden = this.infos.size > 0;
    const live = this.live();
    const count = this.infos.size === 0 ? '' : live > 0 ? `${this.infos.size} · ${live} live` : `${this.infos.size}`;
    setText(this.total, count);
    // Where it is cut off.
    setAttr(this.total, 'title', count);
    document.title = live > 0 ? `(${live}) midstream` : 'midstream';
  }

  /** Puts new rows in their place: newest first. */
  private insert(added: StreamInfo[]): void {
    const order = [...this.infos.values()].sort(newestFirst);
    const place = new Map(order.map(({ id }, index) => [id, index]));
    for (const { id } of added.sort((a, b) => place.get(b.id)! - place.get(a.id)!)) {
      const next = order.slice(place.get(id)! + 1).find((later) => this.rows.get(later.id)?.item.isConnected);
      this.list.insertBefore(this.rows.get(id)!.item, next ? this.rows.get(next.id)!.item : null);
    }
  }

  private key(event: KeyboardEvent): void {
    const links = [...this.list.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    links[Math.min(Math.max(to, 0), links.length - 1)]?.focus();
  }
}

class Row {
  readonly item: HTMLLIElement;
  private readonly link: HTMLAnchorElement;
  private readonly dot = h('span', { class: 'dot', role: 'img' });
  private readonly model = h('span', { class: 'row-model' });
  private readonly origin = h('span', { class: 'row-origin' });
  private readonly clock = h('time', { class: 'row-clock' });
  private readonly preview = h('span', { class: 'row-preview' });
  private readonly facts = h('span', { class: 'row-facts' });

  constructor(id: string) {
    this.link = h(
      'a',
      { class: 'row', href: `#live/${encodeURIComponent(id)}`, 'data-id': id },
      h('span', { class: 'row-line' }, this.dot, this.model, this.clock),
      this.preview,
      h('span', { class: 'row-line' }, this.origin, this.facts),
    );
    this.item = h('li', {}, this.link);
  }

  show(info: StreamInfo, selected: boolean): void {
    const state = stateOf(info);
    setAttr(this.link, 'aria-current', selected ? 'true' : null);
    setAttr(this.dot, 'data-state', state);
    setAttr(this.dot, 'aria-label', state);
    setText(this.model, info.model ?? info.path ?? info.id);
    setText(this.clock, format.clock(info.started_ms));
    const said = info.preview || (info.state === 'live' ? null : info.reason);
    setText(this.preview, said?.replace(/\s+/g, ' ') || '\u00a0');
    setText(this.origin, [info.dialect, info.upstream].filter(Boolean).join(' · '));
    const facts = [format.bytes(info.bytes ?? info.metrics?.bytes ?? 0)];
    const first = info.metrics?.first_content_us;
    if (first !== null && first !== undefined) facts.unshift(format.time(first));
    if (state !== 'complete' && state !== 'live') facts.push(state);
    setText(this.facts, facts.join(' · '));
    setAttr(this.facts, 'data-state', state);
    setAttr(this.facts, 'title', info.reason ?? 'Time to first content · bytes received · how it ended, unless it is complete');
  }
}

/** One word for how a stream stands. */
export function stateOf(info: StreamInfo): string {
  if (info.state !== 'ended') return info.state;
  if (info.verdict) return info.verdict;
  return info.status !== null && info.status >= 400 ? 'failed' : 'ended';
}

/** By time of beginning, then by id as a person would count. */
function newestFirst(a: StreamInfo, b: StreamInfo): number {
  return b.started_ms - a.started_ms || b.id.localeCompare(a.id, 'en', { numeric: true });
}

/** As many as the gateway keeps by default. */
const MAX_STREAMS = 1000;
