/** `POST /oauth2/consent`: the person's answer. Only an approval, in the browser that was asked, opens a transaction. */
import { type BrokerRequest, type Reply, redirect, withParameters } from '../http';
import type { BrokerLog } from '../log';
import { errorReply } from '../pages/error-reply';
import { parametersOf } from '../parameters';
import type { Services } from '../services';
import { isOwnForm, judgeRequest, refusedReply } from './authorize';
import { beginSignIn } from './sign-in';

export async function consent(request: BrokerRequest, services: Services, log: BrokerLog): Promise<Reply> {
  const { config } = services;
  const form = parametersOf(request.body);
  const browser = services.cookie.read(request.cookies);
  const site = request.headers['sec-fetch-site'];
  const sameSite = site === undefined || site === 'same-origin';
  if (form === undefined || browser === undefined || !sameSite || !isOwnForm(browser, form)) {
    log('authorize_refused', { reason: 'form' });
    return errorReply('form', config, request.requestId);
  }
  const judged = await judgeRequest(form, request, services);
  if (judged.kind !== 'valid') return refusedReply(judged, request, services, log);
  const { client, request: approved } = judged;
  if (form.get('decision') !== 'approve') {
    log('consent_denied', { client: client.id });
    const { redirectUri, state } = approved;
    const denied = {
      error: 'access_denied',
      error_description: 'the user denied the request',
      state,
      iss: config.issuer,
    };
    return redirect(withParameters(redirectUri, denied));
  }
  log('consent_given', { client: client.id });
  return beginSignIn(approved, browser, services);
}
