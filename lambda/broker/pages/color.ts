/** The brand's colour: checked before it may enter a style sheet, and the text colour that is readable on it. */

/** Dark enough for white text, light enough to be told from a dark page's background by its border. */
const DEFAULT = '#1d4f91';

export interface BrandColors {
  readonly background: string;
  readonly text: '#ffffff' | '#000000';
}

/** Anything but `#rrggbb` becomes the default: a style sheet is no place for free text. */
export function brandColors(color: string | undefined): BrandColors {
  const background = color !== undefined && /^#[0-9a-f]{6}$/i.test(color) ? color.toLowerCase() : DEFAULT;
  const text = contrast(background, '#ffffff') >= contrast(background, '#000000') ? '#ffffff' : '#000000';
  return { background, text };
}

/** Contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2). */
export function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
