import { describe, expect, test } from 'vitest';
import { GrowingText, utf8Length } from '../../src/utf';

const SAMPLES = ['', 'plain', 'naïve café', '日本語テキスト', '👩‍👩‍👧 family', 'mixed é 日 👍 end', '\u0000\u202e‏'.repeat(3)];

test('utf8Length is what TextEncoder makes', () => {
  for (const sample of [...SAMPLES, 'lone \ud800 high', 'lone \udc00 low', '\ud83d']) {
    expect(utf8Length(sample)).toBe(new TextEncoder().encode(sample).length);
  }
});

describe('unitAt', () => {
  test('agrees with decoding the prefix, at every character boundary, however the text was cut', () => {
    const text = SAMPLES.join(' ').repeat(200);
    for (const size of [1, 3, 7, 1000, text.length]) {
      const growing = new GrowingText();
      const units = [...text];
      for (let at = 0; at < units.length; at += size) growing.append(units.slice(at, at + size).join(''));
      expect(growing.text).toBe(text);
      let byte = 0;
      let unit = 0;
      for (const character of units) {
        expect(growing.unitAt(byte)).toBe(unit);
        byte += utf8Length(character);
        unit += character.length;
      }
      expect(growing.unitAt(byte)).toBe(unit);
      expect(growing.bytes).toBe(byte);
    }
  });

  test('an offset inside a character is the start of the character', () => {
    const growing = new GrowingText();
    growing.append('a👍b');
    expect([0, 1, 2, 3, 4, 5, 6].map((byte) => growing.unitAt(byte))).toEqual([0, 1, 1, 1, 1, 3, 4]);
  });

  test('an offset past the end is the end', () => {
    const growing = new GrowingText();
    growing.append('ab');
    expect(growing.unitAt(99)).toBe(2);
  });
});
