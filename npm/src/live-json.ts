// JSON that arrives in pieces: the value so far at any moment, linear in the text. The twin of
// `crates/midstream/src/json/incremental.rs`, in JavaScript so that the value lives here and need not be copied out of
// WASM after every piece; a test holds the two together at every prefix.

type Container = unknown[] | Record<string, unknown>;

/**
 * Reads one JSON text in pieces.
 *
 * The value never says anything that the text may still take back: a string is there as far as it has come, a number,
 * `true`, `false` and `null` once they are whole, a member once its value has begun.
 */
export class LiveJson {
  #root: unknown = undefined;
  /** The open containers, outermost first. */
  #open: Container[] = [];
  #state: State = 'value';
  /** The name of the member whose value is read, or is to come. */
  #name = '';
  /** The string, number or literal under way. */
  #token = '';
  #depth: number;

  /** @param maxDepth Deepest nesting: 128. What is deeper is not read. */
  constructor(maxDepth = 128) {
    this.#depth = maxDepth;
  }

  /** The value so far: undefined before its first byte. The object is the reader's own and grows with further pieces. */
  get value(): unknown {
    return this.#root;
  }

  /** Takes the next piece. What comes after a text that is no JSON is not read. */
  push(piece: string): void {
    let at = 0;
    while (at < piece.length && this.#state !== 'wrong') {
      at = this.#state === 'text' || this.#state === 'name-text' ? this.#text(piece, at) : this.#step(piece, at);
    }
    if (this.#state === 'text' || this.#state === 'escape') this.#show(whole(this.#token));
  }

  /** Takes what is at `at`, outside a string's plain text, and returns where to go on. */
  #step(piece: string, at: number): number {
    const char = piece[at]!;
    switch (this.#state) {
      case 'escape':
      case 'name-escape':
        return this.#escape(char, at);
      case 'number':
        if (/[-+.eE0-9]/.test(char)) {
          this.#token += char;
          return at + 1;
        }
        this.#number();
        return at;
      case 'literal':
        return this.#literal(char, at);
    }
    if (char === ' ' || char === '\n' || char === '\r' || char === '\t') return at + 1;
    switch (this.#state) {
      case 'first-element':
        if (char === ']') return this.#close(at);
        return this.#value(char, at);
      case 'value':
        return this.#value(char, at);
      case 'first-name':
      case 'name':
        if (char === '"') this.#begin('name-text', '');
        else if (char === '}' && this.#state === 'first-name') return this.#close(at);
        else this.#state = 'wrong';
        return at + 1;
      case 'colon':
        this.#state = char === ':' ? 'value' : 'wrong';
        return at + 1;
      case 'next': {
        const inside = this.#open.at(-1);
        if (char === ',') this.#state = Array.isArray(inside) ? 'value' : 'name';
        else if (char === (Array.isArray(inside) ? ']' : '}')) return this.#close(at);
        else this.#state = 'wrong';
        return at + 1;
      }
      default:
        this.#state = 'wrong';
        return at;
    }
  }

  #value(char: string, at: number): number {
    if (char === '"') {
      this.#begin('text', '');
      this.#add('');
    } else if (char === '[' || char === '{') {
      if (this.#open.length >= this.#depth) this.#state = 'wrong';
      else this.#enter(char === '[' ? [] : {});
    } else if (/[-0-9]/.test(char)) this.#begin('number', char);
    else if (char === 't' || char === 'f' || char === 'n') this.#begin('literal', char);
    else this.#state = 'wrong';
    return at + 1;
  }

  /** Takes a string's plain text up to its end, an escape or the piece's end. */
  #text(piece: string, at: number): number {
    SPECIAL.lastIndex = at;
    const end = SPECIAL.exec(piece)?.index ?? piece.length;
    this.#token += piece.slice(at, end);
    if (end === piece.length) return end;
    const named = this.#state === 'name-text';
    if (piece[end] === '\\') {
      this.#state = named ? 'name-escape' : 'escape';
      this.#pending = '';
    } else if (piece[end] !== '"') {
      // A control character must be escaped.
      if (!named) this.#show(this.#token);
      this.#state = 'wrong';
    } else if (named) {
      this.#name = this.#token;
      this.#state = 'colon';
    } else {
      this.#show(this.#token);
      this.#ended();
    }
    return end + 1;
  }

  /** What came behind a backslash. */
  #pending = '';

  #escape(char: string, at: number): number {
    const back: State = this.#state === 'escape' ? 'text' : 'name-text';
    if (this.#pending === '') {
      if (char === 'u') this.#pending = 'u';
      else if (char in ESCAPES) {
        this.#token += ESCAPES[char];
        this.#state = back;
      } else this.#wrongIn(back);
      return at + 1;
    }
    if (!/[0-9a-fA-F]/.test(char)) this.#wrongIn(back);
    else if (this.#pending.length < 4) this.#pending += char;
    else {
      this.#token += String.fromCharCode(parseInt(this.#pending.slice(1) + char, 16));
      this.#state = back;
    }
    return at + 1;
  }

  #wrongIn(back: State): void {
    if (back === 'text') this.#show(this.#token);
    this.#state = 'wrong';
  }

  #number(): void {
    if (!NUMBER.test(this.#token)) {
      this.#state = 'wrong';
      return;
    }
    this.#add(Number(this.#token));
    this.#ended();
  }

  #literal(char: string, at: number): number {
    this.#token += char;
    if (this.#token in LITERALS) {
      this.#add(LITERALS[this.#token]);
      this.#ended();
    } else if (!Object.keys(LITERALS).some((literal) => literal.startsWith(this.#token))) this.#state = 'wrong';
    return at + 1;
  }

  #begin(state: State, token: string): void {
    this.#state = state;
    this.#token = token;
  }

  #enter(container: Container): void {
    this.#add(container);
    this.#open.push(container);
    this.#state = Array.isArray(container) ? 'first-element' : 'first-name';
  }

  #close(at: number): number {
    this.#open.pop();
    this.#ended();
    return at + 1;
  }

  #ended(): void {
    this.#state = this.#open.length > 0 ? 'next' : 'end';
  }

  /** Puts a value that begins where it belongs. */
  #add(value: unknown): void {
    const inside = this.#open.at(-1);
    if (inside === undefined) this.#root = value;
    else if (Array.isArray(inside)) inside.push(value);
    else if (this.#name === '__proto__') {
      // As `JSON.parse` has it: a member like any other.
      Object.defineProperty(inside, this.#name, { value, writable: true, enumerable: true, configurable: true });
    } else inside[this.#name] = value;
  }

  /** Shows the string that is under way as it stands. */
  #show(text: string): void {
    const inside = this.#open.at(-1);
    if (inside === undefined) this.#root = text;
    else if (Array.isArray(inside)) inside[inside.length - 1] = text;
    else inside[this.#name] = text;
  }
}

/** `text` without the half of a surrogate pair at its end, whose other half may be on its way. */
function whole(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}

type State =
  | 'value'
  | 'first-element'
  | 'first-name'
  | 'name'
  | 'colon'
  | 'next'
  | 'text'
  | 'name-text'
  | 'escape'
  | 'name-escape'
  | 'number'
  | 'literal'
  | 'end'
  | 'wrong';

const SPECIAL = /["\\\u0000-\u001f]/g;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;
const ESCAPES: Record<string, string> = Object.assign(Object.create(null), {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
});
const LITERALS: Record<string, unknown> = Object.assign(Object.create(null), { true: true, false: false, null: null });
