/**
 * A template tag that escapes what is put into it: fit for element content and for quoted attributes, which are
 * the only two places the pages put data. An unquoted attribute is refused when the template is first used.
 */
export class Html {
  constructor(readonly markup: string) {}
  toString(): string {
    return this.markup;
  }
}

type Piece = string | Html | readonly Html[];

const ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** @throws if a value stands in an unquoted attribute. */
export function html(literals: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  let markup = literals[0]!;
  pieces.forEach((piece, index) => {
    if (/=\s*$/.test(literals[index]!)) throw new Error('a value in an unquoted attribute: put it in quotes');
    markup += written(piece) + literals[index + 1]!;
  });
  return new Html(markup);
}

export const nothing = new Html('');

function written(piece: Piece): string {
  if (piece instanceof Html) return piece.markup;
  if (typeof piece === 'string') return piece.replace(/[&<>"'`]/g, (character) => ENTITY[character]!);
  return piece.map((part) => part.markup).join('');
}
