// A `fetch` for the providers' own clients: the response goes on to the client byte for byte, and is decoded beside its
// way. Nothing is kept: a piece is decoded when the client takes it, so the client's backpressure reaches the provider.

import { init } from './engine.js';
import { wordsOf } from './errors.js';
import type { FinalResponse, Metrics, StreamEvent } from './events.js';
import type { SessionOptions } from './options.js';
import { Session } from './session.js';

export interface MidstreamFetchOptions extends SessionOptions {
  /** The `fetch` underneath. */
  fetch?: typeof fetch;
  /** Told of each event. */
  onEvent?: (event: StreamEvent, call: Call) => void;
  /** Told what a stream amounts to, once it is over; after a cancellation by the client, too. */
  onEnd?: (response: FinalResponse, metrics: Metrics | null, call: Call) => void;
  /** Told what went wrong beside the stream: the engine can't be loaded, a handler throws. The console where not given. */
  onError?: (error: unknown) => void;
  /** Which responses are decoded: those with a content type of a stream or of JSON, where it is not given. */
  filter?: (response: Response) => boolean;
}

/** The request that a stream answers. */
export interface Call {
  url: string;
  status: number;
}

/** A `fetch` that tells of what streams through it. Pass it as the `fetch` option of a provider's client. */
export function midstreamFetch(options: MidstreamFetchOptions = {}): typeof fetch {
  const { filter = isStream, onError = (error: unknown) => console.error(error) } = options;
  const ready = init().then(
    () => true,
    (error: unknown) => (onError(error), false),
  );
  return async (input, request) => {
    const response = await (options.fetch ?? fetch)(input, request);
    if (!response.body || !filter(response) || !(await ready)) return response;
    return watched(response, options, onError);
  };
}

function watched(response: Response, options: MidstreamFetchOptions, onError: (error: unknown) => void): Response {
  const call = { url: response.url, status: response.status };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      onError(error);
    }
  };
  let session: Session;
  try {
    session = new Session(options);
  } catch (error) {
    onError(error);
    return response;
  }
  if (options.onEvent) session.onEvent = (event) => guarded(() => options.onEvent!(event, call));
  let told = false;
  const step = (work: () => void): void => {
    guarded(work);
    if (!session.ended || told) return;
    told = true;
    if (options.onEnd) guarded(() => options.onEnd!(session.response(), session.metrics(), call));
  };
  session.onTimer = () => step(() => {});
  const reader = response.body!.getReader();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        let read;
        try {
          read = await reader.read();
        } catch (error) {
          const aborted = error instanceof Error && error.name === 'AbortError';
          step(() => (aborted ? session.cancel('the client hung up') : session.fail(wordsOf(error))));
          controller.error(error);
          return;
        }
        if (read.done) {
          step(() => session.end());
          controller.close();
        } else {
          const { value } = read;
          controller.enqueue(value);
          step(() => (options.onEvent ? session.push(value) : session.take(value)));
        }
      },
      cancel(reason) {
        // Clients hang up after the last word, too: the engine knows whether anything is missing.
        step(() => session.cancel('the client hung up'));
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  const { status, statusText, headers } = response;
  const copy = new Response(body, { status, statusText, headers });
  // A constructed response has none of these; clients put the URL into their errors.
  for (const key of ['url', 'redirected', 'type'] as const) Object.defineProperty(copy, key, { value: response[key] });
  return copy;
}

function isStream(response: Response): boolean {
  const type = response.headers.get('content-type') ?? '';
  return /event-?stream|json/i.test(type);
}
