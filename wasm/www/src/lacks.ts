// What a browser may lack that the page needs, and what does not work without it.

/** A sentence for each thing that is missing. */
export function lacks(): string[] {
  const words: string[] = [];
  if (typeof WebAssembly !== 'object') {
    words.push('This browser has no WebAssembly: the tabs WebSocket and Benchmark, and decoding in the tab SSE, do not work.');
  }
  if (!('body' in Response.prototype) || typeof ReadableStream !== 'function') {
    words.push('This browser can not read a response while it comes: only the tab WebSocket works.');
  }
  return words;
}
