// What the browser tests stand on: the real gateway as a process, an upstream of our own to say what the demo model
// never would, and a browser. Everything is stopped by its own process id.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

import { CHROMIUM } from '../../../../tests/chromium.mjs';

const BIN = process.env.MIDSTREAM_BIN ?? fileURLToPath(new URL('../../../../target/debug/midstream', import.meta.url));

/** A gateway on `port`, or on a free one; `args` go to `midstream serve`. */
export async function startGateway(args = [], port) {
  assert.ok(existsSync(BIN), `expected the gateway at ${BIN}: build it, or name another in MIDSTREAM_BIN`);
  port ??= await freePort();
  const child = spawn(BIN, ['serve', '--listen', `127.0.0.1:${port}`, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (data) => (said += data));
  const url = `http://127.0.0.1:${port}/`;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async (signal = 'SIGTERM') => {
    child.kill(signal);
    await ended;
  };
  for (let left = 100; ; left--) {
    if (child.exitCode !== null) assert.fail(`the gateway ended with ${child.exitCode}: ${said}`);
    const answers = await fetch(`${url}streams`).then((response) => response.ok, () => false);
    if (answers) return { url, port, stop };
    if (left === 0) {
      await stop('SIGKILL');
      assert.fail(`the gateway does not answer on ${url}: ${said}`);
    }
    await sleep(100);
  }
}

/** An upstream that answers every POST as `answer(response, body)` writes it. */
export async function startUpstream(answer) {
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    await answer(response, body && JSON.parse(body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes OpenAI chat chunks: `deltas` are texts or whole choices. */
export function chatChunks(response, deltas, end = true) {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (choices) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'test-model', choices })}\n\n`;
  const texts = deltas.map((delta) => chunk([typeof delta === 'string' ? { index: 0, delta: { content: delta } } : delta]));
  response.write(texts.join(''));
  if (end) response.end(chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]) + 'data: [DONE]\n\n');
}

export const launch = () => chromium.launch(CHROMIUM);

/** Before and after the tests of this `describe`: a browser, and a gateway before an upstream that answers by `answer`. */
export function setUp(answer) {
  const on = {};
  const limit = { timeout: 60_000 };
  before(async () => {
    on.upstream = await startUpstream(answer);
    on.gateway = await startGateway(['--upstream', `openai=${on.upstream.url}`]);
    on.browser = await launch();
  }, limit);
  after(async () => {
    await on.browser?.close();
    await on.gateway?.stop();
    await on.upstream?.stop();
  }, limit);
  return on;
}

/**
 * Opens `url` in a context of its own, runs `test(page)`, and asserts that the page reported no error and asked no
 * other host for anything. `expected` are errors that belong to the test.
 */
export async function withPage(browser, url, test, { expected = [], ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const problems = [];
  const note = (text) => expected.some((pattern) => pattern.test(text)) || problems.push(text);
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && note(message.text()));
    page.on('pageerror', (error) => note(String(error.stack)));
    page.on('request', (request) => {
      const { host, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && host !== new URL(url).host) note(`request to ${request.url()}`);
    });
    await page.goto(url);
    await test(page);
    assert.deepEqual(problems, []);
  } finally {
    await context.close();
  }
}

/** Waits until `read()` gives something for which `good` holds, and returns it. */
export async function until(read, good, what, seconds = 15) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    if (good(value)) return value;
    if (Date.now() > deadline) assert.fail(`${what}: still ${JSON.stringify(value)} after ${seconds} s`);
    await sleep(40);
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
