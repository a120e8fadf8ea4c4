// JSON as text: laid out and coloured without being parsed into values, so that numbers beyond 2^53, repeated keys and
// escapes stand as the provider wrote them.

export type TokenKind = 'key' | 'string' | 'number' | 'word' | 'mark';

/** A stretch of the laid-out text: `at` where it stands there, `from` to `to` where it stood in the original. */
export interface Piece {
  kind: TokenKind;
  at: number;
  from: number;
  to: number;
}

/** JSON laid out over lines, as `JSON.stringify(value, null, 2)` would (to a depth of 40). */
export interface Pretty {
  text: string;
  /** The tokens in order. */
  pieces: Piece[];
}

/** Lays out `json`, which must be valid. Linear in its length. */
export function pretty(json: string): Pretty {
  const out: string[] = [];
  const pieces: Piece[] = [];
  let at = 0;
  let depth = 0;
  const write = (text: string): void => {
    out.push(text);
    at += text.length;
  };
  const tokens = [...json.matchAll(TOKEN)];
  tokens.forEach((match, index) => {
    const token = match[0];
    const next = tokens[index + 1]?.[0];
    const previous = tokens[index - 1]?.[0];
    const closes = token === '}' || token === ']';
    if (closes) {
      depth--;
      if (previous !== '{' && previous !== '[') write(lineAt(depth));
    }
    pieces.push({ kind: kindOf(token, next), at, from: match.index, to: match.index + token.length });
    write(token);
    if (token === '{' || token === '[') {
      depth++;
      if (next !== '}' && next !== ']') write(lineAt(depth));
    } else if (token === ',') write(lineAt(depth));
    else if (token === ':') write(' ');
  });
  return { text: out.join(''), pieces };
}

/** Where the character at `offset` of the original stands in the laid-out text; white space counts as what follows. */
export function placeIn(layout: Pretty, offset: number): number {
  let low = 0;
  let high = layout.pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (layout.pieces[middle]!.to <= offset) low = middle + 1;
    else high = middle;
  }
  const piece = layout.pieces[low];
  return piece ? piece.at + Math.max(0, offset - piece.from) : layout.text.length;
}

/** Whether `text` is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function kindOf(token: string, next: string | undefined): TokenKind {
  if (token[0] === '"') return next === ':' ? 'key' : 'string';
  if (/[-0-9]/.test(token[0]!)) return 'number';
  return /[a-z]/.test(token[0]!) ? 'word' : 'mark';
}

/** A line break with its indentation, which is bounded: unbounded, the layout of deep nesting would be quadratic. */
const lineAt = (depth: number): string => '\n' + '  '.repeat(Math.min(Math.max(0, depth), 40));

/** A string, or a mark, or a run of anything else that is not white space. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;
