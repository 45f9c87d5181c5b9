import * as fc from 'fast-check';
import { plainText } from '../../../../lambda/broker/pages/plain-text';

test.each([
  ['a name as it is', 'Claude Code', 'Claude Code'],
  ['letters of other scripts', 'مساعد الملاحظات', 'مساعد الملاحظات'],
  ['accents', 'Éditeur ñandú', 'Éditeur ñandú'],
  ['accents written apart, as one letter', 'E\u0301diteur', 'Éditeur'],
  ['a symbol beyond 16 bits', 'Rocket 🚀', 'Rocket 🚀'],
])('A7 keeps %s', (_what, text, shown) => {
  expect(plainText(text)).toBe(shown);
});

test.each([
  ['bidirectional embedding and override', '\u202aa\u202bb\u202cc\u202dd\u202ee', 'abcde'],
  ['bidirectional isolates and marks', '\u2066a\u2067b\u2068c\u2069d\u200ee\u200ff', 'abcdef'],
  ['zero-width characters', 'C\u200bl\u200ca\u200du\u2060d\ufeffe', 'Claude'],
  ['C0 and C1 controls', 'C\u0000lau\u001bde\u0085\u009f', 'C lau de'],
  ['line breaks and runs of white space', ' a\r\n\tb\u2028c\u2029\u00a0\u3000d ', 'a b c d'],
  ['soft hyphens, tags and variation selectors', 'a\u00adb\u{e0041}c\ufe0fd', 'abcd'],
  ['letters that are drawn as nothing', 'a\u115fb\u3164c\uffa0d\u2800e', 'abcde'],
  ['lone surrogates and private characters', 'a\ud800b\ue000c', 'abc'],
  ['marks piled on one letter', `C${'\u0338\u0337'.repeat(40)}laude`, 'C\u0338\u0337laude'],
])('A7 removes %s', (_what, text, shown) => {
  expect(plainText(text)).toBe(shown);
});

test('A7 cuts a long text at 80 characters, with a sign that it was cut', () => {
  expect(plainText('x'.repeat(80))).toBe('x'.repeat(80));
  expect(plainText('x'.repeat(81))).toBe(`${'x'.repeat(79)}…`);
  expect(Array.from(plainText('🚀'.repeat(500)))).toHaveLength(80);
});

test('A7 a name of invisible characters alone is empty', () => {
  expect(plainText('\u200b\u2060 \u3164\u202e')).toBe('');
});

test('A7 whatever the text: one line, bounded, nothing that hides or turns', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const shown = plainText(text);
      return Array.from(shown).length <= 80 && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]| {2}/u.test(shown);
    }),
  );
});
