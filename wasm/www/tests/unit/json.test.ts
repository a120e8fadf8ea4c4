import { expect, test } from 'vitest';
import { placeIn, pretty } from '../../src/json';

const CASES = [
  '{}',
  '[]',
  '"a\\"b\\\\"',
  '-1.5',
  '[[],{},[1,[2]],{"a":{"b":[]}}]',
  '{"a":1,"b":[true,false,null],"c":{"d":"x: {y}, [z]"}}',
  ' { "a" : [ 1 , 2 ] } ',
  '"👍 ünï"',
];

test('lays out as JSON.stringify does', () => {
  for (const json of CASES) expect(pretty(json).text).toBe(JSON.stringify(JSON.parse(json), null, 2));
});

test('keeps numbers, escapes and repeated keys as they were written', () => {
  expect(pretty('{"n":12345678901234567890.10,"n":"\\u00e9"}').text).toBe(
    '{\n  "n": 12345678901234567890.10,\n  "n": "\\u00e9"\n}',
  );
});

test('every token is found where the layout says it is', () => {
  for (const json of CASES) {
    const layout = pretty(json);
    for (const { at, from, to } of layout.pieces) {
      expect(layout.text.slice(at, at + to - from)).toBe(json.slice(from, to));
      for (let offset = from; offset < to; offset++) expect(placeIn(layout, offset)).toBe(at + offset - from);
    }
    expect(placeIn(layout, json.length)).toBe(layout.text.length);
  }
});

test('a key is a key and a string a string', () => {
  const kinds = pretty('{"k":"v","n":1,"w":null}').pieces.filter(({ kind }) => kind !== 'mark');
  expect(kinds.map(({ kind }) => kind)).toEqual(['key', 'string', 'key', 'number', 'key', 'word']);
});

test('deep nesting costs neither stack nor quadratic space', () => {
  const deep = '['.repeat(5000) + ']'.repeat(5000);
  const { text } = pretty(deep);
  expect(text.split('\n')).toHaveLength(9999);
  expect(text.length).toBeLessThan(10_000 * 82);
});
