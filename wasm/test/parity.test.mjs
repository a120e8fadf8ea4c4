// The same bytes give the same events everywhere: in Node and in Chromium, byte for byte those that the engine gives
// natively (`cargo test -p midstream --test corpus` holds `events.jsonl` to it), however they are cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { differences } from './replay.mjs';
import { corpus, inChromium, load, noChromium } from './support.mjs';

const cases = corpus();

test('there is a corpus', () => assert.ok(cases.length > 150, `${cases.length} cases`));

for (const module of ['lean_agentic_wasm_bg.wasm', 'lean_agentic_wasm_bg.plain.wasm']) {
  test(`the corpus gives its events in Node, ${module}`, async () => {
    assert.deepEqual(differences(await load(module), cases), []);
  });
}

test('the corpus gives its events in Chromium', { skip: noChromium }, () => {
  const sent = cases.map((one) => ({ ...one, body: Buffer.from(one.body).toString('base64') }));
  const routes = { '/cases.json': (_, response) => response.end(JSON.stringify(sent)) };
  return inChromium(routes, async (page) => {
    const wrong = await page.evaluate(async () => {
      const glue = await import('/pkg/lean_agentic_wasm.js');
      const { differences } = await import('/test/replay.mjs');
      const { memory } = await glue.default();
      const cases = await (await fetch('/cases.json')).json();
      for (const one of cases) one.body = Uint8Array.from(atob(one.body), (byte) => byte.charCodeAt(0));
      return differences({ ...glue, memory: () => memory }, cases);
    });
    assert.deepEqual(wrong, []);
  });
});
