// What the model says: its answers, each a column of parts that grow.

import { h, setAttr, setText } from '../dom';
import { describe, inText } from '../findings';
import * as format from '../format';
import { placeIn, pretty, type Pretty } from '../json';
import { markedText, type Choice, type Mark, type Part, type StreamState } from '../stream';
import { Prose } from './prose';

export class Answer {
  readonly element = h('div', { class: 'answer-choices' });
  private readonly choices = new Map<Choice, ChoiceView>();

  update(state: StreamState): void {
    for (const choice of state.choices) {
      let view = this.choices.get(choice);
      if (!view) {
        view = new ChoiceView(choice);
        this.choices.set(choice, view);
        const next = state.choices.slice(state.choices.indexOf(choice) + 1).find((later) => this.choices.has(later));
        this.element.insertBefore(view.element, next ? this.choices.get(next)!.element : null);
      }
      view.update(state);
    }
  }

  /** The visible text of all answers. */
  static text(state: StreamState): string {
    return state.choices.map(({ channels }) => channels.get('text')?.content.text ?? '').join('\n\n');
  }
}

class ChoiceView {
  readonly element: HTMLElement;
  private readonly title = h('h3', { class: 'choice-title', hidden: true });
  private readonly parts: PartView[] = [];
  private readonly body = h('div', { class: 'parts' });
  private readonly sources = h('ol', { class: 'sources', hidden: true, 'aria-label': 'Sources' });
  private readonly foot = h('p', { class: 'choice-foot', hidden: true });

  constructor(private readonly choice: Choice) {
    this.element = h('section', { class: 'choice' }, this.title, this.body, this.sources, this.foot);
  }

  update(state: StreamState): void {
    const { choice } = this;
    this.title.hidden = state.choices.length < 2;
    setText(this.title, `Answer ${choice.index}`);
    for (const part of choice.parts.slice(this.parts.length)) {
      const view = new PartView(part);
      this.parts.push(view);
      this.body.append(view.element);
    }
    for (const view of this.parts) view.update(state);
    for (const { url, title } of choice.sources.slice(this.sources.childElementCount)) {
      this.sources.append(h('li', {}, sourceLink(url, title)));
    }
    this.sources.hidden = choice.sources.length === 0;
    this.showFoot();
  }

  private showFoot(): void {
    const { finish, audioChars } = this.choice;
    const words: string[] = [];
    if (audioChars > 0) words.push(`audio: ${format.bytes(Math.floor((audioChars * 3) / 4))}`);
    if (finish) words.push(`finished: ${finish.reason}${finish.raw && finish.raw !== finish.reason ? ` (${finish.raw})` : ''}`);
    this.foot.hidden = words.length === 0;
    setText(this.foot, words.join(' · '));
    setAttr(this.foot, 'data-reason', finish?.reason ?? null);
  }
}

/** A run of text, reasoning, refusal or tool input. */
class PartView {
  readonly element: HTMLElement;
  private readonly prose = new Prose();
  private readonly facts = h('span', { class: 'facts' });
  /** Marks of the channel that were looked at. */
  private marks = 0;
  /** Marks that were placed. */
  private placed = 0;
  /** Marks whose text has not come in full. */
  private pending: Mark[] = [];
  private shown = -1;
  private closed = false;
  private layout: Pretty | null = null;

  constructor(private readonly part: Part) {
    this.element = this.build();
  }

  update(state: StreamState): void {
    const { part } = this;
    setAttr(this.element, 'data-writing', state.current === part && part.endedUs === null ? '' : null);
    if (part.end !== this.shown) {
      this.prose.grow(part.channel.content.text.slice(part.start, part.end));
      this.shown = part.end;
      this.showFacts();
    }
    if (!this.closed && (part.tool ? part.tool.call : part.endedUs) !== null) this.close();
    this.placeMarks();
    this.prose.draw();
  }

  private build(): HTMLElement {
    const { kind, tool } = this.part;
    if (kind === 'text') return h('div', { class: 'part part-text' }, this.prose.element);
    if (kind === 'refusal') {
      return h('div', { class: 'part part-refusal' }, h('div', { class: 'part-head' }, h('b', {}, 'Refusal')), this.prose.element);
    }
    const title = tool
      ? [h('b', {}, 'Tool'), h('code', { class: 'tool-name' }, tool.name || 'unnamed'), h('code', { class: 'tool-id' }, tool.id)]
      : [h('b', {}, 'Reasoning')];
    if (tool?.providerExecuted) title.push(h('span', { class: 'tag', title: 'The provider runs this tool itself' }, 'run by provider'));
    const details = h('details', { class: `part part-${kind}`, open: !closedByHand.has(kind) });
    const summary = h('summary', { class: 'part-head' }, ...title, this.facts);
    summary.addEventListener('click', () => {
      // The next ones begin as the person left this one.
      if (details.open) closedByHand.add(kind);
      else closedByHand.delete(kind);
    });
    details.append(summary, this.prose.element);
    return details;
  }

  private showFacts(): void {
    const { part } = this;
    const facts = [format.bytes(part.tool ? part.channel.content.bytes : byteLength(part))];
    if (part.endedUs !== null) facts.push(format.time(part.endedUs - part.beganUs));
    if (part.tool?.call?.is === 'broken') facts.push('not valid JSON');
    else if (part.tool && !part.tool.call) facts.push('being written');
    setText(this.facts, facts.join(' · '));
  }

  /** The part is whole: a tool's input is laid out. */
  private close(): void {
    const { tool } = this.part;
    this.closed = true;
    if (tool?.call?.is === 'json') {
      this.layout = pretty(tool.call.inputText || '{}');
      this.prose.replace(this.layout.text);
      this.marks = 0;
      this.placed = 0;
      this.pending = [];
    } else if (tool?.call?.is === 'broken') setAttr(this.element, 'data-invalid', '');
    this.showFacts();
  }

  private placeMarks(): void {
    const { channel } = this.part;
    if (this.pending.length === 0 && this.marks === channel.marks.length) return;
    const open: Mark[] = [];
    for (const mark of [...this.pending, ...channel.marks.slice(this.marks)]) {
      this.place(mark);
      if (mark.end8 > channel.content.bytes) open.push(mark);
    }
    this.marks = channel.marks.length;
    this.pending = open;
  }

  private place(mark: Mark): void {
    // Each costs an element; all of them stand in the list and in the events.
    if (this.placed++ >= MAX_MARKS) return;
    const { start, end, channel } = this.part;
    const from = channel.content.unitAt(mark.start8);
    const to = channel.content.unitAt(mark.end8);
    const isPoint = mark.start8 === mark.end8;
    if (isPoint ? from <= start || from > end : to <= start || from >= end) return;
    let place = { start: Math.max(from, start) - start, end: Math.min(to, end) - start };
    if (this.layout) {
      const { layout } = this;
      const first = placeIn(layout, place.start);
      place = { start: first, end: isPoint ? first : placeIn(layout, Math.max(place.end - 1, place.start)) + 1 };
    }
    const { index, kind, event } = mark.finding;
    const label = `${kind}: ${describe(event, isPoint ? '' : markedText(mark))}`;
    const entity = kind === 'entity' ? String(event['kind']) : undefined;
    this.prose.mark({ id: index, kind, entity, label, short: inText(event), ...place });
  }
}

/** Marks that are shown in a part. */
const MAX_MARKS = 1000;

/** UTF-8 length of a part; its channel may hold other parts. */
function byteLength({ channel, start, end }: Part): number {
  if (start === 0 && end === channel.content.text.length) return channel.content.bytes;
  return new TextEncoder().encode(channel.content.text.slice(start, end)).length;
}

/** A link if the address is one of the web, plain text otherwise: the address comes from the model. */
function sourceLink(url: string | null, title: string | null): Node {
  const words = title || url || 'untitled source';
  if (!url || !/^https?:\/\//i.test(url)) return document.createTextNode(words);
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow', title: url }, words);
}

const closedByHand = new Set<Part['kind']>();
