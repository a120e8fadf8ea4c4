// How a stream is to be read; every member is optional.

import type { Dialect, Framing } from './events.js';
import { MidstreamError } from './errors.js';
import type { KnowledgeGraph } from './graph.js';
import { checkOptions, described, given, invalid, type Names } from './known.js';
import { milliseconds, type Moment } from './moment.js';
import type { Rules } from './rules.js';

/** How one stream is decoded and analysed. The engine's defaults hold for what is left out. */
export interface SessionOptions {
  /** How the body is cut into frames; recognised from the first bytes where it is not given. */
  framing?: Framing | 'auto';
  /** Whose language the frames speak; recognised from the first frames where it is not given. */
  dialect?: Dialect | 'auto';
  /** How much of anything is kept; reaching a limit is an `error` event. */
  limits?: Limits;
  /** How long is waited for content. Comments, pings and metadata reset nothing. */
  timeouts?: Timeouts;
  /** A silence of this many milliseconds is a `stall` event. */
  stallAfterMs?: number;
  /** Whether repetition is looked for. */
  repetition?: boolean;
  /** Whether people, organisations, places (by the model of `loadNames`) and values that have a form are looked for. */
  entities?: boolean | EntityOptions;
  /** Whether it is told what the text says of whom, by the model of `loadPartsOfSpeech`; entities are looked for then too. */
  relations?: boolean;
  /** The graph that is fed with what the stream speaks of; `graph.takeChanges()` tells what changed. */
  graph?: KnowledgeGraph;
  /** What the stream is called in the graph: `stream`, where it is not said. */
  graphStream?: string;
  /** The rules that words must pass before anyone sees them; what they find is told as `match` events. */
  rules?: Rules;
  /** What the tags of pseudonyms are made with, 16 bytes: keep it secret. Without it, placeholders stand for them. */
  pseudonymKey?: Uint8Array;
  /** The clock, in milliseconds: `performance.now` where it is not given. A worker has its own. */
  now?: () => number;
}

/** What the text itself does not say, and names of your own. */
export interface EntityOptions {
  /** When the text is written: what `tomorrow` is told from. Without it, such words are found and have no `normalized`. */
  now?: Moment;
  /** Read 3/4/2024 as 3 April. */
  dayFirst?: boolean;
  /** The calling code of the country whose national telephone numbers are meant: `49`. */
  callingCode?: string;
  /** Names of your own: lines `NAME`, or CSV `NAME,TYPE,NORMALIZED`. */
  gazetteer?: string;
  /** The type of those names that have none of their own: `TERM`. */
  gazetteerType?: string;
  /** Names of a stream whose ids are remembered: 65,536. */
  maxIds?: number;
}

export interface Limits {
  /** Longest frame, in bytes: 32 MiB. */
  maxFrameBytes?: number;
  /** Longest tool input, in bytes: 16 MiB. */
  maxToolInputBytes?: number;
  /** Deepest nesting of tool input: 128. */
  maxJsonDepth?: number;
  /** Answers in one stream: 256. */
  maxChoices?: number;
  /** Tool calls in one stream: 4096. */
  maxToolCalls?: number;
  /** Frames that are kept until the dialect is recognised: 8. */
  maxUndecidedFrames?: number;
}

export interface Timeouts {
  /** From the beginning to the first content, in milliseconds. */
  firstContentMs?: number;
  /** From one piece of content to the next, in milliseconds. */
  gapMs?: number;
  /** From the beginning to the end, in milliseconds. */
  totalMs?: number;
}

/** The names of all options of a session. */
export const SESSION: Names<SessionOptions> = {
  framing: 'text',
  dialect: 'text',
  limits: 'an object',
  timeouts: 'an object',
  stallAfterMs: 'a number from 0',
  repetition: 'true or false',
  // `checkSession` looks closer.
  entities: 'true, false or an object',
  relations: 'true or false',
  graph: 'a KnowledgeGraph',
  graphStream: 'text',
  // `checkRules` looks closer.
  rules: 'anything',
  pseudonymKey: 'bytes',
  now: 'a function',
};

/** The names of all options of a search for entities. */
const ENTITIES: Names<EntityOptions> = {
  // `checkEntities` looks closer.
  now: 'anything',
  dayFirst: 'true or false',
  callingCode: 'text',
  gazetteer: 'text',
  gazetteerType: 'text',
  maxIds: 'a whole number from 0',
};

/** Those of `options` that a session takes. */
export function sessionOptions(options: SessionOptions): SessionOptions {
  const names = Object.keys(SESSION) as (keyof SessionOptions)[];
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}

/**
 * Checks what says how a stream is to be read, before anything of it is.
 *
 * @throws MidstreamError `invalid-option` for a name that is not in `names`, a value that its option can't have, or rules that are none.
 */
export function checkSession<T extends SessionOptions>(options: T, names: Names<T>): void {
  checkOptions(options, names);
  if (typeof options.entities === 'object' && options.entities !== null) checkEntities(options.entities, 'entities.');
  if (options.rules !== undefined) checkRules(options.rules);
}

/** Checks what a search for entities is told; `path` stands before the names in errors. */
export function checkEntities(options: EntityOptions, path = ''): void {
  checkOptions(options, ENTITIES, path);
  const { now } = given(options);
  // The engine knows none before 1970.
  if (now !== undefined && !(milliseconds(now) >= 0 && milliseconds(now) < Infinity)) throw invalid('a moment from 1970 on', `${path}now`, now);
}

/** @throws MidstreamError `invalid-option` where `rules` are none: nothing may pass that was to be checked. */
export function checkRules(rules: Rules): void {
  if (typeof rules === 'object' && rules !== null && typeof rules.session === 'function') return;
  throw new MidstreamError('invalid-option', `expected \`rules\` that \`await Rules.load(...)\` gave, found ${described(rules)}`);
}

/** The options as the engine reads them. It names what it does not know. */
export function engineConfig(options: SessionOptions): string {
  const { framing, dialect, limits, timeouts, stallAfterMs, repetition, relations } = options;
  // A graph is made of entities.
  const wanted = options.entities ?? options.graph !== undefined;
  const entities = wanted === true ? {} : wanted ? engineEntities(wanted) : undefined;
  const config = { framing, dialect, limits, timeouts, stallAfterMs, repetition, entities, relations };
  for (const [name, milliseconds] of Object.entries({ stallAfterMs, ...timeouts })) {
    if (milliseconds !== undefined && !(Number.isSafeInteger(milliseconds) && milliseconds >= 0)) {
      throw new MidstreamError('invalid-option', `expected whole milliseconds as \`${name}\`, found ${milliseconds}`);
    }
  }
  return JSON.stringify(config);
}

function engineEntities(options: EntityOptions): object {
  const { now, ...others } = given(options);
  return now === undefined ? others : { ...others, now: Math.floor(milliseconds(now)) };
}

/** Whether host timers are needed. */
export function needsTimer({ timeouts, stallAfterMs }: SessionOptions): boolean {
  return stallAfterMs !== undefined || Object.values(timeouts ?? {}).some((limit) => limit !== undefined);
}

/** Whether events may hold spans. */
export const givesSpans = ({ repetition, entities, relations, graph }: SessionOptions): boolean =>
  repetition === true || relations === true || Boolean(entities ?? graph);
