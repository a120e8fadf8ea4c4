// What the bindings need of JavaScript: a clock, a console, text into memory, results out of it.
import { read } from './layout.js';

let memory;
let bytes = new Uint8Array(0);

export function attach(wasmMemory) {
  memory = wasmMemory;
}

export const now = () => performance.now();

export function log(message) {
  console.log(message);
}

// A grown memory is a new buffer.
function view() {
  if (bytes.buffer !== memory.buffer) bytes = new Uint8Array(memory.buffer);
  return bytes;
}

const encoder = new TextEncoder();
// Below this many UTF-16 units a loop beats `encodeInto`: its fixed cost is 50 ns in Node and 250 ns in Chromium.
const loopBelow = typeof process === 'object' && process.versions?.node ? 20 : 200;

export function writeText(text, place, room) {
  if (typeof text !== 'string') return writeBytes(text, place, room);
  const { length } = text;
  const target = view();
  if (length < loopBelow && length <= room) {
    let at = 0;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) break;
      target[place + at] = code;
    }
    if (at === length) return length;
  }
  if (length * 3 > room) return -1 - length * 3;
  return encoder.encodeInto(text, target.subarray(place, place + room)).written;
}

function writeBytes(source, place, room) {
  const piece = source instanceof Uint8Array ? source : new Uint8Array(source.buffer ?? source, source.byteOffset ?? 0, source.byteLength);
  if (piece.length > room) return -1 - piece.length;
  view().set(piece, place);
  return piece.length;
}

// A client's results outlive the page that they lie in: all results of one page share one object, into which the page
// is copied when it is turned. So a result costs nothing until it is read, and can be read for ever.
class Page {
  constructor(address) {
    this.address = address;
    this.copy = null;
  }

  events(first, last) {
    return read(this.copy ?? snapshot(this.address), first, last);
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

export function makeResult(pages, first, last, timestamp) {
  return new MessageResult(pages.current, first, last, timestamp);
}

class MessageResult {
  #page;
  #first;
  #last;
  #events;

  constructor(page, first, last, timestamp) {
    this.#page = page;
    this.#first = first;
    this.#last = last;
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
    return (this.#events ??= this.#page.events(this.#first, this.#last));
  }
}
