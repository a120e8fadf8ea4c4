// Loads the engine: streaming compilation in browsers, from the disk in Node, a compiled module where it is passed in.

import * as glue from '../wasm/lean_agentic_wasm.js';
import { MidstreamError, wordsOf } from './errors.js';
import { builtin, isNode } from './host.js';

/** Where the module comes from. Edge runtimes that compile no bytes take a `WebAssembly.Module`. */
export type EngineSource = WebAssembly.Module | BufferSource | Response | URL | string;

let memory: WebAssembly.Memory | null = null;
let loading: Promise<void> | null = null;

/**
 * Loads the engine, once: without `source` the module that lies beside this package, with SIMD where there is SIMD. After
 * a failure it may be called again.
 *
 * @throws MidstreamError `wasm-missing`, `wasm-blocked` (Content-Security-Policy: allow `'wasm-unsafe-eval'`) or
 * `wasm-unavailable`.
 */
export function init(source?: EngineSource | Promise<EngineSource>): Promise<void> {
  loading ??= load(source).catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** Whether the engine is loaded. */
export const isReady = (): boolean => memory !== null;

/** Whether WASM has SIMD here. The module without it is loaded where it has not. */
export function hasSimd(): boolean {
  return typeof WebAssembly === 'object' && (glue as unknown as { hasSimd(): boolean }).hasSimd();
}

/** WASM memory as bytes. The view dies when memory grows: take it again after each call into the engine. */
export function memoryBytes(): Uint8Array<ArrayBuffer> {
  // Memory that grew is a new buffer, and views of the old one are empty; asking `memory` each time would cost 40 ns.
  if (view.length === 0) renew();
  return view;
}

/** WASM memory as words of 32 bits, under the same condition. */
export function memoryWords(): Uint32Array<ArrayBuffer> {
  if (words.length === 0) renew();
  return words;
}

/** Gives back the memory of an object of the engine, once; from then on each use of it is an error of kind `closed`. */
export function release(object: { free(): void }, free = () => object.free()): void {
  if (released.has(object)) return;
  released.add(object);
  free();
  // Where it was, which is what the engine's bindings ask for first.
  Object.defineProperty(object, '__wbg_ptr', {
    get() {
      throw new MidstreamError('closed', 'expected an object that is in use, found one that was freed');
    },
  });
}

const released = new WeakSet<object>();

function renew(): void {
  if (memory === null) throw new MidstreamError('not-ready', 'expected `await init()` before the engine is used');
  const buffer = memory.buffer as ArrayBuffer;
  view = new Uint8Array(buffer);
  words = new Uint32Array(buffer);
}

let view = new Uint8Array(0);
let words = new Uint32Array(0);

async function load(source?: EngineSource | Promise<EngineSource>): Promise<void> {
  if (typeof WebAssembly !== 'object') {
    throw new MidstreamError('wasm-missing', 'expected a runtime with WebAssembly, found none');
  }
  try {
    const module = (await source) ?? (await found());
    memory = (await glue.default({ module_or_path: module })).memory;
  } catch (error) {
    throw classified(error);
  }
}

/** The module beside this package. */
async function found(): Promise<EngineSource> {
  // Each URL stands as bundlers recognise it.
  const url = hasSimd()
    ? new URL('../wasm/lean_agentic_wasm_bg.wasm', import.meta.url)
    : new URL('../wasm/lean_agentic_wasm_bg.plain.wasm', import.meta.url);
  if (!isNode || url.protocol !== 'file:') return url;
  const { readFile } = await builtin<{ readFile(url: URL): Promise<Uint8Array<ArrayBuffer>> }>('node:fs/promises');
  return readFile(url);
}

function classified(error: unknown): MidstreamError {
  if (error instanceof MidstreamError) return error;
  const words = wordsOf(error);
  // Chromium and Node say "Content Security Policy" or "disallowed by embedder", Firefox "blocked by CSP", Safari
  // "unsafe-eval".
  if (/content.security.policy|unsafe-eval|blocked by csp|disallowed by embedder/i.test(words)) {
    return new MidstreamError('wasm-blocked', `expected to be allowed to compile WASM: ${words}`, { cause: error });
  }
  return new MidstreamError('wasm-unavailable', `expected the engine's WASM module: ${words}`, { cause: error });
}
