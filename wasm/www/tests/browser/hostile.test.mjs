// Servers that misbehave and browsers that lack something: the page says so, and goes on.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { launch, startGateway, until, withPage } from './harness.mjs';

let browser;
let gateway;
let server;

before(async () => {
  [browser, gateway, server] = await Promise.all([launch(), startGateway(), startHostile()]);
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
  await server?.stop();
});

const at = (view) => `${gateway.url}#${view}`;
const state = (page) => page.locator('main:not([hidden]) .state').first();
const says = (page, words) => until(() => state(page).textContent(), (said) => words.test(said), `the state, expected ${words}`);
const failed = async (page, words) => {
  await says(page, words);
  assert.equal(await state(page).getAttribute('data-is'), 'failed');
};
const lines = (page) => page.locator('main:not([hidden]) .journal li').allTextContents();

/** Opens a tab, gives it an address, presses the button. */
async function go(page, address, button) {
  const shown = page.locator('main:not([hidden])');
  if (address) await shown.getByLabel('Address').fill(address);
  await shown.getByRole('button', { name: button, exact: true }).click();
}

/** A WebSocket and HTTP server of bad manners, by path. */
async function startHostile() {
  const server = http.createServer((request, response) => {
    const type = request.url.startsWith('/sse') ? 'text/event-stream' : 'text/plain';
    response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' });
    if (request.url.endsWith('garbage')) return response.end(Buffer.from([0xff, 0xfe, 0, 0x80, 10, 10, 0xc3, 0x28, 10, 10]));
    response.write('data: {"choices":[{"index":0,"delta":{"content":"so far"}}]}\n\n');
    setTimeout(() => response.destroy(), 50);
  });
  server.on('upgrade', ({ url, headers }, socket) => {
    const accept = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
    socket.on('error', () => {});
    if (url === '/garbage') socket.write(Buffer.from('a frame of reserved bits, and nothing that follows them'));
    if (url === '/long') {
      const header = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
      header.writeBigUInt64BE(10_000_000n, 2);
      socket.write(header);
      socket.write(Buffer.alloc(10_000_000, 'a'));
    }
    if (url === '/middle') {
      socket.write(Buffer.from([0x81, 100, ...Buffer.from('half a message')]));
      setTimeout(() => socket.destroy(), 50);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    socket: `ws://127.0.0.1:${port}`,
    http: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const SOCKET = [/WebSocket connection/, /request to/];

test('a WebSocket that sends garbage frames is closed and told', () =>
  withPage(browser, at('websocket'), async (page) => {
    await go(page, `${server.socket}/garbage`, 'Connect');
    await failed(page, /closed with code 1006|no connection/);
    await page.getByRole('button', { name: 'Connect' }).waitFor();
  }, { expected: SOCKET }));

test('a WebSocket that is closed in the middle of a message is told', () =>
  withPage(browser, at('websocket'), async (page) => {
    await go(page, `${server.socket}/middle`, 'Connect');
    await failed(page, /closed with code 1006|no connection/);
    assert.ok(!(await lines(page)).some((line) => line.includes('half a message')), 'half a message is none');
  }, { expected: SOCKET }));

test('a message of 10 MB is received and shown by its beginning', () =>
  withPage(browser, at('websocket'), async (page) => {
    await go(page, `${server.socket}/long`, 'Connect');
    await until(() => lines(page), (seen) => seen.some((line) => /^a{500} …$/.test(line)), 'the message');
    assert.match(await page.locator('main:not([hidden]) dl.figures').textContent(), /10 MB/);
  }, { expected: SOCKET }));

test('a message of 10 MB that is sent is over the limit of the gateway, which says so', () =>
  withPage(browser, at('websocket'), async (page) => {
    await go(page, null, 'Connect');
    await says(page, /^connected$/);
    await page.getByLabel('Message', { exact: true }).evaluate((input) => (input.value = 'a'.repeat(10_000_000)));
    await page.getByRole('button', { name: 'Send' }).click();
    await failed(page, /closed with code 1009/);
  }, { expected: SOCKET }));

test('an address that is none is told', () =>
  withPage(browser, at('websocket'), async (page) => {
    await go(page, 'ftp://127.0.0.1/', 'Connect');
    await failed(page, /scheme|ftp/i);
  }));

for (const tab of ['sse', 'http']) {
  test(`an address that the page's policy forbids is told in the tab ${tab}, and not tried again`, () =>
    withPage(browser, at(tab), async (page) => {
      await go(page, `${server.http}/${tab}-middle`, 'Read');
      await failed(page, /the policy of this page lets it read from .* only, not from http:/);
      await page.getByRole('button', { name: 'Read' }).waitFor();
    }, { expected: [/Content Security Policy/, /Fetch API cannot load/, /request to/] }));

  test(`a server that is gone is told in the tab ${tab}`, () =>
    withPage(browser, at(tab), async (page) => {
      await page.route('**/nowhere', (route) => route.abort('connectionrefused'));
      await go(page, `${gateway.url}nowhere`, 'Read');
      await failed(page, /lost|Failed to fetch/);
    }, { expected: [/ERR_CONNECTION_REFUSED/] }));

  test(`a body that breaks off is told in the tab ${tab}`, () =>
    withPage(browser, at(tab), async (page) => {
      await go(page, `${server.http}/${tab}-middle`, 'Read');
      await until(() => lines(page), (seen) => seen.some((line) => line.includes('so far')), 'what came before');
      await failed(page, /lost|network error/);
    }, { expected: [/ERR_/, /request to/], bypassCSP: true }));
}

test('bytes that are no answer are an error event, and the verdict says so', () =>
  withPage(browser, at('sse'), async (page) => {
    await page.getByLabel(/decode/).check();
    await go(page, `${server.http}/sse-garbage`, 'Read');
    await until(() => lines(page), (seen) => seen.some((line) => line.includes('"stream-end"')), 'the end');
    const seen = (await lines(page)).join('\n');
    assert.match(seen, /"type":"error"/);
    assert.match(seen, /"verdict":"(failed|truncated)"/);
  }, { expected: [/request to/], bypassCSP: true }));

test('WASM that the Content-Security-Policy forbids is told, and what needs none works', () =>
  withPage(browser, at('websocket'), async (page) => {
    await page.route(gateway.url, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('&#39;wasm-unsafe-eval&#39;', '') });
    });
    await page.reload();
    await go(page, null, 'Connect');
    await failed(page, /expected to be allowed to compile WASM/);
    await page.goto(at('http'));
    await go(page, null, 'Read');
    await says(page, /the response is whole/);
  }, { expected: [/Content Security Policy/, /WebAssembly/, /Service Worker registration blocked/], serviceWorkers: 'block' }));

test('without SIMD the plain build is taken, and the page says so', () =>
  withPage(browser, at('benchmark'), async (page) => {
    const fetched = [];
    page.on('request', (request) => fetched.push(request.url()));
    await page.addInitScript('WebAssembly.validate = () => false');
    await page.reload();
    await until(() => page.locator('.bench-machine').textContent(), (words) => /SIMD missing/.test(words), 'the machine');
    await page.goto(at('websocket'));
    await go(page, null, 'Connect');
    await says(page, /^connected$/);
    const modules = fetched.filter((url) => url.endsWith('.wasm'));
    assert.ok(modules.length > 0 && modules.every((url) => url.includes('plain')), modules.join());
  }, { expected: [/Service Worker registration blocked/], serviceWorkers: 'block' }));

test('a browser without WebAssembly is told of it, and what needs none works', () =>
  withPage(browser, at('websocket'), async (page) => {
    await page.addInitScript('delete globalThis.WebAssembly');
    await page.reload();
    await page.getByText('This browser has no WebAssembly').waitFor();
    await go(page, null, 'Connect');
    await failed(page, /expected a runtime with WebAssembly, found none/);
    await page.goto(at('sse'));
    await go(page, `${gateway.url}sse?count=5`, 'Read');
    await until(() => lines(page), (seen) => seen.length >= 5, 'the events');
  }));

test('a browser that can not read responses while they come is told of it', () =>
  withPage(browser, at('websocket'), async (page) => {
    await page.addInitScript('delete Response.prototype.body');
    await page.reload();
    await page.getByText('can not read a response while it comes').waitFor();
    await page.goto(at('http'));
    await go(page, null, 'Read');
    await failed(page, /expected a body that can be read while it comes/);
    await page.goto(at('sse'));
    await go(page, null, 'Read');
    await failed(page, /expected a runtime that reads responses as streams/);
  }));
