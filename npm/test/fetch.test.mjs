// The wrapped fetch under the providers' own clients: they notice nothing, we see everything.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import Anthropic from '@anthropic-ai/sdk';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';
import OpenAI from 'openai';

import { init, midstream, midstreamFetch } from '../dist/index.js';
import { body, chat, collect, cut, merged, serve, sleep } from './support.mjs';

before(() => init());

/** Serves a body in pieces, as a provider would. */
const replay = (t, bytes, type = 'text/event-stream') =>
  serve(t, async (request, response) => {
    response.writeHead(200, { 'content-type': type, 'x-request-id': 'r1' });
    for (const piece of cut(bytes, 97)) {
      if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
      await new Promise(setImmediate);
    }
    response.end();
  });

function watcher() {
  const seen = { events: [], ends: [], calls: [], errors: [] };
  const fetch = midstreamFetch({
    now: () => 0,
    onEvent: (event, call) => (seen.events.push(event), seen.calls.push(call)),
    onEnd: (response, metrics) => seen.ends.push({ response, metrics }),
    onError: (error) => seen.errors.push(error),
  });
  return { fetch, seen };
}

const messages = [{ role: 'user', content: 'Hello' }];

async function openaiChat(baseURL, options) {
  const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0, ...options });
  return client.chat.completions.stream({ model: 'demo', messages }).finalChatCompletion();
}

async function openaiResponses(baseURL, options) {
  const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0, ...options });
  return client.responses.stream({ model: 'demo', input: 'Hello' }).finalResponse();
}

async function anthropic(baseURL, options) {
  const client = new Anthropic({ baseURL, apiKey: 'none', maxRetries: 0, ...options });
  return client.messages.stream({ model: 'demo', max_tokens: 100, messages }).finalMessage();
}

async function aiSdk(baseURL, options) {
  const provider = createOpenAICompatible({ name: 'demo', baseURL, ...options });
  const result = streamText({ model: provider('demo'), messages, maxRetries: 0 });
  return { text: await result.text, calls: (await result.toolCalls).length, finish: await result.finishReason };
}

for (const [name, client, recording] of [
  ['openai chat', openaiChat, 'openai-chat/parallel-tool-calls/body.sse'],
  ['openai Responses', openaiResponses, 'openai-responses/parallel-functions/body.sse'],
  ['anthropic', anthropic, 'anthropic/thinking-and-parallel-tools/body.sse'],
  ['the AI SDK', aiSdk, 'openai-chat/hello/body.sse'],
]) {
  test(`${name}: the client gets what it gets without us, and we see every event`, async (t) => {
    const bytes = body(recording);
    const url = await replay(t, bytes);
    const plain = JSON.parse(JSON.stringify(await client(url, {})));
    const { fetch, seen } = watcher();
    const watched = JSON.parse(JSON.stringify(await client(url, { fetch })));
    assert.deepEqual(watched, plain);
    const expected = merged(await collect(midstream(bytes, { now: () => 0 })));
    await sleep(5);
    assert.deepEqual(merged(seen.events), expected);
    assert.equal(seen.ends[0].response.verdict, 'complete');
    assert.ok(seen.calls.every((call) => call.url.startsWith(url) && call.status === 200));
    assert.deepEqual(seen.errors, []);
  });
}

test('the response is the same, byte for byte, and in its other parts', async (t) => {
  const bytes = body('anthropic/thinking-and-parallel-tools/body.sse');
  const url = await replay(t, bytes);
  const { fetch: wrapped } = watcher();
  const response = await wrapped(`${url}/v1/messages`, { method: 'POST', body: '{}' });
  assert.deepEqual([response.url, response.status, response.ok, response.headers.get('x-request-id')], [`${url}/v1/messages`, 200, true, 'r1']);
  assert.ok(response instanceof Response);
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes);
});

test('what is no stream passes untouched', async (t) => {
  const url = await serve(t, (request, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('hi'));
  const { fetch: wrapped, seen } = watcher();
  assert.equal(await (await wrapped(url)).text(), 'hi');
  assert.deepEqual(seen.events, []);
});

test('nothing is read before the client reads', async (t) => {
  let sent = 0;
  const url = await serve(t, async (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const frame = `: ${'x'.repeat(65_000)}\n\n`;
    for (; sent < 1000 && !response.destroyed; sent++) {
      if (!response.write(frame)) await new Promise((resolve) => response.once('drain', resolve));
    }
  });
  const { fetch: wrapped } = watcher();
  const response = await wrapped(url);
  await sleep(150);
  assert.ok(sent < 300, `${sent} pieces were read by nobody`);
  await response.body.cancel();
});

test('a client that hangs up hangs up on the provider, and the verdict says so', async (t) => {
  let closed;
  const gone = new Promise((resolve) => (closed = resolve));
  const url = await serve(t, (request, response) => {
    response.on('close', closed);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chat('a').slice(0, 80));
  });
  const { fetch: wrapped, seen } = watcher();
  const reader = (await wrapped(url)).body.getReader();
  await reader.read();
  await reader.cancel();
  await gone;
  assert.deepEqual([seen.ends[0].response.verdict, seen.ends[0].response.error.kind], ['truncated', 'cancelled']);
});

test('an abort by the client reaches the provider and the client alike', async (t) => {
  let closed;
  const gone = new Promise((resolve) => (closed = resolve));
  const url = await serve(t, (request, response) => {
    response.on('close', closed);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chat('a').slice(0, 80));
  });
  const { fetch: wrapped, seen } = watcher();
  const controller = new AbortController();
  const response = await wrapped(url, { signal: controller.signal });
  const reading = response.text();
  await sleep(10);
  controller.abort();
  await assert.rejects(reading, { name: 'AbortError' });
  await gone;
  assert.equal(seen.events.find(({ type }) => type === 'error').kind, 'cancelled');
});

test('who wants only the end is told of it once, with the same response and metrics', async (t) => {
  const url = await replay(t, body('anthropic/thinking-and-parallel-tools/body.sse'));
  const ends = [];
  const only = midstreamFetch({ now: () => 0, onEnd: (response, metrics) => ends.push({ response, metrics }) });
  const { fetch, seen } = watcher();
  for (const get of [only, fetch]) await (await get(url)).text();
  assert.deepEqual(ends, seen.ends);
  assert.equal(ends.length, 1);
});

test('a handler that throws is reported and disturbs nobody', async (t) => {
  const url = await replay(t, body('openai-chat/hello/body.sse'));
  const errors = [];
  const wrapped = midstreamFetch({ onEvent: () => { throw new Error('mine'); }, onError: (error) => errors.push(error) });
  const answer = await openaiChat(url, { fetch: wrapped });
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.ok(errors.length > 0 && errors.every(({ message }) => message === 'mine'));
});

test('a request that fails fails as it does without us', async () => {
  const { fetch: wrapped } = watcher();
  await assert.rejects(wrapped('http://127.0.0.1:1/'), TypeError);
});
