// The tab of the graph: drawn as it grows, as of any time, searched, and each fact with the sentence that says it.

import { Connection } from '../connection';
import { h, setText } from '../dom';
import type { Shell, View } from '../shell';
import { Graph, graphs, type At, type Drawn, type GraphEdge, type GraphNode } from './data';
import { edgeDetails, isolated, nodeDetails, swatch, type Links } from './details';
import { Drawing } from './drawing';
import { instant, time } from './times';

export class GraphView implements View {
  private readonly choice = h('select', { 'aria-label': 'Graph', title: 'One for each key that clients come with' });
  private readonly wanted = h('input', { type: 'search', placeholder: 'Search names', 'aria-label': 'Search names' });
  private readonly results = h('ul', { class: 'graph-results', hidden: true });
  private readonly what = h(
    'select',
    { 'aria-label': 'Which time' },
    h('option', { value: 'known', title: 'What the graph had been told by then' }, 'Known by'),
    h('option', { value: 'so', title: 'What was so then, by the dates that are said' }, 'So at'),
  );
  private readonly slider = h('input', { type: 'range', min: 0, max: STEPS, value: STEPS, 'aria-label': 'Time' });
  private readonly moment = h('output', { class: 'graph-moment' });
  private readonly counts = h('p', { class: 'note graph-counts', role: 'status' });
  private readonly empty = h(
    'p',
    { class: 'note graph-empty' },
    'No graph yet. Ask something under ',
    h('a', { href: '#live' }, 'Live'),
    ': people, organisations and places in answers appear here as they are written.',
  );
  private readonly side = h('aside', { class: 'graph-side', 'aria-label': 'Details', tabindex: 0 });
  private readonly drawing = new Drawing({
    node: ({ node }) => void this.showNode(node),
    edge: ({ edge }) => void this.showEdge(edge),
    nothing: () => this.showNothing(),
  });
  private readonly links: Links = { node: (node) => void this.showNode(node, true), edge: (edge) => void this.showEdge(edge) };
  private graph: Graph | null = null;
  private connection: Connection | null = null;
  private drawn: Drawn | null = null;
  /** What is shown beside the drawing; the list of names, where it is null. */
  private part: Part | null = null;
  /** The part as it was told, so that what has not changed is left alone. */
  private partTold = '';
  /** How often parts were asked for. */
  private partAsked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** How often the graph was asked for. */
  private asked = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly shell: Shell,
  ) {
    const whole = h('button', { type: 'button', class: 'quiet', title: 'Show the whole graph (or double-click the drawing)' }, 'Fit');
    whole.addEventListener('click', () => this.drawing.fit());
    const format = h('select', { 'aria-label': 'Export as' }, h('option', { value: '' }, 'Export …'), ...FORMATS.map(([value, name]) => h('option', { value }, name)));
    format.addEventListener('change', () => {
      if (this.graph) h('a', { href: this.graph.path('/export', { format: format.value }), download: '' }).click();
      format.value = '';
    });
    const search = h('div', { class: 'graph-search' }, this.wanted, this.results);
    const when = h('div', { class: 'graph-when' }, this.what, this.slider, this.moment);
    host.append(
      h('div', { class: 'graph-bar' }, this.choice, search, when, whole, format),
      h('div', { class: 'graph-stage' }, this.drawing.element, this.empty, this.counts),
      this.side,
    );
    this.choice.addEventListener('change', () => this.open(this.choice.value));
    this.wanted.addEventListener('input', () => void this.search());
    this.wanted.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.results.querySelector('button')?.click();
      if (event.key === 'Escape') this.results.hidden = true;
    });
    this.slider.addEventListener('input', () => this.refresh(60));
    this.what.addEventListener('change', () => this.refresh(0));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.drawing.draw());
    new MutationObserver(() => this.drawing.draw()).observe(document.documentElement, { attributeFilter: ['data-theme'] });
    // A graph begins with its first stream, which nothing tells of: until then it is asked for.
    setInterval(() => this.graph === null && !host.hidden && void this.list(), 2000);
  }

  route(): void {
    void this.list();
    this.refresh(0);
  }

  private async list(): Promise<void> {
    const known = await graphs().catch(() => null);
    if (!known) return;
    this.shell.connected();
    const ids = known.map(({ id }) => id);
    if (ids.join() !== [...this.choice.options].map(({ value }) => value).join()) {
      const name = (id: string): string => (id === 'local' ? 'clients without a key' : `key ${id.slice(0, 8)}…`);
      this.choice.replaceChildren(...ids.map((id) => h('option', { value: id }, name(id))));
    }
    this.choice.hidden = ids.length < 2;
    this.empty.hidden = ids.length > 0;
    this.host.classList.toggle('is-empty', ids.length === 0);
    const largest = [...known].sort((a, b) => b.nodes - a.nodes)[0];
    if (!this.graph && largest) {
      this.choice.value = largest.id;
      this.open(largest.id);
    }
  }

  private open(id: string): void {
    this.connection?.close();
    this.graph = new Graph(id);
    this.showNothing();
    this.connection = new Connection(this.graph.path('/events'), {
      receive: () => this.refresh(250),
      refused: () => {
        this.graph = null;
      },
    });
  }

  /** Reads the graph anew, at most so often: changes come in crowds. */
  private refresh(afterMs: number): void {
    if (this.timer !== undefined && afterMs > 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (!this.host.hidden) void this.read();
    }, afterMs);
  }

  private async read(): Promise<void> {
    const { graph } = this;
    if (!graph) return;
    const asked = ++this.asked;
    try {
      const drawn = await graph.drawn(this.at());
      // Answers may overtake each other.
      if (graph !== this.graph || asked !== this.asked) return;
      this.drawn = drawn;
      this.drawing.show(drawn);
      this.showTime();
      setText(this.counts, [`${drawn.nodes.length} names, ${drawn.edges.length} links`, ...fates(drawn)].join(' · '));
      if (this.part) void this.showPart(this.part);
      else this.showList();
    } catch (error) {
      this.shell.say(String(error));
    }
  }

  /** The moment that the slider stands at; null at its end, where all is shown. */
  private at(): At | null {
    const { first_recorded, last_recorded, first_valid, last_valid } = this.drawn ?? {};
    const what = this.what.value === 'so' ? 'so' : 'known';
    const [from, to] = what === 'so' ? [first_valid, last_valid] : [first_recorded, last_recorded];
    const step = Number(this.slider.value);
    if (step >= STEPS || !from || !to) return null;
    const [first, last] = [instant(from), instant(to)];
    // The gateway's moments are finer than a Date: what is known at the first one is known a millisecond later.
    return { what, moment: new Date(first + 1 + ((last - first) * step) / STEPS).toISOString() };
  }

  private showTime(): void {
    const at = this.at();
    const words = at ? time(at.moment) : 'all';
    setText(this.moment, words);
    this.slider.setAttribute('aria-valuetext', words);
  }

  private async search(): Promise<void> {
    const text = this.wanted.value.trim();
    const found = text && this.graph ? await this.graph.search(text).catch(() => []) : [];
    if (text !== this.wanted.value.trim()) return;
    this.results.replaceChildren(...found.map((node) => h('li', {}, this.button(node))));
    if (text && found.length === 0) this.results.append(h('li', { class: 'note' }, 'Nothing is called so.'));
    this.results.hidden = !text;
  }

  private button(node: GraphNode, degree?: number): HTMLElement {
    const button = h('button', { type: 'button', class: 'fact' }, swatch(node.kind), isolated(node.name), degree !== undefined && h('span', { class: 'note' }, ` ${degree}`));
    button.addEventListener('click', () => {
      this.results.hidden = true;
      void this.showNode(node.node, true);
    });
    return button;
  }

  private async showNode(number: number, centre = false): Promise<void> {
    this.drawing.select({ node: number });
    if (centre) this.drawing.centre(number);
    await this.showPart({ node: number });
  }

  private async showEdge(number: number): Promise<void> {
    this.drawing.select({ edge: number });
    await this.showPart({ edge: number });
  }

  /** Shows what of a part is so, or known, at the moment that the slider stands at. */
  private async showPart(part: Part): Promise<void> {
    const { graph } = this;
    if (!graph) return;
    const at = this.at();
    const isNew = part !== this.part;
    this.part = part;
    const asked = ++this.partAsked;
    try {
      const [told, details] = 'node' in part ? await this.tellNode(graph, part.node, at) : await this.tellEdge(graph, part.edge, at);
      if (part !== this.part || asked !== this.partAsked || (!isNew && told === this.partTold)) return;
      this.partTold = told;
      const back = h('button', { type: 'button', class: 'quiet' }, 'All names');
      back.addEventListener('click', () => this.showNothing());
      this.side.replaceChildren(back, details());
      if (isNew) this.side.scrollTop = 0;
    } catch (error) {
      this.shell.say((error as Error).message);
    }
  }

  private async tellNode(graph: Graph, number: number, at: At | null): Promise<[string, () => HTMLElement]> {
    const { node, edges } = await graph.node(number, at);
    const gone = at && edges.length === 0 ? `Nothing ${at.what === 'so' ? 'was so of' : 'was known of'} it at ${time(at.moment)}.` : null;
    return [JSON.stringify([node, edges, gone]), () => nodeDetails(node, edges, gone, this.links)];
  }

  private async tellEdge(graph: Graph, number: number, at: At | null): Promise<[string, () => HTMLElement]> {
    const told = await graph.edge(number);
    const isThere = (edge: GraphEdge): boolean => !at || holds(edge, at);
    const gone = isThere(told.edge) ? null : `This ${at!.what === 'so' ? 'was not so' : 'was not known'} at ${time(at!.moment)}.`;
    // Of what was known before, too, nothing that was not known yet.
    const history = at?.what === 'known' ? told.history.filter(isThere) : told.history;
    return [JSON.stringify([told, gone, history]), () => edgeDetails({ ...told, history }, gone, this.links)];
  }

  private showNothing(): void {
    this.part = null;
    this.drawing.select({});
    this.showList();
    this.refresh(0);
  }

  /** The names that are drawn, those with most links first. */
  private showList(): void {
    const { nodes = [], edges = [] } = this.drawn ?? {};
    const degrees = new Map<number, number>();
    for (const { subject, object } of edges) for (const { node } of [subject, object]) degrees.set(node, (degrees.get(node) ?? 0) + 1);
    const degree = ({ node }: GraphNode): number => degrees.get(node) ?? 0;
    const sorted = [...nodes].sort((a, b) => degree(b) - degree(a) || a.name.localeCompare(b.name)).slice(0, LISTED);
    const legend = [...new Set(nodes.map(({ kind }) => kind))].sort().map((kind) => h('span', { class: 'graph-kind' }, swatch(kind), kind.toLowerCase()));
    this.side.replaceChildren(
      h('p', { class: 'graph-legend' }, ...legend),
      h('ol', { class: 'fact-list' }, ...sorted.map((node) => h('li', {}, this.button(node, degree(node))))),
    );
  }
}

/** A node or an edge by its number. */
type Part = { node: number } | { edge: number };

/** Whether an edge is to be seen at a moment. */
function holds({ recorded_at, valid_from, valid_to }: GraphEdge, { what, moment }: At): boolean {
  const at = instant(moment);
  if (what === 'known') return instant(recorded_at) <= at;
  return (valid_from === null || instant(valid_from) <= at) && (valid_to === null || at < instant(valid_to));
}

/** What of answers is not in the graph, or no longer. */
function fates({ evicted_nodes, evicted_edges, left_out, hedged }: Drawn): string[] {
  return [
    evicted_nodes + evicted_edges > 0 && `${evicted_nodes} nodes, ${evicted_edges} links made room for newer ones`,
    left_out > 0 && `${facts(left_out)} did not fit`,
    hedged > 0 && `${facts(hedged, 'uncertain ')} left out`,
  ].filter((words) => words !== false);
}

const facts = (count: number, which = ''): string => `${count} ${which}${count === 1 ? 'fact' : 'facts'}`;

const STEPS = 1000;
const LISTED = 200;
const FORMATS = [
  ['jsonld', 'JSON-LD'],
  ['nquads', 'N-Quads'],
  ['graphml', 'GraphML'],
  ['dot', 'DOT'],
  ['cypher', 'Cypher'],
  ['csv', 'CSV'],
  ['snapshot', 'Snapshot'],
];
