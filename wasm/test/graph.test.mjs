// The knowledge graph in the engine: the one that the same facts make natively.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { inChromium, load, noChromium, root } from './support.mjs';

const file = (name) => readFileSync(new URL(`test/parity/${name}`, root), 'utf8');
const facts = file('facts.jsonl').trim().split('\n').map((line) => JSON.parse(line));
const FILES = { nquads: 'graph.nq', csv: 'graph.csv', dot: 'graph.dot' };

/** The graph of these facts. The same function runs in a page. */
function build({ KnowledgeGraph }, facts) {
  const graph = new KnowledgeGraph('{"functional":["leads"]}');
  for (const { subject, predicate, object, recorded, from, to, confidence, negated, stream, start, end } of facts) {
    graph.add(...subject, predicate, ...object, recorded, from ?? NaN, to ?? NaN, confidence, negated, stream, start, end);
  }
  return graph;
}

test('facts make the graph that they make natively', async () => {
  const graph = build(await load('lean_agentic_wasm_bg.plain.wasm'), facts);
  for (const [format, name] of Object.entries(FILES)) assert.equal(graph.export(format), file(name));
});

test('and in Chromium', { skip: noChromium }, () =>
  inChromium({}, async (page) => {
    const found = await page.evaluate(
      async ([code, facts, formats]) => {
        const glue = await import('/pkg/lean_agentic_wasm.js');
        await glue.default();
        const build = new Function(`return ${code}`)();
        const graph = build(glue, facts);
        return formats.map((format) => graph.export(format));
      },
      [build.toString(), facts, Object.keys(FILES)],
    );
    assert.deepEqual(found, Object.values(FILES).map(file));
  }));

test('a result tells of changes as the graph tells of its nodes and edges', async () => {
  const { LeanAgenticClient, loadNames } = await load('lean_agentic_wasm_bg.wasm');
  loadNames(readFileSync(new URL('../models/names-standard.bin', root)));
  const client = new LeanAgenticClient('s');
  const graph = client.graph();
  const seen = new Set();
  for (const message of ['Angela Merkel met Emmanuel Macron in Zürich. ', 'Merkel and Macron flew to Paris. ', 'Angela Merkel stayed in Paris. ', 'That was all.']) {
    const last = new Map();
    for (const { type, ...change } of client.process_message(message).graph) {
      seen.add(type);
      if (change.edge !== undefined || type === 'graph-node-added') last.set(`${change.edge}/${change.node}`, change);
    }
    for (const change of last.values()) {
      const known = JSON.parse(change.edge === undefined ? graph.node(change.node) : graph.edge(change.edge));
      // A node that is new may get another name in the same message.
      delete known.aliases;
      assert.deepEqual(change, known);
      assert.deepEqual(Object.keys(change), Object.keys(known));
    }
  }
  for (const type of ['graph-node-added', 'graph-edge-added', 'graph-edge-confirmed']) assert.ok(seen.has(type), type);
  client.free();
});

test('questions are answered as of a time', async () => {
  const graph = build(await load('lean_agentic_wasm_bg.wasm'), facts);
  const ann = graph.find('Ann', 'PERSON');
  const leads = (valid, recorded = NaN) => {
    const pairs = [...graph.neighbours(ann, 0, Date.parse(valid), recorded)];
    return pairs.filter((_, at) => at % 2 === 0).map((edge) => JSON.parse(graph.edge(edge))).filter(({ predicate }) => predicate === 'leads').map(({ object }) => object.name);
  };
  assert.deepEqual(leads('2005-01-01'), ['Acme']);
  assert.deepEqual(leads('2015-01-01'), ['Brix']);
  // Only the first was known by then.
  assert.deepEqual(leads('2015-01-01', 1700000000000), ['Acme']);
  const [brix, tanaka] = [graph.find('Brix', 'ORGANIZATION'), graph.find('田中', 'PERSON')];
  assert.equal(graph.path(brix, tanaka, 8, '', NaN, NaN).length, 2);
  assert.equal(graph.path(brix, tanaka, 8, 'knows', NaN, NaN), undefined);
  assert.equal(graph.path(brix, brix, 8, '', NaN, NaN).length, 0);
  assert.equal(graph.edges(Date.parse('2005-01-01'), NaN).length, 1 + 1);
  assert.equal(graph.history(graph.neighbours(brix, 1, NaN, NaN)[0]).length, 2);
  assert.deepEqual([...graph.search('müll', 5)].map((node) => JSON.parse(graph.node(node)).name), ['Zoë “Z” Müller']);
});

test('a snapshot comes back whole, and what is damaged is told', async () => {
  const engine = await load('lean_agentic_wasm_bg.wasm');
  const graph = build(engine, facts);
  const snapshot = graph.snapshot();
  assert.equal(engine.KnowledgeGraph.restore(snapshot, '').export('nquads').length, graph.export('nquads').length);
  const damaged = Uint8Array.from(snapshot);
  damaged[20] ^= 1;
  assert.throws(() => engine.KnowledgeGraph.restore(damaged, ''), /the file is damaged/);
  assert.throws(() => engine.KnowledgeGraph.restore(new Uint8Array(9), ''), /begins with `midgraph`/);
});

test('limits evict by change, wrong facts and settings are told', async () => {
  const { KnowledgeGraph } = await load('lean_agentic_wasm_bg.wasm');
  const graph = new KnowledgeGraph('{"maxNodes":2}');
  const add = (subject, object, from = NaN, to = NaN) => graph.add(subject, '', 'knows', object, '', 0, from, to, 1, false, '', 0, 0);
  add('a', 'b');
  add('c', 'd');
  const types = JSON.parse(graph.take_changes()).map(({ type }) => type);
  assert.equal(types.filter((type) => type === 'graph-node-evicted').length, 2);
  assert.deepEqual(JSON.parse(graph.take_changes()), []);
  assert.throws(() => add('', 'd'), /expected a subject, found an empty text/);
  assert.throws(() => add('a', 'b', 2, 1), /expected an end of validity after/);
  assert.throws(() => graph.export('tiff'), /expected a format \(jsonld, .*\), found `tiff`/);
  for (const [config, message] of [
    ['{"nodes":1}', /there is no graph setting `nodes`/],
    ['{"maxNodes":"many"}', /expected a whole number as `maxNodes`/],
    ['{"maxNodes":1} {}', /expected the end of the JSON text/],
    ['[]', /expected a JSON object as configuration/],
  ]) {
    assert.throws(() => new KnowledgeGraph(config), message);
  }
});
