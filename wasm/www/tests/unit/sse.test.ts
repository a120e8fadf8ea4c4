import { expect, test } from 'vitest';
import { SseParser, type Message } from '../../src/sse';

const BODY =
  ': hello\n\nid: 1\ndata: {"a":1}\n\nevent: other\r\ndata:one\r\ndata: two\r\n\r\nid: 3\rdata\r\rdata:  spaced\n\n' +
  'id: bad\0id\nnonsense: x\ndata: last\n\ndata: never dispatched\n';

const EXPECTED: Message[] = [
  { id: '1', event: 'message', data: '{"a":1}' },
  { id: '1', event: 'other', data: 'one\ntwo' },
  { id: '3', event: 'message', data: '' },
  { id: '3', event: 'message', data: ' spaced' },
  { id: '3', event: 'message', data: 'last' },
];

test('every two-way cut and one character at a time give the same events', () => {
  for (let cut = 0; cut <= BODY.length; cut++) {
    const parser = new SseParser();
    expect([...parser.push(BODY.slice(0, cut)), ...parser.push(BODY.slice(cut))]).toEqual(EXPECTED);
  }
  const parser = new SseParser();
  expect([...BODY].flatMap((character) => parser.push(character))).toEqual(EXPECTED);
});

test('a megabyte of lines that arrives at once is one pass over it', () => {
  // Looking for a CR to the end of the text at every line made this quadratic: minutes, where one pass takes a moment.
  const body = 'data: x\n\n'.repeat(120_000);
  expect(new SseParser().push(body)).toHaveLength(120_000);
});
