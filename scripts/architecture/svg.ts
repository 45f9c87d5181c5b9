/** The few shapes a diagram is made of. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const INK = '#1b2733';
const SOFT = '#5b6b7b';

export const FILL = {
  client: '#eef2f6',
  edge: '#e6eefc',
  guard: '#dff3e6',
  work: '#ffffff',
  data: '#fdf1dc',
  watch: '#f3e9f8',
} as const;

export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** A box with a title and lines below it. */
export function box({ x, y, width, height }: Box, fill: string, title: string, lines: readonly string[] = []): string {
  const text = lines.map((line, index) => words(x + 12, y + 42 + index * 17, line, 12.5, SOFT));
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${fill}" stroke="${INK}" stroke-width="1.2"/>`,
    words(x + 12, y + 22, title, 14, INK, 600),
    ...text,
  ].join('\n');
}

/** What other boxes lie in. */
export function frame({ x, y, width, height }: Box, title: string): string {
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" fill="none" stroke="${SOFT}" stroke-dasharray="6 4"/>`,
    words(x + 12, y + 20, title, 12.5, SOFT, 600),
  ].join('\n');
}

/** A line through corners, with an arrow at its end. */
export function arrow(corners: readonly (readonly [number, number])[]): string {
  const points = corners.map((corner) => corner.join(',')).join(' ');
  return `<polyline points="${points}" fill="none" stroke="${INK}" stroke-width="1.4" marker-end="url(#tip)"/>`;
}

export function words(x: number, y: number, text: string, size: number, color: string = SOFT, weight = 400): string {
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${color}" font-weight="${weight}">${escaped(text)}</text>`;
}

/** The page: title and description for those who cannot see it, and the facts it was drawn from. */
export function page(width: number, height: number, title: string, facts: object, shapes: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title" font-family="system-ui, sans-serif">`,
    `<title id="title">${escaped(title)}</title>`,
    `<metadata>${escaped(JSON.stringify(facts))}</metadata>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">',
    `<path d="M0 0 L8 4 L0 8 z" fill="${INK}"/></marker></defs>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...shapes,
    '</svg>',
    '',
  ].join('\n');
}

/** The facts a picture was drawn from. */
export function factsIn(svg: string): unknown {
  const text = /<metadata>(.*)<\/metadata>/.exec(svg)?.[1] ?? 'null';
  return JSON.parse(text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'));
}
