// `midstream/core`: what needs neither rules nor the rest of the large engine.

export { hasSimd, init, init as default, isReady, type EngineSource } from './engine.js';
export { MidstreamError, type HostErrorKind } from './errors.js';
export type * from './events.js';
export { type BackpressureOptions, type Source } from './input.js';
export { EventStream, midstream, type MidstreamOptions } from './midstream.js';
export type { EntityOptions, Limits, SessionOptions, Timeouts } from './options.js';
export { ResponseBuilder } from './response.js';
export { Session } from './session.js';
export type { Decoder, Piece } from './decoder.js';
export { EventDecoderStream, TextDeltaStream, type TransformOptions } from './transform.js';
export { midstreamFetch, type Call, type MidstreamFetchOptions } from './fetch.js';
export * from './sse/index.js';
export { Batcher, type BatchOptions } from './batch.js';
export { benchmarkLatency, benchmarkThroughput, type BenchmarkOptions, type LatencyResult } from './bench.js';
export { decodeFrames, decodePage, encodeFrames, FrameKind, type Frame } from './binary.js';
export { BufferPool, type BufferPoolOptions } from './buffers.js';
export { ConnectionPool, type ConnectionPoolOptions, type ConnectionState, type PoolSocket } from './connections.js';
export { timed, type Timed } from './marks.js';
export { PerformanceMonitor, type MonitorOptions, type MonitorStats } from './monitor.js';
export { AnswerStore, type Answer, type Start } from './store.js';
export { EngineWorker, type EngineWorkerOptions } from './worker/client.js';
export * from './guide.js';
