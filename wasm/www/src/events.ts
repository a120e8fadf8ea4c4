// The engine's one schema, mirroring `crates/midstream/src/event.rs`, `error.rs` and `metrics/mod.rs`, and what the
// gateway says of its streams. Spans are in UTF-8 bytes here; `stream.ts` turns them into UTF-16 offsets.

/** One thing that happened in a stream. */
export type StreamEvent =
  | { type: 'stream-start'; framing: string; dialect: string }
  | { type: 'response-metadata'; id?: string; model?: string }
  | { type: 'text-start' | 'text-end' | 'reasoning-start'; choice: number; block: number }
  | { type: 'text-delta' | 'reasoning-delta'; choice: number; block: number; delta: string }
  | { type: 'reasoning-end'; choice: number; block: number; signature?: string }
  | { type: 'refusal-delta'; choice: number; delta: string }
  | { type: 'tool-input-start'; choice: number; id: string; name: string; provider_executed?: boolean }
  | { type: 'tool-input-delta'; id: string; delta: string }
  | { type: 'tool-input-end'; id: string }
  | ToolCall
  | { type: 'source'; choice: number; url?: string; title?: string; raw: unknown }
  | { type: 'audio-delta'; choice: number; data: string }
  | ({ type: 'usage' } & Usage)
  | { type: 'finish'; choice: number; reason: FinishReason; raw_reason: string }
  | ({ type: 'error' } & StreamError)
  | { type: 'unknown'; name: string; raw: unknown }
  | { type: 'stall'; silent_us: number }
  | { type: 'repetition'; span: Span; period: number; repeats: number }
  | { type: 'stream-end'; verdict: Verdict; metrics: Metrics };

/** A tool call is whole. `input` is null where `input_text` is not valid JSON. */
export interface ToolCall {
  type: 'tool-call';
  choice: number;
  id: string;
  name: string;
  input: unknown;
  input_text: string;
  provider_executed?: boolean;
}

/** Where an event stands in its stream: `seq` counts from the first event, `at_us` is microseconds since it began. */
export interface Place {
  seq: number;
  at_us: number;
}

export type Verdict = 'complete' | 'truncated' | 'failed';

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'error' | 'other';

/** Token counts by the provider's reckoning; null where it does not say. */
export interface Usage {
  input_tokens: number | null;
  output_tokens: number | null;
  reasoning_tokens: number | null;
  cache_read_tokens: number | null;
  total_tokens: number | null;
}

/** Something wrong with a stream. `offset` is the first byte concerned, counted in the stream's raw bytes. */
export interface StreamError {
  kind: string;
  message: string;
  code?: string;
  offset: number;
}

/** A stretch of one channel's text, in UTF-8 bytes; the channel is `text`, `reasoning` or `tool:<id>`. */
export interface Span {
  choice: number;
  channel: string;
  start: number;
  end: number;
}

/** What was measured over one stream. Times are microseconds since it began. */
export interface Metrics {
  bytes: number;
  frames: number;
  keep_alives: number;
  chunks: number;
  text_bytes: number;
  reasoning_bytes: number;
  tool_input_bytes: number;
  first_byte_us: number | null;
  first_content_us: number | null;
  last_content_us: number | null;
  duration_us: number;
  gaps: Gaps | null;
  chunks_per_second: number | null;
  output_tokens_per_second: number | null;
}

/** Gaps between pieces of content, in microseconds. */
export interface Gaps {
  p50_us: number;
  p95_us: number;
  p99_us: number;
  max_us: number;
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
  /** Why it failed or was cancelled. */
  reason: string | null;
  preview: string | null;
  usage: Usage | null;
  metrics: Metrics | null;
  bytes: number | null;
}
