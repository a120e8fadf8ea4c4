// What the views of the transports have in common: an address, buttons, a state, figures, a journal.

import { h, setAttr, setText } from '../dom';
import { Journal, Meter, wordsOf } from './journal';

export class Panel {
  readonly journal = new Journal();
  readonly meter: Meter;
  readonly url: HTMLInputElement;
  readonly go: HTMLButtonElement;
  readonly form: HTMLFormElement;
  private readonly state = h('span', { class: 'state', role: 'status' });

  /** `address` is where a connection goes at first; `counted` and `timed` say what the figures count and time. */
  constructor(
    host: HTMLElement,
    { title, about, address, counted, timed, action }: Record<'title' | 'about' | 'address' | 'counted' | 'timed' | 'action', string>,
    ...more: HTMLElement[]
  ) {
    this.meter = new Meter(counted, timed);
    this.url = h('input', { type: 'url', value: address, required: true, spellcheck: 'false', 'aria-label': 'Address' });
    this.go = h('button', { class: 'primary' }, action);
    this.form = h('form', { class: 'transport-form' }, this.url, this.go, this.state);
    host.append(
      h(
        'div',
        { class: 'transport' },
        h('div', { class: 'transport-head' }, h('h2', {}, title), h('p', {}, about)),
        this.form,
        ...more,
        this.meter.figures.element,
        this.journal.element,
      ),
    );
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.tell('idle', 'not connected');
  }

  /** Shows how things stand; `is` is `idle`, `busy`, `open` or `failed`. */
  tell(is: 'idle' | 'busy' | 'open' | 'failed', words: string): void {
    setText(this.state, words);
    setAttr(this.state, 'data-is', is);
  }

  fail(words: string): void {
    this.tell('failed', words);
    this.journal.add('error', words);
  }

  /** Has the button read a stream with `read`, whose word for the end is shown, and stop it while it is read. */
  reads(read: (signal: AbortSignal) => Promise<string>): void {
    let abort: AbortController | null = null;
    this.form.addEventListener('submit', async () => {
      if (abort) return abort.abort();
      const { signal } = (abort = new AbortController());
      const name = this.go.textContent;
      this.go.textContent = 'Stop';
      this.tell('busy', 'connecting …');
      // What the page's policy forbids looks like a lost connection to whoever fetches.
      let forbidden: string | null = null;
      const onViolation = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void => {
        if (effectiveDirective !== 'connect-src') return;
        forbidden = `the policy of this page lets it read from ${location.host} only, not from ${blockedURI}`;
        abort?.abort();
      };
      document.addEventListener('securitypolicyviolation', onViolation);
      try {
        this.tell('idle', await read(signal));
      } catch (error) {
        // The policy's word may come after the request has failed.
        await new Promise((resolve) => setTimeout(resolve));
        if (forbidden) this.fail(forbidden);
        else if (signal.aborted) this.tell('idle', 'stopped');
        else this.fail(wordsOf(error));
      } finally {
        document.removeEventListener('securitypolicyviolation', onViolation);
        abort = null;
        this.go.textContent = name;
      }
    });
  }
}
