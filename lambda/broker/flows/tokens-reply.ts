/** The tokens of a grant, as the client gets them; before that, what the guard would refuse is caught. */
import type { Principal } from '../../guard/principal';
import { wireScopes } from '../config';
import { json, type Reply } from '../http';
import type { BrokerLog } from '../log';
import type { Services } from '../services';
import { originOf, type UpstreamTokens } from '../upstream';

export interface UsableTokens {
  readonly principal: Principal;
  /** `origin_jti`, the grant's key. */
  readonly origin: string;
}

/** What makes a token that Cognito issued useless here, and where to look. */
const HINTS: Readonly<Record<string, string>> = {
  token_audience:
    'the token is not bound to this server: the pool needs the Essentials or Plus plan and the newer managed login',
  token_scope: 'the token has no scope of this server: the upstream client must be allowed all of them',
};

/** `allowed`: the scopes, unqualified, that the person was shown; a trigger in the pool may have added others. */
export async function usableTokens(
  tokens: UpstreamTokens,
  allowed: readonly string[],
  services: Services,
  log: BrokerLog,
): Promise<UsableTokens | undefined> {
  const verified = await services.verify(tokens.accessToken);
  if (!verified.ok) {
    const { reason } = verified.refusal;
    log('token_unusable', { reason, fault: HINTS[reason] });
    return undefined;
  }
  if (!verified.value.scopes.every((scope) => allowed.includes(scope))) {
    log('token_unusable', {
      reason: 'scope_added',
      fault: 'the token has a scope that nobody approved: the pool’s token generation trigger must not add scopes',
    });
    return undefined;
  }
  const origin = originOf(verified.value.claims);
  if (origin === undefined) {
    log('token_unusable', {
      reason: 'origin',
      fault: 'the token has no origin_jti: token revocation must be on for the upstream client',
    });
    return undefined;
  }
  return { principal: verified.value, origin };
}

export function tokensReply(
  tokens: UpstreamTokens,
  { principal }: UsableTokens,
  refreshToken: string,
  { config }: Services,
): Reply {
  return json(200, {
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.expiresIn,
    refresh_token: refreshToken,
    scope: wireScopes(config, principal.scopes).join(' '),
  });
}
