// midstream: watch, understand and steer a language model's answer while it is still being written.

export * from './base.js';
export { default } from './base.js';
export { findEntities, findRelations, type FoundEntity, type FoundRelation } from './find.js';
export {
  KnowledgeGraph,
  type AsOf,
  type Entity,
  type Fact,
  type GraphChange,
  type GraphEdge,
  type GraphFormat,
  type GraphNode,
  type GraphOptions,
  type Moment,
} from './graph.js';
export { loadNames, loadPartsOfSpeech, type NamesModel } from './names.js';
export { redact, type RedactOptions } from './redact.js';
export { Rules, type PackName, type RuleSource } from './rules.js';
