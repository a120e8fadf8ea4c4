// The temporal graph beside graphology and oxigraph, which keep no times: they are given what they can keep.
import Graphology from 'graphology';
import oxigraph from 'oxigraph';

import { median } from './measure.mjs';

/** Facts among a tenth as many people: `[subject, predicate, object]`, the same for every run. */
function* facts(count) {
  let state = 1;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const people = Math.max(10, count / 10);
  for (let at = 0; at < count; at++) yield [`person ${random(people)}`, `says ${at % 50}`, `person ${random(people)}`];
}

export function graphs({ glue, round }) {
  const rows = {};
  for (const edges of [10_000, 100_000]) {
    const list = [...facts(edges)];
    // oxigraph's one-hop reads go over all edges: 100,000 of them take minutes.
    const contenders = Object.entries(CONTENDERS).filter(([name]) => edges <= 10_000 || name !== 'oxigraph');
    const runs = Array.from({ length: 3 }, () => contenders.map(([name, contender]) => [name, contender({ glue }, list)]));
    for (const [at, [name]] of contenders.entries()) {
      const of = (what) => median(runs.map((run) => run[at][1][what]));
      rows[`${name}, ${edges} edges`] = { 'us/edge added': round(of('add'), 2), 'us/one-hop read': round(of('read'), 2), 'degree': round(of('degree'), 1) };
    }
  }
  console.log('the graph: edges added one by one, then the neighbours of random nodes (midstream as of a time)');
  console.table(rows);
  const graph = new glue.KnowledgeGraph('');
  for (const [subject, predicate, object] of facts(100_000)) add(graph, subject, predicate, object);
  console.log(`midstream: ${round(graph.table_bytes / graph.edge_count, 1)} B an edge besides ${graph.text_bytes} B of texts, nodes included\n`);
  graph.free();
}

const add = (graph, subject, predicate, object) => graph.add(subject, 'PERSON', predicate, object, 'PERSON', NOW, NaN, NaN, 1, false, 's', 0, 9);

const CONTENDERS = {
  midstream({ glue }, list) {
    const graph = new glue.KnowledgeGraph('');
    const began = process.hrtime.bigint();
    for (const [subject, predicate, object] of list) add(graph, subject, predicate, object);
    const added = process.hrtime.bigint();
    const nodes = READS.map((at) => graph.find(list[at % list.length][0], 'PERSON'));
    const reading = process.hrtime.bigint();
    let count = 0;
    for (const node of nodes) count += graph.neighbours(node, 2, NOW + 1, NaN).length / 2;
    return told({ began, added, reading, count, list, free: () => graph.free() });
  },
  graphology(_, list) {
    const graph = new Graphology({ multi: true, type: 'directed' });
    const began = process.hrtime.bigint();
    for (const [subject, predicate, object] of list) {
      graph.mergeNode(subject, { kind: 'PERSON' });
      graph.mergeNode(object, { kind: 'PERSON' });
      graph.mergeEdgeWithKey(`${subject}|${predicate}|${object}`, subject, object, { predicate, recorded: NOW, from: NOW, to: Infinity, stream: 's', start: 0, end: 9 });
    }
    const added = process.hrtime.bigint();
    const nodes = READS.map((at) => list[at % list.length][0]);
    const reading = process.hrtime.bigint();
    let count = 0;
    for (const node of nodes) graph.forEachEdge(node, (_, { from, to }) => (count += from <= NOW + 1 && NOW + 1 < to ? 1 : 0));
    return told({ began, added, reading, count, list });
  },
  oxigraph(_, list) {
    const store = new oxigraph.Store();
    const { namedNode, quad } = oxigraph;
    const iri = (text) => namedNode(`urn:x:${encodeURIComponent(text)}`);
    const began = process.hrtime.bigint();
    for (const [subject, predicate, object] of list) store.add(quad(iri(subject), iri(predicate), iri(object)));
    const added = process.hrtime.bigint();
    const nodes = READS.slice(0, 100).map((at) => iri(list[at % list.length][0]));
    const reading = process.hrtime.bigint();
    let count = 0;
    for (const node of nodes) count += store.match(node, null, null).length + store.match(null, null, node).length;
    return told({ began, added, reading, count, list, reads: nodes.length });
  },
};

function told({ began, added, reading, count, list, reads = READS.length, free }) {
  const end = process.hrtime.bigint();
  free?.();
  return { add: Number(added - began) / 1000 / list.length, read: Number(end - reading) / 1000 / reads, degree: count / reads };
}

const NOW = 1_700_000_000_000;
const READS = Array.from({ length: 5000 }, (_, at) => at * 7919);
