/** The keys of a client that signs its assertions (RFC 7517), as strangers publish them. */

export type ReadKeys =
  | { readonly ok: true; readonly keys: readonly object[] }
  | { readonly ok: false; readonly problem: string };

const COUNT = 20;
const MEMBERS = ['kty', 'kid', 'use', 'alg', 'n', 'e', 'crv', 'x', 'y'] as const;
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Reads a JWK set. A private key in it is everybody's: the whole set is refused. */
export function readKeys(body: unknown): ReadKeys {
  const keys = (body as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > COUNT) {
    return { ok: false, problem: `the key set has no list of 1 to ${COUNT} keys: publish the public keys as 'keys'` };
  }
  const read: object[] = [];
  for (const key of keys) {
    if (typeof key !== 'object' || key === null || !['RSA', 'EC', 'OKP'].includes(key.kty)) {
      return { ok: false, problem: 'the key set has a key that is not RSA, EC or OKP: publish public keys only' };
    }
    if (SECRET_MEMBERS.some((member) => member in key)) {
      return { ok: false, problem: 'the key set has a private key: replace that key and publish its public part' };
    }
    read.push(
      Object.fromEntries(MEMBERS.filter((name) => typeof key[name] === 'string').map((name) => [name, key[name]])),
    );
  }
  return { ok: true, keys: read };
}
