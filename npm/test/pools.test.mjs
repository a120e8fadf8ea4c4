// Batches, buffers, connections, the binary protocol.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';

import { Batcher, BufferPool, ConnectionPool, decodeFrames, decodePage, encodeFrames, FrameKind, init } from '../dist/index.js';
import { sleep } from './support.mjs';

before(() => init());

test('row 21: a batch goes at 100 items, after a short time, and on close; nothing is stranded', async () => {
  const batches = [];
  const batcher = new Batcher((items) => void batches.push(items), { delayMs: 20 });
  for (let item = 0; item < 250; item++) batcher.push(item);
  await new Promise(setImmediate);
  assert.deepEqual(batches.map((batch) => batch.length), [100, 100]);
  await sleep(40);
  assert.deepEqual(batches.map((batch) => batch.length), [100, 100, 50]);
  batcher.push(250);
  await batcher.close();
  assert.deepEqual(batches.flat(), Array.from({ length: 251 }, (_, item) => item));
  assert.throws(() => batcher.push(251), { kind: 'closed' });
});

test('batches are handed on one after another, and one that fails is told of with its items', async () => {
  const order = [];
  const lost = [];
  const handOn = async (items) => {
    order.push(`begin ${items[0]}`);
    await sleep(items[0] === 1 ? 20 : 1);
    if (items[0] === 2) throw new Error('no');
    order.push(`end ${items[0]}`);
  };
  const batcher = new Batcher(handOn, { size: 1, onError: (error, items) => lost.push([error.message, ...items]) });
  for (const item of [1, 2, 3]) batcher.push(item);
  await batcher.close();
  assert.deepEqual(order, ['begin 1', 'end 1', 'begin 2', 'begin 3', 'end 3']);
  assert.deepEqual(lost, [['no', 2]]);
  const silent = new Batcher(() => Promise.reject(new Error('no')));
  silent.push(1);
  await assert.rejects(silent.close(), /no/);
});

test('rows 35 and 66: the buffer pool holds 100 buffers of 4,096 bytes', () => {
  const pool = new BufferPool();
  assert.deepEqual([pool.available, pool.get().length, pool.available], [100, 4096, 99]);
});

test('rows 36 and 59: an empty pool says so and falls back to allocation, and so does what does not fit', () => {
  const pool = new BufferPool({ count: 1 });
  const [first, second] = [pool.get(), pool.get()];
  assert.equal(pool.available, 0);
  assert.notEqual(first.buffer, second.buffer);
  assert.equal(pool.get(100_000).length, 100_000);
});

test('rows 37 and 63: release says whether the buffer was kept; buffers are cleared and capped on return, huge ones dropped, none taken twice', () => {
  const pool = new BufferPool({ count: 2, size: 16 });
  const [one, two, three, huge] = [pool.get(), pool.get(), pool.get(), pool.get(1000)];
  one.fill(7);
  assert.deepEqual([one, two, three, huge, one, new Uint8Array(16)].map((buffer) => pool.release(buffer)), [true, true, false, false, false, false]);
  assert.equal(pool.available, 2);
  assert.ok([pool.get(), pool.get()].every((buffer) => buffer.every((byte) => byte === 0)));
});

async function echo(t, onMessage = (socket, data, binary) => socket.send(data, { binary })) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  server.on('connection', (socket) => socket.on('message', (data, binary) => onMessage(socket, data, binary)));
  const stop = () => {
    for (const client of server.clients) client.terminate();
    return new Promise((resolve) => server.close(resolve));
  };
  t.after(stop);
  return { url: `ws://127.0.0.1:${server.address().port}`, stop, server };
}

const connect = (url) => new WebSocket(url);

test('rows 22 and 57: a connection pool opens its connections before they are needed and uses them in turn', async (t) => {
  const { url, server } = await echo(t);
  const got = [];
  const pool = new ConnectionPool([url], { perUrl: 4, connect, onMessage: (data, at) => got.push([at, data]) });
  t.after(() => pool.close());
  assert.throws(() => pool.send('early'), { kind: 'not-connected' });
  await pool.whenReady();
  assert.deepEqual([pool.ready, server.clients.size, pool.states], [4, 4, Array(4).fill('open')]);
  assert.deepEqual([..."abcdefgh"].map((text) => pool.send(text)), [0, 1, 2, 3, 0, 1, 2, 3]);
  while (got.length < 8) await sleep(5);
  assert.deepEqual(got.map(([, data]) => data).sort(), [..."abcdefgh"]);
});

test('row 23: one dead server does not stop the rest, and a lost connection is made again', async (t) => {
  const { url, server } = await echo(t);
  const changes = [];
  const pool = new ConnectionPool(['ws://127.0.0.1:1', url, 'not a url'], {
    connect,
    retryMs: 5,
    onChange: (at, state) => at === 1 && changes.push(state),
  });
  t.after(() => pool.close());
  await pool.whenReady(1);
  assert.deepEqual([pool.send('a'), pool.send('b')], [1, 1]);
  for (const client of server.clients) client.terminate();
  while (pool.ready > 0) await sleep(1);
  await pool.whenReady(1);
  assert.deepEqual(changes, ['connecting', 'open', 'closed', 'connecting', 'open']);
  assert.equal(pool.send('c'), 1);
});

test('row 69: a congested connection is passed over', async (t) => {
  const { url } = await echo(t, () => {});
  const pool = new ConnectionPool([url], { perUrl: 2, connect, highWaterMark: 1000 });
  t.after(() => pool.close());
  await pool.whenReady();
  // The first takes 50 MB, which loopback does not swallow at once; the next ones go by the second.
  assert.equal(pool.send(new Uint8Array(50 << 20)), 0);
  assert.deepEqual([1, 2, 3].map(() => pool.send('small')), [1, 1, 1]);
});

test('rows 58 and 67: the binary protocol carries many frames in one message, with 12 bytes each', () => {
  const frames = [
    { kind: FrameKind.open, stream: 7, payload: new TextEncoder().encode('{}') },
    { kind: FrameKind.bytes, stream: 4_000_000_000, payload: new Uint8Array(100_000).fill(9) },
    { kind: FrameKind.end, stream: 7, payload: new Uint8Array(0) },
  ];
  const message = encodeFrames(frames);
  assert.equal(message.length, 3 * 12 + 4 + 100_000);
  assert.deepEqual(decodeFrames(message), frames);
  assert.equal(decodeFrames(message)[1].payload.buffer, message.buffer, 'payloads are not copied');
  for (const bytes of [message.subarray(0, 5), message.subarray(0, 40), new Uint8Array(12)]) {
    assert.throws(() => decodeFrames(bytes), { kind: 'malformed-message' });
  }
  assert.throws(() => decodeFrames(message.subarray(0, 40)), { offset: 16 });
  for (const bytes of [new Uint8Array(3), new Uint8Array(9), new Uint8Array([255, 0, 0, 0, 0, 0, 0, 0])]) {
    assert.throws(() => decodePage(bytes), { kind: 'malformed-message' });
  }
});

test('a page of nonsense is malformed, whatever it says that it holds', () => {
  const page = (count, records, text) => {
    const bytes = new Uint8Array(8 + count * 16 + text.length);
    new Uint32Array(bytes.buffer, 0, 2 + records.length).set([count, text.length, ...records]);
    bytes.set(new TextEncoder().encode(text), 8 + count * 16);
    return bytes;
  };
  assert.deepEqual(decodePage(page(1, [1, 0, 0, 2], 'hi')), [{ type: 'text-delta', choice: 0, block: 0, delta: 'hi' }]);
  assert.throws(() => decodePage(page(1, [0, 0, 0, 2], 'hi')), { kind: 'malformed-message', message: /expected a page of events: .*JSON/ });
  for (let kind = 0; kind < 20; kind++) {
    for (const word of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
      try {
        decodePage(page(1, [kind, word, word, word], '{'));
      } catch (error) {
        assert.equal(error.kind, 'malformed-message', `${kind} ${word}: ${error}`);
      }
    }
  }
});

test('a frame whose length is a lie is malformed, however large the lie', () => {
  const honest = encodeFrames([{ kind: FrameKind.bytes, stream: 1, payload: new Uint8Array(8) }]);
  for (const lie of [9, 12, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 24, 2 ** 32 - 16, 2 ** 32 - 4, 2 ** 32 - 1]) {
    const message = honest.slice();
    new DataView(message.buffer).setUint32(0, lie, true);
    // What comes before the header, were it gone back to, is a header too.
    const twice = new Uint8Array([...honest, ...message]);
    for (const [bytes, offset] of [[message, 0], [twice, honest.length]]) {
      assert.throws(() => decodeFrames(bytes), { kind: 'malformed-message', offset }, `${lie}`);
    }
  }
});
