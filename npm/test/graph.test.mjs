// Entities and the graph as the package offers them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { init, KnowledgeGraph, LeanAgenticClient, loadNames, loadPartsOfSpeech, MidstreamError, Session } from '../dist/index.js';
import { SHA256 } from '../dist/names.js';

before(() => init());

const now = () => 0;
const file = (name) => readFileSync(new URL(`../models/${name}.bin`, import.meta.url));
const model = (name) => file(`names-${name}`);

test('the hashes are those of the files', () => {
  for (const [name, hash] of Object.entries(SHA256)) {
    const bytes = name === 'parts-of-speech' ? file(name) : model(name);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), hash, name);
  }
});

test('without a model values are found, with one names too; offsets are those of JavaScript', async () => {
  const text = '😀 Marie Curie wrote to a@example.com.';
  const found = () => {
    const session = new Session({ framing: 'text', dialect: 'text', entities: true, now });
    const events = [...session.push(text), ...session.end()];
    return events.filter(({ type }) => type === 'entity').map(({ kind, span }) => [kind, text.slice(span.start, span.end)]);
  };
  assert.deepEqual(found(), [['EMAIL', 'a@example.com']]);
  await loadNames('tiny');
  assert.deepEqual(found(), [['PERSON', 'Marie Curie'], ['EMAIL', 'a@example.com']]);
  await loadNames(model('standard'));
  assert.equal(found().length, 2);
});

test('what is no model is told', async () => {
  const told = (source, message) => assert.rejects(loadNames(source), (error) => error instanceof MidstreamError && error.kind === 'model' && message.test(error.message));
  await told(new Uint8Array(20), /expected a model file/);
  await told('large', /expected a model \(standard, tiny\), bytes, a URL or a response, found the text `large`/);
  await told(null, /expected a model \(standard, tiny\), bytes, a URL or a response, found null/);
  await told(Promise.resolve(), /found a promise/);
  await told({ arrayBuffer() {} }, /found an object of class Object/);
  await assert.rejects(loadPartsOfSpeech(5), { kind: 'model', message: /expected a model \(parts-of-speech\), bytes, .* found the number 5/ });
  await told(new URL('file:///nowhere.bin'), /expected a model from file:\/\/\/nowhere.bin/);
});

test('relations say what the text says of whom, by offsets of JavaScript, and the graph has them as facts', async () => {
  const text = '😀 Marie Curie did not move to Paris in 1891. ';
  const options = { framing: 'text', dialect: 'text', relations: true, now };
  assert.throws(() => new Session(options), /expected a model of parts of speech for `relations`/);
  await assert.rejects(loadPartsOfSpeech(model('tiny')), { kind: 'model', message: /for another task/ });
  await loadPartsOfSpeech();
  await loadNames();
  const graph = new KnowledgeGraph();
  const session = new Session({ ...options, graph });
  const [found] = [...session.push(text), ...session.end()].filter(({ type }) => type === 'relation');
  const parts = [found.subject, found.predicate, found.object].map(({ start, end }) => text.slice(start, end));
  assert.deepEqual(parts, ['Marie Curie', 'did not move to', 'Paris']);
  assert.deepEqual([found.negated, found.time.since], [true, '1891']);
  const facts = graph.edges().map((edge) => graph.edge(edge)).filter(({ predicate }) => predicate.includes('move'));
  assert.deepEqual(facts.map(({ subject, object, negated }) => [subject.name, object.name, negated]), [['Marie Curie', 'Paris', true]]);
});

test('names of your own are found', () => {
  const session = new Session({ framing: 'text', dialect: 'text', entities: { gazetteer: 'Project Nimbus,PROJECT' }, now });
  const found = [...session.push('We call it Project Nimbus. '), ...session.end()].filter(({ type }) => type === 'entity');
  assert.deepEqual(found.map(({ kind, text }) => [kind, text]), [['PROJECT', 'Project Nimbus']]);
  assert.throws(() => new Session({ entities: { gazeteer: 'x' } }), /expected options among now, .*; found `entities.gazeteer`/);
});

test('a graph answers as of a time, and nothing that was known is overwritten', () => {
  const graph = new KnowledgeGraph({ functional: ['leads'] });
  const ann = { name: 'Ann', kind: 'PERSON' };
  graph.add({ subject: ann, predicate: 'leads', object: 'Acme', validFrom: '2000-01-01', recordedAt: '2020-01-01' });
  const edge = graph.add({ subject: ann, predicate: 'leads', object: 'Brix', validFrom: new Date('2010-01-01'), recordedAt: '2021-01-01', source: { stream: 's', start: 3, end: 9 } });
  const leads = (...when) => graph.asOf(...when).map(({ object }) => object.name);
  assert.deepEqual(leads('2005-01-01'), ['Acme']);
  assert.deepEqual(leads('2015-01-01'), ['Brix']);
  assert.deepEqual(leads('2015-01-01', '2020-06-01'), ['Acme']);
  assert.deepEqual(graph.history(edge).map(({ object, valid_to }) => [object.name, valid_to]), [['Acme', '2010-01-01T00:00:00Z'], ['Brix', null]]);
  const node = graph.find('Ann', 'PERSON');
  assert.equal(graph.neighbours(node, { direction: 'out' }).length, 2);
  assert.equal(graph.neighbours(node, { direction: 'out', asOf: { valid: '2005-01-01' } }).length, 1);
  assert.equal(graph.nodeHistory(node).length, 2);
  assert.equal(graph.path(graph.find('Acme'), graph.find('Brix')).length, 2);
  assert.equal(graph.path(graph.find('Acme'), graph.find('Brix'), { except: ['leads'] }), undefined);
  assert.deepEqual(graph.search('AN').map(({ name }) => name), ['Ann']);
  assert.equal(graph.edge(edge).span.start, 3);
  assert.equal(graph.edge(99), undefined);
  assert.ok(graph.export('dot').includes('Brix'));
  const again = KnowledgeGraph.restore(graph.snapshot());
  assert.equal(again.export('csv'), graph.export('csv'));
  assert.deepEqual(graph.takeChanges().map(({ type }) => type), ['graph-node-added', 'graph-node-added', 'graph-edge-added', 'graph-node-added', 'graph-edge-ended', 'graph-edge-added']);
});

test('what can not be taken is told', () => {
  const graph = new KnowledgeGraph();
  const wrong = (act, message) => assert.throws(act, (error) => error instanceof MidstreamError && error.kind === 'invalid-option' && message.test(error.message));
  wrong(() => graph.add({ subject: '', predicate: 'p', object: 'o' }), /expected a subject/);
  wrong(() => graph.add({ subject: 's', object: 'o' }), /expected a text as `predicate`, found undefined/);
  wrong(() => graph.add({ predicate: 'p', object: 'o' }), /expected a name or { name, kind } as `subject`, found undefined/);
  wrong(() => graph.add({ subject: 's', predicate: 'p', object: {} }), /expected a text as `object.name`, found undefined/);
  wrong(() => graph.add({ subject: { name: 's', kind: 1 }, predicate: 'p', object: 'o' }), /a text as `subject.kind`, found the number 1/);
  wrong(() => graph.add(), /expected a fact, found undefined/);
  wrong(() => graph.add({ subject: 's', predicate: 'p', object: 'o', validFrom: 'soon' }), /expected a moment as `validFrom`, found the text `soon`/);
  wrong(() => new KnowledgeGraph({ nodes: 1 }), /expected options among functional, maxNodes, .*; found `nodes`/);
  wrong(() => KnowledgeGraph.restore(new Uint8Array(5)), /begins with `midgraph`/);
  wrong(() => graph.export('tiff'), /found `tiff`/);
  // What is not there has no number; it is not the first node.
  graph.add({ subject: 's', predicate: 'p', object: 'o' });
  wrong(() => graph.neighbours(graph.find('nobody')), /expected a node's number, found `undefined`/);
  for (const number of [NaN, -1, 0.5, 2 ** 32, '0', null]) {
    wrong(() => graph.node(number), /expected a node's number/);
    wrong(() => graph.path(0, number), /expected a node's number/);
    wrong(() => graph.edge(number), /expected an edge's number/);
  }
  assert.equal(graph.node(7), undefined);
});

test('an argument that can not be is told with its name, and the graph goes on', () => {
  const graph = new KnowledgeGraph();
  const fact = { subject: 's', predicate: 'p', object: 'o' };
  graph.add(fact);
  const wrong = (act, message) => assert.throws(act, (error) => error instanceof MidstreamError && error.kind === 'invalid-option' && message.test(error.message), String(act));
  for (const [value, found] of [[5, 'the number 5'], [{}, 'an object of class Object'], [null, 'null'], [undefined, 'undefined'], [[], 'an array'], [Symbol('a'), 'a symbol']]) {
    const told = (member) => new RegExp(`^expected a text as \`${member}\`, found ${found}$`);
    wrong(() => graph.search(value), told('text'));
    wrong(() => graph.find(value, 'PERSON'), told('name'));
    wrong(() => graph.export(value), told('format'));
    wrong(() => graph.add({ ...fact, source: { stream: value } }), told('source.stream'));
    if (value !== undefined) wrong(() => graph.find('Paris', value), told('kind'));
  }
  wrong(() => graph.find(), /a text as `name`, found undefined/);
  wrong(() => graph.search('s', -1), /a whole number from 0 as `limit`, found the number -1/);
  wrong(() => graph.add({ ...fact, source: 5 }), /expected { stream, start, end } as `source`, found the number 5/);
  wrong(() => graph.add({ ...fact, source: { stream: 's', start: 1.5 } }), /a whole number from 0 as `source.start`, found the number 1.5/);
  wrong(() => graph.add({ ...fact, source: { stream: 's', end: '9' } }), /as `source.end`, found the text `9`/);
  wrong(() => graph.add({ ...fact, confidence: '1' }), /a number from 0 to 1 as `confidence`, found the text `1`/);
  wrong(() => graph.add({ ...fact, negated: 'no' }), /true or false as `negated`, found the text `no`/);
  for (const member of ['validFrom', 'validTo', 'recordedAt']) {
    wrong(() => graph.add({ ...fact, [member]: {} }), new RegExp(`a moment as \`${member}\`, found an object`));
  }
  wrong(() => graph.neighbours(0, { direction: 'sideways' }), /expected one of out, in, both as `direction`, found the text `sideways`/);
  wrong(() => graph.neighbours(0, { way: 'out' }), /expected options among direction, asOf; found `way`/);
  wrong(() => graph.neighbours(0, null), /an object of options, found null/);
  wrong(() => graph.neighbours(0, { asOf: {} }), /a moment as `asOf.valid`, found undefined/);
  wrong(() => graph.path(0, 1, { except: 'mentions' }), /a list of texts as `except`, found the text `mentions`/);
  wrong(() => graph.path(0, 1, { maxSteps: -1 }), /as `maxSteps`/);
  wrong(() => graph.edges(5), /expected { valid, recorded } as `asOf`, found the number 5/);
  wrong(() => graph.edges({ valid: 0, recorded: 'soon' }), /a moment as `asOf.recorded`, found the text `soon`/);
  wrong(() => graph.asOf(), /a moment as `valid`, found undefined/);
  for (const functional of ['CEO of', [5]]) wrong(() => new KnowledgeGraph({ functional }), /expected a list of texts as `functional`, found /);
  wrong(() => new KnowledgeGraph({ maxNodes: '5' }), /a whole number from 0 as `maxNodes`, found the text `5`/);
  wrong(() => new KnowledgeGraph(null), /an object of options, found null/);
  wrong(() => KnowledgeGraph.restore('snapshot'), /expected bytes as `snapshot`, found the text/);
  wrong(() => KnowledgeGraph.restore(graph.snapshot(), { functional: 5 }), /as `functional`/);
  wrong(() => KnowledgeGraph.ofClient(graph), /expected a LeanAgenticClient as `client`, found an object of class/);
  // What is null is not given, as in options; nothing of the above has harmed the graph.
  const edge = graph.add({ ...fact, object: 'q', validFrom: null, validTo: null, recordedAt: null, confidence: null, negated: null, source: null });
  assert.deepEqual([graph.edge(edge).valid_from_assumed, graph.edge(edge).confidence, graph.edgeCount], [true, 1, 2]);
  assert.equal(graph.neighbours(0, { direction: null, asOf: null }).length, 2);
  assert.equal(graph.search('s', 2 ** 40).length, 1);
  assert.equal(new KnowledgeGraph({ functional: null, maxNodes: 5 }).edgeCount, 0);
});

test("a session feeds a graph, and a client's results tell what they changed", async () => {
  await loadNames(model('standard'));
  const graph = new KnowledgeGraph();
  const session = new Session({ framing: 'text', dialect: 'text', graph, graphStream: 'answer', now });
  session.push('Marie Curie moved to Paris. ');
  session.end();
  const edges = graph.edges().map((edge) => graph.edge(edge));
  assert.deepEqual(edges.map(({ subject, predicate, object }) => `${subject.name} ${predicate} ${object.name}`), [
    'answer mentions Marie Curie',
    'answer mentions Paris',
    'Marie Curie mentioned with Paris',
  ]);
  const client = new LeanAgenticClient('chat');
  client.process_message('Marie Curie moved to Paris. ');
  const { entities, graph: changes } = client.end_text();
  const kept = KnowledgeGraph.ofClient(client);
  client.free();
  assert.equal(kept.nodeCount, 3);
  assert.ok(entities.length + changes.length > 0);
});
