// Entities and the graph in Node beside JavaScript peers, in the same run. `entities` or `graph` as arguments run one alone.
import { readFileSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';

import { entities } from './entities.mjs';
import { graphs } from './graph.mjs';

const pkg = new URL('../../wasm/pkg/', import.meta.url);
const glue = await import(new URL('lean_agentic_wasm.js', pkg));
const { memory } = glue.initSync({ module: readFileSync(new URL('lean_agentic_wasm_bg.wasm', pkg)) });
const [snippet] = readdirSync(new URL('snippets/', pkg));
const { read } = await import(new URL(`snippets/${snippet}/js/layout.js`, pkg));
const round = (value, digits = 0) => Number(value.toFixed(digits));
const engine = { glue, memory: () => memory, read, round };

console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}\n`);
const parts = { entities, graph: graphs };
const chosen = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) {
  if (chosen.length === 0 || chosen.includes(name)) await part(engine);
}
