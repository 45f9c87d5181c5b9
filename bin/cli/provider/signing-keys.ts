import { visible } from './addresses';
import type { Document } from './fetch-document';
import type { Finding } from './findings';

export const RSA_KEYS = 'RSA keys';

const RSA = ['RS256', 'RS384', 'RS512'];
const CURVES: Readonly<Record<string, string>> = {
  'EC P-256': 'ES256',
  'EC P-384': 'ES384',
  'EC P-521': 'ES512',
  'OKP Ed25519': 'EdDSA',
  'OKP Ed448': 'EdDSA',
};
const PARTS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['n', 'e'],
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
};

/** The keys, or why they could not be had. */
export type Keys = Document | string;

/** Tokens are verified by the guard anywhere, and by the gateway before it, which knows less. */
export function keysFindings(keys: Keys): Finding[] {
  const all = algorithmsOf(keys);
  const rsa = all.filter((name) => RSA.includes(name));
  const others = listed(keys).length - all.length;
  const unknown = others > 0 ? `, ${others} that it does not take` : '';
  const why = typeof keys === 'string' ? keys : `none for signatures with a key id${unknown}`;
  return [
    {
      feature: 'signing keys',
      neededFor: 'the guard',
      level: 'required',
      present: all.length > 0,
      detail: all.length === 0 ? why : `${counted(all)}${unknown}`,
    },
    {
      feature: RSA_KEYS,
      neededFor: 'the JWT authorizer of McpEndpoint.httpApi',
      level: 'optional',
      present: rsa.length > 0,
      detail: rsa.length > 0 ? counted(rsa) : 'none: an HTTP API cannot verify its tokens',
    },
  ];
}

/** What tokens are likely signed with, as the construct takes it. RSA where there is such a key: every endpoint does. */
export function likelyAlgorithms(keys: Keys): string[] {
  const all = [...new Set(algorithmsOf(keys))];
  const rsa = all.filter((name) => RSA.includes(name));
  return rsa.length > 0 ? rsa : all;
}

/** One for each key that the guard would take. */
function algorithmsOf(keys: Keys): string[] {
  return listed(keys).flatMap((key) => algorithmOf((key ?? {}) as Readonly<Record<string, unknown>>) ?? []);
}

function listed(keys: Keys): readonly unknown[] {
  return typeof keys === 'string' || !Array.isArray(keys.keys) ? [] : keys.keys;
}

/** Undefined: no key for signatures, none that a token could name, or for signatures of another kind, such as PS256. */
function algorithmOf(key: Readonly<Record<string, unknown>>): string | undefined {
  const { kty, use = 'sig', kid, alg, crv } = key;
  const parts = PARTS[String(kty)];
  if (parts === undefined || use !== 'sig') return undefined;
  if (![kid, ...parts.map((part) => key[part])].every((part) => typeof part === 'string' && part !== '')) {
    return undefined;
  }
  const possible = kty === 'RSA' ? RSA : [CURVES[`${kty} ${crv}`]];
  const named = alg ?? possible[0];
  return possible.find((name) => name !== undefined && name === named);
}

function counted(algorithms: readonly string[]): string {
  const names = [...new Set(algorithms)];
  return visible(names.map((name) => `${algorithms.filter((one) => one === name).length} ${name}`).join(', '));
}
