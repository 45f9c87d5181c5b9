/** Names and sentences as words: `apiKey`, `API_KEY`, `api-key` and "API key" are the same two. */

export function wordsOf(name: string): string[] {
  const spaced = name
    .normalize('NFC')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase();
  return (spaced.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).flatMap(parted);
}

/** Words that are often written as one with the one before; longest first. */
const JOINED =
  /^(.+?)(passphrase|credentials?|password|passwort|passwd|apikeys?|secretkey|privatekey|accesskey|accesstoken|authtoken|refreshtoken|bearertoken|sessiontoken|idtoken|apitoken|clientsecret|secret)$/;

const TWO =
  /^(api|secret|private|access|auth|refresh|bearer|session|id|client|ssh|encryption|signing|security)(keys?|tokens?|secret|code)$/;

function parted(word: string): string[] {
  const bare = word.replace(/(?<=\p{L})\p{N}+$/u, '');
  const two = TWO.exec(bare);
  if (two !== null) return [two[1] ?? '', two[2] ?? ''];
  const joined = JOINED.exec(bare);
  return joined === null ? [bare] : [joined[1] ?? '', ...parted(joined[2] ?? '')];
}
