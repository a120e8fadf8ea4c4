// What the build makes, as the guide describes it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';

import { root } from './support.mjs';

const MODULES = ['pkg', 'pkg-core'].flatMap((pkg) => ['_bg.wasm', '_bg.plain.wasm'].map((end) => `${pkg}/lean_agentic_wasm${end}`));
const read = (path) => readFileSync(new URL(path, root));

/** The module as text. */
function disassembled(path) {
  const file = (path) => fileURLToPath(new URL(path, root));
  return execFileSync('node', [file('node_modules/binaryen/bin/wasm-dis'), '--all-features', file(path)], { encoding: 'utf8', maxBuffer: 1 << 29 });
}

test('row 11: the package has the names that the guide imports', () => {
  for (const name of ['lean_agentic_wasm.js', 'lean_agentic_wasm_bg.wasm', 'lean_agentic_wasm.d.ts']) assert.ok(existsSync(new URL(`pkg/${name}`, root)), name);
  assert.match(read('pkg/lean_agentic_wasm.d.ts').toString(), /export default function __wbg_init/);
});

test('rows 12 and 64: the profile is the guide\'s, but for the levels: speed for the engine, size for the rest', () => {
  const manifest = read('Cargo.toml').toString();
  const part = (name) => manifest.split(`[${name}]\n`)[1].split('\n\n')[0];
  const profile = part('profile.release');
  assert.match(profile, /^opt-level = "z"$/m);
  assert.match(part('profile.release.package.midstream'), /^opt-level = 2$/m);
  for (const name of ['midstream-tagger', 'memchr']) assert.match(part(`profile.release.package.${name}`), /^opt-level = 3$/m);
  for (const line of ['lto = true', 'codegen-units = 1', 'panic = "abort"']) assert.ok(profile.includes(line), line);
});

test('row 13: SIMD is used where it is said to be, and nowhere else', () => {
  assert.match(disassembled('pkg/lean_agentic_wasm_bg.wasm'), /\(i8x16\./);
  assert.doesNotMatch(disassembled('pkg/lean_agentic_wasm_bg.plain.wasm'), /v128|i8x16/);
});

test('row 15: the modules are stripped', () => {
  for (const path of MODULES) {
    const module = new WebAssembly.Module(read(path));
    for (const section of ['name', 'producers', '.debug_info']) assert.deepEqual(WebAssembly.Module.customSections(module, section), [], `${path}: ${section}`);
  }
});

test('rows 16 and 72: each file has its Brotli beside it', () => {
  for (const pkg of ['pkg', 'pkg-core']) {
    const files = readdirSync(new URL(`${pkg}/`, root)).filter((name) => /\.(wasm|js)$/.test(name));
    assert.ok(files.length >= 4, pkg);
    for (const name of files) assert.ok(brotliDecompressSync(read(`${pkg}/${name}.br`)).equals(read(`${pkg}/${name}`)), `${pkg}/${name}`);
  }
});

// `npm run sizes` holds what came of wasm-opt and Brotli to the record.
test('row 17: what only decodes is no larger than the guide says before wasm-opt', () => {
  for (const flavour of ['simd', 'plain']) assert.ok(Number(read(`target/${flavour}/raw-size-pkg-core`)) <= 450 * 1024, flavour);
});
