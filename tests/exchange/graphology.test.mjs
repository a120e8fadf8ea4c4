// Graphs that midstream exports, read by graphology and by oxigraph in WASM.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

import { MultiDirectedGraph } from 'graphology';
import graphml from 'graphology-graphml';
import oxigraph from 'oxigraph';

const BINARY = process.env.MIDSTREAM_BIN ?? fileURLToPath(new URL('../../target/debug/midstream', import.meta.url));
const GRAPH = fileURLToPath(new URL('../../wasm/test/parity/graph.csv', import.meta.url));
const exported = (format) =>
  execFileSync(BINARY, ['graph', 'export', '--format', format, GRAPH], { encoding: 'utf8', timeout: 60_000 });

test('graphology reads GraphML with its attributes', () => {
  const graph = graphml.parse(MultiDirectedGraph, exported('graphml'));
  assert.deepEqual([graph.order, graph.size], [5, 5]);
  const brix = graph.findNode((_, { name }) => name === 'Brix');
  const [edge] = graph.inEdges(brix);
  const { predicate, confidence, mentions, valid_from } = graph.getEdgeAttributes(edge);
  assert.deepEqual([predicate, confidence, mentions, valid_from], ['leads', 0.5, 1, '2010-01-01T00:00:00Z']);
  assert.equal(graph.getNodeAttribute(graph.source(edge), 'name'), 'Ann');
  const negated = graph.findEdge((_, { negated }) => negated === true);
  assert.equal(graph.getNodeAttribute(graph.target(negated), 'name'), '田中');
});

test('oxigraph in WASM reads N-Quads and JSON-LD alike', () => {
  const quads = [['nquads', 'application/n-quads'], ['jsonld', 'application/ld+json']].map(([name, format]) => {
    const store = new oxigraph.Store();
    store.load(exported(name), { format });
    return store.match().map(String).sort();
  });
  assert.ok(quads[0].length > 50, `${quads[0].length} quads`);
  assert.deepEqual(quads[0], quads[1]);
});
