// midstream: watch, understand and steer a language model's answer while it is still being written.

export * from './base.js';
export { default } from './base.js';
export { redact, type RedactOptions } from './redact.js';
export { Rules, type PackName, type RuleSource } from './rules.js';
