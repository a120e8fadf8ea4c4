// The engine in Node gives the events that it gives natively, over the whole corpus.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { init, midstream, Session } from '../dist/index.js';
import { collect, corpus, cut, lines, merged, midstreamPrints } from './support.mjs';

const cases = corpus();
const now = () => 0;

before(() => init());

test('the corpus gives its events, whole and in pieces of 1, 7 and 4096 bytes', () => {
  assert.ok(cases.length > 150, `${cases.length} cases`);
  for (const { name, dialect, framing, body, events } of cases) {
    for (const size of [body.length, 1, 7, 4096]) {
      const session = new Session({ dialect, framing, now });
      const found = [...cut(body, size)].flatMap((piece) => session.push(piece));
      found.push(...session.end());
      assert.deepEqual(merged(found), events, `${name} in pieces of ${size}`);
    }
  }
});

test('text gives the events of its bytes, cut between the halves of a surrogate pair too', () => {
  for (const { name, dialect, framing, body, events } of cases) {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
    if (Buffer.compare(Buffer.from(text), body) !== 0) continue;
    const session = new Session({ dialect, framing, now });
    const found = text.split('').flatMap((unit) => session.push(unit));
    found.push(...session.end());
    assert.deepEqual(merged(found), events, name);
  }
});

test('a response is the same where no events are wanted, cut anywhere, messages among them', () => {
  for (const { name, dialect, framing, body } of cases) {
    const read = (step) => {
      const session = new Session({ dialect, framing, now });
      const told = [];
      session.onEvent = ({ type }) => told.push(type);
      for (const [at, piece] of [...cut(body, 1000)].entries()) step(session, piece, at);
      const last = session.end().map(({ type }) => type);
      return { response: session.response(), metrics: session.metrics(), told, last };
    };
    const { told, ...wanted } = read((session, piece) => session.push(piece));
    const { told: untold, ...unwanted } = read((session, piece) => session.take(piece));
    const mixed = read((session, piece, at) => (at % 2 ? session.take(piece) : session.push(piece)));
    assert.deepEqual(unwanted, wanted, name);
    assert.deepEqual(mixed.response, wanted.response, name);
    assert.deepEqual(untold, unwanted.last, `${name}: only the end is told of`);
    assert.ok(told.length >= untold.length);
  }
  const session = new Session({ dialect: 'openai-chat' });
  session.take('{"choices":[{"index":0,"delta":{"content":"a"}}]}', true);
  assert.equal(session.response().choices[0].text, 'a');
  session.free();
});

test('final() is what `midstream decode --final` prints, over the whole corpus', async (t) => {
  if (midstreamPrints('--version') === null) return t.skip('the binary is not built');
  const kinds = new Map(cases.map((one) => [kindOf(one), cases.filter((other) => kindOf(other) === kindOf(one))]));
  for (const [kind, members] of kinds) {
    const [dialect, framing] = kind.split(' ');
    const files = members.map(({ file }) => file);
    const printed = lines(midstreamPrints('decode', '--final', '--dialect', dialect, '--framing', framing, ...files));
    assert.equal(printed.length, members.length, kind);
    for (const [at, { name, body }] of members.entries()) {
      assert.deepEqual(await midstream(body, { dialect, framing, now }).final(), JSON.parse(printed[at]), name);
    }
  }
});

test('a session of its own is recognised as one with its dialect named', async () => {
  // A body that begins with a line that server-sent events know nothing of is recognised by nobody.
  const begins = /^\ufeff?\s*(?:data|event|id|retry)?:/;
  const plain = ({ framing, body }) => framing === 'sse' && begins.test(new TextDecoder('utf-8', { ignoreBOM: true }).decode(body));
  const recognisable = cases.filter(plain);
  assert.ok(recognisable.length > 50, `${recognisable.length} cases`);
  for (const { name, body, events } of recognisable) {
    assert.deepEqual(merged(await collect(midstream(body, { now }))), events, name);
  }
});

const kindOf = ({ dialect, framing }) => `${dialect} ${framing}`;
