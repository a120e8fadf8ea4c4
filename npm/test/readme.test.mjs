// The README's examples run as they are written there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import OpenAI from 'openai';

import * as midstream from '../dist/index.js';
import * as sse from '../dist/sse/index.js';
import { chat, serve } from './support.mjs';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
const modules = { midstream, 'midstream/sse': sse };

test('the README has its examples', () => assert.ok(examples.length >= 3));

for (const [at, code] of examples.entries()) {
  test(`README example ${at + 1}: ${code.split('\n').find((line) => line.startsWith('import')) ?? code.split('\n')[0]}`, async (t) => {
    const url = await serve(t, (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(chat('Hel', 'lo'));
    });
    const said = [];
    const console = { log: (...words) => said.push(...words) };
    const process = { stdout: { write: (text) => said.push(text) } };
    const scope = { url, headers: {}, body: '{}', apiKey: 'none', OpenAI, console, process, modules };
    const runnable = code.replace(/import (\{[^}]*\}) from '(.*?)';/g, "const $1 = modules['$2'];")
      .replace(/import OpenAI .*/, '');
    const AsyncFunction = (async () => {}).constructor;
    await new AsyncFunction(...Object.keys(scope), runnable)(...Object.values(scope));
    assert.ok(said.length > 0, 'it said nothing');
  });
}

test('the package has the texts of its licences', () => {
  const folder = new URL('../', import.meta.url);
  const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  const texts = files.map(({ path }) => path).filter((path) => path.startsWith('LICENSE'));
  assert.deepEqual(texts.sort(), ['LICENSE-APACHE', 'LICENSE-MIT']);
  for (const name of texts) assert.equal(readFileSync(new URL(name, folder), 'utf8'), readFileSync(new URL(`../${name}`, folder), 'utf8'));
});
