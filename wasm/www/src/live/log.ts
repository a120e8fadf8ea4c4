// The events as they came, one a line, however many: only the lines in sight are on the page.

import type { Place, StreamEvent } from '../events';
import { copyButton, eachFrame, h, icon, setAttr, setText } from '../dom';
import { KINDS } from '../findings';
import * as format from '../format';
import { pretty } from '../json';

interface Line {
  place: Place;
  type: string;
  json: string;
}

export class Log {
  readonly element: HTMLElement;
  private readonly filters = h('div', { class: 'filters', role: 'group', 'aria-label': 'Show only these events' });
  private readonly total = h('span', { class: 'number' });
  private readonly space = h('div', { class: 'log-space', role: 'presentation' });
  private readonly rows = h('div', { class: 'log-rows', role: 'presentation' });
  private readonly pane = h(
    'div',
    { class: 'log-pane', role: 'listbox', tabindex: 0, 'aria-label': 'Events' },
    this.space,
    this.rows,
  );
  private readonly detailTitle = h('span', { class: 'detail-title' });
  private readonly detailBody = h('pre', { class: 'json', tabindex: 0, 'aria-label': 'The event as JSON' });
  private readonly detail: HTMLElement;
  private readonly note = h('p', { class: 'note', hidden: true });

  private lines: Line[] = [];
  private jsonLength = 0;
  /** How many events came after the log was full. */
  private left = 0;
  /** Indexes into `lines` that the filter lets through; null where it lets everything through. */
  private visible: number[] | null = null;
  private readonly families = new Map<string, { count: number; number: HTMLElement }>();
  private readonly wanted = new Set<string>();
  private selected: number | null = null;
  private following = true;
  private readonly draw = eachFrame(() => this.render());

  constructor() {
    const close = h('button', { type: 'button', class: 'quiet icon-only', 'aria-label': 'Close the event' }, icon('close'));
    close.addEventListener('click', () => this.close());
    this.detail = h(
      'div',
      { class: 'detail', hidden: true },
      h('div', { class: 'detail-head' }, this.detailTitle, copyButton('Copy the event', () => this.detailBody.textContent ?? ''), close),
      this.detailBody,
    );
    this.element = h(
      'section',
      { class: 'log', 'aria-labelledby': 'log-title' },
      h('div', { class: 'panel-head' }, h('h3', { id: 'log-title' }, 'Events'), this.total),
      this.filters,
      this.pane,
      this.note,
      this.detail,
    );
    this.pane.addEventListener('scroll', () => {
      const { scrollTop, clientHeight, scrollHeight } = this.pane;
      this.following = scrollTop + clientHeight > scrollHeight - ROW;
      this.draw();
    });
    this.pane.addEventListener('keydown', (event) => this.key(event));
    this.rows.addEventListener('click', (event) => {
      const row = (event.target as Element).closest<HTMLElement>('.log-row');
      if (row) this.select(Number(row.dataset['at']));
    });
    new ResizeObserver(this.draw).observe(this.pane);
  }

  /** Takes an event with the JSON it came as. */
  push(event: StreamEvent & Place, json: string): void {
    this.count(event.type);
    if (this.jsonLength + json.length > MAX_JSON) {
      this.left++;
      return this.draw();
    }
    this.jsonLength += json.length;
    this.lines.push({ place: { seq: event.seq, at_us: event.at_us }, type: event.type, json });
    if (this.visible && this.wanted.has(familyOf(event.type))) this.visible.push(this.lines.length - 1);
    this.draw();
  }

  /** The events as JSON lines, or null where not all were kept. */
  jsonLines(): string[] | null {
    return this.left > 0 ? null : this.lines.map(({ json }) => json + '\n');
  }

  private get length(): number {
    return this.visible ? this.visible.length : this.lines.length;
  }

  private line(row: number): Line {
    return this.lines[this.visible ? this.visible[row]! : row]!;
  }

  private count(type: string): void {
    const family = familyOf(type);
    let known = this.families.get(family);
    if (!known) {
      const number = h('span', { class: 'number' });
      const button = h('button', { type: 'button', class: `filter ${colourOf(type)}`, 'aria-pressed': 'false' }, family, number);
      button.addEventListener('click', () => this.toggle(family, button));
      this.filters.append(button);
      known = { count: 0, number };
      this.families.set(family, known);
    }
    known.count++;
  }

  private toggle(family: string, button: HTMLButtonElement): void {
    if (!this.wanted.delete(family)) this.wanted.add(family);
    setAttr(button, 'aria-pressed', String(this.wanted.has(family)));
    const chosen = this.selected === null ? null : this.line(this.selected);
    const all = [...this.lines.keys()];
    this.visible = this.wanted.size > 0 ? all.filter((index) => this.wanted.has(familyOf(this.lines[index]!.type))) : null;
    const at = chosen ? (this.visible ?? all).findIndex((index) => this.lines[index] === chosen) : -1;
    this.selected = at >= 0 ? at : null;
    if (this.selected === null) this.detail.hidden = true;
    this.draw();
  }

  private render(): void {
    for (const { count, number } of this.families.values()) setText(number, format.count(count));
    setText(this.total, format.count(this.lines.length + this.left));
    this.note.hidden = this.left === 0;
    setText(this.note, `${format.count(this.left)} more events are not kept here; the download has them all`);
    this.space.style.height = `${this.length * ROW}px`;
    if (this.following) this.pane.scrollTop = this.pane.scrollHeight;
    // The filter may just have left fewer lines than were scrolled past.
    const top = Math.min(this.pane.scrollTop, this.length * ROW);
    const first = Math.max(0, Math.floor(top / ROW) - 4);
    const last = Math.min(this.length, first + Math.ceil(this.pane.clientHeight / ROW) + 8);
    this.rows.style.transform = `translateY(${first * ROW}px)`;
    while (this.rows.childElementCount > last - first) this.rows.lastElementChild!.remove();
    while (this.rows.childElementCount < last - first) this.rows.append(emptyRow());
    [...this.rows.children].forEach((row, index) => this.fill(row as HTMLElement, first + index));
    setAttr(this.pane, 'aria-activedescendant', this.selected === null ? null : `event-${this.selected}`);
  }

  private fill(row: HTMLElement, at: number): void {
    const line = this.line(at);
    setAttr(row, 'aria-selected', String(at === this.selected));
    if (row.dataset['seq'] === String(line.place.seq) && row.dataset['at'] === String(at)) return;
    row.dataset['seq'] = String(line.place.seq);
    row.dataset['at'] = String(at);
    row.id = `event-${at}`;
    setAttr(row, 'aria-setsize', String(this.length));
    setAttr(row, 'aria-posinset', String(at + 1));
    const [time, type, text] = row.children as unknown as [HTMLElement, HTMLElement, HTMLElement];
    setText(time, format.time(line.place.at_us));
    type.className = `log-type ${colourOf(line.type)}`;
    setText(type, line.type);
    setText(text, summary(line));
  }

  private key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.pane.clientHeight / ROW) - 1);
    const from = this.selected ?? Math.floor(this.pane.scrollTop / ROW) - 1;
    const steps: Record<string, number> = {
      ArrowDown: from + 1,
      ArrowUp: from - 1,
      PageDown: from + page,
      PageUp: from - page,
      Home: 0,
      End: this.length - 1,
      Enter: from,
    };
    if (event.key === 'Escape' && !this.detail.hidden) return this.close();
    const to = steps[event.key];
    if (to === undefined || this.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.select(Math.min(Math.max(to, 0), this.length - 1));
  }

  private select(at: number): void {
    this.selected = at;
    this.following = false;
    const { place, type, json } = this.line(at);
    setText(this.detailTitle, `#${place.seq} ${type}`);
    showJson(this.detailBody, json);
    this.detail.hidden = false;
    const top = at * ROW;
    if (top < this.pane.scrollTop) this.pane.scrollTop = top;
    else if (top + ROW > this.pane.scrollTop + this.pane.clientHeight) this.pane.scrollTop = top + ROW - this.pane.clientHeight;
    this.draw();
  }

  private close(): void {
    this.selected = null;
    this.detail.hidden = true;
    this.draw();
    this.pane.focus();
  }
}

/** The event's JSON laid out; coloured unless it is so long that thousands of elements would be needed. */
function showJson(body: HTMLElement, json: string): void {
  const { text, pieces } = pretty(json);
  if (text.length > 50_000) {
    body.textContent = text;
    return;
  }
  const nodes: (Node | string)[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (piece.kind === 'mark') continue;
    const end = piece.at + piece.to - piece.from;
    nodes.push(text.slice(at, piece.at), h('span', { class: `j-${piece.kind}` }, text.slice(piece.at, end)));
    at = end;
  }
  body.replaceChildren(...nodes, text.slice(at));
}

/** What is worth seeing of an event in one line. */
function summary({ json }: Line): string {
  if (json.length > 4000) return json.slice(0, 240);
  const event = JSON.parse(json) as Record<string, unknown>;
  if (event['type'] === 'error') return `${event['kind']}: ${event['message']}`;
  if (typeof event['delta'] === 'string') return JSON.stringify(event['delta']);
  return Object.entries(event)
    .filter(([name, value]) => !['seq', 'at_us', 'type', 'metrics'].includes(name) && value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('  ')
    .slice(0, 240);
}

/** Types that are chosen together: beginning, middle and end of one thing. */
function familyOf(type: string): string {
  return /^(stream|text|reasoning|tool)(?=-)/.exec(type)?.[0] ?? type;
}

/** Types are coloured by what they are about, as the text and the plot are. */
function colourOf(type: string): string {
  if (type.startsWith('reasoning')) return 'c-reasoning';
  if (type.startsWith('tool')) return 'c-tool';
  if (type.startsWith('text')) return 'c-text';
  if (type === 'error' || type.startsWith('refusal')) return 'c-error';
  return type in KINDS ? 'c-finding' : 'c-other';
}

function emptyRow(): HTMLElement {
  return h('div', { class: 'log-row', role: 'option' }, h('span', { class: 'log-time' }), h('span'), h('span', { class: 'log-text' }));
}

/** Height of a line in pixels; the style sheet's `--row`. */
const ROW = 22;

/** Characters of JSON that are kept, about 64 MB. */
const MAX_JSON = 64_000_000;
