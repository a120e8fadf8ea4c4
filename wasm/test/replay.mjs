// Replays a body through the engine in WASM and gives its events as JSON lines: the same module in Node and in a page.

/** Kinds of records whose fields stand in the record, or in several; all others are JSON. As in `src/layout.rs`. */
const ENTITY = 4;
const BLOCKS = { 10: 'text-start', 11: 'text-end', 12: 'reasoning-start', 13: 'reasoning-end' };
const STREAM_START = 14;
const STREAM_END = 15;
const DELTAS = { 1: 'text-delta', 2: 'reasoning-delta', 3: 'tool-input-delta' };

/** The rules of files that stand one behind the other in WASM memory. */
export function rulesOf({ Rules }, files) {
  const all = new Uint8Array(files.reduce((sum, file) => sum + file.length, 0));
  let at = 0;
  for (const file of files) all.set(file, (at += file.length) - file.length);
  return new Rules(all, Uint32Array.from(files, (file) => file.length));
}

/**
 * The events of `body`, adjacent deltas of one block merged, byte for byte as the engine wrote them. `cut(at)` gives the
 * length of the piece that begins at `at`.
 */
export function replay({ Session, memory }, { framing, dialect, body, entities, relations }, cut = () => body.length, rules = null) {
  const config = JSON.stringify({ framing, dialect, entities, relations });
  const session = rules ? rules.session(config, 0, new Uint8Array(0)) : new Session(config, 0);
  const lines = [];
  let open = null;
  const close = () => {
    if (open) lines.push(JSON.stringify(open));
    open = null;
  };
  const take = (count) => {
    for (const { event, json } of count ? page(memory(), session.page(), count) : []) {
      if (event && open && ['type', 'choice', 'block', 'id'].every((key) => open[key] === event[key])) {
        open.delta += event.delta;
      } else {
        close();
        if (event) open = event;
        else lines.push(json);
      }
    }
  };
  for (let at = 0; at < body.length; ) {
    const piece = body.subarray(at, at + Math.max(1, cut(at)));
    const place = session.reserve(piece.length);
    new Uint8Array(memory().buffer, place, piece.length).set(piece);
    take(session.feed(piece.length, 0));
    at += piece.length;
  }
  take(session.finish(0));
  close();
  session.free();
  return lines.map((line) => `${line}\n`).join('');
}

// The one kind of delta that comes as JSON.
const REFUSAL = '{"type":"refusal-delta"';
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function* page({ buffer }, address, count) {
  const [records, found, start, length] = new Uint32Array(buffer, address, 4);
  if (found !== count) throw new Error(`expected ${count} records, found ${found}`);
  const text = decoder.decode(new Uint8Array(buffer, start, length));
  const fields = new Uint32Array(buffer, records, count * 4).slice();
  let from = 0;
  for (let at = 0; at < count; at++) {
    const [kind, one, two, to, ...more] = fields.subarray(at * 4);
    if (kind === ENTITY) {
      const [id, idHigh, choice, flags, start, startHigh, length, end] = more;
      const piece = text.slice(from, end);
      yield { json: entity(piece, [one, two], to, id + idHigh * 2 ** 32, { choice, flags, start: start + startHigh * 2 ** 32, length }) };
      from = end;
      at += 2;
      continue;
    }
    if (kind === STREAM_END) {
      yield { json: streamEnd(one, [two, to, ...more]) };
      at += 3;
      continue;
    }
    const piece = text.slice(from, to);
    from = to;
    if (kind === STREAM_START) yield { json: JSON.stringify({ type: 'stream-start', framing: piece.slice(0, one), dialect: piece.slice(one) }) };
    else if (BLOCKS[kind]) yield { json: JSON.stringify({ type: BLOCKS[kind], choice: one, block: two }) };
    else if (kind === 0) yield piece.startsWith(REFUSAL) ? { event: JSON.parse(piece) } : { json: piece };
    else if (kind === 3) yield { event: { type: DELTAS[3], id: piece.slice(0, one), delta: piece.slice(one) } };
    else yield { event: { type: DELTAS[kind], choice: one, block: two, delta: piece } };
  }
}

/** The end of a short stream as the engine writes it. */
function streamEnd(flags, numbers) {
  const counts = ['bytes', 'frames', 'keep_alives', 'chunks', 'text_bytes', 'reasoning_bytes', 'tool_input_bytes'];
  const moments = ['first_byte_us', 'first_content_us', 'last_content_us'];
  const metrics = Object.fromEntries([...counts, ...moments, 'duration_us'].map((name, at) => [name, numbers[at]]));
  for (const [at, name] of moments.entries()) if (!(flags & (4 << at))) metrics[name] = null;
  Object.assign(metrics, { gaps: null, chunks_per_second: null, output_tokens_per_second: null });
  return JSON.stringify({ type: 'stream-end', verdict: ['complete', 'truncated', 'failed'][flags & 3], metrics });
}

/** An entity as the engine writes it: numbers that may have a fraction have one. */
function entity(piece, [kind, text], confidence, id, { choice, flags, start, length }) {
  const span = { choice, channel: ['text', 'reasoning'][flags & 1], start, end: start + length };
  const event = { type: 'entity', id, kind: piece.slice(0, kind), text: piece.slice(kind, kind + text), span, confidence: confidence / 1000 };
  if (flags & 2) event.normalized = piece.slice(kind + text);
  return JSON.stringify(event).replace(/"confidence":(\d+)([,}])/, '"confidence":$1.0$2');
}

/** Random lengths of pieces, 1 to 40, the same for the same seed (a linear congruential generator). */
export function randomCuts(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 1 + (state >>> 16) % 40;
  };
}

/** Every case whole, byte by byte and at random cuts: what differs from its expected events, under `rules` where given. */
export function differences(engine, cases, rules = null) {
  const wrong = [];
  for (const [at, one] of cases.entries()) {
    const expected = rules ? one.guarded : one.events;
    if (expected === null) continue;
    const ways = { whole: undefined, 'byte by byte': () => 1, 'at random cuts': randomCuts(at), 'at other cuts': randomCuts(~at) };
    for (const [way, cut] of Object.entries(ways)) {
      const found = replay(engine, one, cut, rules);
      if (found !== expected) wrong.push(`${one.name}, ${way}: ${firstDifference(found, expected)}`);
    }
  }
  return wrong;
}

function firstDifference(found, expected) {
  const [ours, theirs] = [found.split('\n'), expected.split('\n')];
  const at = ours.findIndex((line, at) => line !== theirs[at]);
  return `event ${at}: expected ${theirs[at]}, found ${ours[at]}`;
}
