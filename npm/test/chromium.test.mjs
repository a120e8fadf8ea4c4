// The package in a real browser: loading, sources, worker, service worker, and what may be in the way.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';

import { launch, noBrowser, packageServer, withPage } from './browser.mjs';
import { body, chat, corpus, merged } from './support.mjs';

describe('Chromium', { skip: noBrowser }, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser?.close());

  const blank = { '/': '<!doctype html><title>test</title><link rel="icon" href="data:,">' };

  test('rows 40, 45, 65 and 70: the package loads from another origin as an ES module, compiled while it streams, with SIMD', async (t) => {
    const cdn = await packageServer(t);
    const site = await packageServer(t, blank);
    await withPage(browser, site, async (page) => {
      const fetched = [];
      page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
      const text = await page.evaluate(async ([cdn, stream]) => {
        const { default: init, hasSimd, midstream } = await import(`${cdn}/dist/index.js`);
        // Compiled once, however often it is asked for.
        await Promise.all([init(), init(), init()]);
        await init();
        if (!hasSimd()) throw new Error('Chromium has SIMD');
        return (await midstream(new Response(stream)).final()).choices[0].text;
      }, [cdn, chat('Hel', 'lo')]);
      assert.equal(text, 'Hello');
      assert.deepEqual(fetched.filter((path) => path.endsWith('.wasm')), ['/wasm/lean_agentic_wasm_bg.wasm']);
    });
  });

  test('the whole corpus gives its events, in the page and in a worker', async (t) => {
    const site = await packageServer(t, blank);
    const cases = corpus().map(({ name, dialect, framing, body }) => [name, dialect, framing, Buffer.from(body).toString('base64')]);
    await withPage(browser, site, async (page) => {
      const found = await page.evaluate(async (cases) => {
        const { EngineWorker, midstream } = await import('/dist/index.js');
        const worker = await EngineWorker.start();
        const results = [];
        for (const [name, dialect, framing, base64] of cases) {
          const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
          const read = async (options) => {
            const events = [];
            for await (const event of midstream(bytes, { dialect, framing, ...options })) events.push(event);
            return events;
          };
          results.push([name, await read({ now: () => 0 }), await read({ worker })]);
        }
        worker.terminate();
        return results;
      }, cases);
      const expected = new Map(corpus().map(({ name, events }) => [name, events]));
      const untimed = (events) => events.map((event) => (event.type === 'stream-end' ? { ...event, metrics: null } : event));
      assert.equal(found.length, expected.size);
      for (const [name, here, there] of found) {
        assert.deepEqual(merged(here), expected.get(name), name);
        assert.deepEqual(untimed(merged(there)), untimed(expected.get(name)), `${name} in a worker`);
      }
    });
  });

  test('rows 46, 47 and 71: the service worker keeps .wasm and .js by version, the page works offline, old versions go', async (t) => {
    let version = '1';
    const page = `<!doctype html><title>test</title><link rel="icon" href="data:,"><body><script type="module" src="/app.js"></script>`;
    const modules = [];
    const site = await packageServer(t, {
      '/': page,
      '/app.js': `import { midstream } from '/dist/index.js';
        await navigator.serviceWorker.register('/sw.js', { type: 'module' });
        await navigator.serviceWorker.ready;
        const { choices } = await midstream(${JSON.stringify(chat('off', 'line'))}).final();
        document.body.dataset.text = choices[0].text;`,
      '/sw.js': (request, response) =>
        response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-store' }).end(
          `import { cacheFirst } from '/dist/service-worker.js';
           cacheFirst(self, { version: '${version}', files: ${JSON.stringify(['/', '/app.js', ...modules])} });`,
        ),
    });
    // What the page loads is what is to be kept.
    await withPage(browser, site, async (page) => {
      await page.waitForSelector('body[data-text="offline"]', { state: 'attached' });
      const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname));
      modules.push(...new Set(loaded.filter((path) => /^\/(dist|wasm)\//.test(path))));
    });
    assert.ok(modules.some((path) => path.endsWith('.wasm')) && modules.some((path) => path.endsWith('.js')));
    await withPage(browser, site, async (page, context) => {
      const ready = () => page.waitForSelector('body[data-text="offline"]', { state: 'attached' });
      const caches = () => page.evaluate(() => caches.keys());
      await ready();
      await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
      assert.deepEqual(await caches(), ['midstream-1']);
      await context.setOffline(true);
      await page.reload();
      await ready();
      await context.setOffline(false);
      await page.evaluate(() => caches.open('someone-elses'));
      version = '2';
      await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
      await page.waitForFunction(async () => (await caches.keys()).join() === 'someone-elses,midstream-2');
      await context.setOffline(true);
      await page.reload();
      await ready();
    });
  });

  test('WASM that the Content-Security-Policy forbids is an error of kind wasm-blocked', async (t) => {
    const site = await packageServer(t, blank, { 'content-security-policy': "default-src 'self'; img-src data:" });
    await withPage(browser, site, async (page) => assert.equal(await kindOf(page), 'wasm-blocked'), { expected: [/Content Security Policy/] });
  });

  test('neither eval nor inline code is needed: wasm-unsafe-eval is enough', async (t) => {
    const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src data:";
    const site = await packageServer(t, blank, { 'content-security-policy': policy });
    await withPage(browser, site, async (page) => {
      assert.equal(await kindOf(page), null);
      const kind = await page.evaluate(async () => {
        const { EngineWorker, midstream } = await import('/dist/index.js');
        const worker = await EngineWorker.start();
        return (await midstream('data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n', { worker }).final()).verdict;
      });
      assert.equal(kind, 'truncated');
    });
  });

  test('a module that is not there is an error of kind wasm-unavailable', async (t) => {
    const gone = (request, response) => response.writeHead(404).end();
    const site = await packageServer(t, { ...blank, '/wasm/lean_agentic_wasm_bg.wasm': gone });
    await withPage(browser, site, async (page) => assert.equal(await kindOf(page), 'wasm-unavailable'), { expected: [/404/] });
  });

  test('a browser without WebAssembly is an error of kind wasm-missing', async (t) => {
    const site = await packageServer(t, blank);
    await withPage(browser, site, async (page) => assert.equal(await kindOf(page), 'wasm-missing'), { init: 'delete globalThis.WebAssembly' });
  });

  test('rows 13 and 65: a browser without SIMD gets the build without it', async (t) => {
    const site = await packageServer(t, blank);
    const noSimd = 'WebAssembly.validate = () => false';
    await withPage(browser, site, async (page) => {
      const fetched = [];
      page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
      assert.equal(await kindOf(page), null);
      assert.deepEqual(fetched.filter((path) => path.endsWith('.wasm')), ['/wasm/lean_agentic_wasm_bg.plain.wasm']);
    }, { init: noSimd });
  });

  test('a page that streams for an hour grows by what it shows, and by nothing else', async (t) => {
    const site = await packageServer(t, { '/': '<!doctype html><title>test</title><link rel="icon" href="data:,"><pre></pre>' });
    await withPage(browser, site, async (page) => {
      const seen = await page.evaluate(async () => {
        const { init, midstream, PerformanceMonitor } = await import('/dist/index.js');
        const { memoryBytes } = await import('/dist/engine.js');
        await init();
        const mostText = 64_000;
        const pre = document.querySelector('pre');
        const monitor = new PerformanceMonitor();
        const frame = (choice) => `data: ${JSON.stringify({ id: 'c1', model: 'demo', choices: [choice] })}\n\n`;
        // The stream's clock, in milliseconds: ten deltas a second.
        let clock = 0;
        const minutes = async function* (count) {
          for (let at = 0; at < count * 600; at++) {
            clock += 100;
            yield frame({ index: 0, delta: { content: `word ${at} ` } });
          }
          yield frame({ index: 0, delta: {}, finish_reason: 'stop' });
          yield 'data: [DONE]\n\n';
        };
        const options = { now: () => clock, stallAfterMs: 30_000, repetition: true, timeouts: { gapMs: 60_000 } };
        const show = async (count) => {
          const stream = midstream(minutes(count), options);
          for await (const event of stream) {
            if (event.type !== 'text-delta') continue;
            monitor.recordLatency(clock % 7);
            pre.append(event.delta);
            if (pre.childNodes.length > 1000) pre.replaceChildren(pre.textContent.slice(-mostText));
          }
          return stream.response();
        };
        const measured = async () => {
          for (let at = 0; at < 4; at++) {
            gc();
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          return { heap: performance.memory.usedJSHeapSize, wasm: memoryBytes().length, elements: document.querySelectorAll('*').length };
        };
        for (let minute = 0; minute < 5; minute++) await show(1);
        const seen = [await measured()];
        // Answers of a minute, one after the other, and one that goes on for as long.
        for (let minute = 5; minute < 30; minute++) await show(1);
        seen.push(await measured());
        const long = await show(30);
        seen.push({ ...(await measured()), text: long.choices[0].text.length, verdict: long.verdict, clock });
        return seen;
      });
      const [early, half, end] = seen;
      assert.deepEqual([end.verdict, end.clock], ['complete', 3_600_000]);
      assert.ok(end.text > 180_000);
      const slack = 512 * 1024;
      assert.ok(half.heap - early.heap < slack, JSON.stringify(seen));
      // The response of the answer that took half an hour is still held: its text, one byte or two a unit, and the converter's.
      assert.ok(end.heap - half.heap < slack + 4 * end.text, JSON.stringify(seen));
      assert.ok(end.wasm - early.wasm <= 128 * 1024, JSON.stringify(seen));
      assert.equal(end.elements, early.elements);
    });
  });

  test('a worker that can not be started is an error of kind worker', async (t) => {
    const gone = (request, response) => response.writeHead(404).end();
    const site = await packageServer(t, { ...blank, '/dist/worker/entry.js': gone });
    await withPage(browser, site, async (page) => {
      const kind = await page.evaluate(async () => {
        const { EngineWorker } = await import('/dist/index.js');
        return EngineWorker.start().then(() => null, (error) => error.kind);
      });
      assert.equal(kind, 'worker');
    }, { expected: [/404/] });
  });

  test('the React hook shows an answer while it is written, stops it, and stops with its component', async (t) => {
    const app = `
      import { createElement, useState } from 'react';
      import { createRoot } from 'react-dom/client';
      import { useMidstream } from './dist/react.js';
      function Answer() {
        const { text, status, response, start, stop } = useMidstream();
        Object.assign(window, { start, stop });
        return createElement('p', { 'data-status': status, 'data-verdict': response?.verdict }, text);
      }
      function App() {
        const [shown, show] = useState(true);
        window.show = show;
        return shown ? createElement(Answer) : null;
      }
      createRoot(document.body).render(createElement(App));`;
    const { outputFiles } = buildSync({
      stdin: { contents: app, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
      bundle: true,
      format: 'esm',
      define: { 'process.env.NODE_ENV': '"production"' },
      external: ['../wasm/*'],
      write: false,
      logLevel: 'error',
    });
    let left = 0;
    const site = await packageServer(t, {
      '/': '<!doctype html><title>test</title><link rel="icon" href="data:,"><body><script type="module" src="/dist/app.js"></script>',
      '/dist/app.js': outputFiles[0].text,
      '/answer': (request, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body('openai-chat/hello/body.sse')),
      '/endless': (request, response) => {
        response.on('close', () => left++);
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chat('so far').split('\n\n')[0] + '\n\n');
      },
    });
    await withPage(browser, site, async (page) => {
      await page.waitForSelector('p[data-status="idle"]', { state: 'attached' });
      await page.evaluate(() => window.start((signal) => fetch('/answer', { signal })));
      await page.waitForSelector('p[data-status="done"][data-verdict="complete"]');
      assert.equal(await page.textContent('p'), corpus().find(({ name }) => name === 'openai-chat/hello').events.filter(({ type }) => type === 'text-delta').map(({ delta }) => delta).join(''));
      const endless = () => page.evaluate(() => void window.start((signal) => fetch('/endless', { signal })));
      await endless();
      await page.waitForFunction(() => document.querySelector('p').textContent === 'so far');
      await page.evaluate(() => window.stop());
      await page.waitForSelector('p[data-status="stopped"]');
      await endless();
      await page.waitForFunction(() => document.querySelector('p').textContent === 'so far');
      await page.evaluate(() => window.show(false));
      while (left < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    });
  });

  /** The kind of error with which loading fails in the page; null where it does not. */
  const kindOf = (page) =>
    page.evaluate(async () => (await import('/dist/index.js')).init().then(() => null, (error) => error.kind ?? String(error)));
});
