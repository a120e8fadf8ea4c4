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

/** `glue` and `memory` are the package's; `read` its reader of pages; `prose` a text in place of the one here, which is full of names. */
export async function entities(engine) {
  const { glue, round, prose = PROSE.repeat(60) } = engine;
  glue.loadNames(readFileSync(new URL('../../models/names-standard.bin', import.meta.url)));
  const wink = winkNlp(model, ['sbd', 'pos', 'ner']);
  const finder = new glue.Finder('{"entities":{}}');
  const found = {
    'midstream, standard model: whole texts': (text) => finder.find(text).events.length,
    'midstream, a session for each': (text) => session(engine, text).filter(({ type }) => type === 'entity').length,
    'wink-nlp (dates, amounts, addresses; no names)': (text) => wink.readDoc(text).entities().out().length,
    'compromise (people, places, organisations)': (text) => {
      const doc = nlp(text);
      return doc.people().length + doc.places().length + doc.organizations().length;
    },
  };
  const cut = (size) => prose.match(new RegExp(`[^]{${size}}`, 'g'));
  const contenders = Object.values(found);
  const times = inTurns(contenders.map((contender) => () => contender(prose)), 40);
  const rows = {};
  for (const [at, name] of Object.keys(found).entries()) {
    rows[name] = { 'MB/s': round(prose.length / times[at], 2), 'times slower than midstream': round(times[at] / times[0], 2) };
  }
  for (const size of [60, 500]) {
    const pieces = cut(size);
    for (const [name, contender] of Object.entries(found)) {
      const samples = Array.from({ length: name.startsWith('midstream') ? 6000 : 600 }, (_, at) => {
        const began = process.hrtime.bigint();
        contender(pieces[at % pieces.length]);
        return Number(process.hrtime.bigint() - began) / 1000;
      }).slice(200);
      rows[name][`p50 us at ${size} B`] = round(quantile(samples, 0.5), 1);
      rows[name][`p99 us at ${size} B`] = round(quantile(samples, 0.99), 1);
    }
  }
  const running = new glue.Session(CONFIG, 0);
  const row = (rows['midstream, pieces of a running session'] = {});
  for (const size of [60, 500]) {
    const pieces = cut(size);
    const samples = Array.from({ length: 6000 }, (_, at) => {
      const began = process.hrtime.bigint();
      feed(engine, running, pieces[at % pieces.length]);
      return Number(process.hrtime.bigint() - began) / 1000;
    }).slice(200);
    row[`p50 us at ${size} B`] = round(quantile(samples, 0.5), 1);
    row[`p99 us at ${size} B`] = round(quantile(samples, 0.99), 1);
  }
  running.free();
  console.log(`entities: ${prose.length} B of prose, and single texts`);
  console.table(rows);

  const client = new glue.LeanAgenticClient('bench');
  const messages = {};
  for (const size of [60, 500]) {
    const pieces = cut(size);
    let sink;
    const mean = perCall((at) => (sink = client.process_message(pieces[at % pieces.length])), 50, 400);
    const samples = Array.from({ length: 8000 }, (_, at) => {
      const began = process.hrtime.bigint();
      sink = client.process_message(pieces[at % pieces.length]);
      return Number(process.hrtime.bigint() - began) / 1000;
    }).slice(1000);
    messages[`process_message, ${size} B: entities and graph`] = { 'us/call in batches': round(mean / 1000, 2), 'p50 us': round(quantile(samples, 0.5), 2), 'p99 us': round(quantile(samples, 0.99), 2) };
    if (!sink) throw new Error('expected a result');
  }
  console.log("a message's whole update: decoded, its entities found, the graph fed");
  console.table(messages);
  client.free();
}

/** The events of a text, in a session of its own. */
function session(engine, text) {
  const session = new engine.glue.Session(CONFIG, 0);
  const events = [...feed(engine, session, text), ...taken(engine, session, session.finish(0))];
  session.free();
  return events;
}

/** The events that the next piece of a session's text gives. */
function feed(engine, session, text) {
  const bytes = Buffer.from(text);
  const place = session.reserve(bytes.length);
  new Uint8Array(engine.memory().buffer, place, bytes.length).set(bytes);
  return taken(engine, session, session.feed(bytes.length, 0));
}

function taken({ memory, read }, session, count) {
  if (count === 0) return [];
  const { buffer } = memory();
  const [records, , text, length] = new Uint32Array(buffer, session.page(), 4);
  return read({ buffer, records, text, length }, 0, count);
}

const CONFIG = '{"framing":"text","dialect":"text","entities":{}}';
