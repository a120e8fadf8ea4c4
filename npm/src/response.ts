// Events in, one object out: what a stream amounts to. The twin of `crates/midstream/src/response.rs`; a test holds the
// two together over the whole corpus.

import { ToolInputs } from './tool-inputs.js';
import type { Choice, ErrorKind, FinalResponse, StreamError, StreamEvent, Usage } from './events.js';

/** Collects a `FinalResponse` from events. */
export class ResponseBuilder {
  #response: FinalResponse = {
    dialect: null,
    id: null,
    model: null,
    choices: [],
    usage: {
      input_tokens: null,
      output_tokens: null,
      reasoning_tokens: null,
      cache_read_tokens: null,
      total_tokens: null,
    },
    verdict: null,
    error: null,
    unknown_events: 0,
  };

  #inputs = new ToolInputs();

  /**
   * The value so far of the input of the open tool call `id`: always a valid prefix; undefined before its first byte and
   * after the call's end. The object grows with further events.
   */
  toolInput(id: string): unknown {
    return this.#inputs.value(id);
  }

  /** The response so far. The object is the collector's own: it grows with further events. */
  get response(): FinalResponse {
    return this.#response;
  }

  /** Takes the next event of the stream. */
  push(event: StreamEvent): void {
    const response = this.#response;
    switch (event.type) {
      case 'text-delta':
        this.#choice(event.choice).text += event.delta;
        return;
      case 'reasoning-delta':
        this.#choice(event.choice).reasoning += event.delta;
        return;
      case 'refusal-delta':
        this.#choice(event.choice).refusal += event.delta;
        return;
      case 'stream-start':
        response.dialect = event.dialect;
        return;
      case 'response-metadata':
        response.id = event.id ?? response.id;
        response.model = event.model ?? response.model;
        return;
      case 'tool-input-delta':
        this.#inputs.take(event);
        return;
      case 'tool-input-start':
        this.#inputs.take(event);
        // What the provider runs itself is no call for the host.
        if (event.provider_executed) return;
        this.#choice(event.choice).tool_calls.push({ id: event.id, name: event.name, input: null, input_text: '' });
        return;
      case 'tool-call': {
        const { id, name, input, input_text } = event;
        this.#inputs.take(event);
        if (event.provider_executed) return;
        const calls = this.#choice(event.choice).tool_calls;
        const at = calls.findLastIndex((call) => call.id === id);
        if (at >= 0) calls[at] = { id, name, input, input_text };
        return;
      }
      case 'usage':
        for (const key of Object.keys(response.usage) as (keyof Usage)[]) response.usage[key] = event[key] ?? response.usage[key];
        return;
      case 'finish': {
        const choice = this.#choice(event.choice);
        choice.finish_reason = event.reason;
        choice.raw_finish_reason = event.raw_reason;
        return;
      }
      case 'error': {
        const { type: _, ...error } = event;
        if (response.error === null || (!isFatal(response.error) && isFatal(error))) response.error = error;
        return;
      }
      case 'unknown':
        response.unknown_events += 1;
        return;
      case 'stream-end':
        response.verdict = event.verdict;
    }
  }

  #choice(index: number): Choice {
    const { choices } = this.#response;
    const last = choices.at(-1);
    if (last?.index === index) return last;
    const known = choices.find((choice) => choice.index === index);
    if (known) return known;
    const choice: Choice = {
      index,
      text: '',
      reasoning: '',
      refusal: '',
      tool_calls: [],
      finish_reason: null,
      raw_finish_reason: null,
    };
    const after = choices.findIndex((other) => other.index > index);
    choices.splice(after < 0 ? choices.length : after, 0, choice);
    return choice;
  }
}

/** Whether part of the answer is known to be lost, or the answer failed. */
export const isFatal = ({ kind }: StreamError): boolean => !HARMLESS.has(kind);

const HARMLESS: ReadonlySet<ErrorKind> = new Set(['invalid-utf8', 'incomplete-frame', 'cancelled']);
