// The four ways to ask that the gateway's demo model knows, as their clients would ask.

export interface Api {
  id: string;
  name: string;
  path: string;
  headers(key: string): Record<string, string>;
  body(model: string, prompt: string): object;
  /** A tool as this API has it offered. */
  tool(tool: typeof WEATHER): object;
  /** How this API is asked for reasoning. */
  reasoning: object;
}

/** What is asked, and of whom. */
export interface Ask {
  model: string;
  prompt: string;
  /** Empty where none is given. */
  key: string;
  /** The upstream's name; empty where the path decides. */
  upstream: string;
  /** Whether the model is offered a tool. */
  tool: boolean;
  /** Whether the model is asked to reason. Models that can't may refuse the request. */
  reasoning: boolean;
}

/** The tool that can be offered, so that a tool call can be watched. Nothing runs it. */
const WEATHER = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: {
    type: 'object',
    properties: {
      city: { type: 'string', description: 'The name of the city' },
      unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
      days: { type: 'integer', description: 'How many days to look ahead', minimum: 1, maximum: 10 },
    },
    required: ['city', 'unit', 'days'],
  },
};

const functionTool = (tool: typeof WEATHER): object => ({ type: 'function', function: tool });

export const APIS: Api[] = [
  {
    id: 'openai-chat',
    name: 'OpenAI Chat',
    path: 'v1/chat/completions',
    headers: bearer,
    body: (model, prompt) => ({
      model,
      messages: [{ role: 'user', content: prompt }],
      stream: true,
      stream_options: { include_usage: true },
    }),
    tool: functionTool,
    reasoning: { reasoning_effort: 'medium' },
  },
  {
    id: 'openai-responses',
    name: 'OpenAI Responses',
    path: 'v1/responses',
    headers: bearer,
    body: (model, prompt) => ({ model, input: prompt, stream: true }),
    tool: (tool) => ({ type: 'function', ...tool }),
    reasoning: { reasoning: { effort: 'medium', summary: 'auto' } },
  },
  {
    id: 'anthropic',
    name: 'Anthropic Messages',
    path: 'v1/messages',
    headers: (key) => ({ 'anthropic-version': '2023-06-01', ...(key && { 'x-api-key': key }) }),
    body: (model, prompt) => ({ model, max_tokens: 4096, messages: [{ role: 'user', content: prompt }], stream: true }),
    tool: ({ name, description, parameters }) => ({ name, description, input_schema: parameters }),
    reasoning: { thinking: { type: 'enabled', budget_tokens: 2048 } },
  },
  {
    id: 'ollama',
    name: 'Ollama',
    path: 'api/chat',
    headers: bearer,
    body: (model, prompt) => ({ model, messages: [{ role: 'user', content: prompt }], stream: true }),
    tool: functionTool,
    reasoning: { think: true },
  },
];

/** A request that was refused. */
export class PromptError extends Error {}

/**
 * Sends `prompt` and reads the answer to its end; what it says is seen through the gateway's stream `onStream` is
 * called with. Rejects with a `PromptError` where the answer's status is not a success.
 */
export async function send(
  api: Api,
  ask: Ask,
  signal: AbortSignal,
  onStream: (id: string) => void,
): Promise<void> {
  const body = {
    ...api.body(ask.model, ask.prompt),
    ...(ask.tool && { tools: [api.tool(WEATHER)] }),
    ...(ask.reasoning && api.reasoning),
  };
  const response = await fetch(ask.upstream ? `${ask.upstream}/${api.path}` : api.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...api.headers(ask.key) },
    body: JSON.stringify(body),
    signal,
  });
  const id = response.headers.get('x-midstream-stream');
  if (id) onStream(id);
  if (!response.ok) throw new PromptError(`${response.status} ${response.statusText}: ${await start(response, 400)}`);
  // The bytes are of no interest here, but unread they would hold the stream up.
  const reader = response.body?.getReader();
  while (reader && !(await reader.read()).done);
}

/** At most `limit` characters of a body. */
async function start(response: Response, limit: number): Promise<string> {
  const text = (await response.text()).replace(/\s+/g, ' ').trim();
  return text.length > limit ? text.slice(0, limit) + '…' : text;
}

function bearer(key: string): Record<string, string> {
  return key ? { authorization: `Bearer ${key}` } : {};
}
