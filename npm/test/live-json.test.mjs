// The value of a JSON text that is being written is what the engine says it is, at every prefix.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { init } from '../dist/index.js';
import { LiveJson } from '../dist/live-json.js';
import { Session as EngineSession } from '../wasm/lean_agentic_wasm.js';
import { memoryBytes } from '../dist/engine.js';
import { corpus } from './support.mjs';

before(() => init());

const TEXTS = [
  '{"city": "Paris", "days": 10, "dry": true, "wet": false, "none": null}',
  ' [1, -0, 0.5, 1e3, 1.25E-2, [], {}, [[]], {"a": {"b": [1, 2, {"c": "d"}]}}] ',
  '"a string alone, with é, 你好, 👍 and \\u00e9 \\ud83d\\udc4d \\n \\"quoted\\" \\\\ \\/"',
  '{"a": 1, "a": 2, "__proto__": "x", "constructor": [3], "": 0}',
  'true', 'null', '12', '"x"', '[]', '{}',
  // No JSON: the value stays as it was.
  '{"a": tru}', '[1, 2,]', '{"a" 1}', '{a: 1}', '[01]', '[1.]', '[-]', '"\\x"', '"\\u12g4"', '"a\nb"', '[1] 2', '{"a": "b"]', '[nul]', ']',
];

/** What the engine says of each prefix of `text` as a tool's input. */
function* engineSays(text) {
  const session = new EngineSession('{"dialect":"openai-chat"}', 0);
  const push = (args) => {
    const call = { index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: args } };
    const frame = new TextEncoder().encode(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [call] } }] })}\n\n`);
    const place = session.reserve(frame.length);
    memoryBytes().set(frame, place);
    session.feed(frame.length, 0);
    const json = session.tool_input('c1');
    return json === undefined ? undefined : JSON.parse(json);
  };
  for (const point of text) yield push(point);
  session.free();
}

test('the value is what the engine says, at every prefix, of texts that are JSON and texts that are not', () => {
  const inputs = corpus().flatMap(({ events }) => events.filter(({ type }) => type === 'tool-call').map(({ input_text }) => input_text));
  assert.ok(inputs.length > 20);
  for (const text of [...TEXTS, ...inputs]) {
    const live = new LiveJson();
    let prefix = '';
    const points = [...text];
    for (const expected of engineSays(text)) {
      const point = points[prefix === '' ? 0 : [...prefix].length];
      prefix += point;
      live.push(point);
      assert.deepEqual(live.value, expected, JSON.stringify(prefix));
    }
  }
});

test('a whole text is what JSON.parse makes of it, in pieces of any size', () => {
  for (const text of TEXTS.slice(0, 10)) {
    for (const size of [1, 2, 3, 7, text.length]) {
      const live = new LiveJson();
      for (let at = 0; at < text.length; at += size) live.push(text.slice(at, at + size));
      // A number alone is whole only when something follows.
      live.push(' ');
      assert.deepEqual(live.value, JSON.parse(text), `${text} by ${size}`);
    }
  }
});

test('nesting has a limit', () => {
  const live = new LiveJson(4);
  live.push('[[[[[[[[');
  assert.deepEqual(live.value, [[[[]]]]);
});
