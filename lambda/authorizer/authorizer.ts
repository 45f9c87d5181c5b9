/**
 * The Lambda authorizer of a REST API: is this a token for this server? Decided by the guard's own code; what its
 * bearer may do is left to the guard, which also knows of revoked grants. API Gateway keeps an answer for all requests
 * with the same Authorization header, so it says nothing of the method that asked for it.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { type Log, stdoutLog } from '../guard/audit';
import type { Principal } from '../guard/principal';
import { authenticator } from '../guard/tokens/authenticator';
import { signatureVerifier, type VerifySignature } from '../guard/tokens/signature';
import { headersOf } from '../proxy-event';
import type { AuthorizerConfig } from './config';

/** API Gateway answers 401 to this word, and to no other. */
const UNAUTHORIZED = 'Unauthorized';

const PRINTABLE = /^[\x20-\x7e]+$/;

const METHODS = ['POST', 'GET', 'DELETE'];

export interface AuthorizerDependencies {
  readonly verifySignature?: VerifySignature;
  readonly log?: Log;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

export type Authorizer = (event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;

export function createAuthorizer(
  { server, jwksUri, tokens }: AuthorizerConfig,
  { verifySignature, log = stdoutLog, clock = Date.now }: AuthorizerDependencies = {},
): Authorizer {
  const { issuer, profile } = tokens;
  const authenticate = authenticator(verifySignature ?? signatureVerifier({ issuer, jwksUri, profile }), tokens, clock);
  const { pathname } = new URL(tokens.resource);
  return async (event) => {
    const started = clock();
    const authenticated = await authenticate(credentials(headersOf(event)), '');
    if (authenticated.ok) return allow(authenticated.value, event.methodArn, pathname);
    const { reason } = authenticated.refusal;
    const unknown = reason === 'keys_unavailable';
    log({
      type: 'audit',
      time: new Date(started).toISOString(),
      server,
      requestId: event.requestContext.requestId,
      decision: 'refuse',
      reason,
      status: unknown ? 503 : 401,
      durationMs: clock() - started,
      requestBytes: 0,
      responseBytes: 0,
    });
    // Any other word is a failure of the authorizer, which is not kept and not the token's fault.
    throw new Error(unknown ? reason : UNAUTHORIZED);
  };
}

/** What no header can hold is no token, and no failure of the authorizer either. */
function credentials({ authorization = '' }: Record<string, string | undefined>): Headers {
  return new Headers(PRINTABLE.test(authorization) ? { authorization } : {});
}

/** The context is for the access log; API Gateway hands it on to the function, so it holds no credential. */
function allow(principal: Principal, methodArn: string, path: string): APIGatewayAuthorizerResult {
  const [api, stage] = methodArn.split('/');
  return {
    principalId: principal.id,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: 'Allow',
          Resource: METHODS.map((method) => `${api}/${stage}/${method}${path}`),
        },
      ],
    },
    context: { kind: principal.kind, client: principal.client },
  };
}
