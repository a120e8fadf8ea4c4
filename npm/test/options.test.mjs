// Options and rules that are none: said at once, since what is left out in silence lets text pass unmasked.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { AnswerStore, ConnectionPool, EngineWorker, EventDecoderStream, init, KnowledgeGraph, LeanAgenticClient, midstream, midstreamFetch, redact, Rules, Session, SSEClient, SseStream, WebSocketClient } from '../dist/index.js';
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
