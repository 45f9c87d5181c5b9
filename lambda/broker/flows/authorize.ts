/**
 * `GET /oauth2/authorize`: shows the consent page. Nothing is written: all that was asked for travels in the form,
 * bound to the browser by a value that only its cookie can produce.
 */
import { type AuthorizationRequest, type Judged, judge, REQUEST_PARAMETERS } from '../authorization-request';
import type { Client } from '../clients/client';
import { wireScopes } from '../config';
import { type BrokerRequest, page, type Reply, redirect, withParameters } from '../http';
import type { BrokerLog } from '../log';
import { consentPage } from '../pages/consent-page';
import { errorReply } from '../pages/error-reply';
import { pageHeaders } from '../pages/headers';
import { type Parameters, parametersOf } from '../parameters';
import { displayHost, leadsToThisMachine } from '../redirect-uri';
import { hashOf, newHandle, sameText } from '../seal';
import type { Services } from '../services';
import { beginSignIn } from './sign-in';

/** Seconds a browser keeps the cookie: as long as a sign-in may take. */
const COOKIE_SECONDS = 3_600;

export async function authorize(request: BrokerRequest, services: Services, log: BrokerLog): Promise<Reply> {
  const parameters = parametersOf(request.queryText);
  const judged = await judgeRequest(parameters, request, services);
  if (judged.kind !== 'valid') return refusedReply(judged, request, services, log);
  const { client } = judged;
  const browser = services.cookie.read(request.cookies) ?? newHandle();
  const cookies = [
    services.cookie.write(browser, Math.max(COOKIE_SECONDS, services.config.rememberConsentSeconds ?? 0)),
  ];
  const approvals = mayBeRemembered(judged.request, client) ? services.approvals : undefined;
  const remembered = await approvals?.userOf(judged.request, hashOf(browser));
  if (remembered !== undefined) {
    log('consent_remembered', { client: client.id, user: remembered });
    return { ...(await beginSignIn(judged.request, browser, services, remembered)), cookies };
  }
  log('consent_shown', { client: client.id });
  return page(
    200,
    consentFor(judged.request, client, browser, services),
    pageHeaders(services.config.branding),
    cookies,
  );
}

/** Never for a client nobody vouches for, nor for an address that any program on the machine could take. */
export function mayBeRemembered(asked: AuthorizationRequest, client: Client): boolean {
  return client.kind !== 'dynamic' && !leadsToThisMachine(asked.redirectUri);
}

/** A request as it arrived, from the query or from the consent form, and the client it names. */
export async function judgeRequest(
  parameters: Parameters | undefined,
  request: BrokerRequest,
  services: Services,
): Promise<Judged> {
  if (parameters === undefined) return { kind: 'page', reason: 'parameters' };
  const client = await services.findClient(parameters.get('client_id') ?? '', request);
  return judge(parameters, client, services.config);
}

export function refusedReply(
  judged: Exclude<Judged, { kind: 'valid' }>,
  request: BrokerRequest,
  { config }: Services,
  log: BrokerLog,
): Reply {
  if (judged.kind === 'page') {
    log('authorize_refused', { reason: judged.reason });
    return errorReply(judged.reason, config, request.requestId);
  }
  const { client, redirectUri, state, error, description } = judged.fault;
  log('authorize_refused', { client: client.id, reason: error });
  // Anyone may register any address: without a person's word this server would redirect there for them (RFC 9700 §4.11).
  if (client.kind === 'dynamic') return errorReply('request', config, request.requestId);
  return redirect(withParameters(redirectUri, { error, error_description: description, state, iss: config.issuer }));
}

/** The form brings back the request in the words it is understood in, not in those it came in. */
export function consentFor(asked: AuthorizationRequest, client: Client, browser: string, services: Services): string {
  const { config } = services;
  const fields = fieldsOf(asked, services);
  return consentPage({
    branding: config.branding,
    serverName: config.resourceName,
    client,
    allows: asked.scopes.map((scope) => config.scopes.get(scope) ?? scope),
    redirectHost: displayHost(asked.redirectUri),
    loopback: leadsToThisMachine(asked.redirectUri),
    fields: { ...fields, csrf: formToken(browser, fields) },
    action: `${config.issuer}/oauth2/consent`,
  });
}

function fieldsOf(asked: AuthorizationRequest, { config }: Services): Record<string, string> {
  const fields = {
    response_type: 'code',
    client_id: asked.clientId,
    redirect_uri: asked.redirectUri,
    state: asked.state,
    code_challenge: asked.codeChallenge,
    code_challenge_method: 'S256',
    scope: wireScopes(config, asked.scopes).join(' '),
    resource: config.resource,
  };
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Whether the form is the one that this browser was shown, unchanged. */
export function isOwnForm(browser: string, form: Parameters): boolean {
  const fields = Object.fromEntries(
    REQUEST_PARAMETERS.flatMap((name) => (form.has(name) ? [[name, form.get(name) ?? '']] : [])),
  );
  return sameText(form.get('csrf') ?? '', formToken(browser, fields));
}

function formToken(browser: string, fields: Readonly<Record<string, string>>): string {
  const canonical = REQUEST_PARAMETERS.map((name) => [name, fields[name] ?? null]);
  return hashOf(JSON.stringify(['consent', browser, canonical]));
}
