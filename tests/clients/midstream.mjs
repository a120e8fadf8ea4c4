// Starts the real binary and stops it by its process id.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = process.env.MIDSTREAM_BIN ?? `${root}target/debug/midstream`;
const data = process.env.MIDSTREAM_DATA ?? `${root}../shared/data`;

/** The folder of recorded streams, or null, said aloud. */
export function recordings() {
  if (existsSync(`${data}/streams`)) return `${data}/streams`;
  console.error(`NOT CHECKED: no recorded data at ${data} (set MIDSTREAM_DATA)`);
  return null;
}

/** The final object of each stream of `files`, as `midstream decode --final` prints it. */
export function finals(files, ...options) {
  const args = ['decode', '--final', ...options, ...files];
  const run = () => execFileSync(binary, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  return lines(outputOf(run)).map((line) => JSON.parse(line));
}

// A negative verdict is exit code 1, and its output counts all the same.
function outputOf(run) {
  try {
    return run();
  } catch (error) {
    if (error.status !== 1) throw error;
    return error.stdout;
  }
}

/** Runs `midstream ...args --listen 127.0.0.1:PORT` until `stop()`. */
export async function start(...args) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(binary, [...args, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 200) {
      child.kill();
      throw new Error(`midstream ${args.join(' ')} did not start: ${said}`);
    }
    if (await answers(url)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, stop: () => (child.kill(), exited) };
}

async function answers(url) {
  return fetch(url).then(() => true, () => false);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export function lines(text) {
  return text.split('\n').filter((line) => line !== '');
}
