// What texts say of whom in the engine: the same in Node and in Chromium, however the text is cut, as natively
// (`cargo test -p midstream --test parity` holds the same files).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { randomCuts, replay } from './replay.mjs';
import { inChromium, load, noChromium, root } from './support.mjs';

const file = (name) => readFileSync(new URL(`test/parity/${name}`, root));
const model = (name) => readFileSync(new URL(`../models/${name}.bin`, root));
const body = new Uint8Array(file('relations.txt'));
const expected = file('relations.jsonl').toString();
const findingsOf = (lines) => lines.split('\n').filter((line) => /^{"type":"(entity|relation)"/.test(line)).map((line) => `${line}\n`).join('');

for (const module of ['lean_agentic_wasm_bg.wasm', 'lean_agentic_wasm_bg.plain.wasm']) {
  test(`a text says what it says natively, however it is cut: ${module}`, async () => {
    const engine = await load(module);
    const one = { framing: 'text', dialect: 'text', body, relations: true };
    assert.throws(() => replay(engine, one), /expected a model of parts of speech for `relations`, found none loaded/);
    engine.loadNames(model('names-standard'));
    engine.loadPartsOfSpeech(model('parts-of-speech'));
    for (const cut of [undefined, () => 1, randomCuts(1), randomCuts(2)]) {
      assert.equal(findingsOf(replay(engine, one, cut)), expected);
    }
  });
}

test('a text says the same in Chromium', { skip: noChromium }, () => {
  const routes = Object.fromEntries(['names-standard', 'parts-of-speech'].map((name) => [`/${name}.bin`, (_, response) => response.end(model(name))]));
  routes['/text.txt'] = (_, response) => response.end(Buffer.from(body));
  return inChromium(routes, async (page) => {
    const found = await page.evaluate(async () => {
      const glue = await import('/pkg/lean_agentic_wasm.js');
      const { replay } = await import('/test/replay.mjs');
      const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
      const { memory } = await glue.default();
      glue.loadNames(await bytes('/names-standard.bin'));
      glue.loadPartsOfSpeech(await bytes('/parts-of-speech.bin'));
      const one = { framing: 'text', dialect: 'text', body: await bytes('/text.txt'), relations: true };
      return replay({ ...glue, memory: () => memory }, one, () => 7);
    });
    assert.equal(findingsOf(found), expected);
  });
});
