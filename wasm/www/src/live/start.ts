// What to do while no stream is shown: ask here, or point a client here.

import { copyButton, h, setAttr } from '../dom';

interface Example {
  name: string;
  code(base: string): string;
}

/** `suggest` puts a prompt into the box, and says whether to offer a tool with it and to ask for reasoning. */
export function startPage(suggest: (prompt: string, tool: boolean, reasoning: boolean) => void): HTMLElement {
  const suggestion = ({ prompt, tool, reasoning }: (typeof PROMPTS)[number]): HTMLElement =>
    h('button', { type: 'button', onclick: () => suggest(prompt, tool, reasoning) }, prompt);
  return h(
    'section',
    { class: 'start', 'aria-labelledby': 'start-title' },
    h('h2', { id: 'start-title' }, 'Watch an answer while it is being written'),
    h(
      'div',
      { class: 'ways' },
      h(
        'div',
        { class: 'way' },
        h('h3', {}, 'Ask here'),
        h('p', {}, 'Send a prompt from the box below. Without an upstream the built-in demo model answers.'),
        h('div', { class: 'suggestions' }, ...PROMPTS.map(suggestion)),
      ),
      h(
        'div',
        { class: 'way' },
        h('h3', {}, 'Or point your client here'),
        h('p', {}, 'Change its base URL, nothing else. Each streamed answer appears in the list as it begins.'),
        examples(location.origin),
      ),
    ),
  );
}

/** The examples under tabs. */
function examples(base: string): HTMLElement {
  const code = h('code');
  const panel = h('pre', { class: 'example', id: 'example', role: 'tabpanel', tabindex: 0 }, code);
  const tabs = EXAMPLES.map((example) => h('button', { type: 'button', role: 'tab', 'aria-controls': 'example' }, example.name));
  const show = (at: number): void => {
    tabs.forEach((tab, index) => {
      setAttr(tab, 'aria-selected', String(index === at));
      setAttr(tab, 'tabindex', index === at ? '0' : '-1');
    });
    setAttr(panel, 'aria-label', EXAMPLES[at]!.name);
    code.textContent = EXAMPLES[at]!.code(base);
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener('click', () => show(index));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const to = (index + step + tabs.length) % tabs.length;
      show(to);
      tabs[to]!.focus();
    });
  });
  show(0);
  return h(
    'div',
    { class: 'examples' },
    h('div', { class: 'example-bar' }, h('div', { role: 'tablist', 'aria-label': 'Clients' }, ...tabs), copyButton('Copy the example', () => code.textContent ?? '')),
    panel,
  );
}

const PROMPTS = [
  { prompt: 'How does an answer travel from the model to this page?', tool: false, reasoning: false },
  { prompt: 'Who were Marie Curie and Lise Meitner?', tool: false, reasoning: false },
  { prompt: 'What will the weather be in Oslo in the next 3 days?', tool: true, reasoning: false },
  { prompt: 'Think step by step: is 2027 a prime number?', tool: false, reasoning: true },
];

const EXAMPLES: Example[] = [
  {
    name: 'curl',
    code: (base) => `curl -N ${base}/v1/chat/completions \\
  -H 'content-type: application/json' \\
  -d '{"model": "demo", "stream": true,
       "messages": [{"role": "user", "content": "Hello"}]}'`,
  },
  {
    name: 'openai',
    code: (base) => `from openai import OpenAI

client = OpenAI(base_url="${base}/v1", api_key="unused")
stream = client.chat.completions.create(
    model="demo", stream=True,
    messages=[{"role": "user", "content": "Hello"}])
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)`,
  },
  {
    name: 'anthropic',
    code: (base) => `from anthropic import Anthropic

client = Anthropic(base_url="${base}", api_key="unused")
with client.messages.stream(
    model="demo", max_tokens=1024,
    messages=[{"role": "user", "content": "Hello"}]) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)`,
  },
  {
    name: 'ollama',
    code: (base) => `from ollama import Client

client = Client(host="${base}")
for part in client.chat(model="demo", stream=True,
                        messages=[{"role": "user", "content": "Hello"}]):
    print(part.message.content, end="", flush=True)`,
  },
];
