// The inputs of the tool calls that are being written, as values. Read only for whoever asks: until then, what came is
// kept as it came, and no longer than the call is open.

import type { StreamEvent } from './events.js';
import { LiveJson } from './live-json.js';

export class ToolInputs {
  #open = new Map<string, { waiting: string[]; json: LiveJson }>();

  take(event: StreamEvent): void {
    if (event.type === 'tool-input-delta') this.#open.get(event.id)?.waiting.push(event.delta);
    else if (event.type === 'tool-input-start') this.#open.set(event.id, { waiting: [], json: new LiveJson() });
    else if (event.type === 'tool-call') this.#open.delete(event.id);
  }

  /** The value so far; undefined before its first byte and after the call's end. */
  value(id: string): unknown {
    const call = this.#open.get(id);
    if (!call) return undefined;
    for (const delta of call.waiting.splice(0)) call.json.push(delta);
    return call.json.value;
  }
}
