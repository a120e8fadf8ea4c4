// UTF-8 offsets (the engine's) into UTF-16 offsets (JavaScript's): the one place where events are converted.
//
// A span lies in a channel's text, so the channels' texts are followed while their deltas pass. As long as a channel is
// ASCII, the two offsets are the same and only its length is kept.

import type { Span, StreamEvent } from './events.js';

/** Converts the spans of one stream's events. */
export class SpanConverter {
  #channels = new Map<string, Utf16Offsets>();

  /** Follows `event` and converts the spans that it holds, in place. */
  convert(event: StreamEvent): void {
    switch (event.type) {
      case 'text-delta':
        return this.#channel(event.choice, 'text').append(event.delta);
      case 'reasoning-delta':
        return this.#channel(event.choice, 'reasoning').append(event.delta);
      case 'tool-input-delta':
        return this.#channel(0, `tool:${event.id}`).append(event.delta);
      // Its span is of the provider's text, which is not what passes here.
      case 'match':
        return;
      case 'relation':
        for (const part of [event.subject, event.predicate, event.object, ...(event.adjuncts ?? [])]) {
          this.#span(part, event.span);
        }
        return this.#span(event.span, event.span);
      default:
        if ('span' in event && event.span) this.#span(event.span, event.span);
    }
  }

  /** Converts `span`, which lies in the same text as `within`. */
  #span(span: { start: number; end: number }, within: Span): void {
    // A call's id is unique in its stream, and its deltas do not say which answer they belong to.
    const channel = this.#channel(within.channel.startsWith('tool:') ? 0 : within.choice, within.channel);
    span.start = channel.at(span.start);
    span.end = channel.at(span.end);
  }

  #channel(choice: number, name: string): Utf16Offsets {
    const key = `${choice}/${name}`;
    let channel = this.#channels.get(key);
    if (!channel) this.#channels.set(key, (channel = new Utf16Offsets()));
    return channel;
  }
}

/** A growing text that knows where its UTF-8 bytes are. */
export class Utf16Offsets {
  /** How much of the beginning is ASCII and was not kept. */
  #ascii = 0;
  /** What follows, from the first delta on that is not ASCII. */
  #text = '';
  #bytes = 0;
  /** Where one may begin to count in `#text`: UTF-16 units, and the UTF-8 bytes before them. */
  #marks: { unit: number; byte: number }[] = [{ unit: 0, byte: 0 }];

  /** Length in UTF-8 bytes. */
  get bytes(): number {
    return this.#ascii + this.#bytes;
  }

  append(delta: string): void {
    if (this.#text === '' && ASCII.test(delta)) {
      this.#ascii += delta.length;
      return;
    }
    for (let from = 0; from < delta.length; ) {
      let to = Math.min(from + EVERY, delta.length);
      if (to < delta.length && isLow(delta.charCodeAt(to))) to++;
      const piece = delta.slice(from, to);
      this.#text += piece;
      this.#bytes += utf8Length(piece);
      if (this.#text.length - this.#marks.at(-1)!.unit >= EVERY) {
        this.#marks.push({ unit: this.#text.length, byte: this.#bytes });
      }
      from = to;
    }
  }

  /** The UTF-16 offset of the UTF-8 offset `byte`; inside a character its start, past the end the end. */
  at(byte: number): number {
    if (byte <= this.#ascii) return byte;
    const wanted = byte - this.#ascii;
    let { unit, byte: seen } = this.#markBefore(wanted);
    while (unit < this.#text.length) {
      const point = this.#text.codePointAt(unit)!;
      seen += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (seen > wanted) break;
      unit += point < 0x10000 ? 1 : 2;
    }
    return this.#ascii + unit;
  }

  #markBefore(byte: number): { unit: number; byte: number } {
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#marks[middle]!.byte <= byte) low = middle;
      else high = middle - 1;
    }
    return this.#marks[low]!;
  }
}

/** Length of `text` in UTF-8 bytes; a lone surrogate counts as U+FFFD does. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (point >= 0x10000) at++;
  }
  return bytes;
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

const ASCII = /^[\x00-\x7f]*$/;
/** Units between two marks: a look-up counts through no more than two such stretches. */
const EVERY = 1024;
