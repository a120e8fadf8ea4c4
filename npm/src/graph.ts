// The temporal knowledge graph: facts in, questions answered as of any time. Nothing that was known is overwritten.

import { KnowledgeGraph as EngineGraph, type LeanAgenticClient, type Session as EngineSession } from '../wasm/lean_agentic_wasm.js';
import { memoryBytes, release } from './engine.js';
import { MidstreamError, typed } from './errors.js';
import type { Span } from './events.js';
import { described } from './known.js';

/** A moment: milliseconds since the Unix epoch, a `Date`, or a date as `Date.parse` has it. */
export type Moment = number | Date | string;

export interface GraphOptions {
  /** Predicates of which a subject has one object at a time: a new one ends what was so before. */
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
    this.#inner = options instanceof EngineGraph ? options : build(() => new EngineGraph(JSON.stringify(options)));
  }

  /** Reads a snapshot. Limits are those of `options`, functional predicates those of the snapshot. */
  static restore(snapshot: Uint8Array, options: GraphOptions = {}): KnowledgeGraph {
    return new KnowledgeGraph(build(() => EngineGraph.restore(snapshot, JSON.stringify(options))) as GraphOptions);
  }

  /** The graph that a client's messages feed; it lives on when the client is freed. */
  static ofClient(client: LeanAgenticClient): KnowledgeGraph {
    return new KnowledgeGraph(client.graph() as GraphOptions);
  }

  /** Takes a fact and returns the number of the edge that stands for it. @throws MidstreamError `invalid-option` */
  add(fact: Fact): number {
    if (typeof fact !== 'object' || fact === null) throw new MidstreamError('invalid-option', `expected a fact, found ${described(fact)}`);
    const { subject, predicate, object, validFrom, validTo, recordedAt, confidence = 1, negated = false, source } = fact;
    const [from, to] = [named(subject, 'subject'), named(object, 'object')];
    text(predicate, 'predicate');
    try {
      return this.#inner.add(
        from.name,
        from.kind ?? '',
        predicate,
        to.name,
        to.kind ?? '',
        recordedAt === undefined ? Date.now() : ms(recordedAt),
        ms(validFrom),
        ms(validTo),
        confidence,
        negated,
        source?.stream ?? '',
        source?.start ?? 0,
        source?.end ?? source?.start ?? 0,
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
    return this.#inner.find(name, kind);
  }

  node(node: number): GraphNode | undefined {
    return parsed(this.#inner.node(numbered(node, 'a node')));
  }

  edge(edge: number): GraphEdge | undefined {
    return parsed(this.#inner.edge(numbered(edge, 'an edge')));
  }

  /** The edges of a node, the one that was recorded last first, as numbers, each with the node at its other end. */
  neighbours(node: number, { direction = 'both', asOf }: { direction?: 'out' | 'in' | 'both'; asOf?: AsOf } = {}): { edge: number; node: number }[] {
    const pairs = this.#inner.neighbours(numbered(node, 'a node'), direction === 'out' ? 0 : direction === 'in' ? 1 : 2, ms(asOf?.valid), ms(asOf?.recorded));
    const found = new Array<{ edge: number; node: number }>(pairs.length / 2);
    for (let at = 0; at < found.length; at++) found[at] = { edge: pairs[2 * at]!, node: pairs[2 * at + 1]! };
    return found;
  }

  /**
   * The edges of a shortest way between two nodes, empty from a node to itself; undefined where there is none. It does not go
   * along `mentions`, unless `except` says otherwise: that a stream speaks of two things does not link them.
   */
  path(from: number, to: number, { maxSteps = 8, except = ['mentions'], asOf }: { maxSteps?: number; except?: string[]; asOf?: AsOf } = {}): number[] | undefined {
    const edges = this.#inner.path(numbered(from, 'a node'), numbered(to, 'a node'), maxSteps, except.join('\n'), ms(asOf?.valid), ms(asOf?.recorded));
    return edges && Array.from(edges);
  }

  /** All edges as numbers; of those only that were so at the given time, where one is given. */
  edges(asOf?: AsOf): number[] {
    return Array.from(this.#inner.edges(ms(asOf?.valid), ms(asOf?.recorded)));
  }

  /** Everything that was so at a moment, as it is known now, or was known at `recorded`. */
  asOf(valid: Moment, recorded?: Moment): GraphEdge[] {
    return this.edges(recorded === undefined ? { valid } : { valid, recorded }).map((edge) => this.edge(edge)!);
  }

  /** Everything that was ever recorded of an edge's subject and predicate, and object unless it is functional; oldest first. */
  history(edge: number): GraphEdge[] {
    return Array.from(this.#inner.history(numbered(edge, 'an edge')), (edge) => this.edge(edge)!);
  }

  /** Everything that was ever recorded of a node, oldest first. */
  nodeHistory(node: number): GraphEdge[] {
    return Array.from(this.#inner.node_history(numbered(node, 'a node')), (edge) => this.edge(edge)!);
  }

  /** Nodes with a name that contains `text`, in any case and without accents; the best fit first. */
  search(text: string, limit = 20): GraphNode[] {
    return Array.from(this.#inner.search(text, limit), (node) => this.node(node)!);
  }

  /** The graph in a format that other programs read. */
  export(format: GraphFormat): string {
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
  if (typeof entity !== 'object' || entity === null) throw new MidstreamError('invalid-option', `expected a name or { name, kind } as \`${member}\`, found ${described(entity)}`);
  text(entity.name, `${member}.name`);
  if (entity.kind !== undefined) text(entity.kind, `${member}.kind`);
  return entity;
}

function text(value: unknown, member: string): void {
  if (typeof value !== 'string') throw new MidstreamError('invalid-option', `expected a text as \`${member}\`, found ${described(value)}`);
}

/** The number of a node or an edge: what `find` has not found is none, and would be taken for the first one. */
function numbered(number: number, what: string): number {
  if (number >>> 0 === number) return number;
  throw new MidstreamError('invalid-option', `expected ${what}'s number, found \`${String(number)}\``);
}

const parsed = <T>(json: string | undefined): T | undefined => (json === undefined ? undefined : (JSON.parse(json) as T));

/** Milliseconds since the Unix epoch; NaN where there is no moment. */
function ms(moment: Moment | undefined): number {
  if (moment === undefined) return NaN;
  const found = typeof moment === 'number' ? moment : +new Date(moment);
  if (Number.isNaN(found)) throw new MidstreamError('invalid-option', `expected a moment, found \`${String(moment)}\``);
  return found;
}
