// Entities and the graph in Node beside JavaScript peers, in the same run. `entities` or `graph` as arguments run one alone; any
// other argument is a file with the text that entities are found in.
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
const args = process.argv.slice(2);
const chosen = args.filter((arg) => arg in parts);
const file = args.find((arg) => !(arg in parts));
if (file) engine.prose = readFileSync(file, 'utf8').replaceAll('\n', ' ').slice(0, 26_700);
for (const [name, part] of Object.entries(parts)) {
  if (chosen.length === 0 || chosen.includes(name)) await part(engine);
}
