// What is known of one stream at a glance: how it stands, who answers, and the figures.

import type { Metrics, StreamInfo } from '../events';
import { h, setAttr, setText } from '../dom';
import * as format from '../format';
import type { StreamState } from '../stream';

export class Head {
  readonly element: HTMLElement;
  private readonly verdict = h('span', { class: 'verdict' });
  private readonly model = h('h2', { class: 'model' });
  private readonly facts = h('p', { class: 'head-facts' });
  private readonly figures: Record<FigureName, Figure>;
  private readonly errors = h('ul', { class: 'errors', hidden: true, 'aria-label': 'Errors' });

  /** `back` leads to the list where there is no room for both; `tools` are what can be done with the stream. */
  constructor(back: Node, ...tools: Node[]) {
    this.figures = Object.fromEntries(FIGURES.map(({ name, label, title }) => [name, new Figure(label, title)])) as Record<
      FigureName,
      Figure
    >;
    this.element = h(
      'header',
      { class: 'head' },
      h('div', { class: 'head-line' }, back, this.verdict, this.model, h('div', { class: 'head-tools' }, ...tools)),
      this.facts,
      h('dl', { class: 'figures' }, ...Object.values(this.figures).map(({ element }) => element)),
      this.errors,
    );
  }

  /** `standing` is how the stream stands, in a word; `nowUs` how far its own time has come. */
  update(info: StreamInfo | undefined, state: StreamState, standing: string, nowUs: number): void {
    setText(this.verdict, standing);
    setAttr(this.verdict, 'data-state', standing);
    setText(this.model, state.model ?? info?.model ?? 'model unknown');
    this.showFacts(info, state);
    this.showFigures(state, nowUs);
    this.showErrors(state);
  }

  private showFacts(info: StreamInfo | undefined, state: StreamState): void {
    const facts = [
      state.dialect ?? info?.dialect,
      state.framing && state.framing !== 'sse' ? state.framing : null,
      info?.upstream,
      info && [info.method, info.path].filter(Boolean).join(' '),
      info?.status,
      info && format.clock(info.started_ms),
      state.responseId,
    ];
    setText(this.facts, facts.filter(Boolean).join('  ·  '));
    setAttr(this.facts, 'data-bad-status', info?.status && info.status >= 400 ? '' : null);
  }

  private showFigures({ metrics, meter, usage }: StreamState, nowUs: number): void {
    const { figures } = this;
    // While it runs the figures are counted here; at the end the engine's take over.
    const gaps = metrics ? metrics.gaps : meter.gaps();
    figures.first.show(format.time(metrics ? metrics.first_content_us : meter.firstContentUs));
    figures.duration.show(format.time(metrics?.duration_us ?? nowUs));
    const perSecond = metrics ? metrics.chunks_per_second : meter.chunksPerSecond();
    figures.chunks.show(format.count(metrics?.chunks ?? meter.chunks), perSecond === null ? '' : `${format.rate(perSecond)}/s`);
    figures.gaps.show(gaps ? inOneUnit([gaps.p50_us, gaps.p95_us, gaps.p99_us]) : '–', gaps ? `max ${format.time(gaps.max_us)}` : '');
    figures.text.show(format.bytes(metrics?.text_bytes ?? meter.bytes.text), volumes(metrics, meter.bytes));
    const { input_tokens, output_tokens, reasoning_tokens, cache_read_tokens, cache_write_tokens } = usage;
    const known = input_tokens !== null || output_tokens !== null;
    const extra = [
      reasoning_tokens ? `${format.count(reasoning_tokens)} reasoning` : '',
      cache_read_tokens ? `${format.count(cache_read_tokens)} cached` : '',
      cache_write_tokens ? `${format.count(cache_write_tokens)} newly cached` : '',
      metrics?.output_tokens_per_second ? `${format.rate(metrics.output_tokens_per_second)}/s` : '',
    ];
    figures.tokens.show(
      known ? `${format.count(input_tokens)} → ${format.count(output_tokens)}` : '–',
      known ? extra.filter(Boolean).join(', ') : 'not told',
    );
  }

  private showErrors({ errors }: StreamState): void {
    for (const { kind, message, code, offset } of errors.slice(this.errors.childElementCount, MAX_ERRORS)) {
      this.errors.append(
        h(
          'li',
          {},
          h('b', {}, code ? `${kind} ${code}` : kind),
          h('span', { class: 'error-message' }, message),
          h('span', { class: 'error-offset' }, `at byte ${format.count(offset)}`),
        ),
      );
    }
    this.errors.hidden = errors.length === 0;
  }
}

/** A figure with its name and a smaller one beside it. */
class Figure {
  readonly element: HTMLElement;
  private readonly value = h('span', { class: 'value' });
  private readonly aside = h('span', { class: 'aside' });

  constructor(label: string, title: string) {
    this.element = h('div', { class: 'figure', title }, h('dt', {}, label), h('dd', {}, this.value, this.aside));
  }

  show(value: string, aside = ''): void {
    setText(this.value, value);
    setText(this.aside, aside);
  }
}

/** Times in the unit of the largest, as `12 / 31 / 80 ms`. */
function inOneUnit(us: number[]): string {
  const largest = Math.max(...us);
  const [unit, name] = largest >= 1e6 ? [1e6, 's'] : largest >= 1000 ? [1000, 'ms'] : [1, 'µs'];
  return `${us.map((value) => format.rate(value / unit)).join(' / ')} ${name}`;
}

/** Bytes of what is not text. */
function volumes(metrics: Metrics | null, counted: { reasoning: number; tool: number }): string {
  const reasoning = metrics?.reasoning_bytes ?? counted.reasoning;
  const tool = metrics?.tool_input_bytes ?? counted.tool;
  return [
    reasoning > 0 ? `${format.bytes(reasoning)} reasoning` : '',
    tool > 0 ? `${format.bytes(tool)} tool input` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

const FIGURES = [
  { name: 'first', label: 'first content', title: 'Time from the request to the first content: text, reasoning, refusal or tool input' },
  { name: 'duration', label: 'duration', title: 'Time from the request to the end of the stream' },
  { name: 'chunks', label: 'chunks (not tokens)', title: 'Pieces of content as they arrived. A chunk is not a token: it may hold several, or part of one' },
  { name: 'gaps', label: 'gaps p50 / p95 / p99', title: 'Time between one piece of content and the next, at most 1/16 too high' },
  { name: 'text', label: 'text', title: 'UTF-8 bytes of visible text; beside it what else there is' },
  { name: 'tokens', label: 'tokens in → out', title: 'Counted by the provider. Where it does not say there is no figure: chunks are not tokens' },
] as const;

type FigureName = (typeof FIGURES)[number]['name'];

const MAX_ERRORS = 50;
