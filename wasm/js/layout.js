// Reads the pages that `src/layout.rs` writes, and keeps them for results that are read later.
const JSON_EVENT = 0;
const TEXT_DELTA = 1;
const REASONING_DELTA = 2;

// A byte order mark is text here like any other, and counted.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

// The buffer that was read last, as words: making a view costs as much as reading a short page.
let words = new Uint32Array(0);

// The events of the records from `first` to `last` of a page, whose `text` is that of these records.
export function read(page, first, last) {
  if (words.buffer !== page.buffer) words = new Uint32Array(page.buffer);
  const text = decoder.decode(page.text);
  const events = new Array(last - first);
  let at = page.records / 4 + first * 4;
  // Records are cut in UTF-16 units, counted from the page's beginning.
  const before = first === 0 ? 0 : words[at - 1];
  let start = 0;
  for (let n = 0; n < events.length; n++, at += 4) {
    const end = words[at + 3] - before;
    events[n] = event(words[at], words[at + 1], words[at + 2], text, start, end);
    start = end;
  }
  return events;
}

function event(kind, one, two, text, start, end) {
  switch (kind) {
    case JSON_EVENT:
      return JSON.parse(text.slice(start, end));
    case TEXT_DELTA:
      return { type: 'text-delta', choice: one, block: two, delta: text.slice(start, end) };
    case REASONING_DELTA:
      return { type: 'reasoning-delta', choice: one, block: two, delta: text.slice(start, end) };
    default:
      return { type: 'tool-input-delta', id: text.slice(start, start + one), delta: text.slice(start + one, end) };
  }
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
    return read({ buffer, records, text: text.subarray(from, to) }, first, last);
  }
}

function snapshot(address) {
  const { buffer } = memory;
  const [records, count, text, length] = new Uint32Array(buffer, address, 4);
  return { buffer, records, count, text: new Uint8Array(buffer, text, length) };
}

export function makePages(address) {
  return { current: new Page(address) };
}

export function turnPage(pages) {
  const { current } = pages;
  const { buffer, records, count, text } = snapshot(current.address);
  current.copy = { buffer: buffer.slice(records, records + count * 16), records: 0, count, text: text.slice() };
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

  get events() {
    return (this.#events ??= this.#page.events(this.#first, this.#last, this.#from, this.#to));
  }
}
