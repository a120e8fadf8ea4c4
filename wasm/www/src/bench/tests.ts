// What is measured: each test of the performance guide, and the engine beside JavaScript peers.

import { LeanAgenticClient, Session, WebSocketClient } from 'midstream';
import { SseStream } from 'midstream/sse';
import { byHand, midstreamText, stream } from './peers';
import { latency, rateCalls, timeCalls, type Latency, type Result } from './stats';

export interface Test {
  id: string;
  title: string;
  /** The row of the guide's table that it answers, with its figures: p50, p95, p99, max in microseconds, or a rate. */
  guide?: { row: string; latency?: [number, number, number, number]; perSecond?: number };
  run(context: Context): Promise<Result>;
}

export interface Context {
  signal: AbortSignal;
  /** How much of the test is done, from 0 to 1. */
  tell(share: number): void;
}

const TEXT = 'a message of sixty bytes, give or take, as a model writes it.';

export const TESTS: readonly Test[] = [
  {
    id: 'message',
    title: 'Message processing',
    guide: { row: '1', latency: [150, 350, 550, 1200] },
    run: ({ signal, tell }) => withClient((client) => timeCalls(() => void client.process_message(TEXT), 50_000, signal, tell)),
  },
  {
    id: 'websocket-send',
    title: 'WebSocket send',
    guide: { row: '2', latency: [50, 120, 180, 300] },
    run: ({ signal, tell }) => withSocket('/ws?sink=1', (client) => timeCalls(() => client.send(TEXT), 2_000, signal, tell)),
  },
  {
    id: 'websocket-send-bare',
    title: 'WebSocket send, the browser’s own',
    run: ({ signal, tell }) => withSocket('/ws?sink=1', (client) => timeCalls(() => client.socket.send(TEXT), 2_000, signal, tell)),
  },
  {
    id: 'sse-receive',
    title: 'SSE receive',
    guide: { row: '3', latency: [200, 450, 700, 1500] },
    run: sseReceive,
  },
  {
    id: 'throughput-1',
    title: 'Throughput, one session',
    guide: { row: '6', perSecond: 50_000 },
    run: ({ signal, tell }) => withClient(async (client) => rate(await rateCalls(() => void client.process_message(TEXT), 2000, signal, tell), 'messages')),
  },
  {
    id: 'throughput-100',
    title: 'Throughput, 100 sessions together',
    guide: { row: '7', perSecond: 25_000 },
    run: async ({ signal, tell }) => {
      const clients = Array.from({ length: 100 }, (_, at) => new LeanAgenticClient(`bench-${at}`));
      try {
        return rate(await rateCalls((n) => void clients[n % 100]!.process_message(TEXT), 2000, signal, tell), 'messages');
      } finally {
        clients.forEach((client) => client.free());
      }
    },
  },
  {
    id: 'burst',
    title: 'WebSocket burst, send only',
    guide: { row: '8', perSecond: 100_000 },
    run: ({ tell }) =>
      withSocket('/ws?sink=1', async (client) => {
        // As many as stay below the browser's own buffer: more would close the connection.
        const began = performance.now();
        for (let at = 0; at < BURST; at++) client.send(TEXT);
        const elapsed = performance.now() - began;
        tell(1);
        return rate((BURST / elapsed) * 1000, 'messages');
      }),
  },
  { id: 'decode', title: 'Bytes to final text: midstream', run: (context) => decode(midstreamText, context) },
  { id: 'decode-by-hand', title: 'Bytes to final text: eventsource-parser + JSON.parse', run: (context) => decode(byHand, context) },
  {
    id: 'entities',
    title: 'Entity extraction',
    guide: { row: '4', latency: [250, 500, 800, 1800] },
    run: () => Promise.reject(new NotYet('comes with the entity recogniser in the WASM package')),
  },
  {
    id: 'graph',
    title: 'Knowledge-graph update',
    guide: { row: '5', latency: [300, 600, 950, 2100] },
    run: () => Promise.reject(new NotYet('comes with the knowledge graph in the WASM package')),
  },
];

/** What is not there to be measured. */
export class NotYet extends Error {}

const rate = (perSecond: number, unit: string): Result => ({ kind: 'throughput', perSecond, unit });

async function withClient<T>(run: (client: LeanAgenticClient) => Promise<T>): Promise<T> {
  const client = new LeanAgenticClient('bench');
  try {
    return await run(client);
  } finally {
    client.free();
  }
}

async function withSocket<T>(path: string, run: (client: WebSocketClient) => Promise<T>): Promise<T> {
  const client = new WebSocketClient(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`);
  try {
    await new Promise<void>((resolve, reject) => {
      client.socket.addEventListener('open', () => resolve());
      client.socket.addEventListener('close', () => reject(new Error(`no connection to ${path}`)));
    });
    return await run(client);
  } finally {
    client.close();
    client.free();
  }
}

/** What reading and decoding an event adds: from the moment its bytes are here to the moment its delta is. */
async function sseReceive({ signal, tell }: Context): Promise<Latency> {
  const count = 2000;
  const samples: number[] = [];
  const session = new Session({ framing: 'text' });
  try {
    let last = performance.now();
    for await (const event of new SseStream(new URL(`/sse?count=${count}`, location.href), { signal, reconnect: 'never' })) {
      session.push(event.data);
      const now = performance.now();
      samples.push(now - last);
      last = now;
      if (samples.length % 100 === 0) tell(samples.length / count);
      if (samples.length >= count) break;
    }
  } finally {
    session.free();
  }
  return latency(samples);
}

async function decode(read: (pieces: Uint8Array[]) => Promise<string> | string, { signal, tell }: Context): Promise<Result> {
  const { pieces, bytes, text } = stream(500);
  let elapsed = 0;
  let runs = 0;
  while (elapsed < 1500) {
    const start = performance.now();
    for (let at = 0; at < 5; at++, runs++) {
      const found = await read(pieces);
      if (found !== text) throw new Error(`expected ${text.length} characters of text, found ${found.length}`);
    }
    elapsed += performance.now() - start;
    tell(Math.min(1, elapsed / 1500));
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
  return rate((bytes * runs) / (elapsed / 1000) / 1e6, 'MB');
}

const BURST = 20_000;
