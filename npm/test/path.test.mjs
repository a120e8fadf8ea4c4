// From the socket to what is found: what is copied on the way, and what a reader can see of it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { init, midstream, Session } from '../dist/index.js';
import { chat, cut } from './support.mjs';

before(() => init());

test('row 20: bytes go into WASM memory once and become no string on the way', (t) => {
  const stream = new TextEncoder().encode(chat(...Array(2000).fill('some words 字 ')));
  const session = new Session();
  let copied = 0;
  let decoded = 0;
  const { set } = Uint8Array.prototype;
  t.mock.method(Uint8Array.prototype, 'set', function (source, at) {
    copied += source.length;
    return set.call(this, source, at);
  });
  const { decode } = TextDecoder.prototype;
  t.mock.method(TextDecoder.prototype, 'decode', function (input, options) {
    decoded += input?.length ?? 0;
    return decode.call(this, input, options);
  });
  let text = 0;
  for (const piece of cut(stream, 16 * 1024)) {
    for (const event of session.push(piece)) if (event.type === 'text-delta') text += Buffer.byteLength(event.delta);
  }
  session.end();
  t.mock.restoreAll();
  assert.equal(copied, stream.length, 'each byte is copied once');
  assert.ok(text > 20_000 && decoded < 1.2 * text + 4096, `${decoded} B were decoded for ${text} B of text, out of ${stream.length} B`);
});

test('row 55: metrics say how large a frame is on average', async () => {
  const body = chat(...Array(100).fill('word '));
  const { bytes: total, frames } = (await metricsOf(body));
  assert.equal(total, body.length);
  assert.equal(frames, body.split('\n\n').length - 1);
});

test('row 56: whoever reads batches takes many events in one step', async () => {
  const words = Array(500).fill('word ');
  let [batches, events] = [0, 0];
  for await (const batch of midstream(chat(...words)).batches()) {
    batches += 1;
    events += batch.length;
  }
  assert.ok(events > 500 && batches < 20, `${events} events in ${batches} batches`);
});

async function metricsOf(body) {
  for await (const event of midstream(body)) if (event.type === 'stream-end') return event.metrics;
}
