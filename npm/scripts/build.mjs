// Builds the package: takes the engine from wasm/pkg, compiles src/ to dist/; the same over the small engine in core/.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = new URL('../', import.meta.url);
const wasm = new URL('../wasm/', here);

/** Takes the engine of `wasm/folder` to `target`, and the reader of its pages with it. */
function takeEngine(folder, target) {
  const pkg = new URL(`${folder}/`, wasm);
  if (!existsSync(new URL('lean_agentic_wasm.js', pkg))) {
    console.error(`npm: expected the engine in wasm/${folder}, found none: cargo run -p xtask-wasm`);
    process.exit(1);
  }
  const left = ['.br', '/package.json', '/rules'];
  rmSync(target, { recursive: true, force: true });
  cpSync(pkg, target, { recursive: true, filter: (file) => !left.some((end) => file.endsWith(end)) });
  // The reader of the engine's pages is used on its own too: in a page whose engine runs in a worker.
  const reader = new URL('js/layout.js', wasm);
  cpSync(reader, new URL('layout.js', target));
  writeFileSync(
    new URL('layout.d.ts', target),
    `export interface Page { buffer: ArrayBuffer; records: number; count: number; text: number; length: number }
export function read(page: Page, first: number, last: number, joined?: boolean): import('../dist/events.js').StreamEvent[];
`,
  );
  for (const snippet of readdirSync(new URL('snippets/', target))) {
    cpSync(reader, new URL(`snippets/${snippet}/js/layout.js`, target));
  }
}

takeEngine('pkg', new URL('wasm/', here));
for (const folder of ['dist/', 'core/', 'models/', 'rules/']) rmSync(new URL(folder, here), { recursive: true, force: true });
cpSync(new URL('pkg/rules/', wasm), new URL('rules/', here), { recursive: true });
for (const file of ['names-standard.bin', 'names-tiny.bin', 'parts-of-speech.bin', 'README.md']) {
  cpSync(new URL(`../models/${file}`, here), new URL(`models/${file}`, here));
}
// They lie in the repository's root and go with the package.
for (const file of ['LICENSE-APACHE', 'LICENSE-MIT']) cpSync(new URL(`../${file}`, here), new URL(file, here));
const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', here));
const { status } = spawnSync(process.execPath, [tsc, '-p', fileURLToPath(here)], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

// `midstream/core` is the same modules beside the other engine, but for those that need what it has not.
const core = new URL('core/', here);
takeEngine('pkg-core', new URL('wasm/', core));
const left = ['index.js', 'files.js', 'graph.js', 'names.js', 'names.d.ts', 'index.d.ts', 'rules.js', 'redact.js', 'redact.d.ts'].map((name) => `/npm/dist/${name}`);
cpSync(new URL('dist/', here), new URL('dist/', core), {
  recursive: true,
  filter: (file) => !left.some((end) => file.endsWith(end)),
});
