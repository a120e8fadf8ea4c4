// The temporal knowledge graph: facts in, questions answered as of any time. Nothing that was known is overwritten.

import { KnowledgeGraph as EngineGraph, type LeanAgenticClient, type Session as EngineSession } from '../wasm/lean_agentic_wasm.js';
import { memoryBytes, release } from './engine.js';
import { MidstreamError, typed } from './errors.js';
import type { Span } from './events.js';
import { checkOptions, described, given, invalid, type Names } from './known.js';
import { milliseconds, type Moment } from './moment.js';

export type { Moment };

export interface GraphOptions {
  /**
   * Predicates of which a subject has one object at a time, and, behind a `^`, of which an object has one subject at a time
   * (`^is CEO of`): a new one ends what was so before. Homes, marriages and offices where nothing else is said; `[]` for none.
   */
  functional?: string[];
  /** 1,000,000. What was least recently said makes room, as for the next two; each removal is a change. */
  maxNodes?: number;
  /** 4,000,000. */
  maxEdges?: number;
  /** All texts together, each counted once: 256 MiB. */
  maxTextBytes?: number;
}

/** Somebody or something: the same name and kind is the same node. */
export interface Entity {
  name: string;
  kind?: string;
}

/** What is said of two. */
export interface Fact {
  subject: Entity | string;
  predicate: string;
  object: Entity | string;
  /** Since when it has been so; since `recordedAt`, where it is not said. */
  validFrom?: Moment;
  /** The first moment at which it is no longer so, where an end is known. */
  validTo?: Moment;
  /** When it became known: now, where it is not said. Record time does not go backwards; where `validFrom` is not said, it is this. */
  recordedAt?: Moment;
  /** From 0 to 1; 1 where it is not said. */
  confidence?: number;
  /** Whether it was said not to be so. */
  negated?: boolean;
  /** Where it was said: the stream's name, and the place in its text, in UTF-8 bytes. */
  source?: { stream: string; start?: number; end?: number };
}

export interface GraphNode {
  node: number;
  name: string;
  kind: string;
  first_recorded: string | null;
  aliases?: string[];
}

export interface GraphEdge {
  edge: number;
  subject: { node: number; name: string; kind: string };
  predicate: string;
  object: { node: number; name: string; kind: string };
  /** RFC 3339, as all moments here; null where it has always been so. */
  valid_from: string | null;
  valid_from_assumed?: true;
  /** Null where no end is known. */
  valid_to: string | null;
  recorded_at: string;
  negated?: true;
  retracted?: true;
  confidence: number;
  mentions: number;
  stream: string;
  /** In UTF-8 bytes of the stream's text, as `Fact.source` has it; the spans of a session's events are in UTF-16 units. */
  span: Span;
}

/** Something that happened to a graph. Of what is gone since, only its number is told. */
export type GraphChange =
  | ({ type: 'graph-node-added' } & GraphNode)
  | ({ type: 'graph-edge-added' | 'graph-edge-confirmed' | 'graph-edge-ended' | 'graph-edge-retracted' } & GraphEdge)
  | { type: 'graph-node-named'; node: number; name: string }
  | { type: 'graph-node-merged'; node: number; into: number }
  | { type: 'graph-node-evicted'; node: number; name: string; limit: string }
  | { type: 'graph-edge-evicted'; edge: number; limit: string }
  /** A fact did not fit into the limits. */
  | { type: 'graph-left-out'; message: string }
  /** There were too many changes to be kept: look at the graph itself. */
  | { type: 'graph-reset' };

/** At which time: what was so at `valid`, as it was known at `recorded`, or as it is known now. */
export interface AsOf {
  valid: Moment;
  recorded?: Moment;
}

export type GraphFormat = 'jsonld' | 'nquads' | 'graphml' | 'dot' | 'cypher' | 'csv';

/** A graph in WASM memory. `free` gives its memory back; so does the garbage collector, later. */
export class KnowledgeGraph {
  #inner: EngineGraph;

  /** @throws MidstreamError `not-ready` before `await init()`, `invalid-option` for an option that there is not. */
  constructor(options?: GraphOptions);
  constructor(options: GraphOptions | EngineGraph = {}) {
    this.#inner = options instanceof EngineGraph ? options : build(() => new EngineGraph(settings(options)));
  }

  /** Reads a snapshot. Limits are those of `options`, functional predicates those of the snapshot. */
  static restore(snapshot: Uint8Array, options: GraphOptions = {}): KnowledgeGraph {
    if (!ArrayBuffer.isView(snapshot)) throw invalid('bytes', 'snapshot', snapshot);
    return new KnowledgeGraph(build(() => EngineGraph.restore(snapshot, settings(options))) as GraphOptions);
  }

  /** The graph that a client's messages feed; it lives on when the client is freed. */
  static ofClient(client: LeanAgenticClient): KnowledgeGraph {
    if (typeof client?.graph !== 'function') throw invalid('a LeanAgenticClient', 'client', client);
    return new KnowledgeGraph(client.graph() as GraphOptions);
  }

  /** Takes a fact and returns the number of the edge that stands for it. @throws MidstreamError `invalid-option` */
  add(fact: Fact): number {
    if (typeof fact !== 'object' || fact === null) throw new MidstreamError('invalid-option', `expected a fact, found ${described(fact)}`);
    const { subject, predicate, object, validFrom, validTo, recordedAt } = fact;
    const [confidence, negated] = [fact.confidence ?? 1, fact.negated ?? false];
    const [from, to] = [named(subject, 'subject'), named(object, 'object')];
    needText(predicate, 'predicate');
    if (typeof confidence !== 'number') throw invalid('a number from 0 to 1', 'confidence', confidence);
    if (typeof negated !== 'boolean') throw invalid('true or false', 'negated', negated);
    const { stream, start, end } = placed(fact.source);
    try {
      return this.#inner.add(
        from.name,
        from.kind ?? '',
        predicate,
        to.name,
        to.kind ?? '',
        ms(recordedAt ?? Date.now(), 'recordedAt'),
        ms(validFrom, 'validFrom'),
        ms(validTo, 'validTo'),
        confidence,
        negated,
        stream,
        start,
        end,
      );
    } catch (error) {
      throw typed('invalid-option', error);
    }
  }

  /** @internal Feeds the graph with what a session's stream speaks of. */
  feed(session: EngineSession, name: string): void {
    session.feed_graph(this.#inner, name);
  }

  /** The number of the node of this name, its own or that of one merged into it. */
  find(name: string, kind = ''): number | undefined {
    needText(name, 'name');
    needText(kind, 'kind');
    return this.#inner.find(name, kind);
  }

  node(node: number): GraphNode | undefined {
    return parsed(this.#inner.node(numbered(node, 'a node')));
  }

  edge(edge: number): GraphEdge | undefined {
    return parsed(this.#inner.edge(numbered(edge, 'an edge')));
  }

  /** The edges of a node, the one that was recorded last first, as numbers, each with the node at its other end. */
  neighbours(node: number, options: { direction?: 'out' | 'in' | 'both'; asOf?: AsOf } = {}): { edge: number; node: number }[] {
    numbered(node, 'a node');
    checkOptions(options, { direction: 'text', asOf: 'an object' });
    const way = DIRECTIONS.indexOf(options.direction ?? 'both');
    if (way < 0) throw invalid(`one of ${DIRECTIONS.join(', ')}`, 'direction', options.direction);
    const pairs = this.#inner.neighbours(node, way, ...moments(options.asOf));
    const found = new Array<{ edge: number; node: number }>(pairs.length / 2);
    for (let at = 0; at < found.length; at++) found[at] = { edge: pairs[2 * at]!, node: pairs[2 * at + 1]! };
    return found;
  }

  /**
   * The edges of a shortest way between two nodes, empty from a node to itself; undefined where there is none. It does not go
   * along `mentions`, unless `except` says otherwise: that a stream speaks of two things does not link them.
   */
  path(from: number, to: number, options: { maxSteps?: number; except?: string[]; asOf?: AsOf } = {}): number[] | undefined {
    numbered(from, 'a node');
    numbered(to, 'a node');
    checkOptions(options, { maxSteps: 'a whole number from 0', except: 'a list of texts', asOf: 'an object' });
    const except = options.except ?? ['mentions'];
    const edges = this.#inner.path(from, to, Math.min(options.maxSteps ?? 8, MOST), except.join('\n'), ...moments(options.asOf));
    return edges && Array.from(edges);
  }

  /** All edges as numbers; of those only that were so at the given time, where one is given. */
  edges(asOf?: AsOf): number[] {
    return Array.from(this.#inner.edges(...moments(asOf)));
  }

  /** Everything that was so at a moment, as it is known now, or was known at `recorded`. */
  asOf(valid: Moment, recorded?: Moment): GraphEdge[] {
    const edges = this.#inner.edges(...moments({ valid, recorded: recorded! }, ''));
    return Array.from(edges, (edge) => this.edge(edge)!);
  }

  /** Everything that was ever recorded of an edge's subject, predicate and object (but for the one that a functional predicate has one of), oldest first. */
  history(edge: number): GraphEdge[] {
    return Array.from(this.#inner.history(numbered(edge, 'an edge')), (edge) => this.edge(edge)!);
  }

  /** Everything that was ever recorded of a node, oldest first. */
  nodeHistory(node: number): GraphEdge[] {
    return Array.from(this.#inner.node_history(numbered(node, 'a node')), (edge) => this.edge(edge)!);
  }

  /** Nodes with a name that contains `text`, in any case and without accents; the best fit first. */
  search(text: string, limit = 20): GraphNode[] {
    needText(text, 'text');
    checkOptions({ limit }, { limit: 'a whole number from 0' });
    return Array.from(this.#inner.search(text, Math.min(limit, MOST)), (node) => this.node(node)!);
  }

  /** The graph in a format that other programs read. */
  export(format: GraphFormat): string {
    needText(format, 'format');
    return build(() => this.#inner.export(format));
  }

  /** The graph as a file, compact and checked. */
  snapshot(): Uint8Array {
    return this.#inner.snapshot();
  }

  /** What changed since this was last asked, but for what a client's results tell. */
  takeChanges(): GraphChange[] {
    return JSON.parse(this.#inner.take_changes()) as GraphChange[];
  }

  get nodeCount(): number {
    return this.#inner.node_count;
  }

  get edgeCount(): number {
    return this.#inner.edge_count;
  }

  free(): void {
    release(this.#inner);
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** Makes something in the engine; its errors are this package's. */
function build<T>(make: () => T): T {
  memoryBytes();
  try {
    return make();
  } catch (error) {
    throw typed('invalid-option', error);
  }
}

/** Somebody or something as `member` of a fact. */
function named(entity: Entity | string, member: string): Entity {
  if (typeof entity === 'string') return { name: entity };
  if (typeof entity !== 'object' || entity === null) throw invalid('a name or { name, kind }', member, entity);
  needText(entity.name, `${member}.name`);
  if (entity.kind !== undefined) needText(entity.kind, `${member}.kind`);
  return entity;
}

function needText(value: unknown, member: string): void {
  if (typeof value !== 'string') throw invalid('a text', member, value);
}

/** The number of a node or an edge: what `find` has not found is none, and would be taken for the first one. */
function numbered(number: number, what: string): number {
  if (number >>> 0 === number) return number;
  throw new MidstreamError('invalid-option', `expected ${what}'s number, found \`${String(number)}\``);
}

const parsed = <T>(json: string | undefined): T | undefined => (json === undefined ? undefined : (JSON.parse(json) as T));

/** Where a fact was said, in full; its stream is empty where that is not said. */
function placed(source: Fact['source'] | null): { stream: string; start: number; end: number } {
  if (source === undefined || source === null) return { stream: '', start: 0, end: 0 };
  if (typeof source !== 'object') throw invalid('{ stream, start, end }', 'source', source);
  const { stream } = source;
  needText(stream, 'source.stream');
  const start = source.start ?? 0;
  const end = source.end ?? start;
  for (const [name, place] of [['start', start], ['end', end]] as const) {
    if (!(Number.isSafeInteger(place) && place >= 0)) throw invalid('a whole number from 0', `source.${name}`, place);
  }
  return { stream, start, end };
}

/** The moments of a question, NaN for one that is not given; `path` stands before their names in errors. */
function moments(asOf: AsOf | null | undefined, path = 'asOf.'): [valid: number, recorded: number] {
  if (asOf === undefined || asOf === null) return [NaN, NaN];
  if (typeof asOf !== 'object') throw invalid('{ valid, recorded }', 'asOf', asOf);
  // Without it all edges would be meant, whenever they were so.
  if (asOf.valid === undefined || asOf.valid === null) throw invalid('a moment', `${path}valid`, asOf.valid);
  return [ms(asOf.valid, `${path}valid`), ms(asOf.recorded, `${path}recorded`)];
}

/** Milliseconds since the Unix epoch; NaN where there is no moment. */
function ms(moment: Moment | null | undefined, member: string): number {
  if (moment === undefined || moment === null) return NaN;
  const found = milliseconds(moment);
  if (Number.isNaN(found)) throw invalid('a moment', member, moment);
  return found;
}

/** The options of a graph as the engine reads them. */
function settings(options: GraphOptions): string {
  checkOptions(options, GRAPH);
  return JSON.stringify(given(options));
}

const GRAPH: Names<GraphOptions> = {
  functional: 'a list of texts',
  maxNodes: 'a whole number from 0',
  maxEdges: 'a whole number from 0',
  maxTextBytes: 'a whole number from 0',
};

/** As the engine numbers them. */
const DIRECTIONS = ['out', 'in', 'both'];

/** The largest number that the engine takes as one of steps or nodes. */
const MOST = 2 ** 32 - 1;
