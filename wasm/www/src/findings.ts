// Findings: what analysers say about a stream. Two kinds exist today; any event that carries a span is taken for one,
// so that new analysers show up here before this file has heard of them.

import type { Place, Relation, Span, StreamEvent } from './events';

/** A finding of any kind, as it came. */
export type FindingEvent = { type: string; span?: Span } & Place & Record<string, unknown>;

/** Kinds with a style and a word of their own; others get the neutral style. */
export const KINDS: Record<string, string> = {
  stall: 'silence',
  repetition: 'repetition',
  entity: 'entity',
  match: 'match',
  relation: 'relation',
  policy: 'policy',
  decision: 'decision',
};

/** `event` as a finding, if it is one. */
export function asFinding(event: StreamEvent & Place): FindingEvent | null {
  const any = event as unknown as FindingEvent;
  return any.type in KINDS || isSpan(any.span) ? any : null;
}

/** One line that says what was found. `marked` is the text under its span, empty where it has none. */
export function describe(finding: FindingEvent, marked: string): string {
  switch (finding.type) {
    case 'stall':
      return `no content for ${(Number(finding.silent_us) / 1e6).toFixed(1)} s`;
    case 'repetition':
      return `${finding.repeats} × ${finding.period} bytes: ${quote(marked)}`;
    case 'entity': {
      const value = finding['normalized'] ? ` = ${finding['normalized']}` : '';
      const sure = `${Math.round(Number(finding['confidence']) * 100)} %`;
      return `${String(finding['kind']).toLowerCase()} ${finding['id']}: ${quote(marked || String(finding['text']))}${value} · ${sure}`;
    }
    case 'match':
      return `${finding['kind']} by ${finding['rule']} (${finding['severity']}): ${HANDLED[String(finding['action'])] ?? finding['action']}`;
    case 'relation':
      return relation(finding as unknown as Relation);
    default:
      return [...fields(finding), ...(marked ? [quote(marked)] : [])].join(' · ');
  }
}

/** What is said of whom: `Ada Lovelace · worked with · Charles Babbage · in London · denial · 82 %`. */
function relation({ subject, predicate, object, adjuncts = [], negated, hedged, confidence }: Relation): string {
  const parts = [subject, predicate, object, ...adjuncts].map(({ text }) => text);
  if (negated) parts.push('denial');
  if (hedged) parts.push('not sure');
  return [...parts, `${Math.round(confidence * 100)} %`].join(' · ');
}

/** The least that says what was found where it has no text of its own. */
export function inText(finding: FindingEvent): string {
  return finding.type === 'stall' ? `${(Number(finding['silent_us']) / 1e6).toFixed(1)} s silent` : finding.type;
}

/** The scalar fields of a finding that nobody has written a sentence for. */
function fields(finding: FindingEvent): string[] {
  return Object.entries(finding)
    .filter(([name, value]) => !PLUMBING.has(name) && value !== null && typeof value !== 'object')
    .map(([name, value]) => `${name} ${value}`);
}

function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return `“${line.length > 60 ? [...line.slice(0, 60)].join('') + '…' : line}”`;
}

function isSpan(span: unknown): span is Span {
  if (typeof span !== 'object' || span === null) return false;
  const { choice, channel, start, end } = span as Record<string, unknown>;
  return [choice, start, end].every((number) => typeof number === 'number') && typeof channel === 'string';
}

const HANDLED: Record<string, string> = { report: 'reported', mask: 'masked', stop: 'the answer was stopped', hold: 'held back' };

const PLUMBING = new Set(['type', 'seq', 'at_us']);
