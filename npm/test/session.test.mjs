// The push API: timers, spans, limits, memory.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { EventDecoderStream, init, midstream, Session, TextDeltaStream } from '../dist/index.js';
import { Utf16Offsets } from '../dist/spans.js';
import { body, chat, collect, cut, sleep } from './support.mjs';

before(() => init());

const bytes = (text) => new TextEncoder().encode(text);
const open = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';

test('events are returned, and given to onEvent in the same order', () => {
  const session = new Session();
  const told = [];
  session.onEvent = (event) => told.push(event);
  const events = [...session.push(chat('Hel', 'lo')), ...session.end()];
  assert.deepEqual(told, events);
  assert.equal(session.response().choices[0].text, 'Hello');
  assert.equal(session.metrics().text_bytes, 5);
  assert.ok(session.ended);
  assert.deepEqual(session.push('more'), []);
});

test('the gap timeout counts content: keep-alives do not reset it', async () => {
  const source = new ReadableStream({
    async start(controller) {
      controller.enqueue(bytes(open));
      for (let beat = 0; beat < 20 && controller.desiredSize !== null; beat++) {
        await sleep(20);
        try {
          controller.enqueue(bytes(': keep-alive\n\n'));
        } catch {
          return;
        }
      }
    },
  });
  const { error, verdict } = await midstream(source, { timeouts: { gapMs: 60 } }).final();
  assert.deepEqual([error?.kind, verdict], ['timeout-gap', 'failed']);
});

for (const [name, kind] of [['firstContentMs', 'timeout-first-content'], ['totalMs', 'timeout-total']]) {
  test(`${name} ends a stream that says nothing, and cancels its source`, async () => {
    let cancelled = false;
    const source = new ReadableStream({ cancel: () => void (cancelled = true) });
    const { error } = await midstream(source, { timeouts: { [name]: 30 } }).final();
    assert.equal(error.kind, kind);
    assert.ok(cancelled);
  });
}

test('a stall is told of while nobody pushes', async () => {
  const session = new Session({ stallAfterMs: 20 });
  const stalled = new Promise((resolve) => (session.onTimer = resolve));
  session.push(open);
  assert.equal((await stalled)[0].type, 'stall');
  session.free();
});

test('a host with a clock of its own needs no timers', () => {
  let time = 0;
  const session = new Session({ timeouts: { gapMs: 1000 }, now: () => time });
  session.push(open);
  assert.equal(session.nextTimeout, 1000);
  time = 1000;
  assert.deepEqual(session.handleTimeout().map((event) => event.type), ['error', 'text-end', 'stream-end']);
});

test('spans come in UTF-16 units, also behind text that is not ASCII', () => {
  const start = 'Grüße 你好 👍 ';
  const session = new Session({ repetition: true, now: () => 0 });
  const events = [...session.push(chat(start, ...Array(400).fill('ab ä👍'))), ...session.end()];
  const { span, repeats } = events.find((event) => event.type === 'repetition');
  const found = session.response().choices[0].text.slice(span.start, span.end);
  assert.ok(repeats > 1 && found.length >= repeats * 'ab ä👍'.length, found);
  assert.ok('ab ä👍'.repeat(500).includes(found), found);
});

test('offsets agree with a plain count, at every byte of texts that were cut anywhere', () => {
  const text = 'ascii first, then é, 你好, 👍👍 and ascii again; '.repeat(60);
  for (const size of [1, 3, 1000, text.length]) {
    const offsets = new Utf16Offsets();
    // By code points: a delta holds whole characters.
    const points = [...text];
    for (let at = 0; at < points.length; at += size) offsets.append(points.slice(at, at + size).join(''));
    let byte = 0;
    let unit = 0;
    for (const point of points) {
      for (let inside = 0; inside < Buffer.byteLength(point); inside++) assert.equal(offsets.at(byte + inside), unit);
      byte += Buffer.byteLength(point);
      unit += point.length;
    }
    assert.equal(offsets.at(byte), text.length);
    assert.equal(offsets.at(byte + 99), text.length);
  }
});

test('row 62: a limit reached is an error event that names the setting', () => {
  const session = new Session({ limits: { maxFrameBytes: 100 }, dialect: 'openai-chat' });
  const events = [...session.push(chat('x'.repeat(200))), ...session.end()];
  const error = events.find((event) => event.type === 'error');
  assert.deepEqual([error.kind, /max_frame_bytes/.test(error.message)], ['limit', true]);
});

test('the value of a tool input can be read while it is being written', () => {
  const session = new Session({ dialect: 'openai-chat' });
  const call = (args) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'c1', function: { name: 'f', arguments: args } }] } }] })}\n\n`;
  session.push(call('{"city": "Par'));
  assert.deepEqual(session.toolInput('c1'), { city: 'Par' });
  session.free();
});

test('row 61: memory is flat over 2,000 streams, those that were broken off and freed too', () => {
  const stream = bytes(chat(...Array(50).fill('some words ')));
  const run = (count) => {
    for (let at = 0; at < count; at++) {
      const session = new Session();
      for (const piece of cut(stream, 1000)) session.push(piece);
      if (at % 2 === 0) session.end();
      else session.free();
    }
  };
  const memory = () => new Session().free() ?? process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  run(200);
  const before = memory();
  run(2000);
  assert.ok(memory() - before < 2 << 20, `grew by ${memory() - before} bytes`);
});

test('a piece of 20 MB does not make WASM memory grow by as much', () => {
  const session = new Session();
  const frame = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'y'.repeat(1000) } }] })}\n\n`;
  const before = process.memoryUsage().external;
  const events = session.push(bytes(frame.repeat(20_000)));
  const grown = process.memoryUsage().external - before;
  assert.equal(session.response().choices[0].text.length, 20_000_000);
  assert.ok(events.length > 20_000);
  session.free();
  assert.ok(grown < 60 << 20, `${grown}`);
});

test('EventDecoderStream gives the events of a body, TextDeltaStream its text', async () => {
  const hello = body('openai-chat/hello/body.sse');
  const decoder = new EventDecoderStream({ now: () => 0 });
  const piped = await collect(new Response(hello).body.pipeThrough(decoder));
  assert.deepEqual(piped, await collect(midstream(hello, { now: () => 0 })));
  assert.equal(decoder.response().verdict, 'complete');
  const text = await collect(new Response(hello).body.pipeThrough(new TextDeltaStream()));
  assert.equal(text.join(''), decoder.response().choices[0].text);
});

test('EventDecoderStream makes its writer wait for its reader', async () => {
  let written = 0;
  const decoder = new EventDecoderStream({ highWaterMark: 4 });
  const source = new ReadableStream({ pull: (controller) => (written++, controller.enqueue(bytes(open))) }, { highWaterMark: 0 });
  const reader = source.pipeThrough(decoder).getReader();
  await reader.read();
  await sleep(20);
  assert.ok(written < 20, `${written} pieces written for one event read`);
  await reader.cancel();
});
