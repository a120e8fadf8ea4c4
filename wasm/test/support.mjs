// What the tests share: the package, the corpus, a browser over a server on the loopback.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { CHROMIUM } from '../../tests/chromium.mjs';

export { noChromium } from '../../tests/chromium.mjs';

export const root = new URL('../', import.meta.url);
const FRAMINGS = { sse: 'sse', ndjson: 'ndjson', json: 'json-array', bin: 'event-stream', ws: 'ws', txt: 'text' };

/** A package, whole (`pkg`) or small (`pkg-core`), with one of its modules: `_bg.wasm` or `_bg.plain.wasm`. */
export async function load(module = 'lean_agentic_wasm_bg.wasm', pkg = 'pkg') {
  // Each copy of the glue has one instance.
  const glue = await import(new URL(`${pkg}/lean_agentic_wasm.js?${module}`, root));
  const exported = glue.initSync({ module: readFileSync(new URL(`${pkg}/${module}`, root)) });
  return { ...glue, memory: () => exported.memory };
}

/** The packs of rules, compiled, in the order in which `guarded.jsonl` was made. */
export const packs = () => ['secrets', 'pii', 'injection'].map((name) => new Uint8Array(readFileSync(new URL(`pkg/rules/${name}.bin`, root))));

/**
 * The corpus: `{name, framing, dialect, body, events, guarded}`, the events as they stand in the files; `guarded` is null
 * where the packs find nothing.
 */
export function corpus() {
  const folder = new URL('../corpus/', root);
  const folders = (path) => readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders(folder)
    .filter(({ name }) => name !== 'wire')
    .flatMap(({ name: dialect }) =>
      folders(new URL(`${dialect}/`, folder)).map(({ name }) => {
        const place = new URL(`${dialect}/${name}/`, folder);
        const file = readdirSync(place).find((entry) => entry.startsWith('body.'));
        const events = readFileSync(new URL('events.jsonl', place), 'utf8');
        const under = new URL('guarded.jsonl', place);
        const guarded = existsSync(under) ? readFileSync(under, 'utf8') : null;
        const framing = FRAMINGS[file.split('.')[1]] ?? 'auto';
        return { name: `${dialect}/${name}`, dialect, framing, body: new Uint8Array(readFileSync(new URL(file, place))), events, guarded };
      }),
    );
}

const TYPES = { js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm', html: 'text/html', json: 'application/json' };

/**
 * Serves this folder, cross-origin isolated, and what `routes` adds (`{'/path': (request, response) => ...}`), to a page
 * in Chromium; runs `test(page, url)`. Nothing is left running.
 */
export async function inChromium(routes, test, upgrade) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const headers = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
    if (routes[pathname]) return routes[pathname](request, response);
    try {
      const body = pathname === '/' ? '<!doctype html><title>tests</title>' : readFileSync(new URL(`.${pathname}`, root));
      response.writeHead(200, { ...headers, 'content-type': TYPES[pathname.split('.').at(-1)] ?? 'text/html' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  const sockets = new Set();
  server.on('connection', (socket) => sockets.add(socket));
  if (upgrade) server.on('upgrade', upgrade);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch(CHROMIUM);
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    const problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    const url = `http://127.0.0.1:${server.address().port}/`;
    await page.goto(url);
    await test(page, url);
    if (problems.length) throw new Error(problems.join('\n'));
  } finally {
    await browser.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

export const pathOf = (name) => fileURLToPath(new URL(name, root));
