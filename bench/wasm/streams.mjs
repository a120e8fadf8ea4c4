// The streams that everybody reads: OpenAI chat in its documented shape, about 300 bytes an event.

const encoder = new TextEncoder();

function chunk(delta, finish_reason = null) {
  return `data: ${JSON.stringify({
    id: 'chatcmpl-BenchmarkStreamOfOurOwnMaking',
    object: 'chat.completion.chunk',
    created: 1760000000,
    model: 'gpt-4.1-mini-2025-04-14',
    service_tier: 'default',
    system_fingerprint: 'fp_0123456789',
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    obfuscation: 'aBcDeFgHiJ',
  })}\n\n`;
}

const WORDS = 'the answer arrives word by word, "quoted" at times, on a new\nline or with an é in it, and goes on'.split(' ');

/** A stream of `events` pieces of text. */
export function prose(events) {
  let body = chunk({ role: 'assistant', content: '', refusal: null });
  for (let at = 0; at < events; at++) body += chunk({ content: `${WORDS[at % WORDS.length]} ` });
  return encoder.encode(`${body}${chunk({}, 'stop')}data: [DONE]\n\n`);
}

/** A stream that calls a tool with an input of about `bytes` bytes, in pieces of some 12 bytes. */
export function toolInput(bytes) {
  const input = { files: [] };
  for (let size = 0, at = 0; size < bytes; at++) {
    const file = { path: `src/part_${at}.ts`, content: `export const part${at} = (x: number) => x * ${at};\n`, lines: at };
    input.files.push(file);
    size += JSON.stringify(file).length + 1;
  }
  const text = JSON.stringify(input);
  const call = { index: 0, id: 'call_BenchmarkOfOurOwn', type: 'function', function: { name: 'write_files', arguments: '' } };
  let body = chunk({ role: 'assistant', content: null, tool_calls: [call] });
  for (let at = 0; at < text.length; at += 12) {
    body += chunk({ tool_calls: [{ index: 0, function: { arguments: text.slice(at, at + 12) } }] });
  }
  return { body: encoder.encode(`${body}${chunk({}, 'tool_calls')}data: [DONE]\n\n`), text, value: input };
}

/** `body` in pieces of `size` bytes, as a socket brings them. */
export function pieces(body, size = 16 * 1024) {
  const cut = [];
  for (let at = 0; at < body.length; at += size) cut.push(body.subarray(at, at + size));
  return cut;
}
