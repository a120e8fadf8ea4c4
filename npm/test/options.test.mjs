// Options and rules that are none: said at once, since what is left out in silence lets text pass unmasked.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { AnswerStore, ConnectionPool, EngineWorker, EventDecoderStream, init, KnowledgeGraph, midstream, midstreamFetch, redact, Rules, Session, SseStream } from '../dist/index.js';
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
