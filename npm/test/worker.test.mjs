// The engine in a worker gives what it gives in this thread.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { EngineWorker, init, KnowledgeGraph, loadNames, loadPartsOfSpeech, midstream } from '../dist/index.js';
import { body, chat, collect, corpus, cut, merged, sleep } from './support.mjs';

let worker;
before(async () => {
  await init();
  worker = await EngineWorker.start();
});
after(() => worker.terminate());

const untimed = (events) => merged(events).map((event) => (event.type === 'stream-end' ? { ...event, metrics: null } : event));

test('the corpus gives its events through the worker, all streams at once', async () => {
  const cases = corpus();
  await Promise.all(
    cases.map(async ({ name, dialect, framing, body, events }) => {
      const found = await collect(midstream(cut(body, 4096), { dialect, framing, worker }));
      assert.deepEqual(untimed(found), untimed(events), name);
    }),
  );
});

test('text, messages and spans cross as well', async () => {
  const text = chat('Grüße ', ...Array(400).fill('ab ä👍'));
  const options = { repetition: true, now: () => 0 };
  const here = await collect(midstream(text.split(''), options));
  const there = await collect(midstream(text.split(''), { ...options, worker }));
  assert.ok(here.some(({ type }) => type === 'repetition'));
  assert.deepEqual(untimed(there), untimed(here));
});

test('timers run in the worker', async () => {
  const source = new ReadableStream();
  const { error } = await midstream(source, { timeouts: { firstContentMs: 30 }, worker }).final();
  assert.equal(error.kind, 'timeout-first-content');
});

test('an option that there is not is the same error as in this thread', async () => {
  await assert.rejects(collect(midstream('x', { limits: { maxEverything: 1 }, worker })), { kind: 'invalid-option' });
});

test('breaking off frees the stream in the worker, which takes on others', async () => {
  for await (const _ of midstream(body('openai-chat/hello/body.sse'), { worker })) break;
  assert.equal((await midstream(chat('a'), { worker }).final()).verdict, 'complete');
});

test('what is read while the worker is busy is bounded, and nothing of it is lost', async () => {
  const words = Array.from({ length: 3000 }, (_, at) => `word ${at} `);
  const text = chat(...words).split('\n\n').slice(0, words.length).join('\n\n') + '\n\n';
  const pieces = text.match(/[^]{1,97}/g);
  let pulled = 0;
  let taken = '';
  const source = (async function* () {
    for (const piece of pieces) {
      pulled += piece.length;
      yield piece;
    }
    throw new TypeError('the wire was cut');
  })();
  const stream = midstream(source, { worker });
  for await (const events of stream.batches()) {
    for (const event of events) if (event.type === 'text-delta') taken += event.delta;
    const before = pulled;
    await sleep(0);
    assert.equal(pulled, before, 'nothing is read while the reader takes its time');
  }
  assert.equal(taken, words.join(''));
  const { error, verdict, choices } = stream.response();
  assert.deepEqual([error.kind, verdict, choices[0].text], ['transport', 'failed', taken]);
  assert.equal((await midstream(text, { worker }).final()).choices[0].text, taken);
});

test('a worker that is gone is an error of kind closed, for streams under way and new ones', async () => {
  const other = await EngineWorker.start();
  const pieces = (async function* () {
    yield chat('a').slice(0, 100);
    await sleep(20);
    yield chat('b');
  })();
  const reading = collect(midstream(pieces, { worker: other }));
  await sleep(5);
  other.terminate();
  await assert.rejects(reading, { kind: 'closed' });
  await assert.rejects(collect(midstream('x', { worker: other })), { kind: 'closed' });
});

test('an engine that the worker can not load is the same error as in this thread', async () => {
  await assert.rejects(EngineWorker.start({ engine: new Uint8Array([1, 2, 3]) }), { kind: 'wasm-unavailable' });
});

test('names and relations are found in the worker, by models that are loaded there', async () => {
  const text = 'Grüße! Marie Curie moved to Paris in 1891. She wrote to a@example.com. ';
  const own = await EngineWorker.start();
  try {
    const options = { framing: 'text', dialect: 'text', now: () => 0, worker: own };
    const kinds = async (more) => (await collect(midstream(text.split(''), { ...options, ...more }))).filter(({ type }) => type === 'entity' || type === 'relation');
    assert.deepEqual((await kinds({ entities: true })).map(({ kind }) => kind), ['DATE', 'EMAIL']);
    await assert.rejects(kinds({ relations: true }), { kind: 'invalid-option', message: /a model of parts of speech/ });
    await assert.rejects(loadNames(new Uint8Array(20), own), { kind: 'model', message: /expected a model file/ });
    await Promise.all([loadNames('tiny', own), loadPartsOfSpeech('parts-of-speech', own)]);
    const found = await kinds({ relations: true });
    const [said] = found.filter(({ type }) => type === 'relation');
    assert.deepEqual([said.subject, said.object].map(({ start, end }) => text.slice(start, end)), ['Marie Curie', 'Paris']);
    const [person] = found.filter(({ kind }) => kind === 'PERSON');
    assert.equal(text.slice(person.span.start, person.span.end), 'Marie Curie');
    await assert.rejects(kinds({ graph: new KnowledgeGraph() }), { kind: 'invalid-option', message: /expected no `graph`/ });
  } finally {
    own.terminate();
  }
  await assert.rejects(loadNames('tiny', own), { kind: 'closed' });
});

test('bytes are bytes in a worker, whatever view of them is given', async () => {
  const own = await EngineWorker.start();
  try {
    const { buffer } = new TextEncoder().encode(chat('Grüße').padEnd(400, '\n')).slice();
    const whole = buffer.slice(0, buffer.byteLength & ~3);
    for (const view of [whole, new Uint8Array(whole), new DataView(whole), new Uint16Array(whole), new Int32Array(whole)]) {
      const { choices, verdict } = await midstream([view], { worker: own }).final();
      assert.deepEqual([choices[0].text, verdict], ['Grüße', 'complete'], view.constructor.name);
    }
  } finally {
    own.terminate();
  }
});
