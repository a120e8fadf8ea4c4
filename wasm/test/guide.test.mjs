// The names that the performance guide promises, used as it uses them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { inChromium, load, noChromium } from './support.mjs';

const { LeanAgenticClient, LeanAgenticConfig, loadNames, loadPartsOfSpeech, now } = await load();

test('process_message gives a result; what no agent has chosen is null', () => {
  const client = new LeanAgenticClient('session-1', new LeanAgenticConfig());
  assert.equal(client.get_avg_latency_ms(), 0);
  const result = client.process_message('Paris is the capital of France.');
  assert.deepEqual([result.action, result.reward, result.verified], [null, null, null]);
  assert.ok(result.timestamp <= now());
  assert.equal(result.text, 'Paris is the capital of France.');
  assert.deepEqual(result.events.map((event) => event.type), ['stream-start', 'text-start', 'text-delta']);
  assert.equal(client.get_message_count(), 1);
  assert.equal(client.get_session_id(), 'session-1');
  assert.ok(client.get_avg_latency_ms() >= 0);
});

test('a result can be read at any time, in any order', () => {
  const client = new LeanAgenticClient('session-2');
  const texts = Array.from({ length: 20_000 }, (_, at) => `message ${at} é\u{1F600} `);
  const results = texts.map((text) => client.process_message(text));
  for (const at of [19_999, 0, 9_999, 1]) assert.equal(results[at].text, texts[at]);
  assert.equal(client.process_message(new TextEncoder().encode('bytes')).text, 'bytes');
});

test('payloads of a provider are read as such, prose between them as prose', () => {
  const client = new LeanAgenticClient('session-3');
  const chunk = (content) => JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] });
  assert.equal(client.process_message(chunk('Hello')).text, 'Hello');
  assert.equal(client.process_message('{not JSON').text, '{not JSON');
  assert.equal(client.process_message(chunk(' there')).text, ' there');
});

test('LeanAgenticConfig has the settings of the guide', () => {
  const config = new LeanAgenticConfig();
  config.learning_rate = 0.5;
  config.max_planning_depth = 3;
  config.action_threshold = 0.25;
  config.enable_formal_verification = false;
  const { config: kept } = new LeanAgenticClient('id', config);
  assert.deepEqual(
    [kept.enable_formal_verification, kept.learning_rate, kept.max_planning_depth, kept.action_threshold],
    [false, 0.5, 3, 0.25],
  );
});

test('a configuration does for many clients, and what is no configuration for none', () => {
  const config = new LeanAgenticConfig();
  config.learning_rate = 0.25;
  const [one, two] = ['one', 'two'].map((id) => new LeanAgenticClient(id, config));
  config.learning_rate = 0.5;
  assert.deepEqual([one.config.learning_rate, two.config.learning_rate, config.learning_rate], [0.25, 0.25, 0.5]);
  assert.throws(() => new LeanAgenticClient('three', { learning_rate: 1 }), TypeError);
  for (const [name, value] of [['learning_rate', NaN], ['action_threshold', -1], ['max_planning_depth', -1], ['max_planning_depth', NaN]]) {
    assert.throws(() => (config[name] = value), new RegExp(`^Error: expected a .*number from .* as \`${name}\`$`));
  }
  assert.equal(config.learning_rate, 0.5);
  config.free();
  assert.throws(() => new LeanAgenticClient('four', config), /null pointer/);
});

test('what is freed twice is freed once', () => {
  for (const object of [new LeanAgenticConfig(), new LeanAgenticClient('session-5')]) {
    object.free();
    object.free();
  }
});

test("a client's results say what a message says, and the graph has it as a fact", () => {
  const model = (name) => readFileSync(new URL(`../../models/${name}.bin`, import.meta.url));
  loadNames(model('names-standard'));
  loadPartsOfSpeech(model('parts-of-speech'));
  assert.throws(() => loadPartsOfSpeech(model('names-tiny')), /for another task/);
  const client = new LeanAgenticClient('session-4');
  const first = client.process_message('Marie Curie moved to Paris in 1891. She liked it there very ');
  assert.deepEqual(first.relations.map(({ subject, predicate, object }) => [subject.text, predicate.text, object.text]), [['Marie Curie', 'moved to', 'Paris']]);
  const [fact] = first.graph.filter(({ type, predicate }) => type === 'graph-edge-added' && predicate === 'moved to');
  assert.deepEqual([fact.subject.name, fact.object.name, fact.valid_from], ['Marie Curie', 'Paris', '1891-01-01T00:00:00Z']);
  assert.deepEqual(client.process_message('much. ').relations, []);
});

test('the clients of the guide, in Chromium', { skip: noChromium }, () => {
  const routes = {
    '/sse': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\ndata: two\n\n');
    },
    '/stream': (_, response) => {
      for (let at = 0; at < 1000; at++) response.write(`chunk ${at}\n`);
      response.end();
    },
  };
  return inChromium(routes, async (page, url) => {
    const found = await page.evaluate(async (url) => {
      const { default: init, WebSocketClient, SSEClient, StreamingHTTPClient, log } = await import('/pkg/lean_agentic_wasm.js');
      await init();
      log('a line on the console');

      const client = new WebSocketClient(url.replace('http', 'ws'));
      client.socket.binaryType = 'arraybuffer';
      const used = () => (gc(), performance.memory.usedJSHeapSize);
      client.set_on_message(() => {});
      const before = used();
      for (let at = 0; at < 1_000_000; at++) client.set_on_message((data) => [data, at]);
      const grown = used() - before;
      await new Promise((resolve) => (client.socket.onopen = resolve));
      const answer = (send) => new Promise((resolve) => (client.set_on_message(resolve), send()));
      const text = await answer(() => client.send('echo'));
      const bytes = await answer(() => client.send_binary(new Uint8Array([1, 2, 3])));
      const ready = client.ready_state();
      const closed = new Promise((resolve) => client.set_on_close((event) => resolve(event.constructor.name)));
      client.close();

      const failed = new WebSocketClient(url.replace('http', 'ws').replace(/:\d+/, ':9'));
      const error = await new Promise((resolve) => failed.set_on_error((event) => resolve(event.type)));

      const sse = new SSEClient('/sse');
      const data = await new Promise((resolve) => sse.set_on_message(resolve));
      sse.close();
      let pieces = 0;
      const streamed = await new StreamingHTTPClient('/stream').stream((piece) => (pieces += piece.length));
      const nowhere = await new StreamingHTTPClient('/nowhere').stream(() => {}).catch((error) => error.message);
      const result = { text, bytes: [...new Uint8Array(bytes)], ready, closed: await closed, grown, error, data, streamed, pieces, nowhere };
      return { ...result, sseState: sse.ready_state() };
    }, url);
    const length = Array.from({ length: 1000 }, (_, at) => `chunk ${at}\n`).join('').length;
    assert.ok(found.grown < 1 << 20, `a million handlers left ${found.grown} B`);
    assert.match(found.nowhere, /expected a response with status 200, found 404/);
    delete found.grown;
    delete found.nowhere;
    assert.deepEqual(found, {
      text: 'echo', bytes: [1, 2, 3], ready: 1, closed: 'CloseEvent', error: 'error', data: 'one\ntwo', streamed: length, pieces: length, sseState: 2,
    });
  }, echo);
});

// A WebSocket server that sends back each short message (RFC 6455: one frame, masked by the client).
function echo(request, socket) {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.on('error', () => {});
  socket.on('data', (frame) => {
    const length = frame[1] & 127;
    const payload = frame.subarray(6, 6 + length).map((byte, at) => byte ^ frame[2 + (at % 4)]);
    socket.write(Buffer.concat([Buffer.from([frame[0], length]), payload]));
    if ((frame[0] & 15) === 8) socket.end();
  });
}
