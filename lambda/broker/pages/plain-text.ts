/**
 * Text that strangers wrote, made fit to stand in a sentence of ours: one line, of bounded length, with nothing
 * in it that cannot be seen or that moves what stands beside it.
 */

/** Long enough for a product's name, short enough to leave the rest of the sentence in sight. */
const NAME_LENGTH = 80;

/**
 * Format characters (bidi controls, zero-width, tags), unassigned and private ones, lone surrogates; then what is
 * drawn as nothing though it counts as a letter, mark or symbol: fillers, variation selectors, blank braille.
 */
const INVISIBLE = /[\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Marks piled upon one letter run over the lines above and below; two are as many as names need. */
const PILED_MARKS = /(\p{M}{2})\p{M}+/gu;

export function plainText(text: string, length = NAME_LENGTH): string {
  const line = text
    // Bounds the work; what is cut off here would have been cut off below, or was never to be seen.
    .slice(0, 20 * length)
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(PILED_MARKS, '$1')
    .trim();
  const characters = Array.from(line);
  return characters.length <= length
    ? line
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}
