// Text of an event stream in, events as the specification dispatches them out (WHATWG HTML, section 9.2.6). Linear in
// the text, however it is cut.

import { MidstreamError } from '../errors.js';

/** An event as it was dispatched. */
export interface ServerSentEvent {
  /** As named, or `message`. */
  event: string;
  data: string;
  /** The last event id at that moment; empty where none was given. */
  id: string;
}

export interface ParserOptions {
  /** The id that holds until another one comes: the last one of the connection before. */
  lastEventId?: string;
  /** Most UTF-16 units of one event: 32 Mi. */
  maxEventLength?: number;
  /** Called with each `retry` field, in milliseconds. */
  onRetry?: (retryMs: number) => void;
}

/** Takes the text of one connection. */
export class SseParser {
  /** The id to send as `Last-Event-ID`. */
  lastEventId: string;
  #id: string;
  #line = '';
  #event = '';
  #data: string | null = null;
  /** Units of the event under way. */
  #length = 0;
  #begun = false;
  /** Whether the text so far ends with a CR, whose LF may come with the next piece. */
  #cr = false;
  #max: number;
  #onRetry: (retryMs: number) => void;

  constructor({ lastEventId = '', maxEventLength = 32 << 20, onRetry = () => {} }: ParserOptions = {}) {
    this.lastEventId = this.#id = lastEventId;
    this.#max = maxEventLength;
    this.#onRetry = onRetry;
  }

  /**
   * Takes the next piece of text and returns the events that it completed.
   *
   * @throws MidstreamError `limit` for an event that is longer than allowed.
   */
  push(text: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let from = 0;
    if (text === '') return events;
    if (!this.#begun) {
      this.#begun = true;
      if (text.charCodeAt(0) === 0xfeff) from = 1;
    }
    if (this.#cr && text.charCodeAt(from) === LF) from++;
    this.#cr = false;
    // The next of each is looked for only when it has been passed, so a text without CR is scanned for one but once.
    let cr = text.indexOf('\r', from);
    let lf = text.indexOf('\n', from);
    while (cr >= 0 || lf >= 0) {
      const end = cr >= 0 && (lf < 0 || cr < lf) ? cr : lf;
      const line = this.#line + text.slice(from, end);
      this.#line = '';
      from = end + 1;
      if (end === cr) {
        if (from === text.length) this.#cr = true;
        else if (text.charCodeAt(from) === LF) from++;
      }
      this.#take(line, events);
      if (cr >= 0 && cr < from) cr = text.indexOf('\r', from);
      if (lf >= 0 && lf < from) lf = text.indexOf('\n', from);
    }
    // Appended to, never searched again.
    if (from < text.length) this.#line += text.slice(from);
    this.#check(this.#length + this.#line.length);
    return events;
  }

  #take(line: string, events: ServerSentEvent[]): void {
    if (line === '') return this.#dispatch(events);
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1);
    this.#length += line.length;
    this.#check(this.#length);
    if (name === 'data') this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
    else if (name === 'event') this.#event = value;
    else if (name === 'id') this.#id = value.includes('\0') ? this.#id : value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.#onRetry(Number(value));
  }

  #dispatch(events: ServerSentEvent[]): void {
    this.lastEventId = this.#id;
    // A line with nothing but `data` gives an event, an event without `data` none.
    if (this.#data !== null) events.push({ event: this.#event || 'message', data: this.#data, id: this.#id });
    this.#event = '';
    this.#data = null;
    this.#length = 0;
  }

  #check(length: number): void {
    if (length > this.#max) {
      throw new MidstreamError('limit', `expected events of at most ${this.#max} units, found one of ${length} or more`);
    }
  }
}

const LF = 10;
const SPACE = 32;
