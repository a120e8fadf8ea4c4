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
import { pieces, prose, response, toolInput } from './streams.mjs';

const turns = Number(process.argv[2] ?? 41);
await init();
const worker = await EngineWorker.start();

/** What every contender must come out with. */
const final = (choice, usage) => ({ text: choice.text, finish: choice.finish, output: usage?.completion_tokens ?? null });

const fold = () => {
  const answer = { text: '', finish: null, usage: null, input: '' };
  return {
    answer,
    take(chunk) {
      const choice = chunk.choices[0];
      if (choice?.delta.content) answer.text += choice.delta.content;
      if (choice?.delta.tool_calls) answer.input += choice.delta.tool_calls[0].function.arguments;
      answer.finish = choice?.finish_reason ?? answer.finish;
      answer.usage = chunk.usage ?? answer.usage;
    },
    final: () => final(answer, answer.usage),
  };
};

const ours = ({ choices, usage }) => ({
  text: choices[0].text,
  finish: choices[0].raw_finish_reason,
  output: usage.output_tokens,
});

const contenders = {
  'midstream, Session': (parts) => {
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
    const { take, final } = fold();
    const parser = createParser({ onEvent: ({ data }) => data !== '[DONE]' && take(JSON.parse(data)) });
    const decoder = new TextDecoder();
    for (const part of parts) parser.feed(decoder.decode(part, { stream: true }));
    return final();
  },
  "openai's Stream": async (parts) => {
    const { take, final } = fold();
    for await (const chunk of Stream.fromSSEResponse(response(parts), new AbortController())) take(chunk);
    return final();
  },
  "AI SDK's streamText": async (parts) => {
    const provider = createOpenAICompatible({ name: 'bench', baseURL: 'http://localhost', fetch: async () => response(parts) });
    const result = streamText({ model: provider('m'), prompt: 'x', includeRawChunks: false });
    return { text: await result.text, finish: await result.rawFinishReason ?? await result.finishReason, output: (await result.usage).outputTokens ?? null };
  },
};

const body = prose(1000);
console.log(`${process.version}, ${cpus()[0].model}, ${cpus().length} cores, ${turns} turns`);
for (const size of [16_384, 330]) {
  const parts = pieces(body, size);
  const expected = await contenders['eventsource-parser + JSON.parse'](parts);
  for (const [name, run] of Object.entries(contenders)) {
    const found = await run(parts);
    // The AI SDK does not ask for usage here and says what it has; the text must be whole with everyone.
    assert.equal(found.text, expected.text, name);
  }
  const times = await measure(contenders, parts);
  console.log(`\nprose, ${body.length} bytes in 1,000 deltas, pieces of ${size} bytes\n`);
  table(times, body.length, 'midstream, Session');
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
    const { answer, take } = fold();
    let value;
    const parser = createParser({
      onEvent: ({ data }) => {
        if (data === '[DONE]') return;
        take(JSON.parse(data));
        if (answer.input !== '') value = parsePartial(answer.input);
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
worker.terminate();

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
