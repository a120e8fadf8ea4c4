// The JavaScript libraries of the field, each reading the same stream to the same end.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';
import { createParser } from 'eventsource-parser';
import { Stream } from 'openai/core/streaming';

/** By hand: `eventsource-parser`, `JSON.parse`, and the accumulation that `openai`'s helper does. */
export function byHand(cut) {
  const outcome = { text: '', input: '', finish: null };
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent({ data }) {
      if (data !== '[DONE]') accumulate(outcome, JSON.parse(data));
    },
  });
  for (const piece of cut) parser.feed(decoder.decode(piece, { stream: true }));
  return outcome;
}

/** `openai`'s own stream. */
export async function openai(cut) {
  const outcome = { text: '', input: '', finish: null };
  for await (const chunk of Stream.fromSSEResponse(new Response(body(cut)), new AbortController())) accumulate(outcome, chunk);
  return outcome;
}

/** The AI SDK's `streamText`. */
export async function aiSdk(cut) {
  const fetch = async () => new Response(body(cut), { headers: { 'content-type': 'text/event-stream' } });
  const provider = createOpenAICompatible({ name: 'bench', baseURL: 'http://localhost/v1', fetch });
  const { fullStream } = streamText({ model: provider('demo'), prompt: 'go' });
  const outcome = { text: '', input: '', finish: null };
  for await (const part of fullStream) {
    if (part.type === 'text-delta') outcome.text += part.text;
    else if (part.type === 'finish') outcome.finish = part.finishReason;
    else if (part.type === 'error') throw part.error;
  }
  return outcome;
}

function accumulate(outcome, { choices: [choice] }) {
  const { delta, finish_reason } = choice;
  if (delta.content) outcome.text += delta.content;
  for (const call of delta.tool_calls ?? []) outcome.input += call.function.arguments;
  if (finish_reason) outcome.finish = finish_reason;
}

function body(cut) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < cut.length) controller.enqueue(cut[at++].slice());
      else controller.close();
    },
  });
}
