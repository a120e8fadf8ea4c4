// A graph on a canvas: forces find the places (d3-force), a pointer moves nodes and the view.

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type Simulation } from 'd3-force';
import { h } from '../dom';
import { around, fitting, type Box, type Wanted } from './labels';
import type { Drawn, GraphEdge, GraphNode } from './data';

interface Place extends GraphNode {
  x?: number;
  y?: number;
  vx?: number;
  vy?: number;
  fx?: number | null;
  fy?: number | null;
  /** How many edges it has among those that are drawn. */
  degree: number;
}

interface Link {
  source: Place;
  target: Place;
  edge: GraphEdge;
}

export interface Picked {
  node(node: GraphNode): void;
  edge(edge: GraphEdge): void;
  nothing(): void;
}

export class Drawing {
  readonly element = h('canvas', { class: 'graph-canvas', role: 'img', 'aria-label': 'The graph, drawn. The list beside it says the same.' });
  private readonly paint = this.element.getContext('2d')!;
  private readonly simulation: Simulation<Place, undefined>;
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)');
  private readonly resizing = new ResizeObserver(() => this.resize());
  private nodes: Place[] = [];
  private links: Link[] = [];
  private selected: { node?: number; edge?: number } = {};
  private hover: Place | null = null;
  /** From the graph's places to the canvas's: `x * scale + left`. */
  private view = { scale: 1, left: 0, top: 0 };
  /** The view follows the graph until a hand has moved it. */
  private fitting = true;
  private size = { width: 0, height: 0 };
  /** The size before, passing over that of a canvas that is hidden, which is none. */
  private shown = { width: 0, height: 0 };
  private allInSight = true;

  constructor(private readonly picked: Picked) {
    const { still } = this;
    this.simulation = forceSimulation<Place>()
      .force('charge', forceManyBody<Place>().strength(-160).distanceMax(500))
      .force('collide', forceCollide<Place>(({ degree }) => radius(degree) + 10))
      .force('x', forceX<Place>().strength(0.06))
      .force('y', forceY<Place>().strength(0.09))
      .on('tick', () => still.matches || this.draw());
    this.resizing.observe(this.element);
    this.listen();
  }

  /** Shows these nodes and edges; what was there stays where it is. */
  show({ nodes, edges }: Drawn): void {
    const known = new Map(this.nodes.map((node) => [node.node, node]));
    const places = new Map(nodes.map((node) => [node.node, Object.assign(known.get(node.node) ?? { degree: 0 }, node, { degree: 0 }) as Place]));
    const links: Link[] = [];
    for (const edge of edges) {
      const [source, target] = [places.get(edge.subject.node), places.get(edge.object.node)];
      if (!source || !target || source === target) continue;
      source.degree++;
      target.degree++;
      links.push({ source, target, edge });
    }
    for (const { source, target } of links) {
      // What is new appears beside what it is linked with.
      for (const [one, other] of [[source, target], [target, source]] as const) {
        if (one.x === undefined && other.x !== undefined) [one.x, one.y] = [other.x + 12, other.y! + 12];
      }
    }
    const changed = places.size !== this.nodes.length || links.length !== this.links.length || [...places.keys()].some((id) => !known.has(id));
    this.nodes = [...places.values()];
    this.links = links;
    this.simulation.nodes(this.nodes).force('link', forceLink<Place, Link>(links).distance(90).strength(0.25));
    if (!changed) return this.draw();
    this.simulation.alpha(0.7).restart();
    if (this.still.matches) {
      this.simulation.stop().tick(200);
      this.draw();
    }
  }

  select(selected: { node?: number; edge?: number }): void {
    this.selected = selected;
    this.draw();
  }

  /** Brings a node into the middle, unless it is in sight: whoever looks at the whole goes on doing so. */
  centre(number: number): void {
    const node = this.nodes.find(({ node }) => node === number);
    if (node?.x === undefined || this.fitting || this.isInSight(node)) return;
    this.view.left = this.size.width / 2 - node.x * this.view.scale;
    this.view.top = this.size.height / 2 - node.y! * this.view.scale;
    this.draw();
  }

  /** Shows the whole graph, and goes on doing so. */
  fit(): void {
    this.fitting = true;
    this.draw();
  }

  draw(): void {
    const { paint, size } = this;
    if (size.width === 0) return;
    if (this.fitting) this.fitNow();
    const style = getComputedStyle(this.element);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const { scale, left, top } = this.view;
    const at = (node: Place): [number, number] => [node.x! * scale + left, node.y! * scale + top];
    paint.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    paint.clearRect(0, 0, size.width, size.height);
    const near = this.neighbours();
    for (const { source, target, edge } of this.links) {
      const chosen = edge.edge === this.selected.edge;
      const lit = chosen || (near !== null && (source.node === near.of || target.node === near.of));
      paint.globalAlpha = near && !lit ? 0.15 : chosen || lit ? 1 : 0.6;
      paint.strokeStyle = style.color;
      paint.strokeStyle = colour(edge.negated ? '--failed' : lit ? '--accent' : '--muted');
      paint.lineWidth = chosen ? 3 : Math.min(1 + Math.log2(edge.mentions), 4);
      paint.setLineDash(edge.predicate === 'mentioned with' ? [] : [7, 3]);
      paint.beginPath();
      paint.moveTo(...at(source));
      paint.lineTo(...at(target));
      paint.stroke();
    }
    paint.setLineDash([]);
    for (const node of this.nodes) {
      if (node.x === undefined) continue;
      const chosen = node.node === this.selected.node;
      paint.globalAlpha = near && !near.all.has(node.node) ? 0.25 : 1;
      const [x, y] = at(node);
      paint.beginPath();
      paint.arc(x, y, this.radius(node), 0, 2 * Math.PI);
      paint.fillStyle = colour(colourOf(node.kind));
      paint.fill();
      paint.lineWidth = chosen || node === this.hover ? 3 : 1.5;
      paint.strokeStyle = colour(chosen || node === this.hover ? '--ink' : '--panel');
      paint.stroke();
    }
    this.label(style, colour, near?.all ?? null);
    paint.globalAlpha = 1;
  }

  /** Names, those with most edges first, then predicates: what fits between the nodes and each other. */
  private label(style: CSSStyleDeclaration, colour: (name: string) => string, near: Set<number> | null): void {
    const { paint, size, links, selected, hover } = this;
    const { scale, left, top } = this.view;
    const at = (node: Place): [number, number] => [node.x! * scale + left, node.y! * scale + top];
    const seen = this.nodes.filter((node) => {
      if (node.x === undefined || (near && !near.has(node.node))) return false;
      const [x, y] = at(node);
      return x > 0 && y > 0 && x < size.width && y < size.height;
    });
    const radius = (node: Place): number => this.radius(node);
    const chosen = ({ node }: Place): boolean => node === selected.node || node === hover?.node;
    const rank = (node: Place): number => node.degree + (chosen(node) ? 1e6 : 0);
    const names = seen.sort((a, b) => rank(b) - rank(a)).map((node) => ({ text: short(node.name), node }));
    const said = links.filter(({ source, target, edge }) => {
      const isNear = !near || (near.has(source.node) && near.has(target.node));
      return edge.predicate !== 'mentioned with' && source.x !== undefined && target.x !== undefined && isNear;
    });
    const wanted = function* (): Generator<Wanted<{ text: string; node?: Place }>> {
      paint.font = NAME_PX + style.fontFamily;
      for (const what of names) {
        const all = around(...at(what.node), radius(what.node), paint.measureText(what.text).width + 4, 15);
        const boxes = all.filter(([left, top, right, bottom]) => left > 0 && top > 0 && right < size.width && bottom < size.height - BELOW);
        yield { what, boxes, over: what.node.degree >= HUB, must: chosen(what.node) };
      }
      if (scale < 0.6) return;
      paint.font = SAID_PX + style.fontFamily;
      for (const { source, target, edge } of said) {
        const text = short(edge.predicate);
        const [[ax, ay], [bx, by]] = [at(source), at(target)];
        const half = paint.measureText(text).width / 2 + 2;
        const boxes = ALONG.map((part): Box => {
          const [x, y] = [ax + (bx - ax) * part, ay + (by - ay) * part];
          return [x - half, y - 14, x + half, y];
        });
        yield { what: { text }, boxes, must: edge.edge === selected.edge };
      }
    };
    const circles = seen.map((node): Box => {
      const [[x, y], wide] = [at(node), radius(node)];
      return [x - wide, y - wide, x + wide, y + wide];
    });
    paint.textAlign = 'center';
    paint.lineJoin = 'round';
    paint.globalAlpha = 1;
    paint.lineWidth = 3;
    paint.strokeStyle = colour('--panel');
    for (const [{ text, node }, [boxLeft, , right, bottom]] of fitting(wanted(), circles)) {
      paint.font = (node ? NAME_PX : SAID_PX) + style.fontFamily;
      paint.fillStyle = colour(node ? '--ink' : '--muted');
      paint.strokeText(text, (boxLeft + right) / 2, bottom - 4);
      paint.fillText(text, (boxLeft + right) / 2, bottom - 4);
    }
  }

  /** Of a node as it is drawn: smaller from afar, so that many keep apart. */
  private radius({ degree }: Place): number {
    return radius(degree) * Math.min(1, Math.max(0.4, Math.sqrt(this.view.scale)));
  }

  /** The node that is pointed at or chosen, and those it is linked with. */
  private neighbours(): { of: number; all: Set<number> } | null {
    const of = this.hover?.node ?? this.selected.node;
    if (of === undefined || !this.nodes.some(({ node }) => node === of)) return null;
    const all = new Set([of]);
    for (const { source, target } of this.links) {
      if (source.node === of) all.add(target.node);
      if (target.node === of) all.add(source.node);
    }
    return { of, all };
  }

  private fitNow(): void {
    const placed = this.nodes.filter(({ x }) => x !== undefined);
    if (placed.length === 0) return;
    const [xs, ys] = [placed.map(({ x }) => x!), placed.map(({ y }) => y!)];
    const [minX, maxX, minY, maxY] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const { width, height } = this.size;
    const room = height - BELOW;
    const scale = Math.max(0.1, Math.min(1.6, (width - 120) / Math.max(maxX - minX, 1), (room - 70) / Math.max(maxY - minY, 1)));
    this.view = { scale, left: width / 2 - ((minX + maxX) / 2) * scale, top: room / 2 - ((minY + maxY) / 2) * scale };
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    // Of a canvas that is hidden, nothing is in sight.
    const all = this.size.width > 0 ? this.nodes.every((node) => this.isInSight(node)) : this.allInSight;
    this.allInSight = all;
    this.size = { width, height };
    this.element.width = width * devicePixelRatio;
    this.element.height = height * devicePixelRatio;
    if (width > 0 && height > 0) this.keepInSight(width, height, all);
    this.draw();
  }

  /**
   * What was in the middle stays there. Where all was in sight, all is to be so again; and where the size changes by much, since
   * else nothing may be.
   */
  private keepInSight(width: number, height: number, all: boolean): void {
    const { shown, view } = this;
    const isMuch = (now: number, before: number): boolean => Math.abs(now - before) > before / 4;
    if (all || isMuch(width, shown.width) || isMuch(height, shown.height)) this.fitting = true;
    view.left += (width - shown.width) / 2;
    view.top += (height - shown.height) / 2;
    this.shown = { width, height };
  }

  private isInSight(node: Place): boolean {
    const { view, size } = this;
    const [x, y, wide] = [node.x! * view.scale + view.left, node.y! * view.scale + view.top, this.radius(node)];
    return x > wide && y > wide && x < size.width - wide && y < size.height - wide;
  }

  private listen(): void {
    const { element } = this;
    let held: { node: Place | null; x: number; y: number; moved: boolean } | null = null;
    const down = new Map<number, { x: number; y: number }>();
    const spot = (event: MouseEvent): { x: number; y: number } => {
      const { left, top } = element.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    element.addEventListener('pointerdown', (event) => {
      const { x, y } = spot(event);
      down.set(event.pointerId, { x, y });
      // A second finger zooms, whatever the first one holds.
      if (held?.node && down.size > 1) [held.node.fx, held.node.fy] = [null, null];
      held = down.size > 1 ? null : { node: this.nodeAt(x, y), x, y, moved: false };
      element.setPointerCapture(event.pointerId);
    });
    element.addEventListener('pointermove', (event) => {
      const { x, y } = spot(event);
      if (down.size > 1) return pinch(event.pointerId, x, y);
      if (!held) {
        const hover = this.nodeAt(x, y);
        if (hover === this.hover) return;
        this.hover = hover;
        element.style.cursor = hover ? 'pointer' : '';
        return this.draw();
      }
      held.moved ||= Math.hypot(x - held.x, y - held.y) > 4;
      if (!held.moved) return;
      this.fitting = false;
      if (held.node) {
        held.node.fx = (x - this.view.left) / this.view.scale;
        held.node.fy = (y - this.view.top) / this.view.scale;
        if (this.still.matches) [held.node.x, held.node.y] = [held.node.fx, held.node.fy];
        else this.simulation.alphaTarget(0.2).restart();
      } else {
        this.view.left += x - held.x;
        this.view.top += y - held.y;
        [held.x, held.y] = [x, y];
      }
      this.draw();
    });
    const pinch = (id: number, x: number, y: number): void => {
      const [before, other] = [down.get(id), [...down].find(([finger]) => finger !== id)?.[1]];
      down.set(id, { x, y });
      if (!before || !other) return;
      const apart = (spot: { x: number; y: number }): number => Math.max(1, Math.hypot(spot.x - other.x, spot.y - other.y));
      this.zoom(other.x, other.y, apart({ x, y }) / apart(before));
    };
    for (const gone of ['pointerup', 'pointercancel'] as const) element.addEventListener(gone, ({ pointerId }) => down.delete(pointerId));
    element.addEventListener('pointerup', (event) => {
      const { x, y } = spot(event);
      if (held?.node) [held.node.fx, held.node.fy] = [null, null];
      this.simulation.alphaTarget(0);
      if (held && !held.moved) this.pick(x, y);
      held = null;
    });
    element.addEventListener('pointerleave', () => {
      this.hover = null;
      this.draw();
    });
    element.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        const { x, y } = spot(event);
        this.zoom(x, y, Math.exp(-event.deltaY / 400));
      },
      { passive: false },
    );
    element.addEventListener('dblclick', () => this.fit());
  }

  /** Makes all `by` times as large; what is at this place of the canvas stays there. */
  private zoom(x: number, y: number, by: number): void {
    const { view } = this;
    const scale = Math.min(4, Math.max(0.1, view.scale * by));
    const part = scale / view.scale;
    this.fitting = false;
    this.view = { scale, left: x - (x - view.left) * part, top: y - (y - view.top) * part };
    this.draw();
  }

  private pick(x: number, y: number): void {
    const node = this.nodeAt(x, y);
    if (node) return this.picked.node(node);
    const edge = this.linkAt(x, y);
    if (edge) this.picked.edge(edge.edge);
    else this.picked.nothing();
  }

  private nodeAt(x: number, y: number): Place | null {
    const { scale, left, top } = this.view;
    const beyond = (node: Place): number => Math.hypot(node.x! * scale + left - x, node.y! * scale + top - y) - this.radius(node);
    const nearest = this.nodes.reduce<Place | null>((best, node) => (!best || beyond(node) < beyond(best) ? node : best), null);
    return nearest && beyond(nearest) <= 5 ? nearest : null;
  }

  private linkAt(x: number, y: number): Link | null {
    const { scale, left, top } = this.view;
    const distance = ({ source, target }: Link): number => {
      const [ax, ay] = [source.x! * scale + left, source.y! * scale + top];
      const [dx, dy] = [target.x! * scale + left - ax, target.y! * scale + top - ay];
      const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
      return Math.hypot(ax + along * dx - x, ay + along * dy - y);
    };
    const nearest = this.links.reduce<Link | null>((best, link) => (!best || distance(link) < distance(best) ? link : best), null);
    return nearest && distance(nearest) <= 6 ? nearest : null;
  }
}

/** The colour of nodes of this kind, by the name of its property. */
export function colourOf(kind: string): string {
  const known = ['PERSON', 'ORGANIZATION', 'LOCATION'].includes(kind);
  return known ? `--kind-${kind.toLowerCase()}` : '--kind-other';
}

function radius(degree: number): number {
  return 6 + Math.min(10, 2 * Math.sqrt(degree));
}

/** Links of a node whose name stands over what is linked with it, where there is no room beside. */
const HUB = 8;
/** Where on its link a predicate may stand. */
const ALONG = [0.5, 0.4, 0.6, 0.3, 0.7];
/** Below the drawing, for what is counted. */
const BELOW = 30;
const NAME_PX = '12px ';
const SAID_PX = '11px ';

function short(text: string): string {
  const letters = [...text];
  return letters.length > 28 ? `${letters.slice(0, 27).join('')}…` : text;
}
