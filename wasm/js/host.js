// What the bindings need of JavaScript: a clock, a console, text and bytes into memory.

let memory;
let bytes = new Uint8Array(0);

export function attach(wasmMemory) {
  memory = wasmMemory;
  bytes = new Uint8Array(0);
}

export const now = () => performance.now();

export const today = () => Date.now();

export function log(message) {
  console.log(message);
}

// A grown memory is a new buffer, and views of the old one are empty; asking `memory` each time would cost 40 ns.
function view() {
  if (bytes.length === 0) bytes = new Uint8Array(memory.buffer);
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
  if (typeof source?.byteLength !== 'number') throw new TypeError(`expected text or bytes, found ${source === null ? 'null' : typeof source}`);
  const piece = source instanceof Uint8Array ? source : new Uint8Array(source.buffer ?? source, source.byteOffset ?? 0, source.byteLength);
  if (piece.length > room) return -1 - piece.length;
  view().set(piece, place);
  return piece.length;
}
