// A Chromium, and servers for its pages: this package's files as a CDN would serve them, pages that use them.
import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

import { CHROMIUM, noChromium } from '../../tests/chromium.mjs';
import { serve } from './support.mjs';

/** Why there is no browser to test with; false where there is one. */
export const noBrowser = noChromium;

export const launch = () => chromium.launch(CHROMIUM);

const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };
const root = new URL('../', import.meta.url);

/** Sends a file of the package; `others` are paths of the test's own: text, or a function of request and response. */
export function packageServer(t, others = {}, headers = {}) {
  return serve(t, (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const other = others[pathname];
    if (typeof other === 'function') return other(request, response);
    const type = TYPES[extname(pathname)] ?? 'text/html';
    const send = (data) => response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*', ...headers }).end(data);
    if (other !== undefined) return send(other);
    const file = fileURLToPath(new URL(`.${pathname}`, root));
    if (/^\/(dist|wasm)\//.test(pathname) && existsSync(file)) return send(readFileSync(file));
    response.writeHead(404).end();
  });
}

/** Opens `url` in a context of its own and runs `test(page, context)`; an error that the page reports fails it. */
export async function withPage(browser, url, test, { init, expected = [] } = {}) {
  const context = await browser.newContext();
  const problems = [];
  const note = (text) => expected.some((pattern) => pattern.test(text)) || problems.push(text);
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    if (init) await page.addInitScript(init);
    page.on('console', (message) => message.type() === 'error' && note(message.text()));
    page.on('pageerror', (error) => note(String(error.stack)));
    await page.goto(url);
    await test(page, context);
    if (problems.length > 0) throw new Error(`the page reported: ${problems.join('; ')}`);
  } finally {
    await context.close();
  }
}
