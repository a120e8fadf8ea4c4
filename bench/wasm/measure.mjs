// Measuring on a machine that does other things too: medians count.

/** Nanoseconds a call, the median of batches of `calls`, short enough to pass undisturbed. */
export function perCall(call, calls = 100, batches = 2000) {
  const times = [];
  for (let batch = 0; batch < batches; batch++) {
    const began = process.hrtime.bigint();
    for (let at = 0; at < calls; at++) call(at);
    if (batch * 4 >= batches) times.push(Number(process.hrtime.bigint() - began) / calls);
  }
  return median(times);
}

export const median = (values) => quantile(values, 0.5);

export function quantile(values, q) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

/** The median time of each contender's turn, in microseconds; they take turns, and the first fifth warms up. */
export function inTurns(contenders, turns) {
  const times = contenders.map(() => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [at, contender] of contenders.entries()) {
      const began = process.hrtime.bigint();
      contender();
      if (turn * 5 >= turns) times[at].push(Number(process.hrtime.bigint() - began) / 1000);
    }
  }
  return times.map(median);
}
