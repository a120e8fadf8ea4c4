// What is known of a node or an edge, with the sentence that says it.

import { h } from '../dom';
import type { End, GraphEdge, GraphNode, Told } from './data';
import { colourOf } from './drawing';
import { full, period, time } from './times';

export interface Links {
  node(number: number): void;
  edge(number: number): void;
}

/** `gone` says why none of its edges are there, where none are. */
export function nodeDetails(node: GraphNode, edges: GraphEdge[], gone: string | null, links: Links): HTMLElement {
  // What is said before what is only near.
  const near = ({ predicate }: GraphEdge): number => Number(predicate === 'mentioned with');
  const said = edges.filter(({ predicate }) => predicate !== 'mentions').sort((one, other) => near(one) - near(other));
  const mentions = edges.filter(({ predicate }) => predicate === 'mentions');
  return h(
    'div',
    { class: 'graph-details' },
    h('h3', {}, swatch(node.kind), isolated(node.name)),
    h('p', { class: 'note' }, [node.kind.toLowerCase(), ...(node.aliases ? [`also ${node.aliases.join(', ')}`] : [])].join(' · ')),
    gone === null && node.first_recorded && h('p', { class: 'note' }, `known since ${time(node.first_recorded)}`),
    gone !== null && h('p', { class: 'graph-gone' }, gone),
    said.length > 0 && h('ol', { class: 'fact-list' }, ...said.map((edge) => h('li', {}, fact(edge, links)))),
    mentions.length > 0 && h('h4', {}, 'Mentioned in'),
    h('ul', { class: 'fact-list' }, ...mentions.map((edge) => h('li', {}, mention(edge, links)))),
  );
}

/** `gone` says why the fact is not to be seen at the moment that is looked at, where it is not. */
export function edgeDetails({ edge, history, sentence }: Told, gone: string | null, links: Links): HTMLElement {
  if (gone !== null) return h('div', { class: 'graph-details' }, h('p', { class: 'graph-gone' }, gone));
  const so = period(edge);
  const facts: [string, string | HTMLElement | null][] = [
    ['when', so && h('span', { class: 'so', title: full(edge) }, so)],
    ['known since', time(edge.recorded_at)],
    ['said', edge.mentions === 1 ? 'once' : `${edge.mentions} times`],
    ['confidence', `${Math.round(edge.confidence * 100)} %`],
  ];
  const earlier = history.filter((other) => other.edge !== edge.edge);
  return h(
    'div',
    { class: 'graph-details' },
    h('h3', {}, end(edge.subject, links), ` ${edge.predicate} `, end(edge.object, links), denial(edge)),
    sentence ? quoted(sentence) : h('p', { class: 'note' }, 'The text that says it is kept no more.'),
    h('p', {}, h('a', { href: `#live/${encodeURIComponent(edge.stream)}` }, 'Show the stream')),
    h('dl', { class: 'graph-facts' }, ...facts.flatMap(([name, value]) => (value ? [h('dt', {}, name), h('dd', {}, value)] : []))),
    earlier.length > 0 && h('h4', {}, 'What was known before'),
    h('ol', { class: 'fact-list' }, ...earlier.map((other) => h('li', {}, fact(other, links)))),
  );
}

/** The sentence, with the place that the fact is taken from marked. */
function quoted({ text, start, end }: { text: string; start: number; end: number }): HTMLElement {
  const bytes = new TextEncoder().encode(text);
  const part = (from: number, to?: number): string => new TextDecoder().decode(bytes.subarray(from, to));
  return h('blockquote', { class: 'sentence' }, part(0, start), h('mark', { 'data-kind': 'entity' }, part(start, end)), part(end));
}

function fact(edge: GraphEdge, links: Links): HTMLElement {
  const { subject, predicate, object } = edge;
  const so = period(edge);
  const button = h('button', { type: 'button', class: 'fact' }, isolated(subject.name), ` ${predicate} `, isolated(object.name), denial(edge), so && h('span', { class: 'so', title: full(edge) }, ` ${so}`), told(edge));
  button.addEventListener('click', () => links.edge(edge.edge));
  return button;
}

/** How often and since when it has been known, in small: when a thing was so is more to most than when it was said. */
function told({ mentions, recorded_at }: GraphEdge): HTMLElement {
  return h('span', { class: 'told' }, ` ${mentions > 1 ? `${mentions} × · ` : ''}told ${time(recorded_at)}`);
}

/** That a fact is said not to be so. Its predicate mostly says `not` already, so that another would turn it round. */
function denial({ negated }: GraphEdge): HTMLElement | false {
  return negated === true && h('span', { class: 'denial' }, ' · denial');
}

function mention(edge: GraphEdge, links: Links): HTMLElement {
  const button = h('button', { type: 'button', class: 'fact' }, edge.stream, told(edge));
  button.addEventListener('click', () => links.edge(edge.edge));
  return button;
}

function end({ node, name, kind }: End, links: Links): HTMLElement {
  const button = h('button', { type: 'button', class: 'end' }, swatch(kind), isolated(name));
  button.addEventListener('click', () => links.node(node));
  return button;
}

/** A name in its own direction: one that is written from the right would turn the words around it. */
export function isolated(name: string): HTMLElement {
  return h('bdi', {}, name);
}

export function swatch(kind: string): HTMLElement {
  return h('span', { class: 'kind-dot', 'data-colour': colourOf(kind).slice(2), title: kind.toLowerCase() });
}
