// midstream as its own package uses it: bytes into WASM memory once, events out through the page.

/** Reads a stream; returns what it amounts to. `engine` is the package, `read` its `layout.js`. */
export function reader({ Session, memory, read }) {
  return (cut) => {
    const session = new Session('', 0);
    let text = '';
    let input = '';
    let finish = null;
    const take = (count) => {
      if (count === 0) return;
      const { buffer } = memory();
      const [records, , start, length] = new Uint32Array(buffer, session.page(), 4);
      for (const event of read({ buffer, records, text: new Uint8Array(buffer, start, length) }, 0, count)) {
        if (event.type === 'text-delta') text += event.delta;
        else if (event.type === 'tool-input-delta') input += event.delta;
        else if (event.type === 'finish') finish = event.raw_reason;
      }
    };
    for (const piece of cut) {
      const place = session.reserve(piece.length);
      new Uint8Array(memory().buffer, place, piece.length).set(piece);
      take(session.feed(piece.length, 0));
    }
    take(session.finish(0));
    session.free();
    return { text, input, finish };
  };
}
