// The package's entry for Node: the module is read from the disk, where the web fetches it.
import { readFileSync } from 'node:fs';

import { hasSimd, initSync } from './lean_agentic_wasm.js';

const name = hasSimd() ? 'lean_agentic_wasm_bg.wasm' : 'lean_agentic_wasm_bg.plain.wasm';
initSync({ module: readFileSync(new URL(name, import.meta.url)) });

export * from './lean_agentic_wasm.js';
export default async function init() {}
