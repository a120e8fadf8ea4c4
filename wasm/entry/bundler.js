// The package's entry for bundlers that want it ready when it is imported: both modules become assets, one is loaded.
import init from './lean_agentic_wasm.js';

await init();

export * from './lean_agentic_wasm.js';
export { default } from './lean_agentic_wasm.js';
