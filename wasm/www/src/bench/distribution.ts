// Latencies as curves: how long (up) for what share of the samples (across).

import uPlot from 'uplot';
import { h } from '../dom';
import { colour, onThemeChange } from '../theme';

const COLOURS = ['--text-series', '--reasoning', '--tool', '--refusal', '--truncated', '--complete'];

export class Distribution {
  private readonly box = h('div', { class: 'bench-plot', role: 'img', 'aria-label': 'Latency by percentile' });
  readonly element = h('section', { hidden: true }, h('h3', {}, 'Latency by percentile'), this.box);
  private curves: { title: string; quantiles: number[] }[] = [];
  private plot: uPlot | null = null;

  constructor() {
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this.box);
    onThemeChange(() => this.draw());
  }

  clear(): void {
    this.curves = [];
    this.element.hidden = true;
    this.plot?.destroy();
    this.plot = null;
  }

  add(title: string, quantiles: number[]): void {
    this.curves.push({ title, quantiles });
    this.element.hidden = false;
    this.draw();
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(280, this.box.clientWidth), height: 260 };
  }

  private draw(): void {
    this.plot?.destroy();
    if (this.curves.length === 0) return;
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 } };
    const options: uPlot.Options = {
      ...this.size(),
      scales: { x: { time: false }, y: { distr: 3, log: 10 } },
      axes: [
        { ...axis, values: (_, splits) => splits.map((share) => `p${share}`) },
        { ...axis, size: 64, values: (_, splits) => splits.map((us) => (us === null ? '' : us < 1 ? `${Math.round(us * 1000)} ns` : us < 1000 ? `${us} µs` : `${us / 1000} ms`)) },
      ],
      series: [
        { label: 'percentile' },
        ...this.curves.map(({ title }, at) => ({ label: title, stroke: colour(COLOURS[at % COLOURS.length]!), ...(at >= COLOURS.length && { dash: [6, 4] }), width: 1.5, points: { show: false } })),
      ],
    };
    const shares = Array.from({ length: 101 }, (_, percent) => percent);
    // A logarithmic scale has no place for nothing at all: below a nanosecond the clock said nothing.
    const data = [shares, ...this.curves.map(({ quantiles }) => quantiles.map((us) => Math.max(us, 0.001)))];
    this.plot = new uPlot(options, data as uPlot.AlignedData, this.box);
  }
}
