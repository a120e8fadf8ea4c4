// Server-sent events over `fetch`; no engine needed.

export { FetchEventSource } from './event-source.js';
export { SseParser, type ParserOptions, type ServerSentEvent } from './parser.js';
export { SseStream, type SseOptions } from './stream.js';
