// The models that find people, organisations and places: files of their own, loaded where they are wanted.

import { loadNames as read } from '../wasm/lean_agentic_wasm.js';
import { init } from './engine.js';
import { MidstreamError, wordsOf } from './errors.js';
import { bytesOf, type FileSource, type Sort } from './files.js';

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
export async function loadNames(source: FileSource<NamesModel> = 'standard'): Promise<void> {
  const [file] = await Promise.all([bytesOf(source, MODELS), init()]);
  try {
    if (typeof source === 'string') await check(file, SHA256[source]);
    read(file);
  } catch (error) {
    throw new MidstreamError('model', wordsOf(error), { cause: error });
  }
}

async function check(file: Uint8Array<ArrayBuffer>, expected: string): Promise<void> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return;
  const hash = new Uint8Array(await subtle.digest('SHA-256', file));
  const found = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found !== expected) throw new Error(`expected the model with SHA-256 ${expected}, found ${found}`);
}

const MODELS: Sort<NamesModel> = {
  error: 'model',
  one: 'a model',
  content: 'a model',
  packaged: {
    standard: () => new URL('../models/names-standard.bin', import.meta.url),
    tiny: () => new URL('../models/names-tiny.bin', import.meta.url),
  },
};

/** The models' hashes; a test holds them to the files. */
export const SHA256: Record<NamesModel, string> = {
  standard: '5a05993252c9d1e02814641b23add7488586fca71352c6b83497f8593ff7abf7',
  tiny: '4d0d663feacd11fe4a115f68dd50f49c1e25c58004fc2e315c736aac827d8a2a',
};
