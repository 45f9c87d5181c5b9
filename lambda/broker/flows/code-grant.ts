/**
 * A code for tokens. The code is judged first and marked before anything is asked of Cognito, so of many
 * redemptions one goes on; every other one ends the grant, whether that exists already or comes to exist.
 */
import { createHash } from 'node:crypto';
import type { Client } from '../clients/client';
import type { Reply } from '../http';
import { type BrokerLog, faultText } from '../log';
import type { Parameters } from '../parameters';
import { sameText } from '../seal';
import type { Services } from '../services';
import type { CodeRecord } from '../store/codes';
import type { UpstreamAnswer } from '../upstream';
import { mayBeRemembered } from './authorize';
import { tokenError } from './token-error';
import { tokensReply, usableTokens } from './tokens-reply';

const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

export async function redeemCode(form: Parameters, client: Client, services: Services, log: BrokerLog): Promise<Reply> {
  const { codes, grants, refreshHandles, upstream, config, now } = services;
  const refused = (reason: string) => {
    log('token_refused', { client: client.id, reason });
    return tokenError('invalid_grant', 'the code is not valid, or not for this request');
  };
  const code = form.get('code') ?? '';
  const record = await codes.find(code);
  if (record === undefined) return refused('code_unknown');
  const fault = codeFault(record, form, client);
  if (fault !== undefined) return refused(fault);
  if (record.redeemed !== true && record.validUntil <= now()) return refused('code_expired');
  if (record.redeemed === true || !(await codes.redeem(code))) {
    const grant = await codes.replay(code);
    if (grant !== undefined) await grants.end(grant);
    log('grant_replay', { client: client.id, grant, reason: 'code' });
    return refused('code_replayed');
  }
  const opened = codes.open(code, record);
  if (opened === undefined) return refused('code_broken');

  const answer: UpstreamAnswer =
    opened.kind === 'tokens' ? opened : await upstream.redeem(opened.code, opened.state, opened.verifier);
  if (answer.kind === 'unavailable') {
    log('provider_unavailable', { client: client.id, fault: faultText(answer.fault) });
    await codes.release(code);
    return tokenError('temporarily_unavailable', 'signing in is not available right now; try again');
  }
  if (answer.kind === 'refused') return refused(`provider_${answer.error}`);
  const { tokens } = answer;
  const usable = await usableTokens(tokens, record.request.scopes, services, log);
  if (usable === undefined || tokens.refreshToken === undefined) {
    if (tokens.refreshToken !== undefined) await upstream.revoke(tokens.refreshToken);
    return tokenError('server_error', 'the provider issued a token that this server would refuse');
  }

  const { principal, origin } = usable;
  const expires = now() + config.grantSeconds;
  const handle = await refreshHandles.issue(
    { grant: origin, client: client.id, generation: 1 },
    tokens.refreshToken,
    expires,
  );
  await grants.open({
    id: origin,
    user: principal.id,
    client: client.id,
    clientName: client.name,
    scopes: principal.scopes,
    created: now(),
    expires,
  });
  if (client.kind === 'dynamic') await services.registrations.used(client.id);
  if (mayBeRemembered(record.request, client)) {
    await services.approvals?.remember(record.request, record.browser, principal.id, origin);
  }
  if (await codes.granted(code, origin)) await grants.end(origin);
  log('grant_opened', { client: client.id, user: principal.id, grant: origin });
  return tokensReply(tokens, usable, handle, services);
}

function codeFault(record: CodeRecord, form: Parameters, client: Client): string | undefined {
  const { request } = record;
  if (request.clientId !== client.id) return 'code_client';
  if (form.get('redirect_uri') !== request.redirectUri) return 'code_redirect_uri';
  const verifier = form.get('code_verifier') ?? '';
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return VERIFIER.test(verifier) && sameText(challenge, request.codeChallenge) ? undefined : 'code_verifier';
}
