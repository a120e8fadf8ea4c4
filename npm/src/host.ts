// The few things of the host that differ between browsers, Node and the edge.

interface NodeProcess {
  versions?: { node?: string };
  getBuiltinModule?(name: string): unknown;
}

const node = (globalThis as { process?: NodeProcess }).process;

/** Whether this is Node, or something that says so. */
export const isNode = typeof node?.versions?.node === 'string';

/** A module of Node's own. No bundler sees it, and nothing is evaluated. */
export async function builtin<T>(name: string): Promise<T> {
  // Node before 20.16 has no `getBuiltinModule`.
  return (node?.getBuiltinModule?.(name) ?? (await import(/* @vite-ignore */ /* webpackIgnore: true */ name))) as T;
}

/** Milliseconds since a moment of the host's choice, as finely as it tells. */
export const now = (): number => performance.now();

/** Calls `callback` after `delayMs`, unless the function that it returns is called before. */
export function timer(callback: () => void, delayMs: number): () => void {
  // Longer ones would fire at once.
  const handle = setTimeout(callback, Math.min(delayMs, 0x7fffffff));
  return () => clearTimeout(handle);
}
