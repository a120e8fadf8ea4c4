// Whole texts as the package searches them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { findEntities, findRelations, init, loadNames, loadPartsOfSpeech, Session } from '../dist/index.js';

const tiny = readFileSync(new URL('../models/names-tiny.bin', import.meta.url));

test('what is missing is told before the engine is loaded', () => {
  assert.throws(() => findEntities('Marie Curie'), { kind: 'not-ready' });
});

test('in each text is found what the models that are loaded then find', async () => {
  await init();
  const text = 'Marie Curie moved to Paris on 5 November 1891.';
  const kinds = () => findEntities(text).map(({ kind, normalized }) => [kind, normalized]);
  assert.deepEqual(kinds(), [['DATE', '1891-11-05']]);
  assert.throws(() => findRelations(text), { kind: 'invalid-option', message: /expected a model of parts of speech/ });
  await loadNames(tiny);
  assert.deepEqual(kinds(), [['PERSON', undefined], ['LOCATION', undefined], ['DATE', '1891-11-05']]);
  await loadPartsOfSpeech();
  const [relation] = findRelations(text);
  assert.deepEqual([relation.subject.text, relation.predicate.text, relation.object.text], ['Marie Curie', 'moved to', 'Paris']);
});

test('the same is found as in a stream, by offsets of JavaScript', async () => {
  for (const text of ['', ' ', 'no one', '😀 Zoë Müller, zoe@example.com, met Marie Curie in Łódź. ', '\u{D800} Marie Curie', 'Marie Curie '.repeat(5000)]) {
    const session = new Session({ framing: 'text', dialect: 'text', entities: true, now: () => 0 });
    const expected = [...session.push(text), ...session.end()].filter(({ type }) => type === 'entity');
    const found = findEntities(text);
    assert.deepEqual(found, expected);
    for (const { span, text: words } of found) assert.equal(text.slice(span.start, span.end), words);
  }
});

test('options are those of a session', () => {
  const names = { gazetteer: 'Project Nightjar', gazetteerType: 'PROJECT' };
  for (let turn = 0; turn < 2; turn++) {
    assert.deepEqual(findEntities('She leads Project Nightjar.', names).map(({ kind, text }) => [kind, text]), [['PROJECT', 'Project Nightjar']]);
  }
  const [date] = findEntities('due 3/4/2024', { dayFirst: true });
  assert.equal(date.normalized, '2024-04-03');
  assert.throws(() => findEntities('x', { dayfirst: true }), { kind: 'invalid-option', message: /found `dayfirst`/ });
  assert.throws(() => findEntities('x', { gazetteer: 'a,b,c,d' }), { kind: 'invalid-option' });
  for (const wrong of [undefined, null, 5, {}, new Uint8Array(2)]) {
    assert.throws(() => findEntities(wrong), { kind: 'invalid-option', message: /expected a string as `text`/ });
  }
});

test('days are told from a moment in any form that a graph takes too, and what is none is refused', () => {
  const forms = [Date.UTC(2026, 10, 5), Date.UTC(2026, 10, 5) + 0.5, new Date(Date.UTC(2026, 10, 5)), '2026-11-05', '2026-11-05T12:00:00Z'];
  for (const now of forms) assert.equal(findEntities('due tomorrow', { now })[0].normalized, '2026-11-06', String(now));
  const session = new Session({ framing: 'text', dialect: 'text', entities: { now: '2026-11-05' }, now: () => 0 });
  assert.equal([...session.push('due tomorrow'), ...session.end()].find(({ type }) => type === 'entity').normalized, '2026-11-06');
  assert.equal(findEntities('due tomorrow')[0].normalized, undefined);
  const wrong = { soon: 'the text `soon`', '': 'the text ``', '1066-10-14': 'the text `1066-10-14`' };
  for (const [now, found] of [...Object.entries(wrong), [NaN, 'the number NaN'], [Infinity, 'the number Infinity'], [new Date('soon'), 'the date `Invalid Date`'], [{}, 'an object of class Object'], [true, 'a boolean']]) {
    const message = `expected a moment from 1970 on as \`now\`, found ${found}`;
    assert.throws(() => findEntities('due tomorrow', { now }), { kind: 'invalid-option', message });
  }
});
