/** A guard that takes tokens of a plain OpenID provider, as RFC 9068 has them, and such tokens. */
import { KeyObject, sign as signBytes } from 'node:crypto';
import { createGuard, type GuardDependencies, type McpFetch } from '../../lambda/guard/guard';
import { signatureVerifier } from '../../lambda/guard/tokens/signature';
import type { TokenProfile } from '../../lib/private/contract';
import { CONFIG, ISSUER, type Keys, MACHINE_CLIENT, RESOURCE, sign, USER_CLIENT } from './guard';

export const PROFILE: TokenProfile = {
  types: ['at+jwt'],
  algorithms: ['RS256'],
  clientClaim: 'client_id',
  scopeClaim: 'scope',
  groupsClaim: 'groups',
  machineScopes: { [MACHINE_CLIENT]: ['notes:read'] },
};

/** A user's token of the provider. */
export function providerClaims(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: ISSUER,
    aud: RESOURCE,
    sub: 'user-1',
    client_id: USER_CLIENT,
    scope: 'openid notes:read',
    iat: now,
    exp: now + 900,
    jti: 'token-1',
    ...overrides,
  };
}

/** A machine's token of the provider: it names its audience, as users' do. */
export function providerMachineClaims(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return providerClaims({ sub: MACHINE_CLIENT, client_id: MACHINE_CLIENT, scope: 'notes:read', ...overrides });
}

/** What it did, asked with one token for a tool. */
export interface Answered {
  readonly response: Response;
  readonly reached: number;
}

export type AskProviderGuard = (token: string, tool?: string) => Promise<Answered>;

export function providerGuard(
  keys: Keys,
  profile: Partial<TokenProfile> = {},
  config: Partial<typeof CONFIG> = {},
  dependencies: GuardDependencies = {},
): AskProviderGuard {
  const tokenProfile = { ...PROFILE, ...profile };
  const used = { ...CONFIG, scopePrefix: '', tokenProfile, ...config };
  const guard = createGuard(used, {
    verifySignature: signatureVerifier(
      { issuer: used.tokenIssuer, jwksUri: used.jwksUri, profile: tokenProfile },
      keys.fetcher,
    ),
    log: () => {},
    ...dependencies,
  });
  return async (token, name = 'list_notes') => {
    let reached = 0;
    const server: McpFetch = async () => {
      reached += 1;
      return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    };
    const request = new Request(RESOURCE, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } }),
    });
    const response = await guard.fetch(request, server, { requestId: 'request-1' });
    return { response, reached };
  };
}

/** Signed as an access token of RFC 9068; `typ: undefined` takes the type away. */
export function signProvider(keys: Keys, claims: Record<string, unknown>, header: Record<string, unknown> = {}) {
  return sign(keys, claims, { typ: 'at+jwt', ...header });
}

/** With a header that libraries refuse to write. */
export function signByHand(keys: Keys, claims: object, header: object, digest = 'sha256'): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${encode({ kid: 'key-1', typ: 'at+jwt', ...header })}.${encode(claims)}`;
  return `${input}.${signBytes(digest, Buffer.from(input), KeyObject.from(keys.privateKey)).toString('base64url')}`;
}
