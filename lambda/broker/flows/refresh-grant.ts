/**
 * A refresh handle for new tokens and a new handle. The generation moves only after Cognito answered, so a client
 * whose answer was lost may present its handle once more within ten seconds. Any older handle is a stolen one,
 * or the thief's: the grant ends.
 */
import { askedScopes } from '../asked-scopes';
import type { Client } from '../clients/client';
import type { Reply } from '../http';
import { type BrokerLog, faultText } from '../log';
import type { Parameters } from '../parameters';
import type { Services } from '../services';
import type { Grant } from '../store/grants';
import type { RefreshRecord } from '../store/refresh-handles';
import { tokenError } from './token-error';
import { tokensReply, usableTokens } from './tokens-reply';

/** Seconds in which the handle before the current one works once more. */
const RETRY_SECONDS = 10;

/** What presenting a handle means: the next generation, the end of the grant, or nothing. */
export type HandleVerdict =
  | { readonly kind: 'next'; readonly generation: number; readonly retry: boolean }
  | { readonly kind: 'replay' }
  /** Written but never handed out. */
  | { readonly kind: 'unknown' };

export function judgeHandle(
  record: Pick<RefreshRecord, 'generation'>,
  grant: Pick<Grant, 'generation' | 'rotated' | 'retry'>,
  now: number,
): HandleVerdict {
  if (record.generation > grant.generation) return { kind: 'unknown' };
  if (record.generation === grant.generation) return { kind: 'next', generation: grant.generation + 1, retry: true };
  const honest = record.generation === grant.generation - 1 && grant.retry && now - grant.rotated <= RETRY_SECONDS;
  return honest ? { kind: 'next', generation: grant.generation + 1, retry: false } : { kind: 'replay' };
}

export async function refreshGrant(
  form: Parameters,
  client: Client,
  services: Services,
  log: BrokerLog,
): Promise<Reply> {
  const { grants, refreshHandles, upstream, config, now } = services;
  const refused = (reason: string) => {
    log('token_refused', { client: client.id, reason });
    return tokenError('invalid_grant', 'the refresh token is not valid');
  };
  const presented = form.get('refresh_token') ?? '';
  const record = await refreshHandles.find(presented);
  if (record === undefined || record.client !== client.id) return refused('handle_unknown');
  const { home, standIn } = record;
  /** What its home may know and the replica here does not yet is no reason to end anything. */
  const away = () => tokenError('temporarily_unavailable', 'the region of this grant does not answer; try again');
  const upstreamToken = refreshHandles.open(presented, record);
  let grant = await grants.find(record.grant, home);
  if (standIn) log('home_away', { client: client.id, grant: record.grant });
  if (standIn && grant === undefined) return away();
  if (upstreamToken === undefined || grant === undefined) return refused('grant_unknown');
  if (grant.revoked !== undefined) {
    // The grant was ended by someone who did not hold this handle; its holder makes the rest possible.
    await upstream.revoke(upstreamToken);
    return refused('grant_revoked');
  }
  const scopes = askedScopes(form.get('scope'));
  const granted = grant.scopes.map((scope) => `${config.scopePrefix}${scope}`);
  if (!scopes.every((scope) => granted.includes(scope))) {
    return tokenError('invalid_scope', 'a refresh cannot add scopes; ask the user again');
  }
  if (judgeHandle(record, grant, now()).kind === 'replay') return replayed(grant, upstreamToken);

  const answer = await upstream.refresh(upstreamToken);
  if (answer.kind === 'unavailable') {
    log('provider_unavailable', { client: client.id, grant: grant.id, fault: faultText(answer.fault) });
    return tokenError('temporarily_unavailable', 'refreshing is not available right now; try again');
  }
  if (answer.kind === 'refused') {
    await grants.end(grant.id);
    return refused(`provider_${answer.error}`);
  }
  const usable = await usableTokens(answer.tokens, grant.scopes, services, log);
  if (usable === undefined || usable.origin !== grant.id) {
    return tokenError('server_error', 'the provider issued a token that this server would refuse');
  }
  // Another refresh may have moved the grant while Cognito answered; then this one is judged again, once.
  for (let attempt = 0; attempt < 2; attempt++) {
    const verdict = judgeHandle(record, grant, now());
    if (verdict.kind === 'replay') return replayed(grant, upstreamToken);
    if (verdict.kind === 'unknown') return standIn ? away() : refused('handle_unknown');
    const { generation, retry } = verdict;
    const next = await refreshHandles.issue(
      { grant: grant.id, client: client.id, generation },
      answer.tokens.refreshToken ?? upstreamToken,
      grant.expires,
      home,
    );
    if (await grants.rotate(grant, { generation, retry }, home)) {
      log('grant_refreshed', { client: client.id, user: grant.user, grant: grant.id });
      return tokensReply(answer.tokens, usable, next, services);
    }
    grant = await grants.find(record.grant, home);
    if (grant === undefined || grant.revoked !== undefined) return refused('grant_revoked');
  }
  return replayed(grant, upstreamToken);

  async function replayed(ended: Grant, token: string): Promise<Reply> {
    await grants.end(ended.id);
    await upstream.revoke(token);
    log('grant_replay', { client: client.id, user: ended.user, grant: ended.id, reason: 'refresh' });
    return refused('handle_replayed');
  }
}
