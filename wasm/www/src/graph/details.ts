// What is known of a node or an edge, with the sentence that says it.

import { h } from '../dom';
import { colourOf } from './drawing';
import type { End, GraphEdge, GraphNode, Told } from './data';

export interface Links {
  node(number: number): void;
  edge(number: number): void;
}

export function nodeDetails(node: GraphNode, edges: GraphEdge[], links: Links): HTMLElement {
  const said = edges.filter(({ predicate }) => predicate !== 'mentions');
  const mentions = edges.filter(({ predicate }) => predicate === 'mentions');
  return h(
    'div',
    { class: 'graph-details' },
    h('h3', {}, swatch(node.kind), node.name),
    h('p', { class: 'note' }, [node.kind.toLowerCase(), ...(node.aliases ? [`also ${node.aliases.join(', ')}`] : [])].join(' · ')),
    node.first_recorded && h('p', { class: 'note' }, `known since ${time(node.first_recorded)}`),
    said.length > 0 && h('ol', { class: 'fact-list' }, ...said.map((edge) => h('li', {}, fact(edge, links)))),
    mentions.length > 0 && h('h4', {}, 'Mentioned in'),
    h('ul', { class: 'fact-list' }, ...mentions.map((edge) => h('li', {}, mention(edge, links)))),
  );
}

export function edgeDetails({ edge, history, sentence }: Told, links: Links): HTMLElement {
  const facts: [string, string | null][] = [
    ['so since', edge.valid_from && time(edge.valid_from) + (edge.valid_from_assumed ? ' at the latest' : '')],
    ['so until', edge.valid_to && time(edge.valid_to)],
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
  const words = `${edge.subject.name} ${edge.predicate} ${edge.object.name}`;
  const button = h('button', { type: 'button', class: 'fact' }, words, denial(edge), h('span', { class: 'note' }, ` ${edge.mentions > 1 ? `${edge.mentions} × · ` : ''}${time(edge.recorded_at)}`));
  button.addEventListener('click', () => links.edge(edge.edge));
  return button;
}

/** That a fact is said not to be so. Its predicate mostly says `not` already, so that another would turn it round. */
function denial({ negated }: GraphEdge): HTMLElement | false {
  return negated === true && h('span', { class: 'denial' }, ' · denial');
}

function mention(edge: GraphEdge, links: Links): HTMLElement {
  const button = h('button', { type: 'button', class: 'fact' }, edge.stream, h('span', { class: 'note' }, ` ${edge.mentions > 1 ? `${edge.mentions} × · ` : ''}${time(edge.recorded_at)}`));
  button.addEventListener('click', () => links.edge(edge.edge));
  return button;
}

function end({ node, name, kind }: End, links: Links): HTMLElement {
  const button = h('button', { type: 'button', class: 'end' }, swatch(kind), name);
  button.addEventListener('click', () => links.node(node));
  return button;
}

export function swatch(kind: string): HTMLElement {
  return h('span', { class: 'kind-dot', 'data-colour': colourOf(kind).slice(2), title: kind.toLowerCase() });
}

/** A moment as the reader's clock has it. */
export function time(moment: string): string {
  return new Date(moment).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}
