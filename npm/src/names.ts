// The models that find names and relations: files of their own, loaded where they are wanted.

import { loadNames as read, loadPartsOfSpeech as readPartsOfSpeech } from '../wasm/lean_agentic_wasm.js';
import { init } from './engine.js';
import { MidstreamError, wordsOf } from './errors.js';
import { bytesOf, type FileSource, type Sort } from './files.js';
import { forgetFinders } from './find.js';
import type { EngineWorker } from './worker/client.js';

/** A model that comes with the package: `standard` finds more, `tiny` is less than half as large. */
export type NamesModel = 'standard' | 'tiny';

/**
 * Loads the model that finds names, and the engine where it is not loaded yet: sessions with the option `entities` and
 * clients that begin from now on find people, organisations and places. Without one they find values that have a form.
 *
 * With a `worker` it is loaded there, and not here.
 *
 * A model of this package is checked by its SHA-256 where the host can (in secure contexts), every file by its checksum.
 *
 * @throws MidstreamError `model` where it can't be had, or is not what it should be; what was loaded before stays.
 */
export async function loadNames(source: FileSource<NamesModel> = 'standard', worker?: EngineWorker): Promise<void> {
  if (worker) return void (await worker.load('names', await modelFile(source, NAMES)));
  const [file] = await Promise.all([modelFile(source, NAMES), init()]);
  load(() => read(file));
}

/**
 * Loads the model that tells verbs from nouns, and the engine where it is not loaded yet: sessions with the option
 * `relations` and clients that begin from now on say what a text says of whom. Load names too, by `loadNames`.
 *
 * @throws MidstreamError as `loadNames`.
 */
export async function loadPartsOfSpeech(source: FileSource<'parts-of-speech'> = 'parts-of-speech', worker?: EngineWorker): Promise<void> {
  if (worker) return void (await worker.load('parts-of-speech', await modelFile(source, PARTS_OF_SPEECH)));
  const [file] = await Promise.all([modelFile(source, PARTS_OF_SPEECH), init()]);
  load(() => readPartsOfSpeech(file));
}

/** The bytes of a model, those of a model of this package checked. */
async function modelFile<Name extends keyof typeof SHA256>(source: FileSource<Name>, sort: Sort<Name>): Promise<Uint8Array<ArrayBuffer>> {
  const file = await bytesOf(source, sort);
  if (typeof source === 'string') await check(file, SHA256[source]);
  return file;
}

function load(read: () => void): void {
  try {
    read();
    forgetFinders();
  } catch (error) {
    throw new MidstreamError('model', wordsOf(error), { cause: error });
  }
}

async function check(file: Uint8Array<ArrayBuffer>, expected: string): Promise<void> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return;
  const hash = new Uint8Array(await subtle.digest('SHA-256', file));
  const found = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found !== expected) throw new MidstreamError('model', `expected the model with SHA-256 ${expected}, found ${found}`);
}

const SORT = { error: 'model', one: 'a model', content: 'a model' } as const;

const NAMES: Sort<NamesModel> = {
  ...SORT,
  packaged: {
    standard: () => new URL('../models/names-standard.bin', import.meta.url),
    tiny: () => new URL('../models/names-tiny.bin', import.meta.url),
  },
};

const PARTS_OF_SPEECH: Sort<'parts-of-speech'> = {
  ...SORT,
  packaged: { 'parts-of-speech': () => new URL('../models/parts-of-speech.bin', import.meta.url) },
};

/** The models' hashes; a test holds them to the files. */
export const SHA256: Record<NamesModel | 'parts-of-speech', string> = {
  standard: '83bd49462cf0bde31d043e38db8ee37d4d3726cbcd66f6fbcbba851e6ed7139a',
  tiny: 'c2472d3b2cdf8604b90877f967375b27d33d2e76e688829ae43c673ce762fc31',
  'parts-of-speech': '4515c449782397ef0918522092662b85a0834025383663452bf4764a4daa3866',
};
