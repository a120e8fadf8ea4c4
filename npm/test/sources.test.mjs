// Every kind of source, and how each is stopped.
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocket, WebSocketServer } from 'ws';

import { init, midstream, midstreamFetch, MidstreamError, SseStream, StreamingHTTPClient } from '../dist/index.js';
import { body, chat, collect, serve, sleep } from './support.mjs';

const hello = body('openai-chat/hello/body.sse');
const text = async (source, options) => (await collect(midstream(source, options).text())).join('');
const expected = await text(hello);

before(() => init());

for (const [name, source] of [
  ['a Uint8Array', () => hello],
  ['an ArrayBuffer', () => hello.slice().buffer],
  ['a string', () => new TextDecoder().decode(hello)],
  ['a Response', () => new Response(hello)],
  ['a ReadableStream of bytes', () => new Response(hello).body],
  ['a ReadableStream of text', () => new Response(hello).body.pipeThrough(new TextDecoderStream())],
  ['an async iterable', () => (async function* () { yield hello; })()],
  ['an iterable of pieces', () => [hello.subarray(0, 100), hello.subarray(100)]],
  ['a Node stream', () => createReadStream(fileURLToPath(new URL('../../corpus/openai-chat/hello/body.sse', import.meta.url)))],
]) {
  test(`reads ${name}`, async () => assert.equal(await text(source()), expected));
}

test('something else is an error of kind invalid-option', () => {
  for (const source of [null, 7, {}]) assert.throws(() => midstream(source), { name: 'MidstreamError', kind: 'invalid-option' });
});

test('a response without a stream of its body, as old browsers have it, is an error of kind streams-missing', async () => {
  const response = { headers: new Headers({ 'content-type': 'text/event-stream' }), status: 200, ok: true, url: '', body: undefined };
  assert.throws(() => midstream(response), { kind: 'streams-missing' });
  const events = new SseStream('http://localhost/', { fetch: async () => response });
  await assert.rejects(collect(events), { kind: 'streams-missing' });
  // Beside a client it passes, unobserved: the client reads it as it can.
  assert.equal(await midstreamFetch({ fetch: async () => response })('http://localhost/'), response);
  assert.equal((await midstream(new Response(null)).final()).verdict, 'truncated');
});

test('an option that there is not is an error of kind invalid-option', async () => {
  for (const options of [{ dialect: 'klingon' }, { limits: { maxEverything: 1 } }, { timeouts: { gapMs: 1.5 } }]) {
    await assert.rejects(collect(midstream(hello, options)), { kind: 'invalid-option' });
  }
});

test('breaking off cancels the source', async () => {
  let cancelled = false;
  const source = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(chat('a', 'b'))),
    cancel: () => void (cancelled = true),
  });
  for await (const event of midstream(source)) if (event.type === 'text-delta') break;
  assert.ok(cancelled);
});

test('an abort cancels the source and rejects with its reason, while a read is waiting', async () => {
  let cancelled = null;
  const controller = new AbortController();
  const source = new ReadableStream({ cancel: (reason) => void (cancelled = reason) });
  const reading = collect(midstream(source, { signal: controller.signal }));
  await sleep(5);
  controller.abort(new Error('enough'));
  await assert.rejects(reading, /enough/);
  assert.match(String(cancelled), /enough/);
});

test('a signal that is aborted already rejects at once', async () => {
  await assert.rejects(collect(midstream(hello, { signal: AbortSignal.abort() })), { name: 'AbortError' });
});

test('a transport that fails is an error event, and is thrown where that is asked for', async () => {
  const source = () =>
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(chat('a').slice(0, 60))),
      pull: (controller) => controller.error(new Error('connection reset')),
    });
  const events = await collect(midstream(source()));
  assert.equal(events.find((event) => event.type === 'error').kind, 'transport');
  assert.equal(events.at(-1).verdict, 'failed');
  await assert.rejects(midstream(source(), { throwOnError: true }).final(), (error) => {
    assert.ok(error instanceof MidstreamError);
    assert.deepEqual([error.kind, error.message, typeof error.offset], ['transport', 'connection reset', 'number']);
    return true;
  });
});

test('nothing is read ahead of whoever takes the events', async () => {
  let pulled = 0;
  const frame = new TextEncoder().encode('data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n');
  const source = new ReadableStream({ pull: (controller) => (pulled++, controller.enqueue(frame)) }, { highWaterMark: 0 });
  const reader = midstream(source)[Symbol.asyncIterator]();
  for (let taken = 0; taken < 20; taken++) await reader.next();
  const before = pulled;
  await sleep(20);
  assert.equal(pulled, before);
  assert.ok(pulled <= 20, `${pulled} pieces for 20 events`);
  await reader.return();
});

test('a provider that keeps the connection open after its last word is hung up on', async () => {
  let cancelled = false;
  const source = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(chat('a'))),
    cancel: () => void (cancelled = true),
  });
  assert.equal((await midstream(source).final()).verdict, 'complete');
  assert.ok(cancelled);
});

test('leaving a fetch early closes its connection', async (t) => {
  let closed;
  const gone = new Promise((resolve) => (closed = resolve));
  const url = await serve(t, (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chat('a').slice(0, 80));
    response.on('close', closed);
  });
  const controller = new AbortController();
  const reading = collect(midstream(await fetch(url), { signal: controller.signal }));
  await sleep(20);
  controller.abort();
  await assert.rejects(reading, { name: 'AbortError' });
  await gone;
});

async function socketServer(t, onConnection) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    for (const client of server.clients) client.terminate();
    return new Promise((resolve) => server.close(resolve));
  });
  server.on('connection', onConnection);
  return `ws://127.0.0.1:${server.address().port}`;
}

const delta = (content) => JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content } }] });

test('reads a WebSocket, text and binary messages, to its close', async (t) => {
  const url = await socketServer(t, (socket) => {
    socket.send(delta('one '));
    socket.send(new TextEncoder().encode(delta('two')));
    socket.close(1000);
  });
  const stream = midstream(new WebSocket(url), { dialect: 'openai-chat' });
  assert.equal((await stream.final()).choices[0].text, 'one two');
});

test('a WebSocket that breaks off is a transport error', async (t) => {
  const url = await socketServer(t, (socket) => {
    socket.send(delta('one'), () => socket.terminate());
  });
  const { error, verdict } = await midstream(new WebSocket(url), { dialect: 'openai-chat' }).final();
  assert.deepEqual([error.kind, verdict], ['transport', 'failed']);
});

test('a WebSocket that can be paused is paused at the high-water mark and resumed at half of it', async (t) => {
  const url = await socketServer(t, (socket) => {
    for (let sent = 0; sent < 200; sent++) socket.send(delta('x'.repeat(1000)));
    socket.close(1000);
  });
  const socket = new WebSocket(url);
  const calls = [];
  for (const name of ['pause', 'resume']) {
    const real = socket[name].bind(socket);
    socket[name] = () => (calls.push(name), real());
  }
  const stream = midstream(socket, { dialect: 'openai-chat', highWaterMark: 10_000 });
  // However long a busy machine takes to connect.
  for (let left = 1000; calls.length === 0 && left > 0; left--) await sleep(10);
  assert.deepEqual(calls, ['pause']);
  assert.equal((await stream.final()).choices[0].text.length, 200_000);
  assert.ok(calls.filter((call) => call === 'resume').length >= 1);
});

test('a WebSocket that can not be paused is closed at the limit, with an error', async (t) => {
  const url = await socketServer(t, (socket) => {
    for (let sent = 0; sent < 200; sent++) socket.send(delta('x'.repeat(1000)));
  });
  const socket = new WebSocket(url);
  socket.pause = undefined;
  const stream = midstream(socket, { dialect: 'openai-chat', maxBufferedBytes: 50_000 });
  for (let left = 1000; socket.readyState < WebSocket.CLOSING && left > 0; left--) await sleep(10);
  const { error, choices } = await stream.final();
  assert.match(error.message, /expected at most 50000 unread bytes/);
  assert.ok(choices[0].text.length >= 40_000, 'what had arrived is not lost');
});

test('what goes wrong with StreamingHTTPClient is a typed error; what its handler throws is its own', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/nowhere') return response.writeHead(404).end();
    response.writeHead(200, { 'content-length': 100 });
    response.write('so far');
    if (request.url === '/half') setTimeout(() => response.destroy(), 20);
  });
  const stream = (path, handler = () => {}) => new StreamingHTTPClient(path.startsWith('/') ? url + path : path).stream(handler);
  await assert.rejects(stream('/nowhere'), { name: 'MidstreamError', kind: 'http', message: /found 404/ });
  let got = 0;
  await assert.rejects(stream('/half', (piece) => void (got += piece.length)), { name: 'MidstreamError', kind: 'network', message: /was lost/ });
  assert.equal(got, 6);
  await assert.rejects(stream('http://127.0.0.1:1/'), { name: 'MidstreamError', kind: 'network' });
  const own = new MidstreamError('http', 'my own');
  await assert.rejects(stream('/whole', () => { throw own; }), (error) => error === own);
  assert.throws(() => new StreamingHTTPClient(url).stream(), { kind: 'invalid-option', message: /a function to call/ });
});

test('a response without a body is whole at once for StreamingHTTPClient', async (t) => {
  const url = await serve(t, (request, response) => response.writeHead(204).end());
  assert.equal(await new StreamingHTTPClient(url).stream(() => assert.fail('a piece of nothing')), 0);
});
