// The findings of a stream beside its text: a legend of their kinds, and a list that leads to each place.

import { h, setAttr, setText } from '../dom';
import { KINDS, describe } from '../findings';
import * as format from '../format';
import { markedText, type Finding, type StreamState } from '../stream';

export class Found {
  readonly element: HTMLElement;
  private readonly legend = h('div', { class: 'legend', role: 'group', 'aria-label': 'Kinds of findings shown in the text' });
  private readonly list = h('ol', { class: 'finding-list' });
  private readonly more = h('p', { class: 'note', hidden: true });
  private readonly kinds = new Map<string, { count: number; button: HTMLButtonElement; number: HTMLElement }>();
  private taken = 0;

  /** `answer` is the element whose marks are shown, hidden and led to. */
  constructor(private readonly answer: HTMLElement) {
    this.element = h(
      'section',
      { class: 'findings', hidden: true, 'aria-labelledby': 'findings-title' },
      h('h3', { id: 'findings-title' }, 'Findings'),
      this.legend,
      this.list,
      this.more,
    );
  }

  update({ findings }: StreamState): void {
    if (this.taken === findings.length) return;
    for (const finding of findings.slice(this.taken)) {
      this.count(finding.kind);
      if (finding.index < MAX_LISTED) this.list.append(h('li', {}, this.entry(finding)));
    }
    this.taken = findings.length;
    this.element.hidden = false;
    this.more.hidden = findings.length <= MAX_LISTED;
    setText(this.more, `and ${format.count(findings.length - MAX_LISTED)} more; all of them stand in the events`);
  }

  private count(kind: string): void {
    let known = this.kinds.get(kind);
    if (!known) {
      const number = h('span', { class: 'number' });
      const button = h('button', { type: 'button', class: 'kind', 'data-kind': kind, 'aria-pressed': 'true' }, KINDS[kind] ?? kind, number);
      button.addEventListener('click', () => {
        const shown = button.getAttribute('aria-pressed') !== 'true';
        setAttr(button, 'aria-pressed', String(shown));
        this.hideMarks();
      });
      this.legend.append(button);
      known = { count: 0, button, number };
      this.kinds.set(kind, known);
    }
    known.count++;
    setText(known.number, format.count(known.count));
  }

  /** Marks are hidden by one style rule, not one by one: there may be thousands, and more to come. */
  private hideMarks(): void {
    const hidden = [...this.kinds].filter(([, { button }]) => button.getAttribute('aria-pressed') === 'false');
    setAttr(this.answer, 'data-hidden-kinds', hidden.map(([kind]) => kind).join(' ') || null);
    const rules = hidden.map(([kind]) => `.answer [data-kind=${CSS.escape(kind)}]`).join(',');
    hiding.replaceSync(rules ? `${rules} { background: none; box-shadow: none; } ${rules} { &.point::before { display: none } }` : '');
  }

  private entry(finding: Finding): HTMLElement {
    const text = describe(finding.event, finding.mark && finding.mark.start8 < finding.mark.end8 ? markedText(finding.mark) : '');
    const button = h(
      'button',
      { type: 'button', class: 'finding' },
      h('span', { class: 'swatch', 'data-kind': finding.kind }, KINDS[finding.kind] ?? finding.kind),
      h('span', { class: 'finding-text' }, text),
      h('span', { class: 'finding-time' }, format.time(finding.event.at_us)),
    );
    button.addEventListener('click', () => this.leadTo(finding.index));
    return button;
  }

  private leadTo(index: number): void {
    const marks = [...this.answer.querySelectorAll<HTMLElement>(`[data-findings~="${index}"]`)];
    const details = marks[0]?.closest('details');
    if (details) details.open = true;
    marks[0]?.scrollIntoView({ block: 'center' });
    for (const mark of marks) {
      mark.classList.add('flash');
      setTimeout(() => mark.classList.remove('flash'), 1600);
    }
  }
}

/** The style sheet that hides the marks of kinds switched off. */
const hiding = new CSSStyleSheet();
document.adoptedStyleSheets.push(hiding);

const MAX_LISTED = 500;
