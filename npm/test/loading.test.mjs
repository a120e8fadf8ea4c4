// Loading where less is allowed than in Node and in browsers, and loading wrongly. Each in a process of its own, since the
// engine is loaded once.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { buildSync } from 'esbuild';

const index = new URL('../dist/index.js', import.meta.url).href;

/** What `code` prints, run as a module of its own with Node's `flags`. */
async function runs(code, ...flags) {
  const args = [...flags, '--input-type=module', '--eval', code];
  return (await promisify(execFile)(process.execPath, args)).stdout.trim();
}

const read = `midstream('data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}\\n\\n').final()`;

test('an edge runtime that gets no module says that compiling is forbidden', async () => {
  const printed = await runs(`
    const real = WebAssembly.instantiate;
    const refusal = () => Promise.reject(new WebAssembly.CompileError('Wasm code generation disallowed by embedder'));
    // Node's fetch loads a small module of its own whenever it likes.
    WebAssembly.instantiate = (source, ...rest) => (source.byteLength > 1e5 ? refusal() : real(source, ...rest));
    const { init } = await import('${index}');
    await init().catch((error) => console.log(error.name, error.kind));`);
  assert.equal(printed, 'MidstreamError wasm-blocked');
});

test('nothing is evaluated from strings', async () => {
  const printed = await runs(
    `import { midstream } from '${index}'; console.log((await ${read}).choices[0].text);`,
    '--disallow-code-generation-from-strings',
  );
  assert.equal(printed, 'Hello');
});

test('a session before the engine is loaded is an error of kind not-ready', async () => {
  const printed = await runs(`
    const { Session } = await import('${index}');
    try { new Session(); } catch (error) { console.log(error.kind); }`);
  assert.equal(printed, 'not-ready');
});

test('after a failure the engine can be loaded again', async () => {
  const printed = await runs(`
    const { init, isReady } = await import('${index}');
    const kind = await init(new Uint8Array([0, 1, 2])).catch((error) => error.kind);
    await init();
    console.log(kind, isReady());`);
  assert.equal(printed, 'wasm-unavailable true');
});

test("the guide's clients before `init` say that the engine is not loaded", async () => {
  const printed = await runs(`
    const { LeanAgenticClient, SSEClient, WebSocketClient } = await import('${index}');
    for (const make of [() => new LeanAgenticClient('x'), () => new WebSocketClient('ws://127.0.0.1:1/'), () => new SSEClient('http://127.0.0.1:1/')]) {
      try { make(); } catch (error) { console.log(error.kind); }
    }`);
  assert.equal(printed, 'not-ready\nnot-ready\nnot-ready');
});

test('the worker needs no module: bundlers may make a plain script of it', () => {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('../dist/worker/entry.js', import.meta.url))],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    define: { 'import.meta.url': '"https://example.com/worker.js"' },
    write: false,
    logLevel: 'silent',
  });
  assert.ok(outputFiles[0].contents.length > 0);
});
