/**
 * Numbers that a JSON body says and JavaScript cannot hold. The body goes on as it was read here, so that nobody reads
 * it in another way; a server in another language would then get another number than the caller wrote, and nobody
 * would know.
 */

/** No shorter text can be an integer that is not held exactly, or a number without an end. */
const SUSPECT = /\d{16}|[eE]\+?\d{3}/;

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The first number of a body, known to be JSON, that would change; fractions are as exact as anywhere. */
export function inexactNumber(json: string): string | undefined {
  if (!SUSPECT.test(json)) return undefined;
  for (let at = 0; at < json.length; at++) {
    if (json[at] === '"') {
      at = endOfString(json, at);
      continue;
    }
    NUMBER.lastIndex = at;
    const [token] = NUMBER.exec(json) ?? [];
    if (token === undefined) continue;
    const value = Number(token);
    if (!(/[.eE]/.test(token) ? Number.isFinite(value) : Number.isSafeInteger(value))) return token;
    at += token.length - 1;
  }
  return undefined;
}

function endOfString(json: string, begin: number): number {
  let at = begin + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}
