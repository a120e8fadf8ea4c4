// The size of the package's own JavaScript, minified and compressed, entry by entry, against the record in sizes.json.
// `npm run size -- --write` changes the record; a growth of more than 2 % fails until it is changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

import { buildSync } from 'esbuild';

const here = new URL('../', import.meta.url);
const record = new URL('sizes.json', here);
const entries = { midstream: 'index', sse: 'sse/index', react: 'react', worker: 'worker/entry', 'service-worker': 'service-worker' };

const sizes = {};
for (const [name, entry] of Object.entries(entries)) {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL(`dist/${entry}.js`, here))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    // The engine's own files have their own record.
    external: ['react', '../wasm/*', '../../wasm/*'],
    logLevel: 'error',
  });
  const { contents } = outputFiles[0];
  sizes[name] = { minified: contents.length, brotli: brotliCompressSync(contents).length };
  console.log(`${name.padEnd(16)} ${String(contents.length).padStart(7)} B  brotli ${String(sizes[name].brotli).padStart(6)} B`);
}
if (process.argv.includes('--write')) {
  writeFileSync(record, `${JSON.stringify(sizes, null, 2)}\n`);
} else {
  const known = JSON.parse(readFileSync(record, 'utf8'));
  for (const [name, { brotli }] of Object.entries(sizes)) {
    if (brotli <= known[name]?.brotli * 1.02) continue;
    console.error(`size: ${name} has ${brotli} B, expected at most 2 % over ${known[name]?.brotli} B (npm run size -- --write)`);
    process.exitCode = 1;
  }
}
