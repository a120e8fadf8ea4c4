// The tab Benchmark: runs the tests, shows their figures beside the guide's, draws them, exports them.

import { h, save, setAttr, setText } from '../dom';
import * as format from '../format';
import { hasSimd, init } from 'midstream';
import type { View } from '../shell';
import { wordsOf } from '../transport/journal';
import { Distribution } from './distribution';
import { clockStep, type Result } from './stats';
import { TESTS, type Test } from './tests';

interface Row {
  test: Test;
  element: HTMLTableRowElement;
  cells: HTMLTableCellElement[];
  verdict: HTMLElement;
  progress: HTMLProgressElement;
}

interface Outcome {
  id: string;
  title: string;
  result?: Result;
  error?: string;
}

export class BenchmarkView implements View {
  private readonly rows: Row[];
  private readonly machine = h('p', { class: 'note bench-machine' });
  private readonly state = h('span', { class: 'state', role: 'status' });
  private readonly run = h('button', { type: 'button', class: 'primary' }, 'Run all tests');
  private readonly export = h('button', { type: 'button', disabled: true }, 'Export JSON');
  private readonly plot = new Distribution();
  private outcomes = new Map<string, Outcome>();
  private abort: AbortController | null = null;
  private facts: Record<string, unknown> = {};

  constructor(host: HTMLElement) {
    this.rows = TESTS.map((test) => this.row(test));
    const head = ['test', ...FIGURES, 'promised', 'found'].map((name) => h('th', { scope: 'col' }, name));
    host.append(
      h(
        'div',
        { class: 'transport bench' },
        h(
          'div',
          { class: 'transport-head' },
          h('h2', {}, 'Benchmark'),
          h('p', {}, 'The tests of the performance guide in this browser on this machine, and the engine beside JavaScript peers in the same run. Short calls are timed in batches that the clock can tell; a sample is their mean.'),
        ),
        h('div', { class: 'transport-form' }, this.run, this.export, this.state),
        this.machine,
        h('div', { class: 'bench-scroll' }, h('table', { class: 'bench-table' }, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...this.rows.map(({ element }) => element)))),
        this.plot.element,
      ),
    );
    this.run.addEventListener('click', () => void this.toggle());
    this.export.addEventListener('click', () => save('midstream-benchmark.json', 'application/json', [JSON.stringify(this.report(), null, 2)]));
  }

  route(): void {
    this.tellMachine();
  }

  private row(test: Test): Row {
    const cells = FIGURES.map((name) => h('td', { class: 'number', 'data-name': name }));
    const verdict = h('td');
    const progress = h('progress', { max: 1, value: 0, hidden: true, 'aria-label': test.title });
    const promised = h('td', { class: 'number', 'data-name': 'promised' }, promise(test));
    const element = h('tr', { id: `bench-${test.id}` }, h('th', { scope: 'row' }, test.title, progress), ...cells, promised, verdict);
    return { test, element, cells, verdict, progress };
  }

  private tellMachine(): void {
    const isolated = globalThis.crossOriginIsolated === true;
    const step = clockStep();
    this.facts = {
      date: new Date().toISOString(),
      userAgent: navigator.userAgent,
      cores: navigator.hardwareConcurrency,
      crossOriginIsolated: isolated,
      clockStepUs: step,
      simd: hasSimd(),
    };
    const clock = isolated ? 'cross-origin isolated' : 'not cross-origin isolated, so its clock is coarse';
    setText(this.machine, `${navigator.hardwareConcurrency} cores; clock step ${format.time(step)} (${clock}); SIMD ${hasSimd() ? 'used' : 'missing'}; ${navigator.userAgent}`);
  }

  private async toggle(): Promise<void> {
    if (this.abort) return this.abort.abort();
    this.abort = new AbortController();
    setText(this.run, 'Stop');
    setText(this.state, 'running');
    this.outcomes.clear();
    this.plot.clear();
    for (const { cells, verdict } of this.rows) for (const cell of [...cells, verdict]) setText(cell, '');
    try {
      await init();
      this.tellMachine();
      for (const row of this.rows) {
        await this.measure(row, this.abort.signal);
        if (this.abort.signal.aborted) break;
      }
      setText(this.state, this.abort.signal.aborted ? 'stopped' : 'done');
    } catch (error) {
      setText(this.state, wordsOf(error));
      setAttr(this.state, 'data-is', 'failed');
    }
    this.abort = null;
    setText(this.run, 'Run all tests');
    this.export.disabled = this.outcomes.size === 0;
  }

  private async measure(row: Row, signal: AbortSignal): Promise<void> {
    const { test, progress } = row;
    progress.hidden = false;
    progress.value = 0;
    setText(this.state, test.title);
    const outcome: Outcome = { id: test.id, title: test.title };
    try {
      outcome.result = await test.run({ signal, tell: (share) => (progress.value = share) });
      this.show(row, outcome.result);
    } catch (error) {
      if (signal.aborted) return;
      outcome.error = wordsOf(error);
      row.cells.forEach((cell) => setText(cell, ''));
      setText(row.verdict, `failed: ${outcome.error}`);
      setAttr(row.verdict, 'class', 'bench-bad');
    } finally {
      progress.hidden = true;
    }
    this.outcomes.set(test.id, outcome);
  }

  private show({ test, cells, verdict }: Row, result: Result): void {
    // A rate is one figure, which stands under none of the names.
    const isRate = result.kind === 'throughput';
    cells[0]!.colSpan = isRate ? cells.length : 1;
    setAttr(cells[0]!, 'data-name', isRate ? 'rate' : FIGURES[0]);
    cells.slice(1).forEach((cell) => (cell.hidden = isRate));
    if (result.kind === 'latency') {
      [result.p50, result.p95, result.p99, result.max].forEach((us, at) => setText(cells[at]!, fine(us)));
      this.plot.add(test.title, result.quantiles);
      const promised = test.guide?.latency;
      const over = promised && FIGURES.filter((name, at) => !(result[name] <= promised[at]!));
      this.judge(verdict, over && over.length === 0, over?.length ? over.join(', ') : promised && `${format.rate(promised[0] / result.p50)} times faster at p50`);
    } else if (result.kind === 'added') {
      [result.p50, result.p95, result.p99, result.max].forEach((us, at) => setText(cells[at]!, `${us < 0 ? '−' : '+'}${fine(Math.abs(us))}`));
      const most = test.mostAdded;
      this.judge(verdict, most && result.p50 <= most, `${fine(result.ours)} beside ${fine(result.bare)}`);
    } else {
      setText(cells[0]!, `${format.rate(result.perSecond)} ${result.unit}/s`);
      const promised = test.guide?.perSecond;
      this.judge(verdict, promised && result.perSecond >= promised, promised && `${format.rate(result.perSecond / promised)} times as many`);
    }
    if (test.beside) setText(verdict, faster(this.outcomes.get(test.beside)?.result, result));
  }

  private judge(verdict: HTMLElement, kept: boolean | number | undefined, words: string | number | undefined): void {
    setText(verdict, kept === undefined ? '' : `${kept ? 'kept' : 'not kept'}: ${words}`);
    setAttr(verdict, 'class', kept === undefined ? null : kept ? 'bench-good' : 'bench-bad');
  }

  private report(): unknown {
    return { ...this.facts, tests: [...this.outcomes.values()] };
  }
}

function promise({ guide, mostAdded }: Test): string {
  if (mostAdded !== undefined) return `adds at most ${fine(mostAdded)} (ours)`;
  if (guide?.latency) return guide.latency.map(fine).join(' / ');
  return guide?.perSecond === undefined ? '' : `${format.count(guide.perSecond)}/s`;
}

/** How fast ours is beside another's. */
function faster(ours: Result | undefined, other: Result): string {
  if (ours?.kind === 'latency' && other.kind === 'latency') return `midstream: ${format.rate(other.p50 / ours.p50)} times as fast`;
  if (ours?.kind === 'throughput' && other.kind === 'throughput') return `midstream: ${format.rate(ours.perSecond / other.perSecond)} times as fast`;
  return '';
}

const FIGURES = ['p50', 'p95', 'p99', 'max'] as const;

/** Microseconds, below ten with a tenth; below one, nanoseconds. */
const fine = (us: number): string => (us < 1 ? `${Math.round(us * 1000)} ns` : us < 10 ? `${+us.toFixed(1)} µs` : format.time(us));
