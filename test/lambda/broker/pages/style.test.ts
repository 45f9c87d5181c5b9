import * as fc from 'fast-check';
import { brandColors, contrast } from '../../../../lambda/broker/pages/color';
import { PALETTE, styleSheet } from '../../../../lambda/broker/pages/style';

/** WCAG 2.2: 1.4.3 for text, 1.4.11 for edges and the focus ring. */
const TEXT = 4.5;
const EDGE = 3;

describe.each(Object.entries(PALETTE))('the %s scheme', (_name, colors) => {
  test.each([
    ['text', 'page'],
    ['text', 'card'],
    ['text', 'warn'],
    ['quiet', 'page'],
    ['quiet', 'card'],
  ] as const)('%s is readable on %s', (text, background) => {
    expect(contrast(colors[text], colors[background])).toBeGreaterThanOrEqual(TEXT);
  });

  test.each([
    ['edge', 'page'],
    ['edge', 'card'],
    ['focus', 'page'],
    ['warnEdge', 'page'],
    ['warnEdge', 'warn'],
  ] as const)('%s stands out against %s', (edge, background) => {
    expect(contrast(colors[edge], colors[background])).toBeGreaterThanOrEqual(EDGE);
  });
});

test('the text on a brand colour is readable, whichever colour it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffff }), (number) => {
      const { background, text } = brandColors(`#${number.toString(16).padStart(6, '0')}`);
      expect(contrast(background, text)).toBeGreaterThanOrEqual(TEXT);
    }),
  );
});

test('a brand colour enters the style sheet', () => {
  expect(styleSheet('#FFD400')).toContain('--brand:#ffd400;--on-brand:#000000');
});

test.each(['red', '#fff', '#12345g', '#123456}body{display:none', '</style><script>', 'url(https://x.example)', ''])(
  'A7 %j is no brand colour and enters nothing',
  (color) => {
    expect(styleSheet(color)).toBe(styleSheet(undefined));
  },
);

test('A7 the style sheet loads nothing and cannot end its element', () => {
  expect(styleSheet(undefined)).not.toMatch(/url\(|@import|@font-face|</i);
});
