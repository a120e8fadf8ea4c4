// The bindings in Node: the way in and out, and `process_message` as the performance guide measures it. Streams beside
// JavaScript peers are measured by `npm/bench/decode.mjs`; `cargo xtask bench wasm` runs both.
import { readFileSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';

import { perCall, quantile } from './measure.mjs';

const pkg = new URL('../../wasm/pkg/', import.meta.url);
const glue = await import(new URL('lean_agentic_wasm.js', pkg));
const { memory } = glue.initSync({ module: readFileSync(new URL('lean_agentic_wasm_bg.wasm', pkg)) });
const [snippet] = readdirSync(new URL('snippets/', pkg));
const script = (name) => import(new URL(`snippets/${snippet}/js/${name}`, pkg));
const [layout, host] = [await script('layout.js'), await script('host.js')];
// What is computed must be used.
let sink;

console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}\n`);
const parts = { wayInAndOut, messages };
const chosen = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) {
  if (chosen.length === 0 || chosen.includes(name)) await part();
}

/** A message of 60 B into memory, a record of it out as an object, without the engine between them. */
function wayInAndOut() {
  const text = 'a message of sixty bytes, give or take, as a model writes it.';
  const scratch = new glue.Session('', 0);
  const place = scratch.reserve(4096);
  const bytes = new TextEncoder().encode(text);
  const room = new Uint8Array(memory.buffer, place, 4096);
  const encoder = new TextEncoder();
  const fields = new Uint32Array(memory.buffer, (place + 2048) & ~3, 4);
  const floor = perCall(() => {
    encoder.encodeInto(text, room);
    sink = { type: fields[0], choice: fields[1], block: fields[2], end: fields[3] };
  });
  const pages = layout.makePages(scratch.page());
  const ours = perCall(() => {
    host.writeText(text, place, 4096);
    sink = layout.makeResult(pages, 0, 0, 0, 0, 0);
  });
  const inBytes = perCall(() => host.writeText(bytes, place, 4096));
  console.log('the way in and out at 60 B');
  console.table({
    'floor: encodeInto, four fields to an object': { ns: round(floor) },
    'midstream: text in, a lazy result out': { ns: round(ours), 'of the floor': round(ours / floor, 2) },
    'midstream: bytes in': { ns: round(inBytes) },
  });
  scratch.free();
}

/** `process_message`, as the performance guide measures it. */
function messages() {
  const client = new glue.LeanAgenticClient('bench');
  const text = 'a message of sixty bytes, give or take, as a model writes it.';
  const chunk = JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'a word ' } }] });
  const rows = {};
  const each = (name, call) => {
    const mean = perCall(call);
    const times = Array.from({ length: 40_000 }, (_, at) => {
      const began = process.hrtime.bigint();
      call(at);
      return Number(process.hrtime.bigint() - began);
    }).slice(10_000);
    rows[name] = {
      'ns/call in batches': round(mean),
      'messages/s': Math.round(1e9 / mean),
      'p50 us': round(quantile(times, 0.5) / 1000, 2),
      'p99 us': round(quantile(times, 0.99) / 1000, 2),
    };
  };
  each('60 B of text', () => (sink = client.process_message(text)));
  each('60 B of text, its events read', () => (sink = client.process_message(text).events));
  each(`a chat chunk of ${chunk.length} B`, () => (sink = client.process_message(chunk)));
  const many = Array.from({ length: 100 }, (_, at) => new glue.LeanAgenticClient(`bench-${at}`));
  each('60 B of text, 100 sessions in turn', (at) => (sink = many[at % 100].process_message(text)));
  console.log('process_message (single calls are timed with a clock that itself takes some 50 ns)');
  console.table(rows);
  for (const one of [client, ...many]) one.free();
}

function round(value, digits = 0) {
  return Number(value.toFixed(digits));
}
process.on('exit', () => sink === globalThis && console.log());
