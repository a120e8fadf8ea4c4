// Reads the pages that `src/layout.rs` writes, and keeps them for results that are read later.
const JSON_EVENT = 0;
const TEXT_DELTA = 1;
const REASONING_DELTA = 2;
const ENTITY = 4;
const GRAPH_NODE_ADDED = 5;
const GRAPH_EDGE = 6;
const BLOCK = 10;
const STREAM_START = 14;
const STREAM_END = 15;
const BLOCKS = ['text-start', 'text-end', 'reasoning-start', 'reasoning-end'];
const VERDICTS = ['complete', 'truncated', 'failed'];
const EDGE_CHANGES = ['graph-edge-added', 'graph-edge-confirmed', 'graph-edge-ended', 'graph-edge-retracted'];

// A byte order mark is text here like any other, and counted.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

// Below this many bytes a loop beats `decode`, whose fixed cost is 100 ns in Node and 190 ns in Chromium.
const loopBelow = typeof process === 'object' && process.versions?.node ? 24 : 64;

// The buffer that was read last: making views of it costs as much as reading a short page.
let words = new Uint32Array(0);
let bytes = new Uint8Array(0);

// The events of the records from `first` to `last` of a page, whose `length` bytes at `text` are the text of these
// records. Where `joined`, adjacent deltas of one block come as one.
export function read(page, first, last, joined = false) {
  if (words.buffer !== page.buffer) {
    words = new Uint32Array(page.buffer);
    bytes = new Uint8Array(page.buffer);
  }
  const text = textOf(page.text, page.length);
  const events = [];
  let at = page.records / 4 + first * 4;
  // Records are cut in UTF-16 units, counted from the page's beginning.
  const before = first === 0 ? 0 : words[at - 1];
  const after = at + (last - first) * 4;
  let start = 0;
  for (; at < after; at += 4) {
    if (joined) while (at + 4 < after && isContinued(at)) at += 4;
    // What takes several records has the end of its text in the last one.
    const kind = words[at];
    const several = kind >= ENTITY && (kind < BLOCK || kind === STREAM_END);
    if (several) at += kind === ENTITY ? 8 : kind === GRAPH_NODE_ADDED ? 4 : kind === STREAM_END ? 12 : 20;
    const end = words[at + 3] - before;
    if (several) {
      events.push(found(kind, at, text, start, end));
      start = end;
      continue;
    }
    events.push(event(kind, words[at + 1], words[at + 2], text, start, end));
    start = end;
  }
  return events;
}

// Whether the record after the one at `at` goes on with its text.
function isContinued(at) {
  const kind = words[at];
  const isText = kind === TEXT_DELTA || kind === REASONING_DELTA;
  return isText && words[at + 4] === kind && words[at + 5] === words[at + 1] && words[at + 6] === words[at + 2];
}

function textOf(from, length) {
  if (length < loopBelow) {
    const units = new Array(length);
    let at = 0;
    for (; at < length; at++) {
      const unit = bytes[from + at];
      if (unit > 127) break;
      units[at] = unit;
    }
    if (at === length) return String.fromCharCode.apply(null, units);
  }
  return decoder.decode(bytes.subarray(from, from + length));
}

function event(kind, one, two, text, start, end) {
  switch (kind) {
    case JSON_EVENT:
      return JSON.parse(text.slice(start, end));
    case TEXT_DELTA:
      return { type: 'text-delta', choice: one, block: two, delta: text.slice(start, end) };
    case REASONING_DELTA:
      return { type: 'reasoning-delta', choice: one, block: two, delta: text.slice(start, end) };
    case STREAM_START:
      return { type: 'stream-start', framing: text.slice(start, start + one), dialect: text.slice(start + one, end) };
    case BLOCK:
    case BLOCK + 1:
    case BLOCK + 2:
    case BLOCK + 3:
      return { type: BLOCKS[kind - BLOCK], choice: one, block: two };
    default:
      return { type: 'tool-input-delta', id: text.slice(start, start + one), delta: text.slice(start + one, end) };
  }
}

// An entity, a change of a graph or the end of a stream, whose last record is at `at`.
function found(kind, at, text, start, end) {
  if (kind === ENTITY) return entity(at - 8, text, start, end);
  if (kind === STREAM_END) return streamEnd(at - 12);
  return kind === GRAPH_NODE_ADDED ? graphNode(at - 4, text, start) : graphEdge(at - 20, text, start, end);
}

const channels = ['text', 'reasoning'];

function entity(at, text, start, end) {
  const kindEnd = start + words[at + 1];
  const textEnd = kindEnd + words[at + 2];
  const flags = words[at + 7];
  const from = words[at + 8] + words[at + 9] * 2 ** 32;
  const event = {
    type: 'entity',
    id: words[at + 4] + words[at + 5] * 2 ** 32,
    kind: text.slice(start, kindEnd),
    text: text.slice(kindEnd, textEnd),
    span: { choice: words[at + 6], channel: channels[flags & 1], start: from, end: from + words[at + 10] },
    confidence: words[at + 3] / 1000,
  };
  if (flags & 2) event.normalized = text.slice(textEnd, end);
  return event;
}

function graphNode(at, text, start) {
  const nameEnd = start + words[at + 2];
  return {
    type: 'graph-node-added',
    node: words[at + 1],
    name: text.slice(start, nameEnd),
    kind: text.slice(nameEnd, nameEnd + words[at + 3]),
    first_recorded: moment(at + 4),
  };
}

function graphEdge(at, text, start, end) {
  let to = start;
  const next = (length) => text.slice(to, (to += length));
  const [name, kind, predicate] = [next(words[at + 16]), next(words[at + 17]), next(words[at + 18])];
  const object = { node: words[at + 3], name: next(words[at + 19]), kind: next(words[at + 20]) };
  const flags = words[at + 12];
  const from = words[at + 14] + words[at + 15] * 2 ** 32;
  const change = {
    type: EDGE_CHANGES[words[at] - GRAPH_EDGE],
    edge: words[at + 1],
    subject: { node: words[at + 2], name, kind },
    object,
    predicate,
    valid_from: moment(at + 4),
    valid_to: moment(at + 6),
    recorded_at: moment(at + 8),
  };
  if (flags & 2) change.negated = true;
  if (flags & 4) change.valid_from_assumed = true;
  if (flags & 8) change.retracted = true;
  change.confidence = words[at + 10] / 1000;
  change.mentions = words[at + 11];
  change.stream = text.slice(to, end);
  change.span = { choice: words[at + 13], channel: channels[flags & 1], start: from, end: from + words[at + 21] };
  return change;
}

// The end of a stream that was too short for rates and gaps.
function streamEnd(at) {
  const flags = words[at + 1];
  return {
    type: 'stream-end',
    verdict: VERDICTS[flags & 3],
    metrics: {
      bytes: words[at + 2],
      frames: words[at + 3],
      keep_alives: words[at + 4],
      chunks: words[at + 5],
      text_bytes: words[at + 6],
      reasoning_bytes: words[at + 7],
      tool_input_bytes: words[at + 8],
      first_byte_us: flags & 4 ? words[at + 9] : null,
      first_content_us: flags & 8 ? words[at + 10] : null,
      last_content_us: flags & 16 ? words[at + 11] : null,
      duration_us: words[at + 12],
      gaps: null,
      chunks_per_second: null,
      output_tokens_per_second: null,
    },
  };
}

// As RFC 3339 has it; null where there is no date.
function moment(at) {
  const high = words[at + 1] | 0;
  if (high === -(2 ** 31)) return null;
  const text = new Date(high * 2 ** 32 + words[at]).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

let memory;

export function attachResults(wasmMemory) {
  memory = wasmMemory;
}

// A client's results outlive the page that they lie in: all results of one page share one object, into which the page
// is copied when it is turned. So a result costs nothing until it is read, and can be read for ever.
class Page {
  constructor(address) {
    this.address = address;
    this.copy = null;
  }

  events(first, last, from, to) {
    const { buffer, records, text } = this.copy ?? snapshot(this.address);
    return read({ buffer, records, text: text + from, length: to - from }, first, last);
  }
}

function snapshot(address) {
  const { buffer } = memory;
  const [records, count, text, length] = new Uint32Array(buffer, address, 4);
  return { buffer, records, count, text, length };
}

export function makePages(address) {
  return { current: new Page(address) };
}

export function turnPage(pages) {
  const { current } = pages;
  const { buffer, records, count, text, length } = snapshot(current.address);
  // Read as words later, so its length is a multiple of 4.
  const copy = new Uint8Array((count * 16 + length + 3) & ~3);
  copy.set(new Uint8Array(buffer, records, count * 16));
  copy.set(new Uint8Array(buffer, text, length), count * 16);
  current.copy = { buffer: copy.buffer, records: 0, count, text: count * 16, length };
  pages.current = new Page(current.address);
}

// A result whose records lie from `first` to `last` of the current page, and whose text from byte `from` to `to`.
export function makeResult(pages, first, last, from, to, timestamp) {
  return new MessageResult(pages.current, first, last, from, to, timestamp);
}

class MessageResult {
  #page;
  #first;
  #last;
  #from;
  #to;
  #events = null;

  constructor(page, first, last, from, to, timestamp) {
    this.#page = page;
    this.#first = first;
    this.#last = last;
    this.#from = from;
    this.#to = to;
    this.timestamp = timestamp;
  }

  // Chosen by the agent; null as long as there is none.
  get action() {
    return null;
  }
  get reward() {
    return null;
  }
  get verified() {
    return null;
  }

  // The visible text of the events.
  get text() {
    let text = '';
    for (const event of this.events) if (event.type === 'text-delta') text += event.delta;
    return text;
  }

  // Who and what was found, where the engine looks for it: `entity` events.
  get entities() {
    return this.events.filter(({ type }) => type === 'entity');
  }

  // What is said of whom, where the engine looks for it: `relation` events.
  get relations() {
    return this.events.filter(({ type }) => type === 'relation');
  }

  // What changed in the client's graph.
  get graph() {
    return this.events.filter(({ type }) => type.startsWith('graph-'));
  }

  get events() {
    return (this.#events ??= this.#page.events(this.#first, this.#last, this.#from, this.#to));
  }
}
