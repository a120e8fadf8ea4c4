// Bad input of this layer: what must not crash, grow or be swallowed.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { randomCuts, replay } from './replay.mjs';
import { load } from './support.mjs';

const engine = await load();
const encode = (text) => new TextEncoder().encode(text);
const events = (lines) => lines.split('\n').filter(Boolean).map((line) => JSON.parse(line));
const chat = (content) => JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] });

test('garbage is an error event and the stream ends with a verdict', () => {
  const next = randomCuts(7);
  for (let round = 0; round < 200; round++) {
    const body = Uint8Array.from({ length: 400 }, () => next() * 37);
    for (const framing of ['auto', 'sse', 'ndjson', 'json-array', 'event-stream', 'ws', 'text']) {
      const found = events(replay(engine, { framing, dialect: 'auto', body }, randomCuts(round)));
      assert.equal(found.at(-1).type, 'stream-end', framing);
    }
  }
});

test('a message of 10 MB comes through, and its memory is used again', () => {
  const client = new engine.LeanAgenticClient('big');
  const text = 'ten megabytes, '.repeat(700_000);
  assert.equal(client.process_message(chat(text)).text, text);
  // What stays of the first message can lie where the second would have fitted.
  client.process_message(chat(text));
  const size = engine.memory().buffer.byteLength;
  for (let round = 0; round < 5; round++) client.process_message(chat(text));
  assert.equal(engine.memory().buffer.byteLength, size);
  client.free();
});

test('a message that is neither text nor bytes is refused, and the client goes on', () => {
  const client = new engine.LeanAgenticClient('wrong');
  for (const [wrong, found] of [[null, 'null'], [undefined, 'undefined'], [7, 'number'], [{}, 'object'], [() => 1, 'function']]) {
    assert.throws(() => client.process_message(wrong), { name: 'TypeError', message: `expected text or bytes, found ${found}` });
  }
  assert.equal(client.process_message('right').text, 'right');
  client.free();
});

test('a message that makes another while it is read disturbs neither, and the results of both stay', () => {
  const [outer, inner] = [new engine.LeanAgenticClient('outer'), new engine.LeanAgenticClient('inner')];
  const bytes = encode('outer');
  let within;
  const message = {
    buffer: bytes.buffer,
    byteOffset: 0,
    get byteLength() {
      within ??= inner.process_message('inner');
      return bytes.length;
    },
  };
  const result = outer.process_message(message);
  inner.free();
  outer.free();
  const other = new engine.LeanAgenticClient('other');
  for (let at = 0; at < 1000; at++) other.process_message(`message ${at}`);
  assert.deepEqual([result.text, within.text], ['outer', 'inner']);
  other.free();
});

test('a frame over the limit is an error that names the setting, and the stream goes on', () => {
  const session = new engine.Session('{"framing":"sse","dialect":"openai-chat","limits":{"maxFrameBytes":1000}}', 0);
  const body = encode(`data: ${chat('x'.repeat(2000))}\n\ndata: ${chat('short')}\n\n`);
  new Uint8Array(engine.memory().buffer, session.reserve(body.length), body.length).set(body);
  session.feed(body.length, 0);
  session.finish(0);
  assert.match(session.metrics(), /"text_bytes":5\b/);
  session.free();
});

test('memory is flat over a thousand streams', () => {
  const body = encode(Array.from({ length: 100 }, (_, at) => `data: ${chat(`word ${at} `)}\n\n`).join(''));
  const one = { framing: 'auto', dialect: 'auto', body };
  for (let at = 0; at < 50; at++) replay(engine, one);
  const size = engine.memory().buffer.byteLength;
  for (let at = 0; at < 1000; at++) replay(engine, one);
  assert.equal(engine.memory().buffer.byteLength, size);
});

test('a wrong configuration says what is wrong with it', () => {
  assert.throws(() => new engine.Session('{"framing":"morse"}', 0), /expected a framing \(sse, .*found `morse`/);
  assert.throws(() => new engine.Session('{"limits":{"maxFun":1}}', 0), /there is no limit `maxFun`/);
  assert.throws(() => new engine.Session('nonsense', 0), /expected/);
});

test('what was freed says so', () => {
  for (const make of [() => new engine.Session('', 0), () => new engine.LeanAgenticClient('id'), () => new engine.StreamingHTTPClient('/')]) {
    const thing = make();
    thing.free();
    const use = thing.poll_timeout ?? thing.get_message_count ?? thing.stream;
    assert.throws(() => use.call(thing, () => {}), Error);
  }
  const disposed = new engine.Session('', 0);
  if (Symbol.dispose) disposed[Symbol.dispose]();
});

test('without SIMD the plain module is taken', async () => {
  const { validate } = WebAssembly;
  WebAssembly.validate = () => false;
  try {
    const plain = await import('../pkg/node.js?plain');
    assert.equal(plain.hasSimd(), false);
    assert.equal(new plain.LeanAgenticClient('plain').process_message(chat('Hello')).text, 'Hello');
  } finally {
    WebAssembly.validate = validate;
  }
});
