import { compactVerify, createRemoteJWKSet, decodeProtectedHeader } from 'jose';
import type { AuthorizerSpec } from '../deployment/apis';
import { LocalFailure } from '../failure';
import { ALGORITHMS, decide, type JwtDecision } from './jwt-decision';

/** API Gateway keeps an issuer's keys for up to two hours. */
const KEYS_MS = 2 * 3600 * 1000;

/** An HTTP API's JWT authorizer: keys by discovery from the issuer, then the decision about the claims. */
export class JwtAuthorizer {
  private constructor(
    private readonly spec: AuthorizerSpec,
    private readonly keys: ReturnType<typeof createRemoteJWKSet>,
  ) {}

  /** Fetches the issuer's discovery document; without one API Gateway does not create the authorizer either. */
  static async create(spec: AuthorizerSpec): Promise<JwtAuthorizer> {
    const address = `${spec.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const document = await fetchJson(address).catch((error: Error) => {
      throw new LocalFailure(
        `the issuer of ${spec.logicalId} does not answer at ${address} (${error.message}): API Gateway would not create the authorizer`,
      );
    });
    if (document.issuer !== spec.issuer || typeof document.jwks_uri !== 'string') {
      throw new LocalFailure(
        `the document at ${address} has another issuer or no jwks_uri: correct Issuer of ${spec.logicalId}`,
      );
    }
    return new JwtAuthorizer(spec, createRemoteJWKSet(new URL(document.jwks_uri), { cacheMaxAge: KEYS_MS }));
  }

  get header(): string {
    return this.spec.header;
  }

  async authorize(token: string, routeScopes: readonly string[]): Promise<JwtDecision> {
    let claims: Record<string, unknown>;
    try {
      if (!decodeProtectedHeader(token).kid) return { kind: 'unauthorized', reason: 'the token names no key' };
      const { payload } = await compactVerify(token, this.keys, { algorithms: ALGORITHMS });
      claims = JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
    } catch {
      return { kind: 'unauthorized', reason: 'invalid token signature or format' };
    }
    return decide(this.spec, routeScopes, claims, Math.floor(Date.now() / 1000));
  }
}

async function fetchJson(address: string): Promise<Record<string, unknown>> {
  const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}
