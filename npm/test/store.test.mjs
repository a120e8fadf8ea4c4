// One answer at a time, as user interfaces see it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { AnswerStore, init } from '../dist/index.js';
import { chat, sleep } from './support.mjs';

before(() => init());

/** An answer that never ends. */
async function* endless(cancelled) {
  try {
    for (;;) {
      yield chat('a').split('data: [DONE]')[0].split('\n\n')[0] + '\n\n';
      await sleep(1);
    }
  } finally {
    cancelled();
  }
}

test("an answer is stopped by the caller's own signal, and so is what begins after it", async () => {
  const abort = new AbortController();
  const store = new AnswerStore({ signal: abort.signal });
  let cancelled = 0;
  const over = store.start(() => endless(() => cancelled++));
  while (store.getSnapshot().text.length < 3) await sleep(1);
  assert.equal(store.getSnapshot().status, 'streaming');
  abort.abort();
  await over;
  assert.equal(store.getSnapshot().status, 'stopped');
  await sleep(10);
  assert.equal(cancelled, 1);
  await store.start(chat('too late'));
  assert.deepEqual([store.getSnapshot().status, store.getSnapshot().text], ['stopped', '']);
});

test('an answer that another one follows is stopped, and shows no more', async () => {
  const store = new AnswerStore();
  const first = store.start(() => endless(() => {}));
  while (store.getSnapshot().text === '') await sleep(1);
  await store.start(chat('Hel', 'lo'));
  await first;
  assert.deepEqual([store.getSnapshot().status, store.getSnapshot().text], ['done', 'Hello']);
});
