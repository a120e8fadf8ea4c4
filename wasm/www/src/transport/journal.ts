// What went over a connection: the last lines, and how long things took.

import { h, setText, eachFrame } from '../dom';
import * as format from '../format';
import { PerformanceMonitor } from 'midstream';

const MAX_LINES = 200;

export type Direction = 'in' | 'out' | 'note' | 'error';

/** A list of the last lines. It is drawn once a frame however many come. */
export class Journal {
  readonly element = h('ol', { class: 'journal', 'aria-label': 'Messages', tabindex: 0 });
  private waiting: { direction: Direction; text: string }[] = [];
  private readonly draw = eachFrame(() => this.show());

  add(direction: Direction, text: string): void {
    this.waiting.push({ direction, text });
    if (this.waiting.length > MAX_LINES) this.waiting.shift();
    this.draw();
  }

  clear(): void {
    this.waiting = [];
    this.element.replaceChildren();
  }

  private show(): void {
    const { element } = this;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
    for (const { direction, text } of this.waiting) {
      element.append(h('li', { class: `journal-${direction}` }, text.length > 500 ? `${text.slice(0, 500)} …` : text));
    }
    this.waiting = [];
    while (element.children.length > MAX_LINES) element.firstElementChild!.remove();
    if (atEnd) element.scrollTop = element.scrollHeight;
  }
}

/** Figures under names, kept up to date. */
export class Figures {
  readonly element: HTMLElement;
  private readonly values = new Map<string, HTMLElement>();

  constructor(names: readonly string[]) {
    this.element = h('dl', { class: 'figures' });
    for (const name of names) {
      const value = h('dd', {}, '–');
      this.values.set(name, value);
      this.element.append(h('div', {}, h('dt', {}, name), value));
    }
  }

  set(name: string, value: string): void {
    setText(this.values.get(name)!, value);
  }
}

/** Counts what comes and how long it took, and shows it twice a second while something does. */
export class Meter {
  readonly figures: Figures;
  readonly monitor = new PerformanceMonitor();
  messages = 0;
  bytes = 0;
  private readonly draw = eachFrame(() => this.show());

  /** `counted` is what comes, `timed` what of it takes time. */
  constructor(
    private readonly counted: string,
    private readonly timed: string,
  ) {
    this.figures = new Figures([counted, 'bytes', 'a second', `${timed} p50`, `${timed} p95`, `${timed} p99`]);
  }

  take(bytes: number, ms?: number): void {
    this.messages += 1;
    this.bytes += bytes;
    if (ms !== undefined) this.monitor.recordLatency(ms);
    this.draw();
  }

  private show(): void {
    const { p50, p95, p99, throughput } = this.monitor.getStats();
    const us = (ms: number | null): string => format.time(ms === null ? null : ms * 1000);
    this.figures.set(this.counted, format.count(this.messages));
    this.figures.set('bytes', format.bytes(this.bytes));
    this.figures.set('a second', format.rate(throughput));
    this.figures.set(`${this.timed} p50`, us(p50));
    this.figures.set(`${this.timed} p95`, us(p95));
    this.figures.set(`${this.timed} p99`, us(p99));
  }
}

/** How many bytes a text is on its way. */
export const sizeOf = (text: string): number => encoder.encode(text).length;

const encoder = new TextEncoder();

/** The words of whatever was thrown. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
