// What the tests share: the corpus, ways to cut, servers that stop by themselves.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const FRAMINGS = { sse: 'sse', ndjson: 'ndjson', json: 'json-array', bin: 'event-stream', ws: 'ws', txt: 'text' };

/** The corpus: {name, dialect, framing, body, events, guarded}; `guarded` is null where the packs of rules find nothing. */
export function corpus() {
  const folder = new URL('corpus/', root);
  const folders = (path) => readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders(folder)
    .filter(({ name }) => name !== 'wire')
    .flatMap((dialect) =>
      folders(new URL(`${dialect.name}/`, folder)).map(({ name }) => {
        const place = new URL(`${dialect.name}/${name}/`, folder);
        const file = readdirSync(place).find((entry) => entry.startsWith('body.'));
        return {
          name: `${dialect.name}/${name}`,
          file: fileURLToPath(new URL(file, place)),
          dialect: dialect.name,
          framing: FRAMINGS[file.split('.')[1]] ?? 'auto',
          body: new Uint8Array(readFileSync(new URL(file, place))),
          events: events(new URL('events.jsonl', place)),
          guarded: existsSync(new URL('guarded.jsonl', place)) ? events(new URL('guarded.jsonl', place)) : null,
        };
      }),
    );
}

const events = (file) => lines(readFileSync(file, 'utf8')).map((line) => JSON.parse(line));
export const body = (name) => new Uint8Array(readFileSync(new URL(`corpus/${name}`, root)));

/** Events with adjacent deltas of one block merged: what does not depend on how the input was cut. */
export function merged(events) {
  const result = [];
  for (const event of events) {
    const last = result.at(-1);
    const same = last?.type === event.type && ['choice', 'block', 'id'].every((key) => last[key] === event[key]);
    if (same && event.type.endsWith('-delta') && 'delta' in event) last.delta += event.delta;
    else result.push({ ...event });
  }
  return result;
}

/** The bytes in pieces of `size`. */
export function* cut(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export const lines = (text) => text.split('\n').filter((line) => line !== '');

const binary = process.env.MIDSTREAM_BIN ?? fileURLToPath(new URL('target/debug/midstream', root));

/** What `midstream ...args` prints; null, said aloud, where the binary is not built. */
export function midstreamPrints(...args) {
  if (!existsSync(binary)) {
    console.error(`NOT CHECKED: no ${binary} (cargo build -p midstream-cli, or set MIDSTREAM_BIN)`);
    return null;
  }
  try {
    return execFileSync(binary, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    // A negative verdict is exit code 1, and its output counts all the same.
    if (error.status !== 1) throw error;
    return error.stdout;
  }
}

/** Serves `handler` on the loopback until the test `t` is over; returns the URL. */
export async function serve(t, handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** An OpenAI chat stream, as SSE, that says `words`. */
export function chat(...words) {
  const frame = (choice) => `data: ${JSON.stringify({ id: 'c1', model: 'demo', choices: [choice] })}\n\n`;
  const deltas = words.map((content) => frame({ index: 0, delta: { role: 'assistant', content } }));
  return [...deltas, frame({ index: 0, delta: {}, finish_reason: 'stop' }), 'data: [DONE]\n\n'].join('');
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function collect(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}
