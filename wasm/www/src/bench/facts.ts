// Names and facts: the engine, and what people use instead, loaded where it is measured.

import { KnowledgeGraph, loadNames, Session } from 'midstream';

/** Texts of about sixty bytes, most of which name somebody or something. */
export const NAMED: readonly string[] = [
  'Marie Curie was born in Warsaw and moved to Paris in 1891. ',
  'Helena Brandt, the CEO of Aurora Robotics, left Rotterdam. ',
  'It rained for most of the week, and nobody minded it much. ',
  'The World Health Organization sits in Geneva, not in Rome. ',
  'Write to priya.raman@example.com before 3 March 2025, now. ',
];

export async function entitiesByMidstream(): Promise<(text: string) => number> {
  await loadNames();
  const session = new Session({ framing: 'text', dialect: 'text', entities: true });
  return (text) => session.push(text).filter(({ type }) => type === 'entity').length;
}

export async function entitiesByCompromise(): Promise<(text: string) => number> {
  const { default: nlp } = await import('compromise');
  return (text) => {
    const doc = nlp(text);
    return doc.people().length + doc.places().length + doc.organizations().length;
  };
}

export async function edgesToMidstream(): Promise<(at: number) => void> {
  const graph = new KnowledgeGraph();
  return (at) => void graph.add({ ...fact(at), recordedAt: at });
}

export async function edgesToGraphology(): Promise<(at: number) => void> {
  const { MultiDirectedGraph } = await import('graphology');
  const graph = new MultiDirectedGraph();
  return (at) => {
    const { subject, predicate, object } = fact(at);
    graph.mergeNode(subject);
    graph.mergeNode(object);
    graph.mergeEdgeWithKey(`${subject}|${predicate}|${object}`, subject, object, { predicate, recordedAt: at });
  };
}

/** The same facts for both, among 5,000 people. */
function fact(at: number): { subject: string; predicate: string; object: string } {
  return { subject: `person ${(at * 7919) % 5000}`, predicate: `says ${at % 50}`, object: `person ${(at * 104_729) % 5000}` };
}
