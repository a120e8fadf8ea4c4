// cargo xtask bench wasm: the engine in Node beside its JavaScript peers, in the same run. Names of parts as arguments
// run these alone.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';

import { parse } from 'partial-json';

import { reader } from './engine.mjs';
import { inTurns, perCall, quantile } from './measure.mjs';
import { aiSdk, byHand, openai } from './peers.mjs';
import { pieces, prose, toolInput } from './streams.mjs';

const pkg = new URL('../../wasm/pkg/', import.meta.url);
const glue = await import(new URL('lean_agentic_wasm.js', pkg));
const { memory } = glue.initSync({ module: readFileSync(new URL('lean_agentic_wasm_bg.wasm', pkg)) });
const [snippet] = readdirSync(new URL('snippets/', pkg));
const script = (name) => import(new URL(`snippets/${snippet}/js/${name}`, pkg));
const [layout, host] = [await script('layout.js'), await script('host.js')];
const { read } = layout;
// What is computed must be used.
let sink;
const midstream = reader({ Session: glue.Session, memory: () => memory, read });

console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}\n`);
const parts = { decoding, toolArguments, wayInAndOut, messages, flat };
const chosen = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) {
  if (chosen.length === 0 || chosen.includes(name)) await part();
}

/** Bytes to the final object. */
async function decoding() {
  const events = 500;
  const body = prose(events);
  const cut = pieces(body);
  const rows = {};
  const compare = async (contenders, turns) => {
    const entries = Object.entries({ midstream, ...contenders });
    for (const [, read] of entries) assert.equal((await read(cut)).text, midstream(cut).text);
    const times = await inTurns(entries.map(([, read]) => () => read(cut)), turns);
    for (const [at, [name]] of entries.entries()) {
      const speed = { 'MB/s': round(body.length / times[at], 1), 'ns/event': round((times[at] * 1000) / events) };
      rows[name] ??= { ...speed, 'times slower than midstream': round(times[at] / times[0], 2) };
    }
  };
  await compare({ 'eventsource-parser + JSON.parse': byHand }, 300);
  await compare({ 'openai Stream': openai, 'ai streamText': aiSdk }, 15);
  console.log(`bytes to the final object: ${events} events, ${body.length} B, pieces of 16 KiB`);
  console.table(rows);
}

/** A long tool argument, its value wanted while it arrives. */
function toolArguments() {
  const { body, text, value } = toolInput(57_000);
  const cut = pieces(body, 300);
  const time = (run, turns) => {
    const times = Array.from({ length: turns }, () => {
      const began = process.hrtime.bigint();
      run();
      return Number(process.hrtime.bigint() - began) / 1e6;
    });
    return quantile(times, 0.5);
  };
  const ours = () => {
    const { input } = midstream(cut);
    assert.deepEqual(JSON.parse(input), value);
  };
  const partial = () => {
    let last;
    for (let at = 12; at < text.length + 12; at += 12) last = parse(text.slice(0, at));
    assert.deepEqual(last, value);
  };
  const engine = () => incremental(cut);
  assert.deepEqual(JSON.parse(engine()), value);
  const [all, growing, theirs] = [time(ours, 25), time(engine, 25), time(partial, 1)];
  console.log(`a tool argument of ${text.length} B in ${Math.ceil(text.length / 12)} deltas`);
  console.table({
    'midstream: stream to value': { ms: round(all, 2), 'times faster': round(theirs / all) },
    'midstream: value kept at every delta, read at the end': { ms: round(growing, 2), 'times faster': round(theirs / growing) },
    'partial-json: the text so far at every delta': { ms: round(theirs, 2), 'times faster': 1 },
  });
}

/** The engine reads the value so far at each piece; the host looks at it once. */
function incremental(cut) {
  const session = new glue.Session('', 0);
  let value;
  let id;
  for (const piece of cut) {
    new Uint8Array(memory.buffer, session.reserve(piece.length), piece.length).set(piece);
    const count = session.feed(piece.length, 0);
    if (!count) continue;
    const [records, , start, length] = new Uint32Array(memory.buffer, session.page(), 4);
    for (const event of read({ buffer: memory.buffer, records, text: new Uint8Array(memory.buffer, start, length) }, 0, count)) {
      if (event.type === 'tool-input-start') id = event.id;
      else if (event.type === 'tool-call') value = event.input_text;
    }
    if (id && piece === cut[cut.length >> 1]) session.tool_input(id);
  }
  session.free();
  return value;
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

/** Memory over a thousand streams. */
function flat() {
  const cut = pieces(prose(100));
  for (let at = 0; at < 50; at++) midstream(cut);
  const before = memory.buffer.byteLength;
  for (let at = 0; at < 1000; at++) midstream(cut);
  console.log(`WASM memory: ${before} B before a thousand streams, ${memory.buffer.byteLength} B after`);
}

function round(value, digits = 0) {
  return Number(value.toFixed(digits));
}
process.on('exit', () => sink === globalThis && console.log());
