// Files that the engine reads: models and compiled rules, which come with the package or from elsewhere.

import { MidstreamError, type HostErrorKind, wordsOf } from './errors.js';
import { builtin, isNode } from './host.js';
import { described } from './known.js';

/** A file, or where it is; a name is one of those that come with the package. */
export type FileSource<Name extends string> = Name | Uint8Array | ArrayBuffer | URL | Response;

/** What files of a sort are called, in errors too. */
export interface Sort<Name extends string> {
  error: HostErrorKind;
  /** What one of the package is: `a model`. */
  one: string;
  /** What a file holds: `a model`, `compiled rules`. */
  content: string;
  /** Those that come with the package; each URL stands as bundlers recognise it. */
  packaged: Record<Name, () => URL>;
}

/** The bytes of a file. @throws MidstreamError of the sort's kind, where it can't be had. */
export async function bytesOf<Name extends string>(source: FileSource<Name>, { error: kind, one, content, packaged }: Sort<Name>): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Uint8Array) return source as Uint8Array<ArrayBuffer>;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  const isOne = typeof source === 'string' ? Object.hasOwn(packaged, source) : source instanceof URL || isResponse(source);
  if (!isOne) {
    const known = Object.keys(packaged).join(', ');
    throw new MidstreamError(kind, `expected ${one} (${known}), bytes, a URL or a response, found ${described(source)}`);
  }
  const place = typeof source === 'string' ? packaged[source]() : source;
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
    throw new MidstreamError(kind, `expected ${content} from ${name}: ${wordsOf(error)}`, { cause: error });
  }
}

/** By what it can do, not by class: it may come from another realm, or be a stand-in. */
const isResponse = (source: Response | null | undefined): boolean => typeof source?.arrayBuffer === 'function' && 'ok' in source;
