// Holds the sizes of the modules in wasm/pkg (`full`) and wasm/pkg-core (`core`) to bench/sizes.json: what grows by more
// than two in a hundred fails, unless the record is changed with it (MIDSTREAM_BLESS=1 writes it anew). A standard library built
// from source makes a smaller module than an installed one: each way has its record.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';

const record = new URL('../../bench/sizes.json', import.meta.url);
const packages = { core: 'pkg-core', full: 'pkg' };
const names = { simd: 'lean_agentic_wasm_bg.wasm', plain: 'lean_agentic_wasm_bg.plain.wasm' };
const MOST = 1.02;

const at = (path) => new URL(`../${path}`, import.meta.url);
const found = {};
for (const [what, folder] of Object.entries(packages)) {
  for (const [flavour, name] of Object.entries(names)) {
    const raw = Number(readFileSync(at(`target/${flavour}/raw-size-${folder}`), 'utf8'));
    const [optimised, brotli] = [name, `${name}.br`].map((file) => statSync(at(`${folder}/${file}`)).size);
    found[`${what}-${flavour}`] = { raw, optimised, brotli };
  }
}
const std = readFileSync(at('target/std'), 'utf8');
console.log(`the standard library: ${std}`);
console.table(found);

const records = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {};
const known = records[std];
if (process.env.MIDSTREAM_BLESS || !known) {
  writeFileSync(record, `${JSON.stringify({ ...records, [std]: found }, null, 2)}\n`);
} else {
  for (const [flavour, sizes] of Object.entries(found)) {
    for (const [what, bytes] of Object.entries(sizes)) {
      const before = known[flavour]?.[what] ?? 0;
      if (bytes > before * MOST) {
        console.error(`sizes: expected at most ${before} B and 2 % of ${flavour}, ${what}, found ${bytes} B`);
        process.exitCode = 1;
      } else if (bytes < before / MOST) {
        console.log(`sizes: ${flavour}, ${what}, shrank from ${before} B to ${bytes} B: write it down`);
      }
    }
  }
}
