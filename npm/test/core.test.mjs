// `midstream/core`: the package over the engine that only decodes.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { init, midstream, Session } from '../core/dist/base.js';
import { memoryBytes } from '../core/dist/engine.js';
import { chat, corpus, cut, merged } from './support.mjs';

test('row 14: the small allocator uses memory again, whatever sizes come and go', async () => {
  await init();
  const held = [];
  const stream = (length) => {
    const session = new Session();
    for (const piece of cut(new TextEncoder().encode(chat('x'.repeat(length), 'é'.repeat(length % 97))), 1 + (length % 4001))) session.take(piece);
    // Some stay while others come and go, so that what is free lies scattered.
    if (length % 7 === 0) held.push(session);
    else session.end();
    if (held.length > 20) held.shift().free();
  };
  const rounds = (count) => {
    for (let at = 0; at < count; at++) stream((at * 7919) % 50_000);
    return memoryBytes().length;
  };
  const before = rounds(300);
  const after = rounds(1500);
  assert.ok(after <= before * 1.25, `${before} bytes grew to ${after}`);
});

test('the whole corpus gives its events in the small engine, too', async () => {
  for (const { name, dialect, framing, body, events } of corpus()) {
    const found = [];
    for await (const event of midstream(cut(body, 100), { dialect, framing, now: () => 0 })) found.push(event);
    assert.deepEqual(merged(found), events, name);
  }
});
