// The performance guide's own samples run as they are written there, in a real browser, against a real echo server.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { WebSocketServer } from 'ws';

import { launch, noBrowser, packageServer, withPage } from './browser.mjs';
import { serve } from './support.mjs';

describe('the guide', { skip: noBrowser }, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser?.close());

  /** Runs `code` in a page that has the package's names as `names` and an echo server at `socketUrl`. */
  async function inPage(t, code, others = {}) {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    await new Promise((resolve) => sockets.once('listening', resolve));
    sockets.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));
    t.after(() => {
      for (const client of sockets.clients) client.terminate();
      return new Promise((resolve) => sockets.close(resolve));
    });
    const socketUrl = `ws://127.0.0.1:${sockets.address().port}`;
    const module = `import init, * as midstream from '/dist/index.js';
      Object.assign(globalThis, midstream, { init, socketUrl: '${socketUrl}', until: async (holds) => { while (!holds()) await new Promise((r) => setTimeout(r, 5)); } });
      await init();
      try { document.title = JSON.stringify(await (async () => { ${code} })()) ?? 'null'; } catch (error) { document.title = 'failed: ' + error.stack; }`;
    const site = await packageServer(t, {
      '/': '<!doctype html><title></title><link rel="icon" href="data:,"><script type="module" src="/test.js"></script>',
      '/test.js': module,
      ...others,
    });
    let title;
    await withPage(browser, site, async (page) => {
      await page.waitForFunction(() => document.title !== '');
      title = await page.title();
    });
    assert.doesNotMatch(title, /^failed/);
    return JSON.parse(title);
  }

  test('rows 28, 29 and 38: WebSocketClient with its handlers, send, send_binary, close, ready_state, binaryType', async (t) => {
    const seen = await inPage(t, `
      const wsClient = new WebSocketClient(socketUrl);
      wsClient.socket.binaryType = 'arraybuffer';
      const encoder = new TextEncoder();
      const decoder = new TextDecoder();
      const got = [];
      let closed = 0;
      wsClient.set_on_message(() => got.push('a handler that was replaced'));
      wsClient.set_on_message((data) => got.push(typeof data === 'string' ? data : 'binary ' + decoder.decode(data)));
      wsClient.set_on_error((error) => got.push('error'));
      wsClient.set_on_close(() => closed++);
      const states = [wsClient.ready_state()];
      await until(() => wsClient.ready_state() === 1);
      function sendOptimized(message) {
        const encoded = encoder.encode(message);
        wsClient.send_binary(encoded);
      }
      wsClient.send('text');
      sendOptimized('bytes');
      await until(() => got.length === 2);
      states.push(wsClient.ready_state());
      wsClient.close();
      await until(() => closed === 1);
      states.push(wsClient.ready_state());
      return { got, states };`);
    assert.deepEqual(seen, { got: ['text', 'binary bytes'], states: [0, 1, 3] });
  });

  test('rows 38 and 60: setting a handler again a million times keeps nothing', async (t) => {
    const grown = await inPage(t, `
      const wsClient = new WebSocketClient(socketUrl);
      const memory = async () => { for (let i = 0; i < 3; i++) { gc(); await new Promise((r) => setTimeout(r, 20)); } return performance.memory.usedJSHeapSize; };
      const set = (times) => { for (let n = 0; n < times; n++) wsClient.set_on_message(() => n); };
      set(1000);
      const before = await memory();
      set(1_000_000);
      return (await memory()) - before;`);
    assert.ok(grown < 1 << 20, `${grown} bytes`);
  });

  test('rows 39 and 41: LeanAgenticClient and its configuration, process_message and its result', async (t) => {
    const seen = await inPage(t, `
      const config = new LeanAgenticConfig();
      config.enable_formal_verification = false;
      config.learning_rate = 0.05;
      config.max_planning_depth = 3;
      config.action_threshold = 0.5;
      const agenticClient = new LeanAgenticClient('session-1', config);
      const before = now();
      const result = agenticClient.process_message('{"choices":[{"index":0,"delta":{"content":"Hello"}}]}');
      log('seen by nobody');
      return {
        fields: ['action', 'reward', 'verified', 'timestamp'].every((name) => name in result),
        found: result.events.some((event) => event.type === 'text-delta' && event.delta === 'Hello'),
        at: result.timestamp >= before && result.timestamp <= now(),
        depth: agenticClient.config.max_planning_depth,
        id: agenticClient.get_session_id(),
        count: agenticClient.get_message_count(),
        latency: agenticClient.get_avg_latency_ms() >= 0,
      };`);
    assert.deepEqual(seen, { fields: true, found: true, at: true, depth: 3, id: 'session-1', count: 1, latency: true });
  });

  test('row 41: SSEClient(url) and StreamingHTTPClient(url).stream(f)', async (t) => {
    const events = (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\ndata: two\n\n');
    };
    const chunks = (request, response) => {
      for (let at = 0; at < 100; at++) response.write(`chunk ${at}\n`);
      response.end();
    };
    const seen = await inPage(t, `
      const sse = new SSEClient('/sse');
      const got = [];
      sse.set_on_message((data) => got.push(data));
      await until(() => got.length === 2);
      sse.close();
      let bytes = 0;
      await new StreamingHTTPClient('/stream').stream((chunk) => { bytes += chunk.length; });
      return { got, bytes, state: sse.ready_state() };`, { '/sse': events, '/stream': chunks });
    assert.deepEqual(seen, { got: ['one', 'two'], bytes: 890, state: 2 });
  });

  test('rows 43, 44, 48 and 51: batches, the pool, the monitor, marks and the benchmarks, as the guide uses them', async (t) => {
    const seen = await inPage(t, `
      const agenticClient = new LeanAgenticClient('session-1');
      const monitor = new PerformanceMonitor();
      const connections = [];
      for (let i = 0; i < 10; i++) {
        connections.push(new WebSocketClient(socketUrl));
      }
      let current = 0;
      function send(message) {
        connections[current].send(message);
        current = (current + 1) % connections.length;
      }
      await until(() => connections.every((connection) => connection.ready_state() === 1));
      let processed = 0;
      const processBatch = (messages) => { processed += messages.length; };
      const batch = [];
      for (const wsClient of connections) wsClient.set_on_message((data) => {
        const start = performance.now();
        const result = agenticClient.process_message(data);
        monitor.recordLatency(performance.now() - start);
        batch.push(data);
        if (batch.length >= 100) {
          processBatch(batch);
          batch.length = 0;
        }
      });
      for (let n = 0; n < 200; n++) send('message ' + n);
      await until(() => processed === 200);
      performance.mark('process-start');
      agenticClient.process_message('data');
      performance.mark('process-end');
      performance.measure('process-time', 'process-start', 'process-end');
      const measures = performance.getEntriesByType('measure').length;
      const { p50, p95, p99, throughput, errors } = monitor.getStats();
      const latency = await benchmarkLatency(10000);
      const rate = await benchmarkThroughput(300);
      return {
        processed, measures, errors, throughput: throughput > 0, ordered: 0 <= p50 && p50 <= p95 && p95 <= p99,
        latency: latency.p50 <= latency.p95 && latency.p95 <= latency.p99 && latency.avg > 0, rate: rate > 0,
        count: agenticClient.get_message_count(),
      };`);
    assert.deepEqual(seen, { processed: 200, measures: 1, errors: 0, throughput: true, ordered: true, latency: true, rate: true, count: 201 });
  });
});
