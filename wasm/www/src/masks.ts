// Where masks stand in what is shown. The spans of matches are of the text as the provider sent it, which is not here: what
// was masked before moves a place by how much shorter or longer its mask is.

import type { GrowingText } from './utf';

/** A masked match: its span in the provider's text, in UTF-8 bytes, and what was found. */
export interface Masked {
  start: number;
  end: number;
  kind: string;
  /** Told where the mask stands in what is shown, in UTF-8 bytes. */
  place(start: number, end: number): void;
}

/** The masks of one channel. */
export class Masks {
  /** Matches whose mask has not come yet. */
  private waiting: Masked[] = [];
  /** What the latest mask stands for, and where it is. */
  private latest: { end: number; shownStart: number; shownEnd: number } | null = null;
  /** How many bytes fewer are shown so far than were sent. */
  private fewer = 0;
  /** A mask was none that can be told from text, so that places behind it are not known. */
  private lost = false;

  add(match: Masked, content: GrowingText): void {
    if (this.lost) return;
    this.waiting.push(match);
    this.settle(content);
  }

  /** Where the provider's byte `at` is in what is shown, behind the masks so far; the beginning where that is not known. */
  shown(at: number): number {
    return this.lost ? 0 : at - this.fewer;
  }

  /** Places those whose masks are there by now. Matches that overlap share one mask, that of the first. */
  settle(content: GrowingText): void {
    this.waiting.sort((a, b) => a.start - b.start || b.end - a.end);
    while (this.waiting.length > 0) {
      const first = this.waiting[0]!;
      if (this.latest && first.start < this.latest.end) {
        first.place(this.latest.shownStart, this.latest.shownEnd);
        this.waiting.shift();
        continue;
      }
      const shown = first.start - this.fewer;
      const placeholder = `[${first.kind}`;
      const unit = content.unitAt(shown);
      const there = content.text.slice(unit, unit + placeholder.length);
      if (there.length < placeholder.length) return;
      if (there !== placeholder) {
        this.lost = true;
        this.waiting = [];
        return;
      }
      const close = content.text.indexOf(']', unit);
      if (close < 0) return;
      // A placeholder is ASCII.
      const shownEnd = shown + close + 1 - unit;
      let end = first.end;
      for (const other of this.waiting) if (other.start < end) end = Math.max(end, other.end);
      this.fewer += end - first.start - (shownEnd - shown);
      this.latest = { end, shownStart: shown, shownEnd };
    }
  }
}
