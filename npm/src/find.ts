// Whole texts, each by itself: who and what they speak of, and what they say of whom.

import { Finder } from '../wasm/lean_agentic_wasm.js';
import { memoryBytes } from './engine.js';
import { typed } from './errors.js';
import type { StreamEvent } from './events.js';
import { invalid } from './known.js';
import { checkEntities, engineConfig, type EntityOptions } from './options.js';
import { SpanConverter } from './spans.js';

/** An entity that was found. */
export type FoundEntity = StreamEvent & { type: 'entity' };
/** Something that a text says of somebody or something. */
export type FoundRelation = StreamEvent & { type: 'relation' };

/**
 * The people, organisations and places (by the model of `loadNames`) and the values that have a form in a whole text, in order,
 * with spans as `slice` counts. For a text that is still being written, a `Session` with `entities: true` finds the same.
 *
 * Options are read once for each object: keep one for many texts.
 *
 * @throws MidstreamError `not-ready` before `await init()`, `invalid-option` where `text` is none or for an option that there is not.
 */
export function findEntities(text: string, options?: EntityOptions): FoundEntity[] {
  return find(text, options, entityFinders, false).filter((event) => event.type === 'entity');
}

/**
 * What a whole text says of whom, by the models of `loadNames` and `loadPartsOfSpeech`: subject, predicate, object, with spans as
 * `slice` counts.
 *
 * @throws MidstreamError as `findEntities`, and `invalid-option` where no model of parts of speech is loaded.
 */
export function findRelations(text: string, options?: EntityOptions): FoundRelation[] {
  return find(text, options, relationFinders, true).filter((event) => event.type === 'relation');
}

/** Has the finders of texts to come know the models that are loaded now. */
export function forgetFinders(): void {
  entityFinders = new WeakMap();
  relationFinders = new WeakMap();
}

function find(text: string, options: EntityOptions = DEFAULTS, finders: WeakMap<EntityOptions, Finder>, relations: boolean): StreamEvent[] {
  if (typeof text !== 'string') throw invalid('a string', 'text', text);
  const finder = finders.get(options) ?? made(options, finders, relations);
  const { events } = finder.find(text) as { events: StreamEvent[] };
  const spans = new SpanConverter();
  spans.convert({ type: 'text-delta', choice: 0, block: 0, delta: text });
  for (const event of events) spans.convert(event);
  return events;
}

function made(options: EntityOptions, finders: WeakMap<EntityOptions, Finder>, relations: boolean): Finder {
  // Says what is missing where the engine is not loaded.
  memoryBytes();
  checkEntities(options);
  try {
    const finder = new Finder(engineConfig({ entities: options, relations }));
    finders.set(options, finder);
    return finder;
  } catch (error) {
    throw typed('invalid-option', error);
  }
}

const DEFAULTS: EntityOptions = {};

let entityFinders = new WeakMap<EntityOptions, Finder>();
let relationFinders = new WeakMap<EntityOptions, Finder>();
