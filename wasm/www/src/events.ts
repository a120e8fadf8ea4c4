// The engine's schema, and what the gateway says of its streams. Spans are in UTF-8 bytes here; `stream.ts` turns them
// into UTF-16 offsets.

import type { Metrics, Usage, Verdict } from '../../../npm/src/events.js';

export type { Gaps, Metrics, Relation, Span, StreamError, StreamEvent, Usage, Verdict } from '../../../npm/src/events.js';

/** Where an event stands in its stream: `seq` counts from the first event, `at_us` is microseconds since it began. */
export interface Place {
  seq: number;
  at_us: number;
}

/** A stream as the gateway lists it. */
export interface StreamInfo {
  id: string;
  started_ms: number;
  upstream: string | null;
  method: string | null;
  path: string | null;
  status: number | null;
  state: 'live' | 'ended' | 'cancelled';
  dialect: string | null;
  model: string | null;
  verdict: Verdict | null;
  /** How often a rule of the gateway covered words of the answer. */
  matches: number;
  /** Why it failed or was cancelled. */
  reason: string | null;
  preview: string | null;
  usage: Usage | null;
  metrics: Metrics | null;
  bytes: number | null;
}
