// Names and values in the engine: the same in Node and in Chromium, however the text is cut, as natively
// (`cargo test -p midstream --test parity` holds the same files).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { read } from '../js/layout.js';
import { randomCuts, replay } from './replay.mjs';
import { inChromium, load, noChromium, root } from './support.mjs';

const file = (name) => readFileSync(new URL(`test/parity/${name}`, root));
const model = readFileSync(new URL('../models/names-standard.bin', root));
const body = new Uint8Array(file('text.txt'));
const expected = file('entities.jsonl').toString();
const entitiesOf = (lines) => lines.split('\n').filter((line) => line.startsWith('{"type":"entity"')).map((line) => `${line}\n`).join('');

for (const module of ['lean_agentic_wasm_bg.wasm', 'lean_agentic_wasm_bg.plain.wasm']) {
  test(`a text gives the entities that it gives natively, however it is cut: ${module}`, async () => {
    const engine = await load(module);
    engine.loadNames(model);
    const one = { framing: 'text', dialect: 'text', body, entities: {} };
    for (const cut of [undefined, () => 1, randomCuts(1), randomCuts(2)]) {
      assert.equal(entitiesOf(replay(engine, one, cut)), expected);
    }
  });
}

test('the page is read as the events that it holds', async () => {
  const engine = await load('lean_agentic_wasm_bg.wasm');
  const { Session, loadNames, memory } = engine;
  loadNames(model);
  const session = new Session(JSON.stringify({ framing: 'text', dialect: 'text', entities: {} }), 0);
  const events = [];
  const take = (count) => {
    const { buffer } = memory();
    const [records, , text, length] = new Uint32Array(buffer, session.page(), 4);
    events.push(...read({ buffer, records, count, text, length }, 0, count));
  };
  const place = session.reserve(body.length);
  new Uint8Array(memory().buffer, place, body.length).set(body);
  take(session.feed(body.length, 0));
  take(session.finish(0));
  session.free();
  const lines = expected.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(events.filter(({ type }) => type === 'entity'), lines);
  const all = replay(engine, { framing: 'text', dialect: 'text', body, entities: {} }).trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(events, all);
  assert.deepEqual([...new Set(all.map(({ type }) => type))].sort(), ['entity', 'stream-end', 'stream-start', 'text-delta', 'text-end', 'text-start']);
});

test('a text gives the same entities in Chromium', { skip: noChromium }, () => {
  const routes = { '/model.bin': (_, response) => response.end(model), '/text.txt': (_, response) => response.end(Buffer.from(body)) };
  return inChromium(routes, async (page) => {
    const found = await page.evaluate(async () => {
      const glue = await import('/pkg/lean_agentic_wasm.js');
      const { replay } = await import('/test/replay.mjs');
      const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
      const { memory } = await glue.default();
      glue.loadNames(await bytes('/model.bin'));
      const one = { framing: 'text', dialect: 'text', body: await bytes('/text.txt'), entities: {} };
      return replay({ ...glue, memory: () => memory }, one, () => 7);
    });
    assert.equal(entitiesOf(found), expected);
  });
});

test('what is no model is told, and what was loaded before stays', async () => {
  const engine = await load('lean_agentic_wasm_bg.wasm');
  engine.loadNames(model);
  assert.throws(() => engine.loadNames(new Uint8Array(100)), /expected a model file, which begins with `MSTG`/);
  assert.throws(() => engine.loadNames(model.subarray(0, 1000)), /is it truncated/);
  const damaged = Uint8Array.from(model);
  damaged[5000] ^= 1;
  assert.throws(() => engine.loadNames(damaged), /is it damaged/);
  const other = Uint8Array.from(model);
  other[4] = 99;
  assert.throws(() => engine.loadNames(other), /found version 99/);
  const found = replay(engine, { framing: 'text', dialect: 'text', body, entities: {} });
  assert.equal(entitiesOf(found), expected);
});

test('a setting that there is not is named', async () => {
  const { Session } = await load('lean_agentic_wasm_bg.wasm');
  for (const [entities, message] of [
    [{ modle: 1 }, /there is no entity setting `modle`/],
    [7, /expected an object as `entities`/],
    [{ maxIds: -1 }, /expected a whole number as `maxIds`/],
    [{ gazetteer: '"unclosed' }, /`gazetteer`: /],
  ]) {
    assert.throws(() => new Session(JSON.stringify({ entities }), 0), message);
  }
});
