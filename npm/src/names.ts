// The models that find people, organisations and places: files of their own, loaded where they are wanted.

import { loadNames as read } from '../wasm/lean_agentic_wasm.js';
import { init } from './engine.js';
import { MidstreamError, wordsOf } from './errors.js';
import { builtin, isNode } from './host.js';

/** A model that comes with the package: `standard` finds more, `tiny` is less than half as large. */
export type NamesModel = 'standard' | 'tiny';

/**
 * Loads the model that finds names, and the engine where it is not loaded yet: sessions with the option `entities` and
 * clients that begin from now on find people, organisations and places. Without one they find values that have a form.
 *
 * A model of this package is checked by its SHA-256 where the host can (in secure contexts), every file by its checksum.
 *
 * @throws MidstreamError `model` where it can't be had, or is not what it should be; what was loaded before stays.
 */
export async function loadNames(source: NamesModel | Uint8Array | ArrayBuffer | URL | Response = 'standard'): Promise<void> {
  const [file] = await Promise.all([bytesOf(source), init()]);
  try {
    if (typeof source === 'string') await check(file, SHA256[source]);
    read(file);
  } catch (error) {
    throw new MidstreamError('model', wordsOf(error), { cause: error });
  }
}

async function bytesOf(source: NamesModel | Uint8Array | ArrayBuffer | URL | Response): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Uint8Array) return source as Uint8Array<ArrayBuffer>;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (typeof source === 'string' && !Object.hasOwn(MODELS, source)) {
    const known = Object.keys(MODELS).join(', ');
    throw new MidstreamError('model', `expected a model (${known}), bytes, a URL or a response, found \`${source}\``);
  }
  const place = typeof source === 'string' ? MODELS[source]() : source;
  try {
    if (place instanceof URL && place.protocol === 'file:' && isNode) {
      const { readFile } = await builtin<{ readFile(url: URL): Promise<Uint8Array<ArrayBuffer>> }>('node:fs/promises');
      return await readFile(place);
    }
    const response = place instanceof URL ? await fetch(place) : place;
    if (!response.ok) throw new Error(`expected status 200, found ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    const name = place instanceof URL ? place.href : place.url;
    throw new MidstreamError('model', `expected a model from ${name}: ${wordsOf(error)}`, { cause: error });
  }
}

async function check(file: Uint8Array<ArrayBuffer>, expected: string): Promise<void> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return;
  const hash = new Uint8Array(await subtle.digest('SHA-256', file));
  const found = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found !== expected) throw new Error(`expected the model with SHA-256 ${expected}, found ${found}`);
}

/** Each URL stands as bundlers recognise it. */
const MODELS: Record<NamesModel, () => URL> = {
  standard: () => new URL('../models/names-standard.bin', import.meta.url),
  tiny: () => new URL('../models/names-tiny.bin', import.meta.url),
};

/** The models' hashes; a test holds them to the files. */
export const SHA256: Record<NamesModel, string> = {
  standard: '5a05993252c9d1e02814641b23add7488586fca71352c6b83497f8593ff7abf7',
  tiny: '4d0d663feacd11fe4a115f68dd50f49c1e25c58004fc2e315c736aac827d8a2a',
};
