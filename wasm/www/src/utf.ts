// UTF-8 offsets (the engine's) into UTF-16 offsets (JavaScript's), over a text that grows.

/** Length of `text` in UTF-8 bytes; a lone surrogate counts as U+FFFD does. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (isHigh(unit) && isLow(text.charCodeAt(at + 1))) {
      bytes += 4;
      at++;
    } else bytes += 3;
  }
  return bytes;
}

/**
 * A text that grows at its end and knows where its UTF-8 bytes are.
 *
 * A checkpoint is kept about every `EVERY` units, so that a look-up scans a few thousand at most however long the text is.
 */
export class GrowingText {
  text = '';
  /** Length in UTF-8 bytes. */
  bytes = 0;
  private readonly units: number[] = [0];
  private readonly offsets: number[] = [0];

  append(delta: string): void {
    for (let from = 0; from < delta.length; ) {
      let to = Math.min(from + EVERY, delta.length);
      if (isHigh(delta.charCodeAt(to - 1)) && isLow(delta.charCodeAt(to))) to++;
      const piece = delta.slice(from, to);
      this.text += piece;
      this.bytes += utf8Length(piece);
      if (this.text.length - this.units.at(-1)! >= EVERY) {
        this.units.push(this.text.length);
        this.offsets.push(this.bytes);
      }
      from = to;
    }
  }

  /** The UTF-16 offset of UTF-8 offset `byte`; inside a character it is the character's start, past the end the end. */
  unitAt(byte: number): number {
    if (byte >= this.bytes) return this.text.length;
    const from = this.checkpoint(byte);
    let unit = this.units[from]!;
    let seen = this.offsets[from]!;
    while (unit < this.text.length) {
      const point = this.text.codePointAt(unit)!;
      seen += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (seen > byte) break;
      unit += point < 0x10000 ? 1 : 2;
    }
    return unit;
  }

  /** Index of the last checkpoint at or before `byte`. */
  private checkpoint(byte: number): number {
    let low = 0;
    let high = this.offsets.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offsets[middle]! <= byte) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

const EVERY = 1024;
