// Reads the pages that `src/layout.rs` writes.
const JSON_EVENT = 0;
const TEXT_DELTA = 1;
const REASONING_DELTA = 2;

const decoder = new TextDecoder();

// The buffer that was read last, as words: making a view costs as much as reading a short page.
let words = new Uint32Array(0);

// The events of the records from `first` to `last` of a page.
export function read(page, first, last) {
  if (words.buffer !== page.buffer) words = new Uint32Array(page.buffer);
  // Cut in UTF-16 units from the page's beginning, so all of it up to the last record is decoded at once.
  const text = decoder.decode(page.text);
  const events = new Array(last - first);
  let at = page.records / 4 + first * 4;
  let start = first === 0 ? 0 : words[at - 1];
  for (let n = 0; n < events.length; n++, at += 4) {
    const end = words[at + 3];
    events[n] = event(words[at], words[at + 1], words[at + 2], text, start, end);
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
