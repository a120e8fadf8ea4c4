// Server-sent events over fetch: the parser against the engine's framing, the client against a server that misbehaves.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { FetchEventSource, SseParser, SseStream } from '../dist/index.js';
import { collect, corpus, lines, midstreamPrints, serve, sleep } from './support.mjs';

const parse = (text, size) => {
  const parser = new SseParser();
  const pieces = size === Infinity ? [text] : text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  return pieces.flatMap((piece) => parser.push(piece));
};

for (const [name, text, expected] of [
  ['lines ending with LF, CR and CRLF', 'data: a\n\ndata: b\r\rdata: c\r\n\r\n', ['a', 'b', 'c']],
  ['data over several lines', 'data: a\ndata:b\ndata\n\n', ['a\nb\n']],
  ['a byte order mark at the beginning', '\ufeffdata: a\n\n', ['a']],
  ['comments and fields that there are not', ': ping\nfoo: bar\ndata: a\n\n', ['a']],
  ['an event without data', 'event: ping\n\ndata: a\n\n', ['a']],
  ['one leading space, and no more', 'data:  a\n\n', [' a']],
  ['an event that the end cuts off', 'data: a\n\ndata: b\n', ['a']],
]) {
  test(`the parser takes ${name}, at every cut`, () => {
    for (const size of [Infinity, 1, 2, 3]) {
      assert.deepEqual(parse(text, size).map(({ data }) => data), expected, `pieces of ${size}`);
    }
  });
}

test('names and ids go as the specification says', () => {
  assert.deepEqual(parse('id: 7\nevent: ping\ndata: a\n\ndata: b\n\nid\ndata: c\n\n', Infinity), [
    { event: 'ping', data: 'a', id: '7' },
    { event: 'message', data: 'b', id: '7' },
    { event: 'message', data: 'c', id: '' },
  ]);
});

test('the parser gives the frames that `midstream frames` prints, over the corpus', (t) => {
  if (midstreamPrints('--version') === null) return t.skip('the binary is not built');
  for (const { name, file } of corpus().filter(({ framing }) => framing === 'sse')) {
    const text = readFileSync(file, 'utf8');
    const printed = lines(midstreamPrints('frames', '--framing', 'sse', file)).map((line) => JSON.parse(line));
    const expected = printed.map(({ event, data, id }) => ({ event, data, id: id ?? '' }));
    for (const size of [Infinity, 1, 5]) assert.deepEqual(parse(text, size), expected, name);
  }
});

test('an event that is too long is an error of kind limit, also where its end never comes', () => {
  const parser = new SseParser({ maxEventLength: 1000 });
  assert.throws(() => { for (;;) parser.push('data: more '); }, { kind: 'limit' });
});

/** A server whose answers are functions, one an attempt; `requests` fills up with what it was asked. */
async function scripted(t, ...answers) {
  const requests = [];
  const url = await serve(t, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push({ method: request.method, headers: request.headers, body });
    await answers[Math.min(requests.length, answers.length) - 1](response);
  });
  return { url, requests };
}

const begin = (response) => response.writeHead(200, { 'content-type': 'text/event-stream' });
const says = (text) => (response) => begin(response).end(text);
const breaksOffAfter = (text) => (response) => begin(response).write(text, () => setTimeout(() => response.destroy(), 10));
const status = (code, headers = {}) => (response) => response.writeHead(code, headers).end('no');

test('a GET is made again with Last-Event-ID, until the server says 204', async (t) => {
  const { url, requests } = await scripted(t, breaksOffAfter('retry: 1\nid: 7\ndata: a\n\n'), says('id: 8\ndata: b\n\n'), status(204));
  const events = await collect(new SseStream(url, { headers: { authorization: 'x' } }));
  assert.deepEqual(events.map(({ data }) => data), ['a', 'b']);
  assert.deepEqual(requests.map(({ headers }) => headers['last-event-id']), [undefined, '7', '8']);
  assert.ok(requests.every(({ headers }) => headers.authorization === 'x' && headers.accept === 'text/event-stream'));
});

test('a POST is never made again once output has begun', async (t) => {
  const { url, requests } = await scripted(t, breaksOffAfter('data: a\n\n'), says('data: again\n\n'));
  const seen = [];
  const reading = (async () => {
    for await (const { data } of new SseStream(url, { method: 'POST', body: '{}', retryMs: 1 })) seen.push(data);
  })();
  await assert.rejects(reading, { kind: 'network', message: /lost after output had begun/ });
  await sleep(30);
  assert.deepEqual([seen, requests.length], [['a'], 1]);
});

test('not even a comment is taken for nothing: a POST whose answer began with a ping is not made again', async (t) => {
  const { url, requests } = await scripted(t, breaksOffAfter(': ping\n\n'), says('data: again\n\n'));
  await assert.rejects(collect(new SseStream(url, { method: 'POST', body: '{}', retryMs: 1 })), { kind: 'network' });
  assert.equal(requests.length, 1);
});

test('a POST is made again before output: refused for now, then lost, then answered', async (t) => {
  const { url, requests } = await scripted(t, status(503), (response) => response.destroy(), says('data: a\n\n'));
  const retries = [];
  const options = { method: 'POST', body: '{"q":1}', retryMs: 1, onRetry: ({ failures }) => retries.push(failures) };
  assert.deepEqual(await collect(new SseStream(url, options)), [{ event: 'message', data: 'a', id: '' }]);
  assert.deepEqual(requests.map(({ method, body }) => `${method} ${body}`), Array(3).fill('POST {"q":1}'));
  assert.deepEqual(retries, [1, 2]);
});

test('the orderly end of a POST is its end', async (t) => {
  const { url, requests } = await scripted(t, says('data: a\n\n'));
  assert.equal((await collect(new SseStream(url, { method: 'POST', retryMs: 1 }))).length, 1);
  assert.equal(requests.length, 1);
});

test('Retry-After is kept to, up to the longest wait', async (t) => {
  const { url } = await scripted(t, status(429, { 'retry-after': '60' }), says('data: a\n\n'));
  let waited;
  const options = { method: 'POST', maxRetryMs: 15, onRetry: ({ delayMs }) => (waited = delayMs) };
  await collect(new SseStream(url, options));
  assert.equal(waited, 15);
});

test('a refusal is an error of kind http with the status and the words', async (t) => {
  const { url, requests } = await scripted(t, status(401));
  await assert.rejects(collect(new SseStream(url)), { kind: 'http', code: '401', message: /expected status 200, found 401.*: no/ });
  assert.equal(requests.length, 1);
});

test('what is no event stream is an error of kind http', async (t) => {
  const { url } = await scripted(t, (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'));
  await assert.rejects(collect(new SseStream(url)), { kind: 'http', message: /expected content type text\/event-stream, found `text\/html`/ });
});

test('a server that is gone is an error of kind network after the last retry', async () => {
  await assert.rejects(collect(new SseStream('http://127.0.0.1:1/', { retryMs: 1, maxRetries: 2 })), {
    kind: 'network',
    message: /lost 3 times in a row/,
  });
});

test('breaking off, close and a signal each close the connection', async (t) => {
  let open = 0;
  const url = await serve(t, (request, response) => {
    open++;
    response.on('close', () => open--);
    begin(response).write('data: a\n\n');
  });
  for await (const _ of new SseStream(url)) break;
  const stream = new SseStream(url);
  for await (const _ of stream) stream.close();
  const controller = new AbortController();
  const reading = collect(new SseStream(url, { signal: controller.signal }));
  await sleep(20);
  controller.abort(new Error('enough'));
  await assert.rejects(reading, /enough/);
  await sleep(30);
  assert.equal(open, 0);
});

test('FetchEventSource is an EventSource to its users', async (t) => {
  const { url } = await scripted(t, says('retry: 1\nevent: tick\nid: 1\ndata: a\n\ndata: b\n\n'), status(204));
  const source = new FetchEventSource(url);
  assert.equal(source.readyState, FetchEventSource.CONNECTING);
  const seen = [];
  source.onopen = () => seen.push(`open ${source.readyState}`);
  source.onmessage = ({ type, data, lastEventId }) => seen.push(`${type} ${data} ${lastEventId}`);
  source.addEventListener('tick', ({ data, origin }) => seen.push(`tick ${data} ${origin === url}`));
  source.onerror = () => seen.push(`error ${source.readyState}`);
  while (source.readyState !== FetchEventSource.CLOSED) await sleep(5);
  assert.deepEqual(seen, ['open 1', 'tick a true', 'message b 1', 'error 0']);
  source.close();
});
