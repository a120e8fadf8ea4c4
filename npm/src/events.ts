// Generated from the engine's schema (crates/midstream/src/event.rs, response.rs, error.rs, metrics) by
// `MIDSTREAM_BLESS=1 cargo test -p midstream typescript`. Not to be edited.
//
// Offsets of a `Span` and of a relation's parts are UTF-8 bytes as the engine and the gateway give them. Events that this
// package's own sessions give have them in UTF-16 units, as `String.prototype.slice` counts, but for those of `match`:
// `spans.ts` converts them.

/**
 * One of the texts that an answer consists of: `text`, `reasoning`, `refusal`, `tool:<id>`, `raw:<event>`.
 */
export type Channel = string;

/**
 * What rules did over one stream.
 */
export type Checked = {
  /** How much text was held back. */
  hold: Hold,
  /** Events whose content rules can't look at: audio and files, which pass, and probabilities of tokens, which don't. */
  unchecked: number,
};

/**
 * One answer of a `Response`.
 */
export type Choice = {
  /** The provider's number for it. */
  index: number,
  /** The visible text. */
  text: string,
  /** The reasoning. */
  reasoning: string,
  /** The words with which the model declined. */
  refusal: string,
  /** The tool calls that the host is to run, in order of their beginning; those that the provider runs itself are not
   * among them. */
  tool_calls: Array<ToolCall>,
  /** The tool calls that the provider ran itself, in order of their beginning. */
  provider_tool_calls?: Array<ToolCall>,
  /** What those tools gave back. */
  tool_results?: Array<ToolResult>,
  /** The sources that it cites. */
  sources?: Array<CitedSource>,
  /** The files that belong to it. */
  files?: Array<ResponseFile>,
  /** The blocks of text and reasoning that the provider has signed or encrypted. */
  signatures?: Array<Signature>,
  /** Why it ended, in common words. */
  finish_reason: FinishReason | null,
  /** Why it ended, in the provider's words. */
  raw_finish_reason: string | null,
  /** The host's own stop sequence that was met, where the provider says which. */
  stop_sequence?: string,
  /** What the provider said beside this answer, as it said it last, by the paths of the fields. */
  provider_metadata?: { [key in string]: JsonText },
};

/**
 * A source that an answer cites.
 */
export type CitedSource = {
  /** Where it can be found. */
  url?: string,
  /** Its title. */
  title?: string,
  /** The provider's own object, whole. */
  raw: JsonText,
};

/**
 * The language of a provider's stream.
 */
export type Dialect = "openai-chat" | "openai-completions" | "openai-responses" | "openai-realtime" | "openai-assistants" | "openai-transcription" | "anthropic" | "gemini" | "gemini-live" | "gemini-interactions" | "ollama" | "cohere-v1" | "cohere-v2" | "bedrock-converse" | "bedrock-invoke" | "tgi" | "replicate" | "watsonx" | "mcp" | "text" | "unknown";

/**
 * A kind of entity: `PERSON`, or one that a user has made up.
 */
export type EntityKind = string;

/**
 * The kinds of `Error`.
 */
export type ErrorKind = "provider" | "wrong-framing" | "wrong-dialect" | "malformed-frame" | "ignored-lines" | "checksum" | "malformed-json" | "invalid-tool-input" | "invalid-utf8" | "incomplete-frame" | "limit" | "timeout-first-content" | "timeout-gap" | "timeout-total" | "transport" | "cancelled" | "stopped" | "redaction";

/**
 * A whole response. What `midstream decode --final` prints.
 */
export type FinalResponse = {
  /** Whose language the stream spoke; `null` where nothing was recognised. */
  dialect: Dialect | null,
  /** The provider's id. */
  id: string | null,
  /** The model that answered. */
  model: string | null,
  /** The answers, by index. */
  choices: Array<Choice>,
  /** Token counts. */
  usage: Usage,
  /** How the stream ended; `null` while it runs. */
  verdict: Verdict | null,
  /** The first fatal error, or the first error where none was fatal. */
  error: StreamError | null,
  /** What the provider said beside the answers, as it said it last, by the paths of the fields. */
  provider_metadata?: { [key in string]: JsonText },
  /** How many things the provider said that midstream has no word for. */
  unknown_events: number,
};

/**
 * Why an answer ended, in common words (the AI SDK's).
 */
export type FinishReason = "stop" | "length" | "tool-calls" | "content-filter" | "error" | "other";

/**
 * How a body is cut into frames.
 */
export type Framing = "sse" | "ndjson" | "json-array" | "event-stream" | "ws" | "text";

/**
 * The distribution of the gaps between pieces of content, in microseconds, each at most 1/16 too high.
 */
export type Gaps = {
  /** Half of the gaps are no longer. */
  p50_us: number,
  /** 95 % of the gaps are no longer. */
  p95_us: number,
  /** 99 % of the gaps are no longer. */
  p99_us: number,
  /** The longest. */
  max_us: number,
};

/**
 * What happened to words that a rule covers.
 */
export type Handling = "report" | "mask" | "stop" | "hold";

/**
 * How many characters were held back after each delta, since a rule might still have covered them. Plain text has no
 * deltas of its own: there, nothing is counted.
 */
export type Hold = {
  /** Deltas that were counted. */
  deltas: number,
  /** Characters held after a delta, on average, to a thousandth. */
  mean: number,
  /** After half of the deltas no more were held. */
  p50: number,
  /** After 99 % of the deltas no more were held, at most 1/16 too high. */
  p99: number,
  /** The most that were held. */
  max: number,
};

/**
 * A text that is one valid JSON value (RFC 8259), kept as it was written and serialised as that value.
 */
export type JsonText = unknown;

/**
 * What was measured over one stream. Times are microseconds since the session began.
 *
 * A *chunk* is a piece of content as it arrived (text, reasoning, refusal or tool input); it is not a token. Token
 * counts are the provider's and stand in `Usage`.
 */
export type Metrics = {
  /** Bytes of body. */
  bytes: number,
  /** Frames of the framing, keep-alives not counted. */
  frames: number,
  /** Comments, pings and empty lines. */
  keep_alives: number,
  /** Chunks of content. */
  chunks: number,
  /** UTF-8 bytes of visible text. */
  text_bytes: number,
  /** UTF-8 bytes of reasoning. */
  reasoning_bytes: number,
  /** UTF-8 bytes of tool input. */
  tool_input_bytes: number,
  /** Until the first byte of body. */
  first_byte_us: number | null,
  /** Until the first content: what OpenTelemetry calls time to first chunk. */
  first_content_us: number | null,
  /** Until the last content. */
  last_content_us: number | null,
  /** Until the stream's end. */
  duration_us: number,
  /** Between one piece of content and the next; `null` with fewer than two. */
  gaps: Gaps | null,
  /** Chunks a second from the first content to the last, the first not counted, to a thousandth; `null` where no time
   * passed. */
  chunks_per_second: number | null,
  /** Output tokens by the provider's count, a second from the first content to the last, to a thousandth; `null`
   * where either is unknown. */
  output_tokens_per_second: number | null,
  /** What rules did; `null` where there were none. */
  checked?: Checked,
};

/**
 * Two things that a sentence relates, and how: subject, predicate, object, and what else is said of it.
 */
export type Relation = {
  /** By what form of words it is said. */
  kind: RelationKind,
  /** What it is about. */
  subject: RelationArgument,
  /** How the two are related. */
  predicate: RelationPredicate,
  /** What the subject is related to. */
  object: RelationArgument,
  /** When, where, how and with what else, each with its preposition: `in 1941`, `at Kettering`. In order. */
  adjuncts?: Array<RelationArgument>,
  /** From the first to the last of the words that say it. */
  span: Span,
  /** How likely the sentence is to say just this, from 0 to 1. */
  confidence: number,
  /** Whether it is said not to be so. */
  negated?: boolean,
  /** Whether it is said to be possible, planned, wished, assumed or somebody's words, not to be so. */
  hedged?: boolean,
  /** When it is or was so, where the sentence gives a date. */
  time?: RelationTime,
};

/**
 * One end of a relation, or something that is said of it.
 */
export type RelationArgument = {
  /** As it stands in the text, without marks of Markdown in it. */
  text: string,
  /** First byte, in UTF-8 bytes (sessions of this package: UTF-16 units) of the text of the relation's channel. */
  start: number,
  /** One past the last byte. */
  end: number,
  /** The id of the entity that it names: the one whose name is its main word. */
  entity?: number,
  /** What kind of entity that is. */
  kind?: EntityKind,
};

/**
 * By what form of words a relation is said.
 */
export type RelationKind = "verb" | "copula" | "apposition" | "possession";

/**
 * How two things are related.
 */
export type RelationPredicate = {
  /** Its words, one space between them: those of the text, or `is` and `has` where the text has none. */
  text: string,
  /** First byte of what says it, in UTF-8 bytes (sessions of this package: UTF-16 units) of the text of the relation's channel. */
  start: number,
  /** One past the last byte. */
  end: number,
};

/**
 * A stretch of time, as calendar dates of ISO 8601 (`2024`, `2024-02`, `2024-02-29`, the week `2024-W09`) or a quarter
 * (`2024-Q1`): with both ends the same, that year, month, day, week or quarter.
 */
export type RelationTime = {
  /** Its beginning, where it is given. */
  since?: string,
  /** Its end, included, where it is given. */
  until?: string,
};

/**
 * A file that belongs to an answer.
 */
export type ResponseFile = {
  /** What it is. */
  media_type?: string,
  /** Base64, where the file itself came. */
  data?: string,
  /** Where it can be found, where only its address came. */
  url?: string,
  /** Whether it belongs to the reasoning. */
  reasoning?: boolean,
  /** The provider's signature over it, to be handed back with it. */
  signature?: string,
};

/**
 * How bad a match is.
 */
export type Severity = "low" | "medium" | "high" | "critical";

/**
 * A block that must be handed back as the provider sent it.
 */
export type Signature = {
  /** The block: a stretch of the answer's text or reasoning, empty where the provider shows nothing of it. */
  span: Span,
  /** The provider's signature over it. */
  signature?: string,
  /** The block itself, encrypted, of which the provider shows nothing. */
  redacted?: string,
};

/**
 * A stretch of one channel's text.
 */
export type Span = {
  /** Which answer. */
  choice: number,
  /** Which text of it. */
  channel: Channel,
  /** First byte, counted in UTF-8 bytes (sessions of this package: UTF-16 units) of the channel's text. */
  start: number,
  /** One past the last byte. */
  end: number,
};

/**
 * Something wrong with a stream, with the byte offset at which it was found.
 *
 * It travels inside `Event::Error`; no error stops a session from taking more bytes.
 */
export type StreamError = {
  /** What went wrong, and whose fault it is. */
  kind: ErrorKind,
  /** What was expected and what came: lowercase, no full stop; a provider's own words where it reported the error. */
  message: string,
  /** The provider's code or type for it (`overloaded_error`, `429`), where it gave one. */
  code?: string,
  /** Offset into the stream of the first byte concerned, in bytes. */
  offset: number,
  /** Where in one of the answer's texts it is, for an error of that text: from the first byte concerned to the end. */
  span?: Span,
};

/**
 * One thing that happened in a stream.
 */
export type StreamEvent = {
  type: "stream-start",
  /** How the bytes are cut into frames. */
  framing: Framing,
  /** Whose language the frames speak. */
  dialect: Dialect,
}
| {
  type: "response-metadata",
  /** The provider's id of the response. */
  id?: string,
  /** The model that answers, as the provider names it. */
  model?: string,
}
| {
  type: "text-start",
  /** Which answer. */
  choice: number,
  /** Which block of the answer. */
  block: number,
}
| {
  type: "text-delta",
  /** Which answer. */
  choice: number,
  /** Which block of the answer. */
  block: number,
  /** The text to append. */
  delta: string,
}
| {
  type: "text-end",
  /** Which answer. */
  choice: number,
  /** Which block of the answer. */
  block: number,
  /** The provider's signature over the block (Gemini `thoughtSignature`), to be handed back with its text. */
  signature?: string,
}
| {
  type: "reasoning-start",
  /** Which answer. */
  choice: number,
  /** Which block of the answer. */
  block: number,
}
| {
  type: "reasoning-delta",
  /** Which answer. */
  choice: number,
  /** Which block of the answer. */
  block: number,
  /** The text to append. */
  delta: string,
}
| {
  type: "reasoning-end",
  /** Which answer. */
  choice: number,
  /** Which block of the answer. */
  block: number,
  /** The provider's signature over the block (Anthropic `signature`, Gemini `thoughtSignature`, encrypted
   * content); a signed block must be handed back unaltered. */
  signature?: string,
  /** The block itself, encrypted, of which the provider shows nothing (Anthropic `redacted_thinking`, Bedrock
   * `redactedContent`); it must be handed back as such. */
  redacted?: string,
}
| {
  type: "refusal-delta",
  /** Which answer. */
  choice: number,
  /** The text to append. */
  delta: string,
}
| {
  type: "tool-input-start",
  /** Which answer. */
  choice: number,
  /** The call's id: the provider's, or `call-N` for the N-th call of a stream whose provider gives none. */
  id: string,
  /** The tool's name. */
  name: string,
  /** Whether the provider runs the tool itself (web search, code execution), so that the host must not. */
  provider_executed?: boolean,
}
| {
  type: "tool-input-delta",
  /** The call's id. */
  id: string,
  /** The text to append to the input. */
  delta: string,
}
| {
  type: "tool-input-end",
  /** The call's id. */
  id: string,
}
| {
  type: "tool-call",
  /** Which answer. */
  choice: number,
  /** The call's id. */
  id: string,
  /** The tool's name. */
  name: string,
  /** The input, where it is valid JSON (RFC 8259), or `{}` where the provider sent none; `null` where it is not
   * valid or was broken off, which an `error` before says, and where the tool takes words or code instead of
   * JSON: then `input_text` has what came. */
  input: JsonText | null,
  /** The input as it was written. Empty where the provider sent none. */
  input_text: string,
  /** Whether the provider runs the tool itself. */
  provider_executed?: boolean,
  /** The provider's signature over the call (Gemini `thoughtSignature`), to be handed back with it. */
  signature?: string,
}
| {
  type: "tool-result",
  /** Which answer. */
  choice: number,
  /** The call's id; empty where no call is known. */
  id: string,
  /** The provider's own object, whole. */
  raw: JsonText,
  /** The provider's signature over the result, to be handed back with it. */
  signature?: string,
}
| {
  type: "source",
  /** Which answer. */
  choice: number,
  /** Where it can be found. */
  url?: string,
  /** Its title. */
  title?: string,
  /** The provider's own object, whole. */
  raw: JsonText,
}
| {
  type: "audio-delta",
  /** Which answer. */
  choice: number,
  /** Base64, as the provider sent it. */
  data: string,
  /** What the data are, where the provider says so: `audio/pcm;rate=24000`. */
  media_type?: string,
}
| {
  type: "file",
  /** Which answer. */
  choice: number,
  /** What it is: `image/png`. */
  media_type?: string,
  /** Base64, as the provider sent it, where the file itself came. */
  data?: string,
  /** Where it can be found, where only its address came. */
  url?: string,
  /** Whether it belongs to the reasoning, not to what the reader sees. */
  reasoning?: boolean,
  /** The provider's signature over it, to be handed back with it. */
  signature?: string,
}
| {
  type: "usage" } & Usage | {
  type: "finish",
  /** Which answer. */
  choice: number,
  /** The reason in common words. */
  reason: FinishReason,
  /** The reason in the provider's words. */
  raw_reason: string,
  /** The host's own stop sequence that was met, where the provider says which. */
  stop_sequence?: string,
}
| {
  type: "logprobs",
  /** Which answer. */
  choice: number,
  /** The provider's own list or object, whole. */
  raw: JsonText,
}
| {
  type: "provider-metadata",
  /** Which answer it belongs to, where it does not belong to the whole response. */
  choice?: number,
  /** The path of its field. `usage` is the provider's usage object, where that says more than `usage` events do. */
  name: string,
  /** What came. */
  raw: JsonText,
}
| {
  type: "error" } & StreamError | {
  type: "unknown",
  /** The provider's event type, or the path of the unknown field. */
  name: string,
  /** What came: JSON where it is valid JSON, otherwise a JSON string of the raw text. */
  raw: JsonText,
}
| {
  type: "stall",
  /** How long the silence had lasted when it was noticed, in microseconds. */
  silent_us: number,
}
| {
  type: "stall-end",
  /** How long the silence lasted in all, in microseconds. */
  silent_us: number,
}
| {
  type: "repetition",
  /** Where the repeating began and how far it had come. */
  span: Span,
  /** Length of what is repeated, in UTF-8 bytes. */
  period: number,
  /** How often it had stood there in a row when it was recognised. */
  repeats: number,
}
| {
  type: "match",
  /** The rule's id. */
  rule: string,
  /** What it finds, which is also the name in its placeholder: `EMAIL`. */
  kind: string,
  /** How bad it is. */
  severity: Severity,
  /** What happened to it. */
  action: Handling,
  /** Which words, in the text as the provider sent it; absent for words that stand in no channel, such as the title
   * of a citation. */
  span?: Span,
}
| {
  type: "entity",
  /** The same for the same kind and name within a stream. */
  id: number,
  /** What it is. */
  kind: EntityKind,
  /** As it stands in the text. */
  text: string,
  /** Where it stands. */
  span: Span,
  /** How likely it is that just this span is one of just this kind, from 0 to 1. */
  confidence: number,
  /** Its value in a common form, where that differs from its text. */
  normalized?: string,
}
| {
  type: "relation" } & Relation | {
  type: "stream-end",
  /** How it ended. */
  verdict: Verdict,
  /** What was measured. */
  metrics: Metrics,
};

/**
 * One tool call of a `Choice`.
 */
export type ToolCall = {
  /** The call's id. */
  id: string,
  /** The tool's name. */
  name: string,
  /** The input, where it is valid JSON. */
  input: JsonText | null,
  /** The input as it was written. */
  input_text: string,
  /** The provider's signature over the call, to be handed back with it. */
  signature?: string,
};

/**
 * What a tool that the provider ran gave back.
 */
export type ToolResult = {
  /** The call's id; empty where no call is known. */
  id: string,
  /** The provider's own object, whole. */
  raw: JsonText,
  /** The provider's signature over it, to be handed back with it. */
  signature?: string,
};

/**
 * Token counts of a response, as the provider counts them. `null` where it does not say.
 *
 * A chunk of a stream is not a token: counts come from the provider or not at all.
 */
export type Usage = {
  /** Tokens read. */
  input_tokens: number | null,
  /** Tokens written, including reasoning where the provider counts it in. */
  output_tokens: number | null,
  /** Tokens of reasoning. */
  reasoning_tokens: number | null,
  /** Input tokens that came from the provider's cache. */
  cache_read_tokens: number | null,
  /** Input tokens that the provider's cache has taken up. */
  cache_write_tokens?: number,
  /** All tokens, where the provider gives the sum. */
  total_tokens: number | null,
};

/**
 * How a stream ended.
 */
export type Verdict = "complete" | "truncated" | "failed";
