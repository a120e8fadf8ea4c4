// Holds the sizes of the modules in wasm/pkg to bench/sizes.json: what grows by more than two in a hundred fails, unless
// the record is changed with it (MIDSTREAM_BLESS=1 writes it anew). A standard library built from source makes a smaller
// module than an installed one: each way has its record.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';

const pkg = new URL('../pkg/', import.meta.url);
const record = new URL('../../bench/sizes.json', import.meta.url);
const names = { simd: 'lean_agentic_wasm_bg.wasm', plain: 'lean_agentic_wasm_bg.plain.wasm' };
const MOST = 1.02;

const size = (file) => statSync(new URL(file, pkg)).size;
const found = Object.fromEntries(
  Object.entries(names).map(([flavour, name]) => {
    const raw = Number(readFileSync(new URL(`../target/${flavour}/raw-size`, import.meta.url), 'utf8'));
    return [flavour, { raw, optimised: size(name), brotli: size(`${name}.br`) }];
  }),
);
const std = readFileSync(new URL('../target/std', import.meta.url), 'utf8');
console.log(`the standard library: ${std}`);
console.table(found);

const records = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {};
const known = records[std];
if (process.env.MIDSTREAM_BLESS || !known) {
  writeFileSync(record, `${JSON.stringify({ ...records, [std]: found }, null, 2)}\n`);
} else {
  for (const [flavour, sizes] of Object.entries(found)) {
    for (const [what, bytes] of Object.entries(sizes)) {
      const before = known[flavour][what];
      if (bytes > before * MOST) {
        console.error(`sizes: expected at most ${before} B and 2 % of ${flavour}, ${what}, found ${bytes} B`);
        process.exitCode = 1;
      } else if (bytes < before / MOST) {
        console.log(`sizes: ${flavour}, ${what}, shrank from ${before} B to ${bytes} B: write it down`);
      }
    }
  }
}
