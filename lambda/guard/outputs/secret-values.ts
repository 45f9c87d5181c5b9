/** Whether a value that stands where a secret would is one: words, code and placeholders are not. */

const PLACEHOLDER =
  /^(?:x+|\*+|[.•_-]+|[<{[#].*|%[\w(].*|\$[{(]?\w+[)}]?|your.*|my[-_].*|example.*|placeholder.*|change.?(?:me|it).*|replace.*|redacted.*|insert.*|enter.*|sample.*|dummy.*|fake.*|secret|passwo?r?d|passw0rd|token|null|none|nil|undefined|true|false|string|text|required|optional|hidden|masked|test|foo.*|bar|todo|tbd|unset|sha-?\d+|md5|argon2\w*|bcrypt|pbkdf2|base64|utf-?8|oauth2?|rs256|es256|hs256|aes-?\d+.*|.*(?:\.\.\.|…))$/i;

/** A name, or a chain of names, as source code has them; a call of a function; a path. */
const CODE =
  /^(?:[A-Za-z_$][\w$]*(?:(?:\??\.|::|->)[A-Za-z_$][\w$]*)+|[\w$.]+[([].*|[a-z_]+|[A-Z][A-Z_]*|[~.]{0,2}(?:\/[a-z0-9._@-]+){2,}\/?)$/;

const WORD = /^(?:[A-Za-z]?[a-z]*|[A-Z]+|\d{1,4})$/;

/** Words joined as in an identifier or a sentence. */
function isWords(value: string): boolean {
  const parts = value.split(/[-_./:\s]+|(?<=[a-z])(?=[A-Z])/);
  return parts.every((part) => WORD.test(part));
}

/** What a person or a generator chooses as a password. */
export function looksLikePassword(value: string, shortest = 6): boolean {
  if (value.length < shortest || /\s/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (!/[\d!@#$%^&*?~+=]/.test(value)) return false;
  return !PLACEHOLDER.test(value) && !CODE.test(value) && !isWords(value);
}

/** What a generator makes: long, and of characters that do not repeat as those of words do. */
export function looksRandom(value: string): boolean {
  if (value.length < 16 || /\s/.test(value) || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return !PLACEHOLDER.test(value) && !CODE.test(value) && !isWords(value) && entropy(value) >= 3;
}

/** After `Bearer`: prose goes on in words, perhaps joined by hyphens. */
export function looksLikeBearer(value: string): boolean {
  return /\d/.test(value) ? !isWords(value) : value.length >= 20 && !/[-._~/]/.test(value);
}

/** After `Basic`: RFC 7617, a name, a colon and a password in base64. */
export function looksLikeBasic(encoded: string): boolean {
  const decoded = Buffer.from(encoded, 'base64').toString('latin1');
  return /^[\x20-\x7e]{0,128}:[\x20-\x7e]{1,256}$/.test(decoded);
}

/** In an address, between the name and the host. */
export function looksLikeUrlPassword(value: string): boolean {
  return !PLACEHOLDER.test(value) && !/^pass(?:wd|word)?$/i.test(value);
}

/** Shannon entropy, in bits per character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
