import { expect, test } from 'vitest';

import { Masks } from '../../src/masks';
import { GrowingText } from '../../src/utf';

function setUp() {
  const content = new GrowingText();
  const masks = new Masks();
  const places: string[] = [];
  const add = (start: number, end: number, kind: string) =>
    masks.add({ start, end, kind, place: (from, to) => places.push(content.text.slice(content.unitAt(from), content.unitAt(to))) }, content);
  const show = (delta: string) => {
    content.append(delta);
    masks.settle(content);
  };
  return { add, show, places };
}

test('a placeholder that the model wrote itself is no mask', () => {
  const { add, show, places } = setUp();
  show('[EMAIL] 写 [EMAIL] and [CARD_1a2b].');
  add(12, 27, 'EMAIL'); // ann@example.com
  add(32, 48, 'CARD');
  expect(places).toEqual(['[EMAIL]', '[CARD_1a2b]']);
});

test('matches that overlap share the mask of the first, also when they are told before it is there', () => {
  const { add, show, places } = setUp();
  show('at ');
  add(6, 18, 'PHONE');
  add(3, 18, 'TEL');
  expect(places).toEqual([]);
  show('[TEL] or ');
  show('[IP]');
  add(22, 30, 'IP');
  expect(places).toEqual(['[TEL]', '[TEL]', '[IP]']);
});

test('behind a mask that is no placeholder nothing is marked', () => {
  const { add, show, places } = setUp();
  show('x *** y [IP]');
  add(2, 9, 'KEY');
  add(12, 20, 'IP');
  expect(places).toEqual([]);
});
