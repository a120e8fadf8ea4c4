// What each provider's own client makes of a stream, in one shape: {text, tools: [{name, input}], usage, finish}.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';

const key = 'not-a-key';

export async function openaiChat(baseURL, request = {}) {
  const client = new OpenAI({ baseURL: `${baseURL}/v1`, apiKey: key, maxRetries: 0 });
  const options = { model: 'demo', messages: hello, stream_options: { include_usage: true }, ...request };
  const stream = client.chat.completions.stream(options);
  const { choices, usage } = await stream.finalChatCompletion();
  const [{ message, finish_reason: finish }] = choices;
  const tools = (message.tool_calls ?? []).map((call) => tool(call.function.name, call.function.arguments));
  return { text: message.content ?? '', tools, usage: tokens(usage?.prompt_tokens, usage?.completion_tokens), finish };
}

export async function openaiResponses(baseURL, request = {}) {
  const client = new OpenAI({ baseURL: `${baseURL}/v1`, apiKey: key, maxRetries: 0 });
  const response = await client.responses.stream({ model: 'demo', input: 'Hello', ...request }).finalResponse();
  const calls = response.output.filter((item) => item.type in hostRuns);
  const messages = response.output.filter((item) => item.type === 'message').flatMap((item) => item.content);
  const text = messages.map((part) => part.text ?? '').join('');
  const tools = calls.map((call) => hostRuns[call.type](call));
  const { usage, status, incomplete_details: incomplete } = response;
  return { text, tools, usage: tokens(usage?.input_tokens, usage?.output_tokens), finish: incomplete?.reason ?? status };
}

export async function anthropic(baseURL, request = {}) {
  const client = new Anthropic({ baseURL, apiKey: key, maxRetries: 0 });
  const stream = client.messages.stream({ model: 'demo', max_tokens: 1000, messages: hello, ...request });
  const { content, usage, stop_reason: finish } = await stream.finalMessage();
  const text = content.filter((block) => block.type === 'text').map((block) => block.text).join('');
  const calls = content.filter((block) => block.type === 'tool_use');
  const tools = calls.map((call) => ({ name: call.name, input: call.input }));
  return { text, tools, usage: tokens(usage.input_tokens, usage.output_tokens), finish };
}

export async function gemini(baseURL, request = {}) {
  const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: baseURL } });
  const answer = { text: '', tools: [], usage: tokens(), finish: null };
  for await (const chunk of await client.models.generateContentStream({ model: 'demo', contents: 'Hello', ...request })) {
    const candidate = chunk.candidates?.[0];
    const parts = candidate?.content?.parts ?? [];
    answer.text += parts.filter((part) => part.text && !part.thought).map((part) => part.text).join('');
    answer.tools.push(...(chunk.functionCalls ?? []).map((call) => ({ name: call.name, input: call.args ?? {} })));
    answer.finish = candidate?.finishReason ?? answer.finish;
    const usage = chunk.usageMetadata;
    if (usage) answer.usage = tokens(usage.promptTokenCount, usage.candidatesTokenCount ?? answer.usage.output);
  }
  return answer;
}

export async function ollama(baseURL, request = {}, { generate = false } = {}) {
  const client = new Ollama({ host: baseURL });
  const answer = { text: '', tools: [], usage: tokens(), finish: null };
  const options = { model: 'demo', stream: true, ...request };
  const chunks = generate ? client.generate({ ...options, prompt: 'Hello' }) : client.chat({ ...options, messages: hello });
  for await (const chunk of await chunks) {
    answer.text += chunk.message?.content ?? chunk.response ?? '';
    const calls = chunk.message?.tool_calls ?? [];
    answer.tools.push(...calls.map((call) => ({ name: call.function.name, input: call.function.arguments })));
    if (chunk.done) {
      answer.finish = chunk.done_reason ?? null;
      answer.usage = tokens(chunk.prompt_eval_count, chunk.eval_count);
    }
  }
  return answer;
}

/** Midstream's final object in the same shape. */
export function ours(final) {
  const choice = final.choices[0] ?? { text: '', tool_calls: [], raw_finish_reason: null };
  const tools = choice.tool_calls.map((call) => tool(call.name, call.input_text));
  const { input_tokens: input, output_tokens: output } = final.usage;
  return { text: choice.text, tools, usage: tokens(input, output), finish: choice.raw_finish_reason };
}

// The items of a Responses answer that are calls for the host to run.
const hostRuns = {
  function_call: (call) => tool(call.name, call.arguments),
  custom_tool_call: (call) => tool(call.name, call.input),
  apply_patch_call: (call) => ({ name: 'apply_patch', input: call.operation }),
};

function tool(name, input) {
  try {
    return { name, input: JSON.parse(input === '' ? '{}' : input) };
  } catch {
    return { name, input };
  }
}

const tokens = (input, output) => ({ input: input ?? null, output: output ?? null });
const hello = [{ role: 'user', content: 'Hello' }];
