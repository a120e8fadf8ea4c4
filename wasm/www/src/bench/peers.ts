// A stream to decode, the engine, and what people write by hand instead.

import { createParser } from 'eventsource-parser';
import { Session } from 'midstream';

/** What both must come out with. */
export interface Answer {
  id: string | null;
  model: string | null;
  text: string;
  finish: string | null;
}

/** A chat answer of `events` deltas, in pieces of 16 KiB. */
export function stream(events: number): { pieces: Uint8Array[]; bytes: number; answer: Answer } {
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
  return { pieces, bytes: all.length, answer: { id: 'chatcmpl-bench', model: 'bench-1', text, finish: 'stop' } };
}

export function byMidstream(pieces: Uint8Array[]): Answer {
  const session = new Session();
  for (const piece of pieces) session.take(piece);
  session.end();
  const { id, model, choices } = session.response();
  return { id, model, text: choices[0]!.text, finish: choices[0]!.raw_finish_reason };
}

export function byHand(pieces: Uint8Array[]): Answer {
  const decoder = new TextDecoder();
  const answer: Answer = { id: null, model: null, text: '', finish: null };
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') return;
      const { id, model, choices } = JSON.parse(data);
      answer.id = id;
      answer.model = model;
      answer.text += choices[0]?.delta?.content ?? '';
      answer.finish = choices[0]?.finish_reason ?? answer.finish;
    },
  });
  for (const piece of pieces) parser.feed(decoder.decode(piece, { stream: true }));
  return answer;
}
