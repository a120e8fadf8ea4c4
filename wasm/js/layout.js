// Reads the pages that `src/layout.rs` writes.
const JSON_EVENT = 0;
const TEXT_DELTA = 1;
const REASONING_DELTA = 2;

const decoder = new TextDecoder();

// The events of the records from `first` to `last` of a page.
export function read(page, first, last) {
  const records = new Uint32Array(page.buffer, page.records, last * 4);
  // Cut in UTF-16 units from the page's beginning, so all of it up to the last record is decoded at once.
  const text = decoder.decode(page.text);
  const events = new Array(last - first);
  let start = first === 0 ? 0 : records[first * 4 - 1];
  for (let at = first; at < last; at++) {
    const [kind, one, two, end] = [records[at * 4], records[at * 4 + 1], records[at * 4 + 2], records[at * 4 + 3]];
    events[at - first] = event(kind, one, two, text, start, end);
    start = end;
  }
  return events;
}

function event(kind, one, two, text, start, end) {
  switch (kind) {
    case JSON_EVENT:
      return JSON.parse(text.slice(start, end));
    case TEXT_DELTA:
      return { type: 'text-delta', choice: one, block: two, delta: text.slice(start, end) };
    case REASONING_DELTA:
      return { type: 'reasoning-delta', choice: one, block: two, delta: text.slice(start, end) };
    default:
      return { type: 'tool-input-delta', id: text.slice(start, start + one), delta: text.slice(start + one, end) };
  }
}
