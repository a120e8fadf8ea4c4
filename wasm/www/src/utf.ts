// A text that grows, and the engine's offsets into it, which count UTF-8 bytes.

import { Utf16Offsets } from '../../../npm/src/spans.js';

export { utf8Length } from '../../../npm/src/spans.js';

/** A text that grows at its end and knows where its UTF-8 bytes are. */
export class GrowingText {
  text = '';
  private readonly offsets = new Utf16Offsets();

  /** Length in UTF-8 bytes. */
  get bytes(): number {
    return this.offsets.bytes;
  }

  append(delta: string): void {
    this.text += delta;
    this.offsets.append(delta);
  }

  /** The UTF-16 offset of UTF-8 offset `byte`; inside a character it is the character's start, past the end the end. */
  unitAt(byte: number): number {
    return Math.min(this.offsets.at(byte), this.text.length);
  }
}
