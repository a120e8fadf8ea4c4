import { describe, expect, test } from 'vitest';
import type { Place, StreamEvent } from '../../src/events';
import { describe as sentence } from '../../src/findings';
import { StreamState, markedText } from '../../src/stream';

/** A state that has taken `events`, one every millisecond. */
function after(...events: (StreamEvent | Record<string, unknown>)[]): StreamState {
  const state = new StreamState();
  events.forEach((event, seq) => state.apply({ seq, at_us: seq * 1000, ...event } as StreamEvent & Place));
  return state;
}

const text = (delta: string, choice = 0, block = 0): StreamEvent => ({ type: 'text-delta', choice, block, delta });

const textOf = (state: StreamState, choice: number, channel: string): string | undefined =>
  state.choices.find(({ index }) => index === choice)?.channels.get(channel)?.content.text;

describe('answers', () => {
  test('blocks stand in order of appearance and share the channel of their kind', () => {
    const state = after(
      { type: 'reasoning-start', choice: 0, block: 0 },
      { type: 'reasoning-delta', choice: 0, block: 0, delta: 'hm' },
      { type: 'reasoning-end', choice: 0, block: 0 },
      { type: 'text-start', choice: 0, block: 1 },
      text('Hel', 0, 1),
      text('lo', 0, 1),
      { type: 'text-end', choice: 0, block: 1 },
      { type: 'reasoning-start', choice: 0, block: 2 },
      { type: 'reasoning-delta', choice: 0, block: 2, delta: 'more' },
      { type: 'text-start', choice: 0, block: 3 },
      text(' again', 0, 3),
    );
    const shown = state.choices[0]!.parts.map(({ kind, channel, start, end }) => [kind, channel.content.text.slice(start, end)]);
    expect(shown).toEqual([['reasoning', 'hm'], ['text', 'Hello'], ['reasoning', 'more'], ['text', ' again']]);
    expect(textOf(state, 0, 'text')).toBe('Hello again');
  });

  test('several choices interleave without mixing and are sorted', () => {
    const state = after(text('b', 1), text('a', 0), text('B', 1), text('A', 0), { type: 'refusal-delta', choice: 2, delta: 'no' });
    expect(state.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect([textOf(state, 0, 'text'), textOf(state, 1, 'text'), textOf(state, 2, 'refusal')]).toEqual(['aA', 'bB', 'no']);
    expect(state.choices.map(({ parts }) => parts.length)).toEqual([1, 1, 1]);
  });

  test('parallel tool calls grow apart; the call says whether the input is JSON', () => {
    const state = after(
      { type: 'tool-input-start', choice: 0, id: 'a', name: 'f' },
      { type: 'tool-input-start', choice: 0, id: 'b', name: 'g', provider_executed: true },
      { type: 'tool-input-delta', id: 'a', delta: '{"x":' },
      { type: 'tool-input-delta', id: 'b', delta: '{"y' },
      { type: 'tool-input-delta', id: 'a', delta: '1}' },
      { type: 'tool-input-end', id: 'a' },
      { type: 'tool-call', choice: 0, id: 'a', name: 'f', input: { x: 1 }, input_text: '{"x":1}' },
      { type: 'error', kind: 'invalid-tool-input', message: 'cut off', offset: 3, span: { choice: 0, channel: 'tool:b', start: 3, end: 3 } },
      { type: 'tool-call', choice: 0, id: 'b', name: 'g', input: null, input_text: '{"y' },
      { type: 'tool-call', choice: 0, id: 'c', name: 'sql', input: null, input_text: 'SELECT 1;' },
    );
    const tools = state.choices[0]!.parts.map(({ tool }) => tool!);
    expect(tools.map(({ call }) => call)).toEqual([
      { inputText: '{"x":1}', is: 'json' },
      { inputText: '{"y', is: 'broken' },
      // A tool that takes words or code: no error has told of it.
      { inputText: 'SELECT 1;', is: 'free' },
    ]);
    expect([textOf(state, 0, 'tool:a'), textOf(state, 0, 'tool:b')]).toEqual(['{"x":1}', '{"y']);
    expect(tools[1]!.providerExecuted).toBe(true);
  });

  test('an empty input and a JSON null are valid inputs', () => {
    const call = (input_text: string): StreamEvent => ({ type: 'tool-call', choice: 0, id: 'a', name: 'f', input: null, input_text });
    for (const input of ['', 'null', ' null ']) {
      expect(after({ type: 'tool-input-start', choice: 0, id: 'a', name: 'f' }, call(input)).choices[0]!.parts[0]!.tool!.call!.is).toBe('json');
    }
  });
});

describe('the stream', () => {
  test('usage keeps what a newer count leaves out; metadata likewise', () => {
    const none = { input_tokens: null, output_tokens: null, reasoning_tokens: null, cache_read_tokens: null, total_tokens: null };
    const state = after(
      { type: 'response-metadata', id: 'r1', model: 'm' },
      { type: 'response-metadata', model: 'm2' },
      { type: 'usage', ...none, input_tokens: 7 },
      { type: 'usage', ...none, output_tokens: 9 },
    );
    expect(state.usage).toEqual({ ...none, input_tokens: 7, output_tokens: 9 });
    expect([state.responseId, state.model]).toEqual(['r1', 'm2']);
  });

  test('an event that comes again after resuming is taken once', () => {
    const state = after(text('a'));
    expect(state.apply({ ...text('a'), seq: 0, at_us: 0 })).toBe(false);
    expect(state.apply({ ...text('b'), seq: 1, at_us: 1 })).toBe(true);
    expect(textOf(state, 0, 'text')).toBe('ab');
  });

  test('errors, verdict and an event of an unknown type', () => {
    const state = after(
      { type: 'error', kind: 'provider', message: 'overloaded', code: '529', offset: 77 },
      { type: 'unknown', name: 'x', raw: {} },
      { type: 'from-the-future', value: 1 },
      { type: 'stream-end', verdict: 'failed', metrics: { duration_us: 5 } },
    );
    expect(state.errors).toMatchObject([{ message: 'overloaded', offset: 77 }]);
    expect([state.unknownEvents, state.verdict, state.metrics!.duration_us]).toEqual([2, 'failed', 5]);
  });
});

describe('findings', () => {
  test('spans in UTF-8 become marks in the text, also across blocks', () => {
    const state = after(
      text('grüße 👍 '),
      { type: 'text-end', choice: 0, block: 0 },
      text('an Zoë!', 0, 1),
      { type: 'entity', id: 1, kind: 'person', text: 'Zoë', confidence: 0.9, span: { choice: 0, channel: 'text', start: 16, end: 20 } },
      { type: 'repetition', span: { choice: 0, channel: 'text', start: 0, end: 99 }, period: 3, repeats: 4 },
    );
    expect(state.findings.map(({ mark }) => markedText(mark!))).toEqual(['Zoë', 'grüße 👍 an Zoë!']);
    expect(sentence(state.findings[0]!.event, 'Zoë')).toBe('person 1: “Zoë” · 90 %');
  });

  test('a relation reads as a sentence of its parts', () => {
    const part = (text: string) => ({ text, start: 0, end: 1 });
    const said = { subject: part('Ada'), predicate: part('worked with'), object: part('Charles'), adjuncts: [part('in London')] };
    const span = { choice: 0, channel: 'text', start: 0, end: 2 };
    const state = after(text('abc'), { type: 'relation', kind: 'verb', ...said, span, confidence: 0.82, negated: true });
    expect(sentence(state.findings[0]!.event, 'ab')).toBe('Ada · worked with · Charles · in London · denial · 82 %');
  });

  test('an event of an unknown type with a span is a finding', () => {
    const state = after(text('abc'), { type: 'novelty', score: 0.5, span: { choice: 0, channel: 'text', start: 1, end: 2 } });
    expect(state.findings[0]!.kind).toBe('novelty');
    expect(markedText(state.findings[0]!.mark!)).toBe('b');
    expect(state.unknownEvents).toBe(0);
  });

  test('a silence stands where the stream was', () => {
    const state = after({ type: 'stall', silent_us: 9e6 }, text('ab'), { type: 'stall', silent_us: 2.5e6 }, text('cd'));
    expect(state.findings.map(({ mark }) => mark && [mark.channel.name, mark.start8, mark.end8])).toEqual([null, ['text', 2, 2]]);
    expect(sentence(state.findings[1]!.event, '')).toBe('no content for 2.5 s');
  });
});
