// Options and rules that are none: said at once, since what is left out in silence lets text pass unmasked.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import {
  AnswerStore, Batcher, benchmarkLatency, benchmarkThroughput, BufferPool, ConnectionPool, EngineWorker, EventDecoderStream, init, KnowledgeGraph,
  LeanAgenticClient, LeanAgenticConfig, midstream, midstreamFetch, PerformanceMonitor, redact, Rules, Session, SSEClient, SseStream, StreamingHTTPClient,
  WebSocketClient,
} from '../dist/index.js';
import { chat, collect } from './support.mjs';

before(() => init());

const invalid = (message) => ({ name: 'MidstreamError', kind: 'invalid-option', message });

for (const [name, rules, found] of [
  ['a name', 'pii', /found the text `pii`/],
  ['null', null, /found null/],
  ['a promise', Promise.resolve(), /found a promise/],
  ['an empty object', {}, /found an object of class Object/],
  ['an array', ['pii'], /found an array/],
]) {
  test(`rules that are ${name} are refused wherever rules are taken`, async () => {
    assert.throws(() => redact(rules), invalid(found));
    assert.throws(() => midstream(chat('a'), { rules }), invalid(found));
    assert.throws(() => midstreamFetch({ rules }), invalid(found));
    assert.throws(() => new Session({ rules }), invalid(found));
    assert.throws(() => new EventDecoderStream({ rules }), invalid(found));
  });
}

test('no rules at all are refused', async () => {
  assert.throws(() => redact(), invalid(/found undefined/));
  await assert.rejects(Rules.load(), invalid(/found none/));
  assert.throws(() => Rules.from(), invalid(/found none/));
});

test('an option that there is not is named, with those that there are', async () => {
  const rules = await Rules.load('pii');
  const named = (key) => invalid(new RegExp(`expected options among .*\\w, .*; found \`${key}\``));
  assert.throws(() => midstream(chat('a'), { rule: rules }), named('rule'));
  assert.throws(() => midstream(chat('a'), rules), named('files'));
  assert.throws(() => midstreamFetch({ rule: rules }), named('rule'));
  assert.throws(() => redact(rules, { onmatch() {} }), named('onmatch'));
  assert.throws(() => new Session({ dialekt: 'x' }), named('dialekt'));
  assert.throws(() => new EventDecoderStream({ dialekt: 'x' }), named('dialekt'));
  assert.throws(() => new SseStream('http://127.0.0.1/', { retries: 1 }), named('retries'));
  assert.throws(() => new ConnectionPool([], { retries: 1 }), named('retries'));
  assert.throws(() => new AnswerStore({ rule: rules }), named('rule'));
  assert.throws(() => new KnowledgeGraph({ nodes: 1 }), invalid(/nodes/));
  await assert.rejects(EngineWorker.start({ url: 'x' }), named('url'));
  assert.throws(() => midstream(chat('a'), Promise.resolve()), invalid(/found a promise/));
  rules.free();
});

test('a value that an option can not have is refused, whoever takes the option', async () => {
  const refused = { dialect: 5, framing: {}, limits: 5, timeouts: [], stallAfterMs: '5', repetition: 'yes', relations: 1, graph: {}, graphStream: 5, pseudonymKey: 'abc', now: 5 };
  for (const [key, value] of Object.entries(refused)) {
    const options = { [key]: value };
    const error = invalid(new RegExp(`expected .* as \`${key}\`, found `));
    assert.throws(() => new Session(options), error);
    assert.throws(() => midstream(chat('a'), options), error);
    assert.throws(() => new EventDecoderStream(options), error);
    assert.throws(() => midstreamFetch(options), error);
  }
  for (const [key, value] of Object.entries({ now: 'x', dayFirst: 1, callingCode: 49, gazetteer: 5, gazetteerType: {}, maxIds: 1.5 })) {
    const options = { entities: { [key]: value } };
    const error = invalid(new RegExp(`expected .* as \`entities.${key}\`, found `));
    assert.throws(() => new Session(options), error);
    assert.throws(() => midstream(chat('a'), options), error);
    assert.throws(() => midstreamFetch(options), error);
    new Session({ entities: { [key]: null } }).free();
  }
  assert.throws(() => new Session({ entities: 'all' }), invalid(/true, false or an object as `entities`, found the text `all`/));
  for (const options of [{ signal: {} }, { worker: {} }, { throwOnError: 1 }, { highWaterMark: 'x' }, { maxBufferedBytes: -1 }]) {
    assert.throws(() => midstream(chat('a'), options), invalid(new RegExp(`as \`${Object.keys(options)}\``)));
  }
  assert.throws(() => new SseStream('http://127.0.0.1/', { retryMs: NaN }), invalid(/a number from 0 as `retryMs`, found the number NaN/));
  assert.throws(() => new ConnectionPool(['ws://127.0.0.1/'], { perUrl: 0 }), invalid(/perUrl/));
  assert.throws(() => new ConnectionPool('ws://127.0.0.1/'), invalid(/a list of URLs, found the text/));
  assert.throws(() => new Batcher(() => {}, { size: 'x' }), invalid(/size/));
  assert.throws(() => new BufferPool({ size: -1 }), invalid(/size/));
  assert.throws(() => new PerformanceMonitor({ samples: 0 }), invalid(/samples/));
  assert.throws(() => new PerformanceMonitor(5), invalid(/an object of options, found the number 5/));
  await assert.rejects(benchmarkLatency('x'), invalid(/iterations/));
  await assert.rejects(benchmarkThroughput(NaN), invalid(/durationMs/));
  assert.throws(() => new LeanAgenticClient('x', { learning_rate: 1 }), invalid(/a LeanAgenticConfig as `config`/));
  const config = new LeanAgenticConfig();
  for (const [name, value, message] of [
    ['learning_rate', NaN, /a number from 0 to 1 as `learning_rate`, found the number NaN/],
    ['learning_rate', -0.1, /found the number -0.1/],
    ['action_threshold', 2, /a number from 0 to 1 as `action_threshold`, found the number 2/],
    ['action_threshold', '1', /found the text `1`/],
    ['max_planning_depth', -1, /a whole number from 1 as `max_planning_depth`, found the number -1/],
    ['max_planning_depth', 1.5, /found the number 1.5/],
    ['max_planning_depth', undefined, /found /],
  ]) {
    assert.throws(() => (config[name] = value), invalid(message));
  }
  assert.deepEqual([config.learning_rate, config.max_planning_depth, config.action_threshold], [0.01, 5, 0.7]);
  config.free();
  // What is not given may be null, too.
  new Session({ limits: null, dialect: undefined }).free();
});

test('what is no URL is told at once, not tried again', () => {
  assert.throws(() => new SseStream('::'), invalid(/expected a URL, found the text `::`/));
  // A `fetch` of the caller's own may know what to do with it.
  assert.ok(new SseStream('/events', { fetch: async () => new Response(null, { status: 204 }) }));
});

test('a worker refuses what this thread refuses', async () => {
  const worker = await EngineWorker.start();
  try {
    await assert.rejects(worker.decoder({ rules: 'pii' }), invalid(/found the text/));
    await assert.rejects(worker.decoder({ dialekt: 'x' }), invalid(/found `dialekt`/));
  } finally {
    worker.terminate();
  }
});

test('a transform whose session can not be made fails at both ends', async () => {
  const { readable, writable } = new EventDecoderStream({ dialect: 'none' });
  const reading = collect(readable);
  await assert.rejects(writable.getWriter().write('a'), invalid(/dialect/));
  await assert.rejects(reading, invalid(/dialect/));
});

test('a transform that is given what is neither text nor bytes fails at both ends', async () => {
  const { readable, writable } = new EventDecoderStream();
  const reading = collect(readable);
  await assert.rejects(writable.getWriter().write(5), invalid(/expected text or bytes/));
  await assert.rejects(reading, invalid(/expected text or bytes/));
});

test('a piece that is nothing is no end: it is refused, here and in a worker', async () => {
  const worker = await EngineWorker.start();
  try {
    for (const nothing of [null, undefined]) {
      await assert.rejects(midstream([': not the end\n\n', nothing]).final(), invalid(new RegExp(`found ${nothing}`)));
      await assert.rejects(collect(midstream([nothing], { worker })), invalid(new RegExp(`found ${nothing}`)));
    }
  } finally {
    worker.terminate();
  }
});

test('what is neither text nor bytes is refused, and the session goes on', () => {
  for (const piece of [null, undefined, 5, {}, Symbol('a')]) {
    const session = new Session();
    assert.throws(() => session.push(piece), invalid(/expected text or bytes/));
    assert.throws(() => session.pushMessage(piece), invalid(/expected text or bytes/));
    assert.throws(() => session.take(piece), invalid(/expected text or bytes/));
    assert.ok(session.push(chat('a')).length > 0);
    session.end();
  }
});

test('a piece after `free` is an error of kind closed', () => {
  const freed = new Session();
  freed.free();
  assert.throws(() => freed.push('a'), { kind: 'closed' });
  assert.throws(() => freed.take('a'), { kind: 'closed', message: /was freed/ });
});

test('a message that is neither text nor bytes leaves the client usable; a freed client says so', () => {
  const client = new LeanAgenticClient('x');
  for (const message of [null, undefined, Symbol('a'), 5]) {
    assert.throws(() => client.process_message(message), invalid(/expected text or bytes/));
  }
  assert.equal(client.process_message('{"a":1}').action, null);
  assert.equal(client.get_message_count(), 1);
  client.free();
  client.free();
  assert.throws(() => client.process_message('a'), { kind: 'closed' });
});

test('everything may be freed twice, by `using` too; used afterwards, it says that it is closed', async () => {
  const rules = await Rules.load('pii');
  const closed = { name: 'MidstreamError', kind: 'closed', message: /was freed/ };
  const { WebSocket: socket, EventSource: source } = globalThis;
  Object.assign(globalThis, { WebSocket: StandIn, EventSource: StandIn });
  try {
    for (const [object, use] of [
      [new Session(), (session) => session.push('a')],
      [new KnowledgeGraph(), (graph) => graph.find('a')],
      [rules, () => rules.count],
      [new LeanAgenticClient('x'), (client) => client.get_message_count()],
      [new LeanAgenticClient('x'), (client) => client.config],
      [new LeanAgenticConfig(), (config) => config.learning_rate],
      [new WebSocketClient('ws://127.0.0.1/'), (client) => client.send('a')],
      [new SSEClient('http://127.0.0.1/'), (client) => client.ready_state()],
      [new StreamingHTTPClient('http://127.0.0.1/'), (client) => client.stream(() => {})],
    ]) {
      object.free();
      object.free();
      object[Symbol.dispose ?? 'free']();
      assert.throws(() => use(object), closed, object.constructor.name);
    }
    assert.throws(() => new Session({ rules }), closed);
  } finally {
    Object.assign(globalThis, { WebSocket: socket, EventSource: source });
  }
});

class StandIn {
  static CLOSING = 2;
  readyState = 0;
  close() {}
}

test('a configuration stays its owner\'s, for any number of clients', () => {
  const config = new LeanAgenticConfig();
  config.learning_rate = 0.25;
  const clients = [1, 2].map((id) => new LeanAgenticClient(`session-${id}`, config));
  config.learning_rate = 0.5;
  assert.deepEqual(clients.map((client) => client.config.learning_rate), [0.25, 0.25]);
  assert.equal(config.learning_rate, 0.5);
});

test('what somebody else reads is no source', async () => {
  const read = new Response(chat('a'));
  await read.text();
  assert.throws(() => midstream(read), invalid(/read already/));
  const locked = new Response(chat('a'));
  locked.body.getReader();
  assert.throws(() => midstream(locked), invalid(/locked/));
  assert.throws(() => midstream(locked.body), invalid(/locked/));
});

test("the guide's clients say what the host has not", () => {
  const { WebSocket: socket, EventSource: source } = globalThis;
  try {
    globalThis.WebSocket = globalThis.EventSource = undefined;
    assert.throws(() => new WebSocketClient('ws://127.0.0.1:1/'), { kind: 'api-missing', message: /WebSocket/ });
    assert.throws(() => new SSEClient('http://127.0.0.1:1/'), { kind: 'api-missing', message: /EventSource/ });
  } finally {
    Object.assign(globalThis, { WebSocket: socket, EventSource: source });
  }
});
