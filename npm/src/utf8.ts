// Strings that come in pieces, made ready for UTF-8: a surrogate pair that was cut between two pieces is joined again.

/** Cuts the pieces of one text so that each part can be encoded by itself. */
export class Utf8Writer {
  #high = '';

  /** The parts of `piece`, each of at most `PART` UTF-16 units and a few. */
  *parts(piece: string): Generator<string> {
    let text = this.#high + piece;
    this.#high = '';
    if (text !== '' && isHigh(text.charCodeAt(text.length - 1))) {
      this.#high = text.slice(-1);
      text = text.slice(0, -1);
    }
    for (let from = 0; from < text.length; ) {
      let to = Math.min(from + PART, text.length);
      if (to < text.length && isHigh(text.charCodeAt(to - 1))) to++;
      yield from === 0 && to === text.length ? text : text.slice(from, to);
      from = to;
    }
  }

  /** What is left at the end: half a pair, or nothing. */
  rest(): string {
    const rest = this.#high;
    this.#high = '';
    return rest;
  }
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

const PART = 16 * 1024;
