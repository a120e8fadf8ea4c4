// A text that grows on the page, with marks in it.
//
// It is laid out in chunks of a few kilobytes: appending touches the last one only, chunks out of sight cost the browser
// nothing (`content-visibility`), and marks redraw the chunks they lie in, once for all that come together. A megabyte stays
// smooth that way; a single text node of that size does not. Text goes into text nodes and nowhere else.

import { h } from '../dom';

/** Something to show at `start` to `end` of the text, in UTF-16 units; a point where both are equal. */
export interface Highlight {
  /** Names the finding, unique in the stream. */
  id: number;
  kind: string;
  /** Where it is an entity: what kind of entity. */
  entity?: string | undefined;
  /** What it says when pointed at. */
  label: string;
  /** What stands in the text where it is a point. */
  short: string;
  start: number;
  end: number;
}

interface Chunk {
  element: HTMLElement;
  start: number;
  end: number;
  /** A mark lies in it, so it must be redrawn when it grows. */
  marked: boolean;
  /** It is not shown as it is now. */
  stale: boolean;
}

export class Prose {
  readonly element = h('div', { class: 'prose' });
  private text = '';
  private chunks: Chunk[] = [];
  private readonly highlights = new Map<number, Highlight>();

  /** Takes `text`, which must begin with what was taken already; `draw` shows what lies among marks. */
  grow(text: string): void {
    let from = this.text.length;
    this.text = text;
    while (from < text.length) {
      let chunk = this.chunks.at(-1);
      if (!chunk || isFull(chunk, text)) {
        chunk = { element: h('div', { class: 'chunk' }), start: from, end: from, marked: this.marksWithin(from), stale: false };
        this.chunks.push(chunk);
        this.element.append(chunk.element);
      }
      const to = cut(text, chunk.start, from);
      chunk.end = to;
      if (chunk.marked) chunk.stale = true;
      else appendText(chunk.element, text.slice(from, to));
      from = to;
    }
  }

  /** Takes `text` in place of everything, marks included. */
  replace(text: string): void {
    this.text = '';
    this.chunks = [];
    this.highlights.clear();
    this.element.replaceChildren();
    this.grow(text);
  }

  /** Adds a mark, or moves the one with this id; `draw` shows it. */
  mark(highlight: Highlight): void {
    const known = this.highlights.get(highlight.id);
    if (known && known.start === highlight.start && known.end === highlight.end) return;
    this.highlights.set(highlight.id, highlight);
    for (const chunk of this.chunks) {
      if (touches(highlight, chunk.start, chunk.end)) chunk.stale = true;
    }
  }

  /** Shows everything that was taken. */
  draw(): void {
    for (const chunk of this.chunks) if (chunk.stale) this.drawChunk(chunk);
  }

  private marksWithin(from: number): boolean {
    return [...this.highlights.values()].some(({ end }) => end > from);
  }

  /** Draws a chunk anew: runs of text, each in a `mark` if anything lies over it. */
  private drawChunk(chunk: Chunk): void {
    chunk.stale = false;
    const inside = [...this.highlights.values()].filter(({ start, end }) => touches({ start, end }, chunk.start, chunk.end));
    chunk.marked = inside.length > 0;
    const edges = new Set([chunk.start, chunk.end]);
    for (const { start, end } of inside) {
      for (const edge of [start, end]) if (edge > chunk.start && edge < chunk.end) edges.add(edge);
    }
    const sorted = [...edges].sort((a, b) => a - b);
    const nodes: Node[] = [];
    const spans = inside.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
    const points = inside.filter(({ start, end }) => start === end).sort((a, b) => a.start - b.start);
    let [begun, passed] = [0, 0];
    let over: Highlight[] = [];
    sorted.forEach((from, index) => {
      while (points[passed] && points[passed]!.start <= from) nodes.push(point(points[passed++]!));
      const to = sorted[index + 1];
      if (to === undefined) return;
      over = over.filter(({ end }) => end > from);
      while (spans[begun] && spans[begun]!.start <= from) over.push(spans[begun++]!);
      const text = document.createTextNode(this.text.slice(from, to));
      nodes.push(over.length > 0 ? marked(text, over) : text);
    });
    chunk.element.replaceChildren(...nodes);
  }
}

/** Whether a mark is to be seen in the chunk from `from` to `to`. A point between two chunks belongs to the first. */
function touches({ start, end }: { start: number; end: number }, from: number, to: number): boolean {
  return start === end ? (start > from || start === 0) && start <= to && start >= from : start < to && end > from;
}

/** `text` under `over`, of which the shortest gives the style and stands first. */
function marked(text: Text, over: Highlight[]): HTMLElement {
  const top = over.reduce((a, b) => (b.end - b.start <= a.end - a.start ? b : a));
  const all = [top, ...over.filter((other) => other !== top)];
  const title = all.map(({ label }) => label).join('\n');
  const ids = all.map(({ id }) => id).join(' ');
  return h('mark', { 'data-kind': top.kind, 'data-entity': top.entity, 'data-findings': ids, title }, text);
}

function point({ id, kind, label, short }: Highlight): HTMLElement {
  // What it says is drawn by the style sheet: it is no part of the text, nor of what is copied from it.
  return h('span', { class: 'point', 'data-kind': kind, 'data-findings': id, 'data-label': short, title: label });
}

function appendText(element: HTMLElement, text: string): void {
  const last = element.lastChild;
  if (last instanceof Text) last.appendData(text);
  else element.append(text);
}

function isFull({ start, end }: Chunk, text: string): boolean {
  return end - start >= HARD || (end - start >= SOFT && text[end - 1] === '\n');
}

/** Where the chunk that begins at `start` and is written to `from` must stop at the latest. */
function cut(text: string, start: number, from: number): number {
  const newline = text.indexOf('\n', Math.max(from, start + SOFT - 1));
  if (newline >= 0 && newline < start + HARD) return newline + 1;
  if (text.length <= start + HARD) return text.length;
  // No line ends for a long while: a space will do, or any place that is not inside a character.
  const hard = start + HARD;
  const space = text.lastIndexOf(' ', hard - 1);
  if (space >= from && space > start + HARD / 2) return space + 1;
  const unit = text.charCodeAt(hard);
  return unit >= 0xdc00 && unit <= 0xdfff ? hard + 1 : hard;
}

/** A chunk longer than this ends with its next line, and in any case at `HARD` units. */
const SOFT = 2048;
const HARD = 16_384;
