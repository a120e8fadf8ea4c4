// Names and values: the engine with its standard model beside wink-nlp and compromise, over the same texts.
import { readFileSync } from 'node:fs';

import nlp from 'compromise';
import model from 'wink-eng-lite-web-model';
import winkNlp from 'wink-nlp';

import { inTurns, perCall, quantile } from './measure.mjs';

const PROSE =
  'Marie Curie was born in Warsaw on 7 November 1867 and moved to Paris in 1891, where she studied at the Sorbonne. ' +
  'The Royal Swedish Academy of Sciences in Stockholm gave the prize to Pierre Curie and Henri Becquerel, too. ' +
  'Helena Brandt, the CEO of Aurora Robotics, acquired Northwind Analytics in Utrecht for EUR 48 million on 3 March 2025. ' +
  'Questions go to priya.raman@example.com; it rained for most of that week, and nobody minded much at all. ';

/** `glue` and `memory` are the package's; `read` its reader of pages. */
export async function entities({ glue, memory, read, round }) {
  glue.loadNames(readFileSync(new URL('../../models/names-standard.bin', import.meta.url)));
  const wink = winkNlp(model, ['sbd', 'pos', 'ner']);
  const found = {
    'midstream, standard model': (text) => session({ glue, memory, read }, text).filter(({ type }) => type === 'entity').length,
    'wink-nlp (dates, amounts, addresses; no names)': (text) => wink.readDoc(text).entities().out().length,
    'compromise (people, places, organisations)': (text) => {
      const doc = nlp(text);
      return doc.people().length + doc.places().length + doc.organizations().length;
    },
  };
  const long = PROSE.repeat(60);
  const contenders = Object.values(found);
  const times = inTurns(contenders.map((contender) => () => contender(long)), 40);
  const rows = {};
  for (const [at, name] of Object.keys(found).entries()) {
    rows[name] = { 'MB/s': round(long.length / times[at], 2), 'times slower than midstream': round(times[at] / times[0], 2) };
  }
  for (const size of [60, 500]) {
    const text = PROSE.slice(0, size);
    for (const [name, contender] of Object.entries(found)) {
      const samples = Array.from({ length: name.startsWith('midstream') ? 6000 : 600 }, () => {
        const began = process.hrtime.bigint();
        contender(text);
        return Number(process.hrtime.bigint() - began) / 1000;
      }).slice(200);
      rows[name][`p50 us at ${size} B`] = round(quantile(samples, 0.5), 1);
      rows[name][`p99 us at ${size} B`] = round(quantile(samples, 0.99), 1);
    }
  }
  console.log(`entities: ${long.length} B of prose, and single texts (a session of its own for each)`);
  console.table(rows);

  const client = new glue.LeanAgenticClient('bench');
  const pieces = PROSE.match(/.{1,60}/g);
  const messages = {};
  for (const [name, cut] of [['60 B', pieces], ['500 B', [PROSE.slice(0, 500)]]]) {
    let sink;
    const mean = perCall((at) => (sink = client.process_message(cut[at % cut.length])), 50, 400);
    const samples = Array.from({ length: 8000 }, (_, at) => {
      const began = process.hrtime.bigint();
      sink = client.process_message(cut[at % cut.length]);
      return Number(process.hrtime.bigint() - began) / 1000;
    }).slice(1000);
    messages[`process_message, ${name}: entities and graph`] = { 'us/call in batches': round(mean / 1000, 2), 'p50 us': round(quantile(samples, 0.5), 2), 'p99 us': round(quantile(samples, 0.99), 2) };
    if (!sink) throw new Error('expected a result');
  }
  console.log("a message's whole update: decoded, its entities found, the graph fed");
  console.table(messages);
  client.free();
}

function session({ glue, memory, read }, text) {
  const session = new glue.Session('{"framing":"text","dialect":"text","entities":{}}', 0);
  const events = [];
  const take = (count) => {
    if (count === 0) return;
    const { buffer } = memory();
    const [records, , text, length] = new Uint32Array(buffer, session.page(), 4);
    events.push(...read({ buffer, records, text, length }, 0, count));
  };
  const bytes = Buffer.from(text);
  const place = session.reserve(bytes.length);
  new Uint8Array(memory().buffer, place, bytes.length).set(bytes);
  take(session.feed(bytes.length, 0));
  take(session.finish(0));
  session.free();
  return events;
}
