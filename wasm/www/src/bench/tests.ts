// What is measured: each test of the performance guide, and the engine beside JavaScript peers.

import { LeanAgenticClient, loadNames, Session, SSEClient, StreamingHTTPClient, WebSocketClient } from 'midstream';
import { SseStream } from 'midstream/sse';
import { edgesToGraphology, edgesToMidstream, entitiesByCompromise, entitiesByMidstream, NAMED } from './facts';
import { byHand, byMidstream, stream, type Answer } from './peers';
import { compare, latency, rateCalls, timeCalls, type Added, type Latency, type Result } from './stats';

export interface Test {
  id: string;
  title: string;
  /** The row of the guide's table that it answers, with its figures: p50, p95, p99, max in microseconds, or a rate. */
  guide?: { row: string; latency?: [number, number, number, number]; perSecond?: number };
  /** How much may be added to what the browser takes by itself, in microseconds at p50. */
  mostAdded?: number;
  /** The test of ours, run before, that this one of others is beside. */
  beside?: string;
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
    id: 'websocket-send-added',
    title: 'WebSocket send: WebSocketClient beside WebSocket',
    mostAdded: 5,
    run: ({ signal, tell }) =>
      withSocket('/ws?sink=1', (client) => {
        const { socket } = client;
        const turn = (send: () => void) => async (): Promise<number> => {
          // What was sent before is on its way, so that none waits for another's.
          while (socket.bufferedAmount > 0) await new Promise((resolve) => setTimeout(resolve));
          const start = performance.now();
          for (let at = 0; at < 50; at++) send();
          return performance.now() - start;
        };
        return compare(turn(() => client.send(TEXT)), turn(() => socket.send(TEXT)), { pairs: 200, batch: 50, signal, tell });
      }),
  },
  {
    id: 'sse-receive',
    title: 'SSE receive',
    guide: { row: '3', latency: [200, 450, 700, 1500] },
    run: sseReceive,
  },
  {
    id: 'sse-client-added',
    title: 'SSE receive: SSEClient beside EventSource',
    mostAdded: 5,
    run: (context) => sseAdded(throughClient, context),
  },
  {
    id: 'sse-stream-added',
    title: 'SSE receive: SseStream beside EventSource',
    mostAdded: 5,
    run: (context) => sseAdded(throughStream, context),
  },
  {
    id: 'http-client-added',
    title: 'HTTP streaming: StreamingHTTPClient beside fetch',
    mostAdded: 5,
    run: ({ signal, tell }) => compare(() => bodyTime(bodyByClient), () => bodyTime(bodyByFetch), { pairs: 20, batch: EVENTS, signal, tell }),
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
  {
    id: 'delivered',
    title: 'WebSocket burst, until the gateway has all of it',
    run: () =>
      withSocket('/ws?sink=1', async (client) => {
        const began = performance.now();
        for (let at = 0; at < BURST; at++) client.send(TEXT);
        // It counts what came before it.
        const { messages } = JSON.parse(await answer(client, 'count')) as { messages: number };
        if (messages !== BURST) throw new Error(`expected ${BURST} messages to arrive, found ${messages}`);
        return rate((BURST / (performance.now() - began)) * 1000, 'messages');
      }),
  },
  {
    id: 'websocket-echo',
    title: 'WebSocket, there and back',
    run: ({ signal, tell }) =>
      withSocket('/ws', async (client) => {
        const samples: number[] = [];
        while (samples.length < 1000) {
          const start = performance.now();
          await answer(client, TEXT);
          samples.push(performance.now() - start);
          signal.throwIfAborted();
          if (samples.length % 50 === 0) tell(samples.length / 1000);
        }
        return latency(samples);
      }),
  },
  { id: 'decode', title: 'Bytes to final object: midstream', run: (context) => decode(byMidstream, context) },
  { id: 'decode-by-hand', title: 'Bytes to final object: eventsource-parser + JSON.parse', beside: 'decode', run: (context) => decode(byHand, context) },
  {
    id: 'entities',
    title: 'Entity extraction: midstream, standard model',
    guide: { row: '4', latency: [250, 500, 800, 1800] },
    run: (context) => timeTexts(entitiesByMidstream, 20_000, context),
  },
  { id: 'entities-compromise', title: 'Entity extraction: compromise', beside: 'entities', run: (context) => timeTexts(entitiesByCompromise, 1_000, context) },
  {
    id: 'graph',
    title: 'Knowledge-graph update, a whole message',
    guide: { row: '5', latency: [300, 600, 950, 2100] },
    run: async ({ signal, tell }) => {
      await loadNames();
      return withClient((client) => timeCalls((at) => void client.process_message(NAMED[at % NAMED.length]!).graph, 20_000, signal, tell));
    },
  },
  { id: 'graph-edge', title: 'An edge into a graph: midstream', run: (context) => timeEdges(edgesToMidstream, context) },
  { id: 'graph-edge-graphology', title: 'An edge into a graph: graphology', beside: 'graph-edge', run: (context) => timeEdges(edgesToGraphology, context) },
];

const rate = (perSecond: number, unit: string): Result => ({ kind: 'throughput', perSecond, unit });

async function withClient<T>(run: (client: LeanAgenticClient) => Promise<T>): Promise<T> {
  const client = new LeanAgenticClient('bench');
  try {
    return await run(client);
  } finally {
    client.free();
  }
}

/** Times `make`'s function over texts that name people and places. */
async function timeTexts(make: () => Promise<(text: string) => number>, calls: number, { signal, tell }: Context): Promise<Latency> {
  const find = await make();
  if (NAMED.reduce((sum, text) => sum + find(text), 0) === 0) throw new Error('expected something in the texts, found nothing');
  return timeCalls((at) => void find(NAMED[at % NAMED.length]!), calls, signal, tell);
}

async function timeEdges(make: () => Promise<(at: number) => void>, { signal, tell }: Context): Promise<Latency> {
  return timeCalls(await make(), 50_000, signal, tell);
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

/** What comes back for `text`. */
function answer(client: WebSocketClient, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    client.set_on_message(resolve);
    client.set_on_close(() => reject(new Error('the connection was closed')));
    client.send(text);
  });
}

/** What an event takes from its bytes to its delta, waiting for them included: the means of so many one behind the other. */
async function sseReceive({ signal, tell }: Context): Promise<Latency> {
  const batch = 20;
  const events = 500 * batch;
  const samples: number[] = [];
  const session = new Session({ framing: 'text' });
  try {
    let count = 0;
    let last = performance.now();
    for await (const event of new SseStream(new URL(`/sse?count=${events}`, location.href), { signal, reconnect: 'never' })) {
      session.push(event.data);
      count += 1;
      if (count % batch !== 0) continue;
      const now = performance.now();
      samples.push((now - last) / batch);
      last = now;
      tell(count / events);
      if (count === events) break;
    }
  } finally {
    session.free();
  }
  return latency(samples, batch);
}

/** What reading an event adds to the browser's own `EventSource`: whole streams in turn. */
function sseAdded(ours: () => Promise<number>, { signal, tell }: Context): Promise<Added> {
  return compare(ours, throughEventSource, { pairs: 20, batch: EVENTS, signal, tell });
}

const eventsUrl = (): string => new URL(`/sse?count=${EVENTS}`, location.href).href;

/** Milliseconds from the first event of a stream to its last: `read` calls with each. */
async function streamTime(read: (take: () => void, lost: (error: unknown) => void) => () => void): Promise<number> {
  let began = 0;
  let count = 0;
  let close = (): void => {};
  try {
    return await new Promise<number>((resolve, reject) => {
      close = read(() => {
        if (count++ === 0) began = performance.now();
        if (count === EVENTS) resolve(performance.now() - began);
      }, reject);
    });
  } finally {
    close();
  }
}

const throughEventSource = (): Promise<number> =>
  streamTime((take, lost) => {
    const source = new EventSource(eventsUrl());
    source.onmessage = take;
    source.onerror = () => lost(new Error('the event stream was lost'));
    return () => source.close();
  });

const throughClient = (): Promise<number> =>
  streamTime((take, lost) => {
    const client = new SSEClient(eventsUrl());
    client.set_on_message(take);
    client.set_on_error(() => lost(new Error('the event stream was lost')));
    return () => {
      client.close();
      client.free();
    };
  });

const throughStream = (): Promise<number> =>
  streamTime((take, lost) => {
    const stream = new SseStream(eventsUrl(), { reconnect: 'never' });
    void (async () => {
      for await (const _ of stream) take();
    })().catch(lost);
    return () => stream.close();
  });

/** Milliseconds from the first piece of a body of `EVENTS` chunks to its end: `read` calls with each piece. */
async function bodyTime(read: (url: string, take: () => void) => Promise<unknown>): Promise<number> {
  let began = 0;
  await read(new URL(`/stream?count=${EVENTS}&size=1000`, location.href).href, () => void (began ||= performance.now()));
  return performance.now() - began;
}

async function bodyByClient(url: string, take: () => void): Promise<void> {
  const client = new StreamingHTTPClient(url);
  try {
    await client.stream(take);
  } finally {
    client.free();
  }
}

async function bodyByFetch(url: string, take: () => void): Promise<void> {
  const reader = (await fetch(url)).body!.getReader();
  while (!(await reader.read()).done) take();
}

async function decode(read: (pieces: Uint8Array[]) => Answer, { signal, tell }: Context): Promise<Result> {
  const { pieces, bytes, answer } = stream(500);
  const expected = JSON.stringify(answer);
  let elapsed = 0;
  let runs = 0;
  while (elapsed < 1500) {
    const start = performance.now();
    for (let at = 0; at < 5; at++, runs++) {
      const found = JSON.stringify(read(pieces));
      if (found !== expected) throw new Error(`expected ${expected}, found ${found}`);
    }
    elapsed += performance.now() - start;
    tell(Math.min(1, elapsed / 1500));
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
  return rate((bytes * runs) / (elapsed / 1000) / 1e6, 'MB');
}

const BURST = 20_000;
const EVENTS = 2000;
