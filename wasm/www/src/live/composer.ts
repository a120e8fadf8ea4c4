// The box to ask from.

import { h, icon, setAttr, setText } from '../dom';
import { APIS, PromptError, send } from '../prompt';

export class Composer {
  readonly element: HTMLFormElement;
  private readonly api = h('select', { id: 'api' }, ...APIS.map(({ id, name }) => h('option', { value: id }, name)));
  private readonly model = h('input', { id: 'model', placeholder: 'demo', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off' });
  private readonly key = h('input', { id: 'key', type: 'password', autocomplete: 'off', placeholder: 'if needed' });
  private readonly keyLabel = h(
    'label',
    { class: 'key-label', title: 'Sent with the prompt, kept in this page’s memory only', hidden: true },
    h('span', {}, 'Key'),
    this.key,
  );
  private readonly upstream = h('select', { id: 'upstream' }, h('option', { value: '' }, 'by path'));
  private readonly upstreamLabel = h(
    'label',
    { title: 'Who answers: the upstream that the API’s path leads to, or one by name', hidden: true },
    h('span', {}, 'To'),
    this.upstream,
  );
  private readonly tool = h('input', { id: 'tool', type: 'checkbox' });
  private readonly reasoning = h('input', { id: 'reasoning', type: 'checkbox' });
  private readonly text = h('textarea', {
    id: 'prompt',
    rows: 2,
    placeholder: 'Ask something, and watch the answer arrive',
    'aria-label': 'Prompt',
    'aria-keyshortcuts': 'Control+Enter Meta+Enter',
  });
  /** Where a stream is shown on a phone, there is room for the text only. */
  private readonly more = h('button', { type: 'button', class: 'quiet composer-more', 'aria-expanded': 'false' }, 'Options');
  private readonly submit = h('button', { type: 'submit', class: 'primary' }, icon('send'), 'Send', h('kbd', {}, SHORTCUT));
  private readonly stop = h('button', { type: 'button', class: 'danger', hidden: true }, icon('stop'), 'Stop');
  private readonly problem = h('p', { class: 'problem', role: 'alert' });
  private abort: AbortController | null = null;

  /** `onStream` is told the stream that a prompt began; `onRunning` the one that can be stopped, or null. */
  constructor(
    private readonly onStream: (id: string) => void,
    private readonly onRunning: (id: string | null) => void,
  ) {
    this.element = h(
      'form',
      { class: 'composer', 'aria-label': 'Send a prompt' },
      this.text,
      h(
        'div',
        { class: 'composer-line' },
        h('label', {}, h('span', {}, 'API'), this.api),
        h('label', {}, h('span', {}, 'Model'), this.model),
        this.upstreamLabel,
        this.keyLabel,
        h(
          'label',
          { class: 'check', title: 'Offers the model a tool, get_weather, that it may call; nothing runs it' },
          this.tool,
          'Tool',
        ),
        h(
          'label',
          { class: 'check', title: 'Asks the model to reason; one that can’t may refuse the request' },
          this.reasoning,
          'Reasoning',
        ),
        h('div', { class: 'composer-buttons' }, this.more, this.stop, this.submit),
      ),
      this.problem,
    );
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.send();
    });
    this.text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void this.send();
    });
    this.stop.addEventListener('click', () => this.cancel());
    this.more.addEventListener('click', () => {
      const isOpen = this.element.classList.toggle('is-open');
      setAttr(this.more, 'aria-expanded', String(isOpen));
    });
  }

  /** Who answers: the demo model, or `upstreams`, which may want a key and know no model called demo. */
  upstreams(names: string[]): void {
    this.keyLabel.hidden = this.upstreamLabel.hidden = names.length === 0;
    const known = [...this.upstream.options].slice(1).map(({ value }) => value);
    if (known.join() !== names.join()) {
      this.upstream.replaceChildren(h('option', { value: '' }, 'by path'), ...names.map((name) => h('option', { value: name }, name)));
    }
    setAttr(this.model, 'placeholder', names.length === 0 ? 'demo' : 'by its name');
    setAttr(this.model, 'title', names.length === 0 ? null : 'As the upstream names it');
  }

  /** Puts `text` into the box for the person to send or change. */
  suggest(text: string, tool: boolean, reasoning: boolean): void {
    this.text.value = text;
    this.tool.checked = tool;
    this.reasoning.checked = reasoning;
    this.text.focus();
  }

  /** Ends the request that is running; the gateway then lets go of the upstream. */
  cancel(): void {
    this.abort?.abort();
  }

  private async send(): Promise<void> {
    const prompt = this.text.value.trim();
    if (this.abort) return;
    if (!prompt) return this.text.focus();
    const abort = new AbortController();
    this.abort = abort;
    this.show(true);
    setText(this.problem, '');
    const api = APIS.find(({ id }) => id === this.api.value) ?? APIS[0]!;
    const ask = {
      model: this.model.value.trim() || 'demo',
      prompt,
      key: this.key.value.trim(),
      upstream: this.upstream.value,
      tool: this.tool.checked,
      reasoning: this.reasoning.checked,
    };
    try {
      await send(api, ask, abort.signal, (id) => {
        this.onStream(id);
        this.onRunning(id);
      });
    } catch (error) {
      if (!abort.signal.aborted) setText(this.problem, error instanceof PromptError ? error.message : `The request failed: ${error}`);
    }
    this.abort = null;
    this.onRunning(null);
    this.show(false);
  }

  private show(running: boolean): void {
    const focused = document.activeElement === this.submit || document.activeElement === this.stop;
    this.stop.hidden = !running;
    this.submit.hidden = running;
    if (focused) (running ? this.stop : this.submit).focus();
  }
}

const SHORTCUT = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘ ⏎' : 'Ctrl ⏎';
