// Rules that `midstream rules compile` made, ready to run; the packs that come with the package among them.

import { Rules as EngineRules, type Rewriter, type Session as EngineSession } from '../wasm/lean_agentic_wasm.js';
import { init, memoryBytes, release } from './engine.js';
import { MidstreamError, wordsOf } from './errors.js';
import { bytesOf, type FileSource, type Sort } from './files.js';

/** A pack that comes with the package: credentials, personal data, instructions that are not the user's. */
export type PackName = 'secrets' | 'pii' | 'injection';

/** Where rules come from: a pack by its name, or a file of `midstream rules compile`, or where such a file is. */
export type RuleSource = FileSource<PackName>;

/** Files of compiled rules one behind the other, and the length of each in bytes. */
export interface RuleFiles {
  all: Uint8Array;
  lengths: Uint32Array;
}

/** Compiled rules, for any number of streams: the option `rules` of everything that reads one. */
export class Rules {
  #inner: EngineRules;

  /** @internal `files` is what these rules were made of, for engines in other threads. */
  private constructor(inner: EngineRules, readonly files: RuleFiles) {
    this.#inner = inner;
  }

  /**
   * Loads rules, and the engine where it is not loaded yet. Several sources run together, in this order.
   *
   * @throws MidstreamError `rules` where one can't be fetched or is no file of compiled rules: none is left out;
   * `invalid-option` without a source.
   */
  static async load(...sources: [RuleSource, ...RuleSource[]]): Promise<Rules> {
    needOne(sources);
    const [files] = await Promise.all([Promise.all(sources.map((source) => bytesOf(source, PACKS))), init()]);
    return Rules.from(...files);
  }

  /** Rules of files that are at hand. @throws MidstreamError `rules` as `load`, `not-ready` before `await init()`. */
  static from(...files: Uint8Array[]): Rules {
    memoryBytes();
    needOne(files);
    const lengths = Uint32Array.from(files, ({ length }) => length);
    const all = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    for (const file of files) {
      all.set(file, at);
      at += file.length;
    }
    let inner: EngineRules;
    try {
      inner = new EngineRules(all, lengths);
    } catch (error) {
      throw new MidstreamError('rules', wordsOf(error), { cause: error });
    }
    if (inner.count > 0) return new Rules(inner, { all, lengths });
    inner.free();
    throw new MidstreamError('rules', 'expected rules, found a file without one');
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
    release(this.#inner);
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** Without rules everything would pass. */
function needOne(sources: readonly unknown[]): void {
  if (sources.length > 0) return;
  throw new MidstreamError('invalid-option', 'expected a pack (secrets, pii, injection) or a file of rules, found none');
}

const PACKS: Sort<PackName> = {
  error: 'rules',
  one: 'a pack',
  content: 'compiled rules',
  packaged: {
    secrets: () => new URL('../rules/secrets.bin', import.meta.url),
    pii: () => new URL('../rules/pii.bin', import.meta.url),
    injection: () => new URL('../rules/injection.bin', import.meta.url),
  },
};

const NO_KEY = new Uint8Array(0);
