// A stream to decode, the engine, and what people write by hand instead.

import { createParser } from 'eventsource-parser';
import { Session } from 'midstream';

/** A chat answer of `events` deltas, in pieces of 16 KiB. */
export function stream(events: number): { pieces: Uint8Array[]; bytes: number; text: string } {
  const words = ['The ', 'engine ', 'reads ', 'along ', 'while ', 'an ', 'answer ', 'is ', 'being ', 'written.\\n'];
  let body = '';
  let text = '';
  for (let at = 0; at < events; at++) {
    const word = words[at % words.length]!;
    text += word.replace('\\n', '\n');
    body += `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1735689600,"model":"bench-1","system_fingerprint":"fp_bench","choices":[{"index":0,"delta":{"content":"${word}"},"logprobs":null,"finish_reason":null}]}\n\n`;
  }
  body += 'data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1735689600,"model":"bench-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
  const all = new TextEncoder().encode(body);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += 16_384) pieces.push(all.subarray(at, at + 16_384));
  return { pieces, bytes: all.length, text };
}

export function midstreamText(pieces: Uint8Array[]): string {
  const session = new Session();
  let text = '';
  const take = (events: Iterable<{ type: string; delta?: string }>): void => {
    for (const event of events) if (event.type === 'text-delta') text += event.delta;
  };
  for (const piece of pieces) take(session.push(piece) as Iterable<{ type: string; delta?: string }>);
  take(session.end() as Iterable<{ type: string; delta?: string }>);
  session.free();
  return text;
}

export function byHand(pieces: Uint8Array[]): string {
  const decoder = new TextDecoder();
  let text = '';
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data !== '[DONE]') text += JSON.parse(data).choices[0]?.delta?.content ?? '';
    },
  });
  for (const piece of pieces) parser.feed(decoder.decode(piece, { stream: true }));
  return text;
}
