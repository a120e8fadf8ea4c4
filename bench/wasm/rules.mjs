// How fast the packs of rules run in WASM: text in long pieces, and token by token beside the same patterns as JavaScript's
// RegExp over the last characters. `node bench/wasm/rules.mjs FILE...`: ordinary prose.
import { readFileSync } from 'node:fs';

import * as glue from '../../wasm/pkg/lean_agentic_wasm.js';
import { rulesOf } from '../../wasm/test/replay.mjs';
import { median } from './measure.mjs';

const root = new URL('../../', import.meta.url);
const names = ['secrets', 'pii', 'injection'];
const { memory } = glue.initSync({ module: readFileSync(new URL('wasm/pkg/lean_agentic_wasm_bg.wasm', root)) });
const files = names.map((name) => new Uint8Array(readFileSync(new URL(`wasm/pkg/rules/${name}.bin`, root))));

const began = performance.now();
const rules = rulesOf(glue, files);
console.log(`${rules.count} rules loaded in ${(performance.now() - began).toFixed(1)} ms`);

const text = process.argv.slice(2).map((file) => readFileSync(file, 'utf8')).join('\n');
const bytes = new TextEncoder().encode(text);
const config = JSON.stringify({ framing: 'text', dialect: 'text' });

/** Processor time of this process so far, in nanoseconds: others' work on the machine is not in it. */
const spent = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
};

/** Feeds `pieces` to a session of its own; returns the nanoseconds that all of them took. */
function run(pieces) {
  const session = rules.session(config, 0, new Uint8Array(0));
  const start = spent();
  for (const piece of pieces) {
    const place = session.reserve(piece.length);
    new Uint8Array(memory.buffer, place, piece.length).set(piece);
    session.feed(piece.length, 0);
  }
  session.finish(0);
  const time = spent() - start;
  session.free();
  return time;
}

const cut = (size) => Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
const long = cut(16 * 1024);
const whole = Array.from({ length: 15 }, () => bytes.length / run(long));
console.log(`in pieces of 16 KiB: ${(median(whole.slice(5)) * 1000).toFixed(1)} MB/s warm, ${bytes.length} bytes`);

const tokens = cut(4).slice(0, 20_000);
const mean = median(Array.from({ length: 9 }, () => run(tokens) / tokens.length).slice(3));
console.log(`tokens of 4 bytes: ${mean.toFixed(0)} ns each`);

const patterns = names.flatMap((name) => expressions(readFileSync(new URL(`rules/${name}.toml`, root), 'utf8')));
const WINDOW = 256;
const shown = tokens.slice(0, 1000).map((token) => new TextDecoder().decode(token));
for (let round = 0; round < 2; round++) {
  let recent = '';
  let found = 0;
  const start = spent();
  for (const token of shown) {
    recent = (recent + token).slice(-WINDOW);
    for (const pattern of patterns) found += pattern.test(recent) ? 1 : 0;
  }
  const each = (spent() - start) / shown.length;
  if (round === 1) console.log(`${patterns.length} RegExp over the last ${WINDOW} characters: ${each.toFixed(0)} ns a token, ${(each / mean).toFixed(1)} times as long (${found} found)`);
}

/** The patterns of a pack that JavaScript takes. */
function expressions(pack) {
  const defined = Object.fromEntries([...pack.matchAll(/^(\w+) = '([^'\n]*)'$/gm)].map(([, name, value]) => [name, value]));
  const expand = (source) => source.replace(/\$\{(\w+)\}/g, (_, name) => `(?:${expand(defined[name] ?? '')})`);
  return [...pack.matchAll(/^pattern = (?:'''(.*?)'''|'([^'\n]*)')$/gm)].flatMap(([, long, short]) => {
    try {
      return [new RegExp(expand(long ?? short), 'i')];
    } catch {
      return [];
    }
  });
}
