/** Tokens that must not work, and what is to become of each. */
import { randomUUID } from 'node:crypto';
import { generateKeyPair, SignJWT } from 'jose';
import type { Refusal } from '../../../lambda/guard/refusal';
import type { DescribedStack } from '../../support/stack';
import type { Forger } from './tokens';

export interface RefusedToken {
  readonly token: (forger: Forger, stack: DescribedStack) => Promise<string> | string;
  /** Who stops it on the whole line: what the gateway cannot see is the guard's to refuse. */
  readonly by: 'gateway' | 'guard';
  /** What the whole line answers. @default 401 */
  readonly status?: number;
  /** What the guard's audit record says. */
  readonly reason: Refusal['reason'];
}

const HOUR = 3600;
const seconds = () => Math.floor(Date.now() / 1000);

export const REFUSED: Readonly<Record<string, RefusedToken>> = {
  'A3 a token of another resource': {
    by: 'gateway',
    reason: 'token_audience',
    token: (f) => f.user({ aud: 'https://other.example.com/mcp' }),
  },
  'A3 a token of a resource whose name begins the same': {
    by: 'gateway',
    reason: 'token_audience',
    token: (f, s) => f.user({ aud: `${s.resource}/` }),
  },
  'A3 a token of several resources, this one among them': {
    by: 'guard',
    reason: 'token_audience',
    token: (f, s) => f.user({ aud: ['https://other.example.com/mcp', s.resource] }),
  },
  'A3 a user token whose audience is a machine client': {
    by: 'guard',
    reason: 'token_audience',
    token: (f, s) => f.user({ aud: s.machineClients.importer?.clientId }),
  },
  'A3 a user token without an audience': {
    by: 'gateway',
    reason: 'token_audience',
    token: (f) => f.user({ aud: undefined }),
  },
  'A3 a token of another issuer': {
    by: 'gateway',
    reason: 'token_issuer',
    token: (f, s) => f.user({ iss: `${s.issuer}x` }),
  },
  'A3 an ID token': {
    by: 'gateway',
    reason: 'token_use',
    token: (f, s) => f.user({ token_use: 'id', scope: undefined, aud: s.upstreamClient }),
  },
  'A3 an ID token with audience and scope of this server': {
    by: 'guard',
    reason: 'token_use',
    token: (f) => f.user({ token_use: 'id' }),
  },
  'A3 a token without token_use': { by: 'guard', reason: 'token_use', token: (f) => f.user({ token_use: undefined }) },
  'A3 an expired token': {
    by: 'gateway',
    reason: 'token_expired',
    token: (f) => f.user({ iat: seconds() - 2 * HOUR, exp: seconds() - HOUR }),
  },
  'A3 a token that never expires': { by: 'gateway', reason: 'token_expired', token: (f) => f.user({ exp: undefined }) },
  'A3 a token that is not valid yet': {
    by: 'gateway',
    reason: 'token_not_yet_valid',
    token: (f) => f.user({ nbf: seconds() + HOUR }),
  },
  'A3 a token with alg none': { by: 'gateway', reason: 'token_malformed', token: (f) => unsigned(f) },
  'A3 a token with alg none and something where the signature was': {
    by: 'gateway',
    reason: 'token_algorithm',
    token: (f) => unsigned(f, 'c2lnbmF0dXJl'),
  },
  'A3 a token signed HS256 with the public key': {
    by: 'gateway',
    reason: 'token_algorithm',
    token: hs256WithPublicKey,
  },
  'A3 a token of an unknown key': {
    by: 'gateway',
    reason: 'token_key_unknown',
    token: (f) => f.user({}, { kid: 'nobody-knows-it' }),
  },
  'A3 a token signed by a stranger under the key id of the pool': {
    by: 'gateway',
    reason: 'token_signature',
    token: strangersSignature,
  },
  'A3 a token whose claims were changed': { by: 'gateway', reason: 'token_signature', token: changedClaims },
  'A3 what is no token at all': { by: 'gateway', reason: 'token_malformed', token: () => 'not-a-token' },
  'A3 a token with scopes of another server alone': {
    by: 'gateway',
    reason: 'token_scope',
    status: 403,
    token: (f) => f.user({ scope: 'https://other.example.com/mcp/notes:read' }),
  },
  'A3 a token without scopes': {
    by: 'gateway',
    reason: 'token_scope',
    status: 403,
    token: (f) => f.user({ scope: undefined }),
  },
  'A3 a token whose scope is not qualified': {
    by: 'gateway',
    reason: 'token_scope',
    status: 403,
    token: (f) => f.user({ scope: 'notes:read' }),
  },
  'A3 a token of a client nobody registered': {
    by: 'guard',
    reason: 'token_client',
    token: (f) => f.user({ client_id: 'stranger' }),
  },
  'A3 a token of the client people know, which is the broker and not the pool': {
    by: 'guard',
    reason: 'token_client',
    token: (f, s) => f.user({ client_id: Object.keys(s.clients)[0] }),
  },
  'A11 a token without origin_jti': {
    by: 'guard',
    reason: 'grant_revoked',
    token: (f) => f.user({ origin_jti: undefined }),
  },
  'A11 a token of a grant nobody wrote': {
    by: 'guard',
    reason: 'grant_revoked',
    token: (f) => f.user({ origin_jti: randomUUID() }),
  },
  'A11 a token of a revoked grant': {
    by: 'guard',
    reason: 'grant_revoked',
    token: async (f) => f.user({ origin_jti: await f.grant('revoked') }),
  },
  'A11 a token that outlives its grant': {
    by: 'guard',
    reason: 'grant_revoked',
    token: async (f) => f.user({ origin_jti: await f.grant('expired') }),
  },
  'A13 a machine client that is not allow-listed': {
    by: 'gateway',
    reason: 'token_client',
    token: (f) => f.machine('importer', { client_id: 'stranger', sub: 'stranger' }),
  },
  'A13 a machine client that is not allow-listed, with this audience': {
    by: 'guard',
    reason: 'token_client',
    token: (f, s) => f.machine('importer', { client_id: 'stranger', sub: 'stranger', aud: s.resource }),
  },
  "A13 a machine token with another server's scope besides": {
    by: 'guard',
    reason: 'token_scope',
    token: (f) =>
      f.machine('importer', { scope: `${f.scopes('notes:read')} https://other.example.com/mcp/notes:read` }),
  },
  'A13 a machine token with a user in it': {
    by: 'guard',
    reason: 'token_subject',
    token: (f) => f.machine('importer', { username: 'ada' }),
  },
  'A13 a machine token with an audience': {
    by: 'guard',
    reason: 'token_audience',
    token: (f, s) => f.machine('importer', { aud: s.resource }),
  },
};

async function claimsOf(forger: Forger): Promise<Record<string, unknown>> {
  return payloadOf(await forger.user());
}

function payloadOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

async function hs256WithPublicKey(forger: Forger): Promise<string> {
  const { kty, n, e } = forger.key;
  const secret = new TextEncoder().encode(JSON.stringify({ e, kty, n }));
  return new SignJWT(await claimsOf(forger)).setProtectedHeader({ alg: 'HS256', kid: forger.key.kid }).sign(secret);
}

async function unsigned(forger: Forger, signature = ''): Promise<string> {
  const parts = [{ alg: 'none', kid: forger.key.kid }, await claimsOf(forger)];
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.${signature}`;
}

async function strangersSignature(forger: Forger): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  return new SignJWT(await claimsOf(forger)).setProtectedHeader({ alg: 'RS256', kid: forger.key.kid }).sign(privateKey);
}

async function changedClaims(forger: Forger): Promise<string> {
  const [header, payload, signature] = (await forger.user()).split('.');
  const claims = { ...payloadOf(`.${payload}.`), 'cognito:groups': ['admins'] };
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}
