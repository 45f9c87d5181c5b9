/** Numbers that look random and are the same in every run (mulberry32), and what is made of them. */
export interface Random {
  /** From 0, less than `end`. */
  below(end: number): number;
  pick<T>(items: readonly T[]): T;
  /** `length` characters of an alphabet. */
  text(length: number, alphabet: string): string;
  bytes(length: number): Buffer;
}

export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const UPPER = LOWER.toUpperCase();
export const DIGITS = '0123456789';
export const HEX = '0123456789abcdef';
export const ALNUM = LOWER + UPPER + DIGITS;
export const BASE64 = `${ALNUM}+/`;
export const BASE64URL = `${ALNUM}-_`;

export function seeded(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return {
    below,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    text: (length, alphabet) => Array.from({ length }, () => alphabet[below(alphabet.length)]).join(''),
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}

/** A text of three fields as a signed token has them. */
export function signedToken(random: Random): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = part({ alg: random.pick(['RS256', 'ES256', 'HS256']), typ: 'JWT', kid: random.text(8, ALNUM) });
  const claims = part({ sub: random.text(10, ALNUM), iat: 1_700_000_000 + random.below(1e7), scope: 'read' });
  return `${header}.${claims}.${random.bytes(random.pick([32, 64, 256])).toString('base64url')}`;
}

export function uuid(random: Random): string {
  const hex = random.text(32, HEX);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}
