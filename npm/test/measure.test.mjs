// The monitor, marks and the guide's benchmarks.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { benchmarkLatency, benchmarkThroughput, init, LeanAgenticClient, PerformanceMonitor, timed } from '../dist/index.js';
import { sleep } from './support.mjs';

before(() => init());

test('rows 51 and 68: the monitor keeps 1,000 samples and gives percentiles, throughput and errors, all of them live', () => {
  let time = 0;
  const monitor = new PerformanceMonitor({ now: () => time });
  assert.deepEqual(monitor.getStats(), { p50: null, p95: null, p99: null, throughput: 0, errors: 0, count: 0 });
  for (let sample = 1; sample <= 1500; sample++) {
    time += 2;
    monitor.recordLatency(sample);
  }
  monitor.recordError();
  monitor.errors += 1;
  assert.equal(monitor.latencies.length, 1000);
  assert.deepEqual([monitor.latencies[0], monitor.latencies.at(-1)], [501, 1500]);
  const stats = monitor.getStats();
  assert.deepEqual([stats.p50, stats.p95, stats.p99, stats.errors, stats.count], [1000, 1450, 1490, 2, 1500]);
  assert.deepEqual([monitor.percentile(0), monitor.percentile(1)], [501, 1500]);
  assert.ok(Math.abs(stats.throughput - 500) < 1, `${stats.throughput} a second`);
  time += 2500;
  assert.ok(Math.abs(monitor.throughput - 250) < 30, 'it falls when nothing comes');
  time += 60_000;
  assert.equal(monitor.throughput, 0);
});

test('the monitor measures work and counts what it throws', () => {
  const monitor = new PerformanceMonitor();
  assert.equal(monitor.measure(() => 7), 7);
  assert.throws(() => monitor.measure(() => { throw new Error('no'); }), /no/);
  assert.deepEqual([monitor.count, monitor.errors], [2, 1]);
});

test('rows 48 to 50, 52 and 73: marks and measures show up for observers and are cleared after use', async () => {
  const seen = [];
  const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
  observer.observe({ entryTypes: ['measure'] });
  const { value, duration } = timed('process-time', () => 7);
  const waited = await timed('wait', () => sleep(20).then(() => 'slept'));
  assert.throws(() => timed('bad', () => { throw new Error('no'); }), /no/);
  await sleep(10);
  observer.disconnect();
  assert.equal(value, 7);
  assert.ok(duration >= 0 && waited.duration >= 15 && waited.value === 'slept');
  assert.deepEqual(seen.map(({ name }) => name).sort(), ['bad', 'process-time', 'wait']);
  assert.deepEqual([...performance.getEntriesByType('mark'), ...performance.getEntriesByType('measure')], []);
});

test('rows 43 and 54: benchmarkLatency(10000) gives p50, p95, p99 and avg, and how it measured', async () => {
  const result = await benchmarkLatency(10_000);
  const { p50, p95, p99, max, avg } = result;
  assert.ok(0 < p50 && p50 <= p95 && p95 <= p99 && p99 <= max && avg <= max, JSON.stringify(result));
  assert.ok(result.iterations >= 10_000 && result.batch >= 1 && result.clockResolution > 0);
});

test('short calls are timed together on a coarse clock', async (t) => {
  // A message takes 0.002 ms, a look at the clock 0.001, and the clock makes steps of 0.1.
  let [time, taken] = [0, 0];
  t.mock.method(performance, 'now', () => Math.floor((time += 0.001) * 10) / 10);
  const client = { process_message: () => void (taken++, time += 0.002) };
  const { batch, clockResolution, iterations, p50, max } = await benchmarkLatency(100, { client });
  assert.ok(Math.abs(clockResolution - 0.1) < 1e-6, `${clockResolution}`);
  assert.equal(batch, 1024);
  assert.ok(iterations === 100 * batch && iterations < taken, `${iterations} of ${taken}`);
  for (const each of [p50, max]) assert.ok(Math.abs(each - 0.002) < 0.05 * 0.002, `${each}`);
});

test('row 44: benchmarkThroughput(5000) gives messages a second, for as long as it is told', async () => {
  let taken = 0;
  const began = performance.now();
  const rate = await benchmarkThroughput(200, { client: { process_message: () => void taken++ }, message: () => 'x' });
  const seconds = (performance.now() - began) / 1000;
  assert.ok(seconds >= 0.2 && rate > 0 && rate <= taken / 0.19, `${rate} of ${taken} in ${seconds} s`);
  assert.ok((await benchmarkThroughput(50)) > 0);
});

test('the benchmarks take a client of one\'s own', async () => {
  const client = new LeanAgenticClient('mine');
  await benchmarkLatency(100, { client });
  assert.ok(client.get_message_count() >= 100);
  client.free();
});
