// The streams that the benchmarks read: OpenAI chat chunks in the documented shape, as `benches/decode.rs` has them.

const WORDS = ['The ', 'quick ', 'brown ', 'fox ', 'jumps ', 'over ', 'the ', 'lazy ', 'dog. '];

/** Prose in `events` deltas, about 330 bytes an event. */
export const prose = (events) =>
  chat(Array.from({ length: events }, (_, at) => ({ content: WORDS[at % WORDS.length] })), 'stop');

/** One tool call whose input comes in `deltas` pieces: 57 KB in 7,213. */
export function toolInput(deltas = 7213) {
  const open = { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'write', arguments: '' } }] };
  const items = Array.from({ length: Math.ceil(deltas / 4) }, (_, at) => ({ name: `item ${at}`, n: at }));
  const text = JSON.stringify({ items });
  const size = Math.ceil(text.length / deltas);
  const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g'));
  return chat([open, ...pieces.map((piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] }))], 'tool_calls');
}

function chat(deltas, finish) {
  const chunk = (choices, usage = null) =>
    `data: ${JSON.stringify({
      id: 'chatcmpl-BKGSYk4GSTn2qQFwEXTTMwV7wUlMc',
      object: 'chat.completion.chunk',
      created: 1744200000,
      model: 'gpt-4o-mini-2024-07-18',
      service_tier: 'default',
      system_fingerprint: 'fp_b705f0c291',
      choices,
      usage,
      obfuscation: 'kH2yAqTn',
    })}\n\n`;
  const choice = (delta, finish_reason = null) => [{ index: 0, delta, logprobs: null, finish_reason }];
  const usage = { prompt_tokens: 12, completion_tokens: deltas.length, total_tokens: 12 + deltas.length };
  const chunks = [chunk(choice({ role: 'assistant', content: '' })), ...deltas.map((delta) => chunk(choice(delta)))];
  return new TextEncoder().encode(chunks.join('') + chunk(choice({}, finish)) + chunk([], usage) + 'data: [DONE]\n\n');
}

export function pieces(bytes, size) {
  const result = [];
  for (let at = 0; at < bytes.length; at += size) result.push(bytes.slice(at, at + size));
  return result;
}

export const response = (parts) =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const part of parts) controller.enqueue(part);
        controller.close();
      },
    }),
    { headers: { 'content-type': 'text/event-stream' } },
  );
