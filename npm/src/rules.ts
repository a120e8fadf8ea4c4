// Rules that `midstream rules compile` made, ready to run; the packs that come with the package among them.

import { Rules as EngineRules, type Rewriter, type Session as EngineSession } from '../wasm/lean_agentic_wasm.js';
import { init, memoryBytes } from './engine.js';
import { MidstreamError, wordsOf } from './errors.js';
import { builtin, isNode } from './host.js';

/** A pack that comes with the package: credentials, personal data, instructions that are not the user's. */
export type PackName = 'secrets' | 'pii' | 'injection';

/** Where rules come from: a pack by its name, or a file of `midstream rules compile`, or where such a file is. */
export type RuleSource = PackName | Uint8Array | ArrayBuffer | URL | Response;

/** Compiled rules, for any number of streams: the option `rules` of everything that reads one. */
export class Rules {
  #inner: EngineRules;

  private constructor(inner: EngineRules) {
    this.#inner = inner;
  }

  /**
   * Loads rules, and the engine where it is not loaded yet. Several sources run together, in this order.
   *
   * @throws MidstreamError `rules` where one can't be fetched or is no file of compiled rules: none is left out.
   */
  static async load(...sources: [RuleSource, ...RuleSource[]]): Promise<Rules> {
    const [files] = await Promise.all([Promise.all(sources.map(bytesOf)), init()]);
    return Rules.from(...files);
  }

  /** Rules of files that are at hand. @throws MidstreamError `rules` as `load`, `not-ready` before `await init()`. */
  static from(...files: Uint8Array[]): Rules {
    memoryBytes();
    const lengths = Uint32Array.from(files, ({ length }) => length);
    const all = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    for (const file of files) {
      all.set(file, at);
      at += file.length;
    }
    try {
      return new Rules(new EngineRules(all, lengths));
    } catch (error) {
      throw new MidstreamError('rules', wordsOf(error), { cause: error });
    }
  }

  /** How many rules there are. */
  get count(): number {
    return this.#inner.count;
  }

  /** @internal */
  session(config: string, key: Uint8Array = NO_KEY): EngineSession {
    return this.#inner.session(config, 0, key);
  }

  /** @internal */
  rewriter(config: string, key: Uint8Array = NO_KEY): Rewriter {
    return this.#inner.rewriter(config, key);
  }

  /** @internal The words of a whole body as the rules let them pass. */
  body(text: string, key: Uint8Array = NO_KEY): string {
    return this.#inner.body(text, key);
  }

  /** Gives their memory back; streams under way go on. */
  free(): void {
    this.#inner.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

async function bytesOf(source: RuleSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (typeof source === 'string' && !Object.hasOwn(PACKS, source)) {
    const known = Object.keys(PACKS).join(', ');
    throw new MidstreamError('rules', `expected a pack (${known}), bytes, a URL or a response, found \`${source}\``);
  }
  const place = typeof source === 'string' ? PACKS[source]() : source;
  try {
    if (place instanceof URL && place.protocol === 'file:' && isNode) {
      const { readFile } = await builtin<{ readFile(url: URL): Promise<Uint8Array> }>('node:fs/promises');
      return await readFile(place);
    }
    const response = place instanceof URL ? await fetch(place) : place;
    if (!response.ok) throw new Error(`expected status 200, found ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new MidstreamError('rules', `expected compiled rules from ${nameOf(place)}: ${wordsOf(error)}`, { cause: error });
  }
}

const nameOf = (place: URL | Response): string => (place instanceof URL ? place.href : place.url);

/** Each URL stands as bundlers recognise it. */
const PACKS: Record<PackName, () => URL> = {
  secrets: () => new URL('../rules/secrets.bin', import.meta.url),
  pii: () => new URL('../rules/pii.bin', import.meta.url),
  injection: () => new URL('../rules/injection.bin', import.meta.url),
};

const NO_KEY = new Uint8Array(0);
