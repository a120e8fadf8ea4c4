// Rules at work: text redacted, sessions that mask and tell, a provider's answer rewritten on its way to the client.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import OpenAI from 'openai';

import * as core from '../core/dist/base.js';
import { EngineWorker, midstream, midstreamFetch, redact, Rules, Session } from '../dist/index.js';
import { chat, collect, corpus, cut, merged, midstreamPrints, serve } from './support.mjs';

let rules;
before(async () => {
  rules = await Rules.load('secrets', 'pii', 'injection');
});

const through = async (pieces, options) => {
  const stream = new ReadableStream({ start: (controller) => (pieces.forEach((piece) => controller.enqueue(piece)), controller.close()) });
  return (await collect(stream.pipeThrough(redact(rules, options)))).join('');
};

test('text is redacted wherever it is cut, as strings and as bytes', async () => {
  const text = 'Mail ann@example.com 或 4111 1111 1111 1111 😀.';
  const masked = 'Mail [EMAIL] 或 [CARD] 😀.';
  assert.equal(await through([text]), masked);
  for (let at = 1; at < text.length; at++) assert.equal(await through([text.slice(0, at), text.slice(at)]), masked, `cut at ${at}`);
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 3, 7]) assert.equal(await through([...cut(bytes, size)]), masked, `in pieces of ${size} bytes`);
});

test('text redacted here is what `midstream redact` prints', async (t) => {
  if (midstreamPrints('--version') === null) return t.skip('the binary is not built');
  const file = new URL('../README.md', import.meta.url);
  const printed = midstreamPrints('redact', '--framing', 'text', ...['secrets', 'pii', 'injection'].flatMap((pack) => ['--rules', pack]), file.pathname);
  assert.equal(await through([...cut(new Uint8Array(readFileSync(file)), 5)]), printed);
});

test('what can be decided is given at once, and matches are told', async () => {
  const kinds = [];
  const { readable, writable } = redact(rules, { onMatch: ({ kind }) => kinds.push(kind) });
  const [writer, reader] = [writable.getWriter(), readable.getReader()];
  await writer.write('Hello ann@exam');
  assert.equal((await reader.read()).value, 'Hello ');
  await writer.write('ple.com and more');
  assert.match((await reader.read()).value, /^\[EMAIL\] and /);
  assert.deepEqual(kinds, ['EMAIL']);
  await reader.cancel();
});

test('a session under rules masks and tells of it, and gives the corpus its guarded events', () => {
  const guarded = corpus().filter(({ guarded }) => guarded);
  assert.ok(guarded.length > 10, `${guarded.length} cases`);
  for (const { name, dialect, framing, body, guarded: expected } of guarded) {
    for (const size of [body.length, 1, 7]) {
      const session = new Session({ dialect, framing, rules, now: () => 0 });
      const found = [...cut(body, size)].flatMap((piece) => session.push(piece));
      found.push(...session.end());
      assert.deepEqual(merged(found), expected, `${name} in pieces of ${size}`);
    }
  }
});

test('`for await` has the findings as events', async () => {
  const events = await collect(midstream(chat('ask ann@exam', 'ple.com'), { rules }));
  assert.deepEqual(events.filter(({ type }) => type === 'match').map(({ rule, action }) => [rule, action]), [['email', 'mask']]);
  assert.equal(events.filter(({ type }) => type === 'text-delta').map(({ delta }) => delta).join(''), 'ask [EMAIL]');
});

test("a provider's client gets the answer masked, and findings come beside it", async (t) => {
  const url = await serve(t, (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(chat('ask ann@exam', 'ple.com to', 'day'));
  });
  const matches = [];
  const watching = midstreamFetch({ rules, onEvent: (event) => event.type === 'match' && matches.push(event.kind) });
  const client = new OpenAI({ baseURL: url, apiKey: 'none', fetch: watching, maxRetries: 0 });
  const messages = [{ role: 'user', content: 'Hello' }];
  assert.equal(await client.chat.completions.stream({ model: 'demo', messages }).finalContent(), 'ask [EMAIL] today');
  assert.deepEqual(matches, ['EMAIL']);
});

test('an answer that is no stream is masked whole, without the length that it had', async (t) => {
  const said = JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'ask ann@example.com' }, finish_reason: 'stop' }] });
  const url = await serve(t, (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': said.length });
    response.end(said);
  });
  const response = await midstreamFetch({ rules })(url);
  assert.equal(response.headers.get('content-length'), null);
  assert.equal((await response.json()).choices[0].message.content, 'ask [EMAIL]');
});

test('what no rule can read is refused, but for sound and pictures', async (t) => {
  const bytes = new Uint8Array([0xff, 0xfe, 0xfd]);
  const url = await serve(t, (request, response) => {
    response.writeHead(200, { 'content-type': request.url === '/sound' ? 'audio/mpeg' : 'application/json' });
    response.end(bytes);
  });
  const guarded = midstreamFetch({ rules, onError: () => {} });
  const response = await guarded(`${url}/words`);
  await assert.rejects(response.arrayBuffer(), { kind: 'invalid-utf8' });
  assert.deepEqual(new Uint8Array(await (await guarded(`${url}/sound`)).arrayBuffer()), bytes);
});

test('a rule that stops ends text with an error and an answer in its dialect, before its match', async (t) => {
  if (midstreamPrints('--version') === null) return t.skip('the binary is not built');
  const folder = mkdtempSync(join(tmpdir(), 'midstream-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [pack, compiled] = [join(folder, 'rules.toml'), join(folder, 'rules.bin')];
  writeFileSync(pack, 'name="mine"\nversion="1"\n[[rule]]\nid="bomb"\nkind="BOMB"\npattern="boom!"\naction="stop"\n');
  midstreamPrints('rules', 'compile', pack, '--output', compiled);
  const own = await Rules.load(pathToFileURL(compiled));
  assert.equal(own.count, 1);
  const { readable, writable } = redact(own);
  const [writer, reader] = [writable.getWriter(), readable.getReader()];
  await writer.write('it goes ');
  assert.equal((await reader.read()).value, 'it goes ');
  await assert.rejects(writer.write('boom! now'), { kind: 'stopped' });
  await assert.rejects(reader.read(), { kind: 'stopped' });

  const url = await serve(t, (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(chat('it goes bo', 'om! now'));
  });
  const ended = [];
  const answer = await (await midstreamFetch({ rules: own, onEnd: ({ verdict }) => ended.push(verdict) })(url)).text();
  assert.match(answer, /it goes /);
  assert.match(answer, /"error"/);
  assert.doesNotMatch(answer, /om!|now/);
  assert.deepEqual(ended, ['failed']);
});

test('a whole answer beyond the limit is refused, and the limit can be set', async (t) => {
  const said = JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'x'.repeat(2000) }, finish_reason: 'stop' }] });
  const url = await serve(t, (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(said);
  });
  const small = await midstreamFetch({ rules, limits: { maxFrameBytes: 1000 } })(url);
  await assert.rejects(small.text(), { kind: 'limit', message: /maxFrameBytes/ });
  assert.equal(await (await midstreamFetch({ rules })(url)).text(), said);
});

test('rules that are none are refused, and so is a pack that there is not', async () => {
  await assert.rejects(Rules.load(new Uint8Array([1, 2, 3])), { kind: 'rules', message: /expected compiled rules at byte 0/ });
  await assert.rejects(Rules.load('piii'), { kind: 'rules', message: /expected a pack \(secrets, pii, injection\)/ });
  await assert.rejects(Rules.load('pii', new URL('../rules/none.bin', import.meta.url)), { kind: 'rules' });
});

test('a pseudonym needs a key of 16 bytes', () => {
  assert.throws(() => new Session({ rules, pseudonymKey: new Uint8Array(5) }), { kind: 'invalid-option', message: /16 bytes/ });
});

test('the small engine decodes, and refuses rules of the other', async () => {
  const said = chat('Hello');
  assert.equal((await core.midstream(said).final()).choices[0].text, 'Hello');
  await assert.rejects(core.midstream(said, { rules }).final(), { kind: 'invalid-option', message: /another's/ });
  assert.equal(core.Rules, undefined);
});

test('a worker passes words through rules as this thread does, pseudonyms too', async () => {
  const said = chat('Mail ann@ex', 'ample.com, not the others: ', 'AKIA', 'QYLPMN5HFIQRXYZA', '. Done.');
  const options = { rules, pseudonymKey: new Uint8Array(16).fill(7), now: () => 0 };
  const untimed = (events) => events.map((event) => (event.type === 'stream-end' ? { ...event, metrics: null } : event));
  const worker = await EngineWorker.start();
  try {
    const [here, ...there] = await Promise.all([{}, { worker }, { worker }].map((where) => collect(midstream(said.match(/[^]{1,40}/g), { ...options, ...where }))));
    assert.ok(here.some(({ type }) => type === 'match'));
    for (const events of there) assert.deepEqual(untimed(merged(events)), untimed(merged(here)));
    await assert.rejects(midstream(said, { worker, rules, pseudonymKey: new Uint8Array(3) }).final(), { kind: 'invalid-option', message: /a key of 16 bytes/ });
  } finally {
    worker.terminate();
  }
});

test('a worker over the small engine refuses rules', async () => {
  const worker = await core.EngineWorker.start();
  await assert.rejects(core.midstream(chat('Hello'), { worker, rules }).final(), { kind: 'invalid-option', message: /found the small one/ });
  assert.equal((await core.midstream(chat('Hello'), { worker }).final()).choices[0].text, 'Hello');
  worker.terminate();
});
