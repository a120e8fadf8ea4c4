// Performance marks and measures that are cleared after use: the browser keeps every one until it is.

/** A piece of work with how long it took, in milliseconds. */
export interface Timed<T> {
  value: T;
  duration: number;
}

/**
 * Does `work` between two performance marks, so that profilers show it as `name`, and clears marks and measure again.
 * Where `work` gives a promise, it is measured to its end.
 */
export function timed<T>(name: string, work: () => Promise<T>): Promise<Timed<T>>;
export function timed<T>(name: string, work: () => T): Timed<T>;
export function timed<T>(name: string, work: () => T | Promise<T>): Timed<T> | Promise<Timed<T>> {
  // Several of one name may be under way at once.
  const id = (count += 1);
  const [start, end] = [`${name}-start-${id}`, `${name}-end-${id}`];
  performance.mark(start);
  const finish = (): number => {
    performance.mark(end);
    const { duration } = performance.measure(name, start, end);
    for (const mark of [start, end]) performance.clearMarks(mark);
    performance.clearMeasures(name);
    return duration;
  };
  let value;
  try {
    value = work();
  } catch (error) {
    finish();
    throw error;
  }
  if (!(value instanceof Promise)) return { value, duration: finish() };
  return value.then(
    (value) => ({ value, duration: finish() }),
    (error: unknown) => {
      finish();
      throw error;
    },
  );
}

let count = 0;
