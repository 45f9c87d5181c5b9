/**
 * Cognito's token exchange (RFC 8693): from the caller's token, one of the same user for another audience, with fewer
 * scopes. The call is signed with the function's role, so there is no client secret to hold, and goes to the origin of
 * the pool's issuer.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetDerivedToken.html
 */
import type { Environment } from '../../environment';
import { AwsError, awsCaller } from '../aws';
import { TokenUnavailable } from './token-unavailable';

export interface DerivedToken {
  readonly accessToken: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

export interface Wanted {
  readonly audience: string;
  /** As on the wire. */
  readonly scopes: readonly string[];
}

/** @throws TokenUnavailable when the provider gives none. */
export type ExchangeToken = (subject: string, wanted: Wanted) => Promise<DerivedToken>;

export function cognitoExchange(
  clientId: string,
  issuer: string,
  environment: Environment,
  fetcher?: typeof fetch,
): ExchangeToken {
  const { origin, hostname } = new URL(issuer);
  const region = /^cognito-idp\.([a-z0-9-]+)\./.exec(hostname)?.[1] ?? environment.AWS_REGION;
  return async (subject, { audience, scopes }) => {
    const aws = awsCaller({ ...environment, AWS_REGION: region, AWS_ENDPOINT_URL_COGNITO_IDP: origin }, fetcher);
    const answer = aws({
      service: 'cognito-idp',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.GetDerivedToken',
      },
      body: JSON.stringify({
        ClientId: clientId,
        SubjectToken: subject,
        SubjectTokenType: 'ACCESS_TOKEN',
        RequestedTokenType: 'ACCESS_TOKEN',
        Audiences: [audience],
        Scopes: scopes,
      }),
    });
    return derivedToken(await answer.catch((error) => failed(audience, error)), audience);
  };
}

/** What was issued, if it is for that audience and no other: nothing else goes out in the caller's name. */
function derivedToken(answer: unknown, audience: string): DerivedToken {
  const { IssuedToken: accessToken } = answer as { IssuedToken?: unknown };
  const claims = typeof accessToken === 'string' ? claimsOf(accessToken) : {};
  if (typeof accessToken !== 'string' || [claims.aud].flat().join(' ') !== audience) {
    throw new TokenUnavailable(audience, 'what the identity provider issued is not for it');
  }
  return Object.freeze({ accessToken, expiresAt: typeof claims.exp === 'number' ? claims.exp : 0 });
}

/** Not verified: it came from the issuer itself, and whoever receives it verifies it. */
function claimsOf(token: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  } catch {
    return {};
  }
}

function failed(audience: string, error: unknown): never {
  const refused = error instanceof AwsError && error.status < 500 && error.type !== 'TooManyRequestsException';
  const why = error instanceof AwsError ? error.message : 'the identity provider does not answer';
  throw new TokenUnavailable(audience, why, !refused);
}
