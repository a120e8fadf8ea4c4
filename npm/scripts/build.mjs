// Builds the package: takes the engine from wasm/pkg, compiles src/ to dist/.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = new URL('../', import.meta.url);
const wasm = new URL('../wasm/', here);
const pkg = new URL('pkg/', wasm);
const engine = new URL('wasm/', here);

if (!existsSync(new URL('lean_agentic_wasm.js', pkg))) {
  console.error('npm: expected the engine in wasm/pkg, found none: cargo run -p xtask-wasm');
  process.exit(1);
}
rmSync(engine, { recursive: true, force: true });
cpSync(pkg, engine, { recursive: true, filter: (file) => !file.endsWith('.br') && !file.endsWith('/package.json') });
// The reader of the engine's pages is used on its own too: in a page whose engine runs in a worker.
const reader = new URL('js/layout.js', wasm);
cpSync(reader, new URL('layout.js', engine));
writeFileSync(
  new URL('layout.d.ts', engine),
  `export interface Page { buffer: ArrayBuffer; records: number; count: number; text: number; length: number }
export function read(page: Page, first: number, last: number, joined?: boolean): import('../dist/events.js').StreamEvent[];
`,
);
for (const snippet of readdirSync(new URL('snippets/', engine))) {
  cpSync(reader, new URL(`snippets/${snippet}/js/layout.js`, engine));
}

rmSync(new URL('dist/', here), { recursive: true, force: true });
const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', here));
process.exit(spawnSync(process.execPath, [tsc, '-p', fileURLToPath(here)], { stdio: 'inherit' }).status ?? 1);
