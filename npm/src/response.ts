// Events in, one object out: what a stream amounts to. The twin of `crates/midstream/src/response.rs`; a test holds the
// two together over the whole corpus.

import { ToolInputs } from './tool-inputs.js';
import type { Choice, ErrorKind, FinalResponse, StreamError, StreamEvent, ToolCall, Usage } from './events.js';

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
  /** Where in its channel's text each answer's latest block began, in UTF-16 units. */
  #blockStarts = new Map<number, number>();

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
      case 'text-start':
        this.#blockStarts.set(event.choice, this.#choice(event.choice).text.length);
        return;
      case 'reasoning-start':
        this.#blockStarts.set(event.choice, this.#choice(event.choice).reasoning.length);
        return;
      case 'text-end':
      case 'reasoning-end':
        return this.#sign(event);
      case 'tool-input-delta':
        this.#inputs.take(event);
        return;
      case 'tool-input-start': {
        this.#inputs.take(event);
        const { choice, id, name, provider_executed } = event;
        this.#calls(choice, provider_executed).push({ id, name, input: null, input_text: '' });
        return;
      }
      case 'tool-call': {
        this.#inputs.take(event);
        const { type: _, choice, provider_executed, ...call } = event;
        const calls = this.#calls(choice, provider_executed);
        const at = calls.findLastIndex(({ id }) => id === call.id);
        if (at >= 0) calls[at] = call;
        return;
      }
      case 'tool-result': {
        const { type: _, choice, ...result } = event;
        (this.#choice(choice).tool_results ??= []).push(result);
        return;
      }
      case 'source': {
        const { type: _, choice, ...source } = event;
        (this.#choice(choice).sources ??= []).push(source);
        return;
      }
      case 'file': {
        const { type: _, choice, ...file } = event;
        (this.#choice(choice).files ??= []).push(file);
        return;
      }
      case 'usage': {
        const { type: _, ...usage } = event;
        for (const [key, count] of Object.entries(usage) as [keyof Usage, number | null | undefined][]) {
          if (count !== null && count !== undefined) response.usage[key] = count;
        }
        return;
      }
      case 'provider-metadata': {
        const about = event.choice === undefined ? response : this.#choice(event.choice);
        (about.provider_metadata ??= {})[event.name] = event.raw;
        return;
      }
      case 'finish': {
        const choice = this.#choice(event.choice);
        choice.finish_reason = event.reason;
        choice.raw_finish_reason = event.raw_reason;
        if (event.stop_sequence !== undefined) choice.stop_sequence = event.stop_sequence;
        else delete choice.stop_sequence;
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

  /** The calls of tools that the provider runs itself, or of those that the host is to run. */
  #calls(choice: number, providerExecuted = false): ToolCall[] {
    const known = this.#choice(choice);
    return providerExecuted ? (known.provider_tool_calls ??= []) : known.tool_calls;
  }

  /** Takes the end of a block, which may be signed or encrypted. */
  #sign(event: Extract<StreamEvent, { type: 'text-end' | 'reasoning-end' }>): void {
    const { type, choice: index, block: _, ...signed } = event;
    if (Object.keys(signed).length === 0) return;
    const choice = this.#choice(index);
    const channel = type === 'text-end' ? 'text' : 'reasoning';
    const span = { choice: index, channel, start: this.#blockStarts.get(index) ?? 0, end: choice[channel].length } as const;
    (choice.signatures ??= []).push({ span, ...signed });
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

const HARMLESS: ReadonlySet<ErrorKind> = new Set([
  'ignored-lines',
  'incomplete-frame',
  'invalid-tool-input',
  'invalid-utf8',
  'cancelled',
]);
