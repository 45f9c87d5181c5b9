/** `POST /oauth2/register` (RFC 7591), where a deployment switched it on: counted per source and in all. */
import { judgeRegistration } from '../clients/registration';
import { wireScopes } from '../config';
import { type BrokerRequest, json, type Reply } from '../http';
import type { BrokerLog } from '../log';
import { networkOf } from '../network-of';
import type { Services } from '../services';
import { newHandleAt } from '../store/replicas';

const MAX_BODY = 16_384;
const HOUR = 3_600;
const DAY = 86_400;

export async function register(request: BrokerRequest, services: Services, log: BrokerLog): Promise<Reply> {
  const { config, counters, registrations, now } = services;
  const dynamic = config.clients.dynamic;
  if (dynamic === undefined) return json(404, { error: 'not_found' });
  const judged = judgeRegistration(parsed(request.body));
  if (!judged.ok) {
    log('registration_refused', { reason: judged.error });
    return json(400, { error: judged.error, error_description: judged.description });
  }
  // The source's own count comes first: what it is refused does not count against everybody.
  const within =
    (await counters.count(`register-from-${networkOf(request.source)}`, dynamic.perSourcePerHour, HOUR)) &&
    (await counters.count('register', dynamic.perDay, DAY));
  if (!within) {
    log('registration_refused', { reason: 'too_many' });
    return json(
      429,
      { error: 'temporarily_unavailable', error_description: 'too many registrations; try later' },
      { 'Retry-After': '3600' },
    );
  }
  const client = { ...judged.client, id: `dyn_${newHandleAt(services.table)}` };
  await registrations.add(client, dynamic.unusedSeconds);
  log('client_registered', { client: client.id });
  return json(201, {
    client_id: client.id,
    client_id_issued_at: now(),
    client_name: client.name,
    redirect_uris: client.redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: judged.applicationType,
    scope: wireScopes(config, config.scopes.keys()).join(' '),
  });
}

function parsed(body: string): unknown {
  if (body.length > MAX_BODY) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
