// The same bytes give the same events everywhere: in Node and in Chromium, byte for byte those that the engine gives
// natively (`cargo test -p midstream --test corpus` holds `events.jsonl` to it), however they are cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { differences, rulesOf } from './replay.mjs';
import { corpus, inChromium, load, noChromium, packs } from './support.mjs';

const cases = corpus();

test('there is a corpus', () => assert.ok(cases.length > 150, `${cases.length} cases`));

for (const module of ['lean_agentic_wasm_bg.wasm', 'lean_agentic_wasm_bg.plain.wasm']) {
  for (const pkg of ['pkg', 'pkg-core']) {
    test(`the corpus gives its events in Node, ${pkg}/${module}`, async () => {
      assert.deepEqual(differences(await load(module, pkg), cases), []);
    });
  }

  test(`the corpus gives its events under rules in Node, ${module}`, async () => {
    const engine = await load(module);
    const guarded = cases.filter((one) => one.guarded !== null);
    assert.ok(guarded.length > 10, `${guarded.length} cases`);
    assert.deepEqual(differences(engine, guarded, rulesOf(engine, packs())), []);
  });
}

test('damaged rules are an error that says where', async () => {
  const engine = await load();
  const [pack] = packs();
  const damaged = pack.slice();
  damaged[100] ^= 1;
  assert.throws(() => rulesOf(engine, [damaged]), /expected a checksum that fits; the bytes are damaged at byte \d+/);
  assert.throws(() => rulesOf(engine, [pack, pack.subarray(0, 3)]), /file 2: expected compiled rules at byte 0/);
  assert.throws(() => rulesOf(engine, [pack]).session('', 0, new Uint8Array(3)), /expected a key of 16 bytes, found 3/);
});

test('the corpus gives its events in Chromium, under rules too', { skip: noChromium }, () => {
  const sent = cases.map((one) => ({ ...one, body: Buffer.from(one.body).toString('base64') }));
  const rules = packs().map((file) => Buffer.from(file).toString('base64'));
  const routes = { '/cases.json': (_, response) => response.end(JSON.stringify({ cases: sent, rules })) };
  return inChromium(routes, async (page) => {
    const wrong = await page.evaluate(async () => {
      const glue = await import('/pkg/lean_agentic_wasm.js');
      const { differences, rulesOf } = await import('/test/replay.mjs');
      const { memory } = await glue.default();
      const { cases, rules } = await (await fetch('/cases.json')).json();
      const decoded = (base64) => Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
      for (const one of cases) one.body = decoded(one.body);
      const engine = { ...glue, memory: () => memory };
      return [...differences(engine, cases), ...differences(engine, cases, rulesOf(engine, rules.map(decoded)))];
    });
    assert.deepEqual(wrong, []);
  });
});
