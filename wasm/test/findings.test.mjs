// What a client's results tell of entities and of its graph.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { load, root } from './support.mjs';

const model = readFileSync(new URL('../models/names-standard.bin', root));

test("a message's result has its entities and what they changed in the client's graph", async () => {
  const engine = await load('lean_agentic_wasm_bg.wasm');
  engine.loadNames(model);
  const client = new engine.LeanAgenticClient('s1');
  const results = ['Marie Curie moved ', 'to Paris with Pierre ', 'Curie. Write to a@example.com.'].map((text) => client.process_message(text));
  const last = client.end_text();
  const found = [...results, last].flatMap(({ entities }) => entities.map(({ text }) => text));
  assert.deepEqual(found, ['Marie Curie', 'Paris', 'Pierre Curie', 'a@example.com']);
  const added = [...results, last].flatMap(({ graph }) => graph.filter(({ type }) => type === 'graph-edge-added'));
  const said = added.map(({ subject, predicate, object }) => `${subject.name} ${predicate} ${object.name}`);
  assert.ok(said.includes('Marie Curie mentioned with Paris') && said.includes('s1 mentions Pierre Curie'), said.join());
  const graph = client.graph();
  assert.equal(graph.node_count, 4);
  client.free();
  assert.equal(JSON.parse(graph.node(graph.find('Paris', 'LOCATION'))).name, 'Paris');
});
