// A `fetch` for the providers' own clients: the response goes on to the client byte for byte, or with its words as rules let
// them pass, and is decoded beside its way. Nothing is kept: a piece is decoded when the client takes it, so the client's backpressure reaches the provider.

import { init } from './engine.js';
import { MidstreamError, needStreams, wordsOf } from './errors.js';
import type { FinalResponse, Metrics, StreamEvent } from './events.js';
import type { Names } from './known.js';
import { checkSession, SESSION, sessionOptions, type SessionOptions } from './options.js';
import { passing, rewriteStream, rewriteWhole, type Rewriting } from './rewriting.js';
import { Session } from './session.js';

/**
 * With `rules`, the client gets the provider's answer with what they find masked: valid frames of its dialect, everything
 * else as it came. It fails closed: what can't be checked rejects, and a rule that stops ends the answer.
 */
export interface MidstreamFetchOptions extends SessionOptions {
  /** The `fetch` underneath. */
  fetch?: typeof fetch;
  /** Told of each event. */
  onEvent?: (event: StreamEvent, call: Call) => void;
  /** Told what a stream amounts to, once it is over; after a cancellation by the client, too. */
  onEnd?: (response: FinalResponse, metrics: Metrics | null, call: Call) => void;
  /** Told what went wrong beside the stream: the engine can't be loaded, a handler throws. The console where not given. */
  onError?: (error: unknown) => void;
  /**
   * Which responses are decoded: those with a content type of a stream or of JSON, where it is not given; with `rules`, all
   * but sound and pictures, which no rule can read.
   */
  filter?: (response: Response) => boolean;
}

/** The request that a stream answers. */
export interface Call {
  url: string;
  status: number;
}

/** A `fetch` that tells of what streams through it. Pass it as the `fetch` option of a provider's client. @throws MidstreamError `invalid-option` */
export function midstreamFetch(options: MidstreamFetchOptions = {}): typeof fetch {
  checkSession(options, OPTIONS);
  const { rules, filter = rules ? hasWords : isStream, onError = (error: unknown) => console.error(error) } = options;
  const ready = init().then(
    () => true,
    (error: unknown) => (onError(error), false),
  );
  return async (input, request) => {
    const response = await (options.fetch ?? fetch)(input, request);
    if (options.rules) needStreams(response);
    if (!response.body || !filter(response)) return response;
    if (!(await ready)) {
      if (!rules) return response;
      await response.body.cancel();
      throw new MidstreamError('not-ready', 'expected the engine, without which no rule can check the answer');
    }
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
  let body: Rewriting;
  try {
    session = new Session(sessionOptions(options));
    const rewrite = !options.rules ? passing : isStreamed(response) ? rewriteStream : rewriteWhole;
    body = rewrite(options);
  } catch (error) {
    if (options.rules) throw error;
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
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          for (let over = false; !over; ) {
            const { done, value } = await reader.read();
            const passed = done ? body.end() : body.push(value);
            over = done || body.stopped;
            if (passed.length > 0) controller.enqueue(passed);
            if (!done) step(() => (options.onEvent ? session.push(value) : session.take(value)));
            if (!over && passed.length > 0) return;
          }
          step(() => session.end());
          body.free();
          controller.close();
          await reader.cancel('the answer was stopped').catch(() => {});
        } catch (error) {
          const aborted = error instanceof Error && error.name === 'AbortError';
          step(() => (aborted ? session.cancel('the client hung up') : session.fail(wordsOf(error))));
          body.free();
          controller.error(error);
          await reader.cancel(error).catch(() => {});
        }
      },
      cancel(reason) {
        // Clients hang up after the last word, too: the engine knows whether anything is missing.
        step(() => session.cancel('the client hung up'));
        body.free();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (options.rules) headers.delete('content-length');
  const copy = new Response(stream, { status, statusText, headers });
  // A constructed response has none of these; clients put the URL into their errors.
  for (const key of ['url', 'redirected', 'type'] as const) Object.defineProperty(copy, key, { value: response[key] });
  return copy;
}

const OPTIONS: Names<MidstreamFetchOptions> = {
  ...SESSION,
  fetch: 'a function',
  onEvent: 'a function',
  onEnd: 'a function',
  onError: 'a function',
  filter: 'a function',
};

const typeOf = (response: Response): string => response.headers.get('content-type') ?? '';
const isStream = (response: Response): boolean => /event-?stream|json/i.test(typeOf(response));
// A provider's error is one JSON value, whatever its type says.
const isStreamed = (response: Response): boolean =>
  // Gemini streams one JSON array, which no content type tells.
  response.ok && (/event-?stream|ndjson|jsonl|stream\+json/i.test(typeOf(response)) || GEMINI.test(response.url));
const hasWords = (response: Response): boolean => !/^\s*(?:audio|image|video)\//i.test(typeOf(response));
const GEMINI = /:streamGenerateContent(?:$|[?#])/;
