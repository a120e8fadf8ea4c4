// Graphs as the gateway tells them.

import type { GraphEdge, GraphNode } from '../../../../npm/src/graph.js';

export type { GraphEdge, GraphNode };

export interface GraphInfo {
  /** `local` for clients without a key, else the beginning of the key's SHA-256. */
  id: string;
  nodes: number;
  edges: number;
}

export type End = GraphEdge['subject'];

/** What is drawn of a graph. */
export interface Drawn {
  nodes: GraphNode[];
  edges: GraphEdge[];
  node_count: number;
  edge_count: number;
  first_recorded: string | null;
  last_recorded: string | null;
  /** The earliest and the latest date that is said of anything. */
  first_valid: string | null;
  last_valid: string | null;
  /** What made room for others. */
  evicted_nodes: number;
  evicted_edges: number;
  /** Facts that are not in it: for its limits, and since they are said to be possible, planned or somebody's words only. */
  left_out: number;
  hedged: number;
}

/** A moment, RFC 3339: what was `so` at it, or what was `known` by then. */
export interface At {
  what: 'so' | 'known';
  moment: string;
}

/** An edge with the sentence that says it: `start` to `end` of it, in UTF-8 bytes, is the edge's own place. */
export interface Told {
  edge: GraphEdge;
  history: GraphEdge[];
  sentence: { text: string; start: number; end: number } | null;
}

export const graphs = async (): Promise<GraphInfo[]> => (await ask<{ graphs: GraphInfo[] }>('graphs')).graphs;

export class Graph {
  constructor(readonly id: string) {}

  /** The graph at a moment; all that is known, where that is null. */
  drawn(at: At | null): Promise<Drawn> {
    return ask(this.path('', { limit: String(MOST), ...query(at) }));
  }

  async search(text: string): Promise<GraphNode[]> {
    return (await ask<{ nodes: GraphNode[] }>(this.path('/search', { q: text, limit: '8' }))).nodes;
  }

  node(number: number, at: At | null): Promise<{ node: GraphNode; edges: GraphEdge[] }> {
    return ask(this.path(`/nodes/${number}`, query(at)));
  }

  edge(number: number): Promise<Told> {
    return ask(this.path(`/edges/${number}`));
  }

  path(part: string, query: Record<string, string> = {}): string {
    const search = new URLSearchParams(query).toString();
    return `graphs/${encodeURIComponent(this.id)}${part}${search && `?${search}`}`;
  }
}

function query(at: At | null): Record<string, string> {
  return at ? { [at.what === 'so' ? 'as_of' : 'recorded']: at.moment } : {};
}

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: { accept: 'application/json' }, cache: 'no-store' });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error?.message ?? `status ${response.status}`);
  return body as T;
}

/** How many edges are drawn at most: those recorded last. */
const MOST = 400;
