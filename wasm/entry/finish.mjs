// The last step of the build of a package, in the folder that is named: the choice between the two modules, objects that
// may be freed twice, Brotli beside each file.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const pkg = new URL(`../${process.argv[2]}/`, import.meta.url);
const glue = new URL('lean_agentic_wasm.js', pkg);
const fixed = "new URL('lean_agentic_wasm_bg.wasm', import.meta.url)";
// Bundlers look for exactly this form of URL, once for each file.
const chosen = `(hasSimd() ? ${fixed} : ${fixed.replace('_bg.wasm', '_bg.plain.wasm')})`;
// The smallest module with a SIMD instruction: (func (result v128) i32.const 0 i8x16.splat).
const hasSimd = `
export function hasSimd() {
    return WebAssembly.validate(new Uint8Array([
        0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
    ]));
}
`;

const code = readFileSync(glue, 'utf8');
if (!code.includes(fixed)) throw new Error(`expected \`${fixed}\` in the JavaScript that wasm-bindgen made`);
// `using` frees once more what was freed by hand.
const free = 'const ptr = this.__destroy_into_raw();\n        wasm.';
if (!code.includes(free)) throw new Error(`expected \`${free}\` in the JavaScript that wasm-bindgen made`);
const freeOnce = free.replace('wasm.', 'if (ptr !== 0) wasm.');
writeFileSync(glue, code.replace(fixed, chosen).replaceAll(free, freeOnce) + hasSimd);

for (const name of readdirSync(pkg).filter((name) => /\.(wasm|js)$/.test(name))) {
  const bytes = readFileSync(new URL(name, pkg));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 };
  const compressed = brotliCompressSync(bytes, { params });
  writeFileSync(new URL(`${name}.br`, pkg), compressed);
  console.log(`${name.padEnd(36)} ${String(bytes.length).padStart(8)} B  brotli ${String(compressed.length).padStart(7)} B`);
}
