/**
 * Texts that hold escapes of their own (JSON within a string, source code): what they spell, and where each character
 * of it stands.
 */
import type { Span } from './spans';

/** A run of backslashes is looked at from its first one alone: each of them tried anew would take its length squared. */
const ESCAPE = /(?<!\\)\\+(?:u([0-9A-Fa-f]{4})|u\{0{0,8}([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|(\/))/g;

/** Whether a text spells characters in a way that hides them from patterns. */
export function hasEscapes(text: string): boolean {
  return /\\(?:[u/x])/.test(text);
}

/** Spans of what the text spells, as spans of the text. */
export function spansInEscaped(text: string, find: (decoded: string) => readonly Span[]): Span[] {
  const pieces: { readonly at: number; readonly from: number; readonly length: number }[] = [];
  let decoded = '';
  let at = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const plain = text.slice(at, match.index);
    const code = match[1] ?? match[2] ?? match[3];
    pieces.push({ at: decoded.length + plain.length, from: match.index, length: match[0].length });
    decoded += plain + (code === undefined ? '/' : characterOf(code));
    at = match.index + match[0].length;
  }
  if (pieces.length === 0) return [];
  decoded += text.slice(at);
  return find(decoded).map(({ start, end, name }) => ({
    name,
    start: placeOf(start, pieces),
    end: placeOf(end - 1, pieces) + lengthAt(end - 1, pieces),
  }));
}

/** One unit for each escape, so that places stay what they are; what is beyond the plane of patterns is any character. */
function characterOf(code: string): string {
  const point = Number.parseInt(code, 16);
  return point > 0xffff ? '\ufffd' : String.fromCharCode(point);
}

type Piece = { readonly at: number; readonly from: number; readonly length: number };

/** The last escape at or before a place of the decoded text. */
function pieceBefore(place: number, pieces: readonly Piece[]): Piece | undefined {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle] as Piece).at <= place) low = middle + 1;
    else high = middle;
  }
  return pieces[low - 1];
}

function placeOf(place: number, pieces: readonly Piece[]): number {
  const piece = pieceBefore(place, pieces);
  if (piece === undefined) return place;
  return place === piece.at ? piece.from : piece.from + piece.length + (place - piece.at - 1);
}

function lengthAt(place: number, pieces: readonly Piece[]): number {
  const piece = pieceBefore(place, pieces);
  return piece?.at === place ? piece.length : 1;
}
