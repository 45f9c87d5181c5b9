import { LocalFailure } from '../failure';
import type { Resource } from './reader';

/** A Lambda authorizer that sees the request (`REQUEST`). */
export interface RestAuthorizerSpec {
  readonly logicalId: string;
  readonly id: string;
  readonly functionArn: string;
  /** A role lets API Gateway call it; without one the function's own policy must. */
  readonly byRole: boolean;
  /** Names of the headers that must be there, and by whose values the answer is kept. */
  readonly headers: readonly string[];
  readonly ttlMs: number;
}

const DEFAULT_TTL_SECONDS = 300;
const MOST_TTL_SECONDS = 3600;

export function readRestAuthorizer(authorizer: Resource): RestAuthorizerSpec {
  authorizer.oneOf('Type', ['REQUEST']);
  const sources = (authorizer.property<string>('IdentitySource') ?? '').split(',').filter(Boolean);
  const headers = sources.map((source) => {
    const [, header] = /^method\.request\.header\.([\w-]+)$/.exec(source.trim()) ?? [];
    if (header) return header.toLowerCase();
    throw new LocalFailure(
      `IdentitySource of ${authorizer.logicalId} has ${source}: only method.request.header.<name> is known here`,
    );
  });
  const ttl = Number(authorizer.property('AuthorizerResultTtlInSeconds') ?? DEFAULT_TTL_SECONDS);
  if (ttl < 0 || ttl > MOST_TTL_SECONDS) {
    throw new LocalFailure(
      `AuthorizerResultTtlInSeconds of ${authorizer.logicalId} is ${ttl}: API Gateway takes 0 to ${MOST_TTL_SECONDS}`,
    );
  }
  if (ttl > 0 && headers.length === 0) {
    throw new LocalFailure(
      `the authorizer ${authorizer.logicalId} keeps answers but has no IdentitySource: API Gateway refuses it too`,
    );
  }
  const uri = authorizer.required<string>('AuthorizerUri');
  const [, functionArn] =
    /:lambda:path\/2015-03-31\/functions\/(arn:aws:lambda:[\w-]+:\d+:function:[\w-]+)\/invocations$/.exec(uri) ?? [];
  if (!functionArn) {
    throw new LocalFailure(`AuthorizerUri of ${authorizer.logicalId} (${uri}) calls no function of the app`);
  }
  return {
    logicalId: authorizer.logicalId,
    id: authorizer.id,
    functionArn,
    byRole: authorizer.property('AuthorizerCredentials') !== undefined,
    headers,
    ttlMs: ttl * 1000,
  };
}
