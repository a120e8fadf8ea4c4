// When content arrived: bytes so far above, the gap before each piece below, on one time axis.

import uPlot from 'uplot';
import { h, setText } from '../dom';
import * as format from '../format';
import type { Arrivals } from '../meter';
import type { StreamState } from '../stream';
import { colour, onThemeChange } from '../theme';

const SERIES = [
  { key: 'text', label: 'text', colour: '--text-series' },
  { key: 'reasoning', label: 'reasoning', colour: '--reasoning' },
  { key: 'tool', label: 'tool input', colour: '--tool' },
] as const;

interface Range {
  min: number;
  max: number;
}

export class Plot {
  readonly element: HTMLElement;
  private readonly box = h('div', { class: 'plot-box' });
  private readonly legend = h('div', { class: 'plot-legend', 'aria-hidden': 'true' });
  private readonly readout = h('div', { class: 'plot-readout', 'aria-hidden': 'true' });
  private growth: uPlot | null = null;
  private gaps: uPlot | null = null;
  private state: StreamState | null = null;
  private nowUs = 0;
  /** What is drawn: points, end of the axis, kinds of content. */
  private drawn = '';
  private readonly forget: () => void;

  constructor() {
    this.element = h(
      'section',
      { class: 'plot', 'aria-labelledby': 'plot-title' },
      h('div', { class: 'panel-head' }, h('h3', { id: 'plot-title' }, 'Arrivals'), this.legend, this.readout),
      this.box,
    );
    new ResizeObserver(() => this.resize()).observe(this.box);
    this.forget = onThemeChange(() => this.rebuild());
  }

  /** Lets go of what would outlive it: listeners of the page, the drawings. */
  dispose(): void {
    this.forget();
    this.growth?.destroy();
    this.gaps?.destroy();
  }

  /** Shows `state` on an axis that ends at `nowUs`. */
  update(state: StreamState, nowUs: number): void {
    this.state = state;
    this.nowUs = nowUs;
    const kinds = SERIES.filter(({ key }) => state.meter.bytes[key] > 0).map(({ key }) => key);
    const drawn = [state.meter.chunks, nowUs, kinds, state.findings.length].join();
    if (drawn === this.drawn || this.width() <= 0) return;
    this.drawn = drawn;
    if (!this.growth) this.build();
    this.showLegend(kinds);
    const { arrivals } = state.meter;
    const [growth, gaps] = [extended(arrivals, nowUs / 1e6), [arrivals.at, arrivals.gap.map(drawable)]];
    SERIES.forEach(({ key }, index) => this.growth!.setSeries(index + 1, { show: (kinds as string[]).includes(key) }, false));
    const max = Math.max(nowUs / 1e6, arrivals.at.at(-1) ?? 0, 0.01);
    for (const [plot, data] of [[this.growth!, growth], [this.gaps!, gaps]] as const) {
      plot.batch(() => {
        plot.setData(data as uPlot.AlignedData, false);
        plot.setScale('x', { min: 0, max });
        plot.setScale('y', plot === this.growth ? volume(state.meter.bytes) : decades(arrivals.gap));
      });
    }
    const told = `${format.bytes(state.meter.bytes.text)} of text in ${state.meter.chunks} chunks over ${format.time(nowUs)}`;
    this.box.setAttribute('aria-label', told);
  }

  private build(): void {
    const width = this.width();
    const grid = { stroke: colour('--line'), width: 1 };
    const axis = { stroke: colour('--muted'), grid, ticks: { ...grid, size: 3 }, font: FONT };
    const cursor: uPlot.Cursor = {
      sync: { key: 'arrivals' },
      points: { size: 5 },
      drag: { x: false, y: false },
      y: false,
    };
    const common = { width, cursor, legend: { show: false }, padding: [6, MARGIN, 7, 0] as uPlot.Padding };
    const left = { ...axis, side: 3 as const, size: 50, gap: 4 };
    this.box.replaceChildren();
    this.box.setAttribute('role', 'img');
    this.growth = new uPlot(
      {
        ...common,
        height: 136,
        scales: { x: { time: false }, y: { auto: false } },
        axes: [
          { ...axis, size: 0, values: () => [] },
          { ...left, values: (_, splits) => splits.map(short) },
        ],
        series: [
          {},
          ...SERIES.map((series) => ({
            stroke: colour(series.colour),
            width: 1.5,
            paths: uPlot.paths.stepped!({ align: 1 }),
            points: { show: false },
          })),
        ],
        hooks: { drawClear: [(plot) => this.drawMoments(plot)], setCursor: [(plot) => this.read(plot.cursor.idx ?? null)] },
      },
      [[0], [0], [0], [0]],
      this.box,
    );
    this.gaps = new uPlot(
      {
        ...common,
        height: 100,
        scales: { x: { time: false }, y: { distr: 3, auto: false } },
        axes: [
          { ...axis, size: 22, gap: 2, values: (_, splits) => splits.map((value) => seconds(value)) },
          {
            ...left,
            splits: (_, __, min, max) => powersOfTen(min, max),
            filter: (_, splits) => splits,
            values: (_, splits) => splits.map((value) => milliseconds(value)),
          },
        ],
        series: [
          {},
          {
            stroke: colour('--gap'),
            paths: () => null,
            points: { show: true, size: 3.5, width: 0, fill: colour('--gap') },
          },
        ],
        hooks: { drawClear: [(plot) => this.drawQuantiles(plot)] },
      },
      [[0], [null]],
      this.box,
    );
  }

  private rebuild(): void {
    this.growth?.destroy();
    this.gaps?.destroy();
    this.growth = this.gaps = null;
    this.drawn = '';
    if (this.state) this.update(this.state, this.nowUs);
  }

  private resize(): void {
    const width = this.width();
    if (width <= 0) return;
    if (!this.growth) {
      if (this.state) this.rebuild();
    } else if (this.growth.width !== width) {
      this.growth.setSize({ width, height: this.growth.height });
      this.gaps!.setSize({ width, height: this.gaps!.height });
    }
  }

  /** Room for the plots, in pixels: the box without its padding. */
  private width(): number {
    return this.box.clientWidth - 10;
  }

  private showLegend(kinds: string[]): void {
    if (this.legend.dataset['kinds'] === kinds.join()) return;
    this.legend.dataset['kinds'] = kinds.join();
    const entry = (label: string, variable: string): HTMLElement => h('span', { class: `key key${variable}` }, label);
    this.legend.replaceChildren(
      ...SERIES.filter(({ key }) => kinds.includes(key)).map(({ label, colour }) => entry(label, colour)),
      ...(kinds.length > 0 ? [entry('gap', '--gap')] : []),
    );
  }

  /** Bands where nothing came, a line where the first content came. */
  private drawMoments(plot: uPlot): void {
    const { ctx, bbox } = plot;
    if (!this.state) return;
    const x = (us: number): number => Math.round(plot.valToPos(us / 1e6, 'x', true));
    ctx.save();
    ctx.fillStyle = colour('--stall-band');
    for (const { kind, event } of this.state.findings) {
      if (kind !== 'stall') continue;
      const from = x(event.at_us - Number(event['silent_us']));
      ctx.fillRect(from, bbox.top, Math.max(1, x(event.at_us) - from), bbox.height);
    }
    const first = this.state.meter.firstContentUs;
    if (first !== null) {
      ctx.fillStyle = colour('--muted');
      for (let y = bbox.top; y < bbox.top + bbox.height; y += 6) ctx.fillRect(x(first), y, 1, 3);
      ctx.font = label();
      ctx.textAlign = 'left';
      ctx.textBaseline = 'top';
      // To the left of it the text would run into the axis, to the right at the end of the plot out of it.
      if (x(first) < bbox.left + bbox.width / 2) ctx.fillText('first content', x(first) + 4 * devicePixelRatio, bbox.top);
    }
    ctx.restore();
  }

  /** Faint lines at the 50th and the 99th percentile. */
  private drawQuantiles(plot: uPlot): void {
    const gaps = this.state?.meter.gaps();
    if (!gaps) return;
    const { ctx, bbox } = plot;
    const { min = 0, max = 0 } = plot.scales['y'] ?? {};
    ctx.save();
    ctx.font = label();
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    const height = 11 * devicePixelRatio;
    let free = bbox.top + height / 2;
    for (const [name, us] of [['p99', gaps.p99_us], ['p50', gaps.p50_us]] as const) {
      const ms = drawable(us / 1000)!;
      if (ms < min || ms > max) continue;
      const y = Math.round(plot.valToPos(ms, 'y', true));
      ctx.fillStyle = colour('--line-strong');
      ctx.fillRect(bbox.left, y, bbox.width, 1);
      // Where the two lines are close their labels are kept apart.
      free = Math.max(y, free);
      ctx.fillStyle = colour('--muted');
      ctx.fillText(name, bbox.left + bbox.width + 4 * devicePixelRatio, free);
      free += height;
    }
    ctx.restore();
  }

  private read(index: number | null): void {
    const { arrivals } = this.state?.meter ?? {};
    const at = index === null ? undefined : arrivals?.at[index];
    if (!arrivals || index === null || at === undefined) return setText(this.readout, '');
    const gap = arrivals.gap[index] ?? null;
    const words = [format.time(at * 1e6)];
    for (const { key, label } of SERIES) {
      if (arrivals[key][index]) words.push(`${label} ${format.bytes(arrivals[key][index])}`);
    }
    if (gap !== null) words.push(`gap ${format.time(gap * 1000)}`);
    setText(this.readout, words.join(' · '));
  }
}

/** The arrivals from zero to now, so that a silence is seen while it lasts. */
function extended({ at, text, reasoning, tool }: Arrivals, now: number): (number | null)[][] {
  const last = at.at(-1);
  const series = [text, reasoning, tool];
  if (last === undefined || last >= now) return [at, ...series.map(fromFirst)];
  return [[...at, now], ...series.map((values) => fromFirst([...values, values.at(-1)!]))];
}

/** A kind of content is drawn from its first byte on. */
function fromFirst(values: number[]): (number | null)[] {
  const first = values.findIndex((value) => value > 0);
  return values.map((value, index) => (index < first - 1 ? null : value));
}

/** Gaps of next to nothing are drawn at the bottom of the logarithmic axis. */
const drawable = (ms: number | null): number | null => (ms === null ? null : Math.max(ms, FLOOR_MS));

function volume(bytes: Record<string, number>): Range {
  return { min: 0, max: Math.max(...Object.values(bytes), 16) * 1.06 };
}

/** Whole decades around the gaps, at least two. */
function decades(gaps: (number | null)[]): Range {
  let [low, high] = [Infinity, 0];
  for (const gap of gaps) {
    if (gap === null) continue;
    low = Math.min(low, gap);
    high = Math.max(high, gap);
  }
  const top = Math.ceil(Math.log10(Math.max(high || 100, FLOOR_MS) * 1.001));
  const bottom = Math.floor(Math.log10(Math.max(Math.min(low, 1000), FLOOR_MS)));
  return { min: 10 ** Math.min(bottom, top - 2), max: 10 ** top };
}

function powersOfTen(min: number, max: number): number[] {
  const first = Math.round(Math.log10(min));
  return Array.from({ length: Math.round(Math.log10(max)) - first + 1 }, (_, step) => 10 ** (first + step));
}

const short = (bytes: number): string => (bytes >= 1e6 ? `${bytes / 1e6} MB` : bytes >= 1e3 ? `${bytes / 1e3} KB` : `${bytes} B`);
const seconds = (value: number): string => `${Number(value.toPrecision(4))} s`;
const milliseconds = (value: number): string => (value >= 1000 ? `${value / 1000} s` : value >= 1 ? `${value} ms` : `${value * 1000} µs`);

const FLOOR_MS = 0.01;

/** Pixels to the right of the plots, for the labels of the quantiles. */
const MARGIN = 30;
const FACE = 'ui-monospace, "SF Mono", Menlo, Consolas, monospace';
const FONT = `11px ${FACE}`;
/** The face of words drawn by us, on a canvas that counts in the device's pixels. */
const label = (): string => `${10 * devicePixelRatio}px ${FACE}`;
