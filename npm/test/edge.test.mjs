// The package in an edge runtime: its globals and no others, nothing evaluated from strings, no bytes compiled, no DOM.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { EdgeVM } from '@edge-runtime/vm';
import { buildSync } from 'esbuild';

import { chat } from './support.mjs';

const here = new URL('../', import.meta.url);
const file = (path) => readFileSync(new URL(path, here));

let bundle;
before(() => {
  const { outputFiles } = buildSync({
    stdin: { contents: "export * from './dist/index.js';", resolveDir: fileURLToPath(here) },
    bundle: true,
    format: 'iife',
    globalName: 'midstream',
    target: 'es2022',
    // Bundlers for the edge say where the file is; nothing is loaded from there.
    define: { 'import.meta.url': '"https://edge.example/bundle.js"' },
    write: false,
    logLevel: 'error',
  });
  bundle = outputFiles[0].text;
});

/** What `code`, the body of an async function, returns in an edge runtime that has the compiled module as `engine`. */
async function onTheEdge(code, more = {}) {
  const engine = new WebAssembly.Module(file('wasm/lean_agentic_wasm_bg.wasm'));
  const forbidden = () => {
    throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
  };
  const instantiate = (source, imports) => (source instanceof WebAssembly.Module ? WebAssembly.instantiate(source, imports) : forbidden());
  const { Module, Instance, Memory, CompileError, validate } = WebAssembly;
  const vm = new EdgeVM({
    codeGeneration: { strings: false, wasm: false },
    extend: (context) =>
      Object.assign(context, more, {
        engine,
        // The compiled module is of this realm.
        WebAssembly: { Module, Instance, Memory, CompileError, validate, instantiate, compile: forbidden, compileStreaming: forbidden, instantiateStreaming: forbidden },
      }),
  });
  vm.evaluate(bundle);
  return JSON.parse(await vm.evaluate(`(async () => { ${code} })().then(JSON.stringify)`));
}

test('the runtime is what it says: no Node, no DOM, no eval', async () => {
  const seen = await onTheEdge(`
    const refused = (work) => { try { work(); return 'allowed'; } catch (error) { return error.name; } };
    return [typeof process, typeof document, typeof require, typeof Worker, refused(() => eval('1')), refused(() => new Function('return 1'))];`);
  assert.deepEqual(seen, ['undefined', 'undefined', 'undefined', 'undefined', 'EvalError', 'EvalError']);
});

test('a response is read, event by event, by an engine that was passed in compiled', async () => {
  const seen = await onTheEdge(
    `await midstream.init(engine);
     const events = [];
     for await (const event of midstream.midstream(new Response(body))) events.push(event.type);
     const { verdict, choices } = await midstream.midstream(new Response(body)).final();
     return { events, verdict, text: choices[0].text };`,
    { body: chat('Grüße', ' 😀') },
  );
  assert.deepEqual([seen.verdict, seen.text, seen.events[0], seen.events.at(-1)], ['complete', 'Grüße 😀', 'stream-start', 'stream-end']);
});

test('rules, names and relations work there, from bytes that were bundled', async () => {
  const seen = await onTheEdge(
    `await midstream.init(engine);
     const rules = midstream.Rules.from(new Uint8Array(secrets));
     const masked = await midstream.midstream(new Response(body), { rules }).final();
     await midstream.loadNames(new Uint8Array(names));
     await midstream.loadPartsOfSpeech(new Uint8Array(partsOfSpeech));
     const session = new midstream.Session({ framing: 'text', dialect: 'text', relations: true });
     const found = [...session.push('Marie Curie moved to Paris. '), ...session.end()];
     return [masked.choices[0].text, found.filter(({ type }) => type === 'relation').map(({ predicate }) => predicate.text)];`,
    {
      body: chat('key AKIA', 'QYLPMN5HFIQRXYZA', ' end'),
      secrets: file('rules/secrets.bin'),
      names: file('models/names-tiny.bin'),
      partsOfSpeech: file('models/parts-of-speech.bin'),
    },
  );
  assert.deepEqual(seen, ['key [AWS_KEY] end', ['moved to']]);
});

test('without a compiled module it says that compiling is forbidden', async () => {
  const seen = await onTheEdge(
    'try { await midstream.init(new Uint8Array(bytes)); } catch (error) { return [error.name, error.kind]; }',
    { bytes: file('wasm/lean_agentic_wasm_bg.wasm') },
  );
  assert.deepEqual(seen, ['MidstreamError', 'wasm-blocked']);
});
