// Bytes to a whole response in JavaScript: this package beside what the field uses. All contenders take turns, so that
// what the machine does besides hits all alike; medians of CPU time, of all threads, are printed as a table. `node bench/decode.mjs [TURNS]`.
import assert from 'node:assert/strict';
import { cpus } from 'node:os';

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';
import { createParser } from 'eventsource-parser';
import { Stream } from 'openai/core/streaming';
import { parse as parsePartial } from 'partial-json';

import { EventDecoderStream, EngineWorker, init, midstream, midstreamFetch, Session } from '../dist/index.js';
import { memoryBytes } from '../dist/engine.js';
import { pieces, prose, response, toolInput } from './streams.mjs';

const turns = Number(process.argv[2] ?? 41);
await init();
const worker = await EngineWorker.start();

/** Chunks to one object, field by field, as `openai`'s stream helper accumulates them. */
const accumulate = () => {
  const answer = { id: null, model: null, choices: [], usage: null };
  return {
    answer,
    take({ id, model, choices, usage }) {
      answer.id = id;
      answer.model = model;
      if (usage) answer.usage = usage;
      for (const { index, delta, finish_reason } of choices) {
        const choice = (answer.choices[index] ??= { index, text: '', refusal: '', calls: [], finish: null });
        if (finish_reason) choice.finish = finish_reason;
        if (!delta) continue;
        if (delta.content) choice.text += delta.content;
        if (delta.refusal) choice.refusal += delta.refusal;
        for (const { index: at, id, function: called } of delta.tool_calls ?? []) {
          const call = (choice.calls[at] ??= { id: null, name: '', input: '' });
          if (id) call.id = id;
          if (called?.name) call.name = called.name;
          if (called?.arguments) call.input += called.arguments;
        }
      }
    },
    final: () => ({ ...answer, usage: counts(answer.usage?.prompt_tokens, answer.usage?.completion_tokens) }),
  };
};
const counts = (input, output) => ({ input: input ?? null, output: output ?? null });

/** Ours in those words: what every contender must come out with. */
const ours = ({ id, model, choices, usage }) => ({
  id,
  model,
  choices: choices.map(({ index, text, refusal, tool_calls, raw_finish_reason }) => ({
    index,
    text,
    refusal,
    calls: tool_calls.map(({ id, name, input_text }) => ({ id, name, input: input_text })),
    finish: raw_finish_reason,
  })),
  usage: counts(usage.input_tokens, usage.output_tokens),
});

const contenders = {
  'midstream, Session, no events wanted': (parts) => {
    const session = new Session();
    for (const part of parts) session.take(part);
    session.end();
    return ours(session.response());
  },
  'midstream, Session, an object each event': (parts) => {
    const session = new Session();
    for (const part of parts) session.push(part);
    session.end();
    return ours(session.response());
  },
  'midstream, for await over the Response': async (parts) => {
    const stream = midstream(response(parts));
    let events = 0;
    for await (const _ of stream) events++;
    return events > 0 && ours(stream.response());
  },
  'midstream, final() of the Response': async (parts) => ours(await midstream(response(parts)).final()),
  'midstream, EventDecoderStream': async (parts) => {
    const decoder = new EventDecoderStream();
    for await (const _ of response(parts).body.pipeThrough(decoder));
    return ours(decoder.response());
  },
  'midstream, in a worker': async (parts) => ours(await midstream(response(parts), { worker }).final()),
  'midstream, beside a fetch': async (parts) => {
    let end;
    const wrapped = midstreamFetch({ fetch: async () => response(parts), onEnd: (response) => (end = response) });
    await (await wrapped('http://localhost/')).arrayBuffer();
    return ours(end);
  },
  'eventsource-parser + JSON.parse': (parts) => {
    const { take, final } = accumulate();
    const parser = createParser({ onEvent: ({ data }) => data !== '[DONE]' && take(JSON.parse(data)) });
    const decoder = new TextDecoder();
    for (const part of parts) parser.feed(decoder.decode(part, { stream: true }));
    return final();
  },
  "openai's Stream": async (parts) => {
    const { take, final } = accumulate();
    for await (const chunk of Stream.fromSSEResponse(response(parts), new AbortController())) take(chunk);
    return final();
  },
  "AI SDK's streamText": async (parts) => {
    const provider = createOpenAICompatible({ name: 'bench', baseURL: 'http://localhost', fetch: async () => response(parts) });
    const result = streamText({ model: provider('m'), prompt: 'x', includeRawChunks: false });
    const { id, modelId } = await result.response;
    const usage = await result.usage;
    const choice = { index: 0, text: await result.text, refusal: '', calls: [], finish: await result.rawFinishReason };
    return { id, model: modelId, choices: [choice], usage: counts(usage.inputTokens, usage.outputTokens) };
  },
};

const body = prose(1000);
console.log(`${process.version}, ${cpus()[0].model}, ${cpus().length} cores, ${turns} turns`);
for (const size of [16_384, 330]) {
  const parts = pieces(body, size);
  const expected = await contenders['eventsource-parser + JSON.parse'](parts);
  for (const [name, run] of Object.entries(contenders)) {
    assert.deepEqual(await run(parts), expected, name);
  }
  const times = await measure(contenders, parts);
  console.log(`\nprose, ${body.length} bytes in 1,000 deltas, pieces of ${size} bytes\n`);
  table(times, body.length, 'midstream, Session, no events wanted');
}

// The value of a tool's input while it is written, asked for after every delta.
const call = pieces(toolInput(), 330);
const partial = {
  'midstream, toolInput()': () => {
    const session = new Session();
    let value;
    for (const part of call) {
      for (const event of session.push(part)) if (event.type === 'tool-input-delta') value = session.toolInput(event.id);
    }
    session.end();
    return value;
  },
  'partial-json': () => {
    const { answer, take } = accumulate();
    let value;
    const parser = createParser({
      onEvent: ({ data }) => {
        if (data === '[DONE]') return;
        take(JSON.parse(data));
        const input = answer.choices[0]?.calls[0]?.input;
        if (input) value = parsePartial(input);
      },
    });
    const decoder = new TextDecoder();
    for (const part of call) parser.feed(decoder.decode(part, { stream: true }));
    return value;
  },
};
assert.deepEqual(partial['midstream, toolInput()'](), partial['partial-json']());
console.log('\na tool input of 57 KB in 7,213 deltas, its value asked for after each\n');
table(await measure(partial, undefined, 3, 0), toolInput().length, 'midstream, toolInput()');

// A thousand streams leave nothing behind.
const short = pieces(prose(100), 330);
const decodeMany = (streams) => {
  for (let at = 0; at < streams; at++) contenders['midstream, Session, an object each event'](short);
};
decodeMany(50);
const used = [memoryBytes().length, heap()];
decodeMany(1000);
console.log(`\na thousand streams of ${prose(100).length} bytes: WASM memory ${used[0]} bytes before, ${memoryBytes().length} after`);
console.log(`the heap after collection: ${used[1]} bytes before, ${heap()} after`);
worker.terminate();

function heap() {
  if (!globalThis.gc) return 'unknown (node --expose-gc)';
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function measure(contenders, parts, rounds = turns, warm = 10) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let turn = 0; turn < rounds + warm; turn++) {
    for (const [name, run] of Object.entries(contenders)) {
      // What the one before left behind is not this one's to pay for.
      await new Promise((resolve) => setTimeout(resolve, 5));
      const start = process.cpuUsage();
      await run(parts);
      const { user, system } = process.cpuUsage(start);
      // The first turns warm up.
      if (turn >= warm) times[name].push((user + system) / 1000);
    }
  }
  return times;
}

function table(times, bytes, reference) {
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const medians = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
  console.log('| | CPU ms | MB/s | time / midstream |\n|---|---|---|---|');
  for (const [name, ms] of Object.entries(medians)) {
    console.log(`| ${name} | ${ms.toFixed(2)} | ${(bytes / ms / 1000).toFixed(1)} | ${(ms / medians[reference]).toFixed(2)} |`);
  }
}
