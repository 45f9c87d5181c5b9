/**
 * `GET /oauth2/callback`: Cognito's answer, in the browser that approved, once. The client gets a code of the
 * broker's own; the upstream code stays sealed under it until the client proves it is the one that asked.
 */
import { type BrokerRequest, page, type Reply, redirect, withParameters } from '../http';
import type { BrokerLog } from '../log';
import { errorReply } from '../pages/error-reply';
import { pageHeaders } from '../pages/headers';
import { parametersOf } from '../parameters';
import { derive, hashOf, sameText } from '../seal';
import type { Services } from '../services';
import type { Transaction } from '../store/transactions';
import { consentFor } from './authorize';
import { usableTokens } from './tokens-reply';

export async function callback(request: BrokerRequest, services: Services, log: BrokerLog): Promise<Reply> {
  const { config } = services;
  const parameters = parametersOf(request.queryText);
  const state = parameters?.get('state');
  const transaction = state === undefined ? undefined : await services.transactions.take(state);
  if (parameters === undefined || state === undefined || transaction === undefined) {
    log('callback_refused', { reason: 'state' });
    return errorReply('callback', config, request.requestId);
  }
  const browser = services.cookie.read(request.cookies);
  if (browser === undefined || !sameText(hashOf(browser), transaction.browser)) {
    log('callback_refused', { reason: 'browser', client: transaction.request.clientId });
    return errorReply('browser', config, request.requestId);
  }
  const { redirectUri, state: clientState, clientId } = transaction.request;
  const back = (outcome: Record<string, string>) =>
    redirect(withParameters(redirectUri, { ...outcome, state: clientState, iss: config.issuer }));

  const code = parameters.get('code');
  if (code === undefined || parameters.has('error')) {
    const denied = parameters.get('error') === 'access_denied';
    log('sign_in_failed', { client: clientId, reason: denied ? 'denied' : 'provider' });
    return denied
      ? back({ error: 'access_denied', error_description: 'the user did not sign in' })
      : back({ error: 'server_error', error_description: 'signing in failed' });
  }
  const verifier = derive(state, 'pkce');
  if (transaction.rememberedUser !== undefined) {
    return rememberedCallback({ code, state, verifier }, transaction, transaction.rememberedUser);
  }
  log('code_issued', { client: clientId });
  return back({
    code: await services.codes.issue(transaction.request, transaction.browser, { kind: 'code', code, state, verifier }),
  });

  /** An earlier approval stood in for the page: it counts only if the same user signed in again. */
  async function rememberedCallback(
    secret: { code: string; state: string; verifier: string },
    opened: Transaction,
    user: string,
  ) {
    const answer = await services.upstream.redeem(secret.code, secret.state, secret.verifier);
    if (answer.kind !== 'tokens') {
      log('sign_in_failed', { client: clientId, reason: answer.kind });
      return back({
        error: answer.kind === 'refused' ? 'server_error' : 'temporarily_unavailable',
        error_description: 'signing in failed',
      });
    }
    const usable = await usableTokens(answer.tokens, opened.request.scopes, services, log);
    if (usable?.principal.id === user) {
      log('code_issued', { client: clientId, user });
      return back({
        code: await services.codes.issue(opened.request, opened.browser, { kind: 'tokens', tokens: answer.tokens }),
      });
    }
    if (answer.tokens.refreshToken !== undefined) await services.upstream.revoke(answer.tokens.refreshToken);
    const client = await services.findClient(clientId, request);
    if (usable === undefined || client === undefined || browser === undefined) {
      return back({ error: 'server_error', error_description: 'signing in failed' });
    }
    log('consent_shown', { client: clientId, user: usable.principal.id, reason: 'another_user' });
    return page(200, consentFor(opened.request, client, browser, services), pageHeaders(services.config.branding));
  }
}
