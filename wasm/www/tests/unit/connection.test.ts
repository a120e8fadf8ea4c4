import { afterEach, expect, test, vi } from 'vitest';
import { Connection } from '../../src/connection';

afterEach(() => vi.unstubAllGlobals());

/** A server that answers the n-th request with the n-th of `bodies`; returns the headers it was sent. */
function serve(...bodies: (string | number)[]): Record<string, string>[] {
  const asked: Record<string, string>[] = [];
  vi.stubGlobal('fetch', async (_: string, { headers }: { headers: Record<string, string> }) => {
    const body = bodies[asked.push(headers) - 1];
    if (body === undefined) return new Promise(() => {});
    if (typeof body === 'string') return new Response(body);
    if (body === 0) throw new TypeError('connection refused');
    return new Response('', { status: body });
  });
  return asked;
}

const event = (id: number): string => `id: ${id}\ndata: ${id}\n\n`;

test('resumes after the last event, through refused connections and errors of proxies', async () => {
  const asked = serve(event(1) + event(2), 0, 502, event(3) + 'id: 4\ndata: cut of', event(4));
  const received: string[] = [];
  const losses: number[] = [];
  let opened = 0;
  await new Promise<void>((resolve) => {
    const connection: Connection = new Connection('events', {
      opened: () => void opened++,
      receive: (messages) => {
        received.push(...messages.map(({ data }) => data));
        if (received.includes('4')) resolve(connection.close());
      },
      lost: (retryAt) => {
        losses.push(retryAt);
        setTimeout(() => connection.retry());
      },
    });
  });
  expect(received).toEqual(['1', '2', '3', '4']);
  expect(asked.map((headers) => headers['last-event-id'])).toEqual([undefined, '2', '2', '2', '3']);
  expect([opened, losses.length]).toEqual([3, 4]);
});

test('a stream that is not there is not asked for again', async () => {
  const asked = serve(404);
  const status = await new Promise((resolve) => {
    new Connection('events', { receive: () => {}, refused: resolve });
  });
  expect(status).toBe(404);
  expect(asked).toHaveLength(1);
});

test('a finished stream is not opened again', async () => {
  const asked = serve(event(1), event(2));
  const received: string[] = [];
  await new Promise<void>((resolve) => {
    new Connection('events', {
      receive: (messages) => received.push(...messages.map(({ data }) => data)),
      finished: () => {
        setTimeout(resolve, 20);
        return true;
      },
    });
  });
  expect([received, asked.length]).toEqual([['1'], 1]);
});
