// One answer at a time, as a store that user interfaces subscribe to.

import { MidstreamError } from './errors.js';
import type { FinalResponse, ToolCall } from './events.js';
import type { Source } from './input.js';
import { checkOptions } from './known.js';
import { midstream, OPTIONS, type MidstreamOptions } from './midstream.js';

/** What there is to show. A new object for every change. */
export interface Answer {
  status: 'idle' | 'streaming' | 'done' | 'stopped' | 'failed';
  /** Of the first answer. */
  text: string;
  reasoning: string;
  toolCalls: ToolCall[];
  /** What the stream amounts to so far; null before it began. */
  response: FinalResponse | null;
  /** Why it failed. */
  error: unknown;
}

/** A source, or how to get one: `(signal) => fetch(url, { signal, ... })`. */
export type Start = Source | ((signal: AbortSignal) => Source | Promise<Source>);

export class AnswerStore {
  #answer: Answer = IDLE;
  #listeners = new Set<() => void>();
  #abort: AbortController | null = null;
  #options: MidstreamOptions;

  constructor(options: MidstreamOptions = {}) {
    checkOptions(options, OPTIONS);
    this.#options = options;
  }

  readonly getSnapshot = (): Answer => this.#answer;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Shows another stream; one that is under way is stopped. Fulfilled when it is over. */
  readonly start = async (start: Start): Promise<void> => {
    this.stop();
    const abort = (this.#abort = new AbortController());
    const show = (change: Partial<Answer>): void => {
      if (this.#abort === abort) this.#set({ ...this.#answer, ...change });
    };
    this.#set({ ...IDLE, status: 'streaming' });
    // A signal of the caller's own stops whatever is under way, too.
    const { signal } = this.#options;
    const stop = (): void => {
      if (abort === this.#abort) this.stop();
    };
    signal?.addEventListener('abort', stop);
    try {
      if (signal?.aborted) return stop();
      const source = typeof start === 'function' ? await start(abort.signal) : start;
      const stream = midstream(source, { ...this.#options, signal: abort.signal });
      for await (const _ of stream.batches()) show(shown(stream.response()));
      const { verdict, error } = stream.response();
      if (verdict === 'failed') show({ status: 'failed', error: error && MidstreamError.from(error) });
      else show({ status: 'done' });
    } catch (error) {
      if (!abort.signal.aborted) show({ status: 'failed', error });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  };

  /** Stops the stream that is under way; what has come of it stays. */
  readonly stop = (): void => {
    this.#abort?.abort();
    this.#abort = null;
    if (this.#answer.status === 'streaming') this.#set({ ...this.#answer, status: 'stopped' });
  };

  #set(answer: Answer): void {
    this.#answer = answer;
    for (const listener of this.#listeners) listener();
  }
}

function shown(response: FinalResponse): Partial<Answer> {
  const first = response.choices[0];
  return {
    text: first?.text ?? '',
    reasoning: first?.reasoning ?? '',
    toolCalls: first ? [...first.tool_calls] : [],
    response,
  };
}

const IDLE: Answer = { status: 'idle', text: '', reasoning: '', toolCalls: [], response: null, error: null };
