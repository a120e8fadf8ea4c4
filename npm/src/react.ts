// The answer store as a React hook.

import { useEffect, useState, useSyncExternalStore } from 'react';

import type { MidstreamOptions } from './midstream.js';
import { AnswerStore, type Answer, type Start } from './store.js';

export type { Answer, Start } from './store.js';

/** An answer while it is being written: `start` it from a source or a request; it stops when the component goes. */
export function useMidstream(
  options?: MidstreamOptions,
): Answer & { start(start: Start): Promise<void>; stop(): void } {
  const [store] = useState(() => new AnswerStore(options));
  const answer = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
  useEffect(() => store.stop, [store]);
  return { ...answer, start: store.start, stop: store.stop };
}
