/**
 * Verifies a token's signature with the issuer's keys and hands out its claims. Keys are fetched once and
 * again when a key id is unknown, not more often than the library's penalty box allows.
 */
import { JwtVerifier } from 'aws-jwt-verify';
import {
  FetchError,
  JwkInvalidKtyError,
  JwkInvalidUseError,
  JwtExpiredError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  KidNotFoundInJwksError,
  WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { TokenProfile } from '../../../lib/private/contract';
import { fetchAgain } from '../../fetch-again';
import type { TokenFault } from '../refusal';
import { ok, type Result, refuse } from '../result';
import type { Claims } from './authenticate';
import { headerFault } from './profiled-token';

export type VerifySignature = (token: string) => Promise<Result<Claims>>;

export interface Issuer {
  readonly issuer: string;
  readonly jwksUri: string;
  /** How its headers look, where it is not Cognito. */
  readonly profile?: TokenProfile;
}

/** Its header is not that of an access token. */
class HeaderError extends Error {
  constructor(readonly reason: TokenFault) {
    super(reason);
  }
}

const FETCH_TIMEOUT_MS = 3_000;

export function signatureVerifier(
  { issuer, jwksUri, profile }: Issuer,
  fetcher: typeof fetch = fetchAgain(),
): VerifySignature {
  let unreachable = false;
  // The library's own fetcher takes https alone; the configuration decides which addresses are allowed.
  const jwksCache = new SimpleJwksCache({
    fetcher: {
      async fetch(uri: string) {
        try {
          const response = await fetcher(uri, { redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
          if (!response.ok) throw new FetchError(uri, `status ${response.status}`);
          const keys = await response.arrayBuffer();
          unreachable = false;
          return keys;
        } catch (fault) {
          // Not before: while the keys are on their way, a token that is no token is still refused as one.
          unreachable = true;
          throw fault;
        }
      },
    },
  });
  // The audience is decided on the claims, where users and machines differ.
  const verifier = JwtVerifier.create(
    { issuer, jwksUri, audience: null, customJwtCheck: profile && headerCheck(profile) },
    { jwksCache },
  );
  return async (token) => {
    try {
      return ok(await verifier.verify(token));
    } catch (error) {
      return refuse({ reason: reasonOf(error, unreachable) });
    }
  };
}

function headerCheck(profile: TokenProfile) {
  return ({ header }: { header: object }) => {
    const fault = headerFault(header, profile);
    if (fault !== undefined) throw new HeaderError(fault);
  };
}

function reasonOf(error: unknown, unreachable: boolean): TokenFault | 'keys_unavailable' {
  if (error instanceof HeaderError) return error.reason;
  if (error instanceof JwtExpiredError) return 'token_expired';
  if (error instanceof JwtNotBeforeError) return 'token_not_yet_valid';
  if (error instanceof JwtInvalidIssuerError) return 'token_issuer';
  if (error instanceof JwtInvalidSignatureAlgorithmError) return 'token_algorithm';
  if (error instanceof JwkInvalidUseError || error instanceof JwkInvalidKtyError) return 'token_algorithm';
  if (error instanceof JwtInvalidSignatureError) return 'token_signature';
  if (error instanceof KidNotFoundInJwksError) return 'token_key_unknown';
  // Too soon to fetch again: after a failed fetch nothing is known, after a good one the key is unknown.
  if (error instanceof WaitPeriodNotYetEndedJwkError) return unreachable ? 'keys_unavailable' : 'token_key_unknown';
  return unreachable ? 'keys_unavailable' : 'token_malformed';
}
