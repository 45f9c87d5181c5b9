/**
 * `POST /oauth2/revoke` (RFC 7009): either token ends the grant. A token nobody knows, or of another client, is
 * answered like one that was revoked.
 */
import { type BrokerRequest, json, type Reply } from '../http';
import type { BrokerLog } from '../log';
import { parametersOf } from '../parameters';
import type { Services } from '../services';
import { originOf } from '../upstream';
import { authenticateClient, credentialsOf } from './client-authentication';
import { tokenError } from './token-error';

export async function revoke(request: BrokerRequest, services: Services, log: BrokerLog): Promise<Reply> {
  const form = parametersOf(request.body);
  const token = form?.get('token');
  if (form === undefined || token === undefined)
    return tokenError('invalid_request', 'token is missing or given twice');
  const client = await authenticateClient(credentialsOf(request, form), request, services);
  if (client === undefined)
    return tokenError('invalid_client', 'unknown client, or not authenticated as it is registered');

  const grant = await grantOf(token, services);
  if (grant !== undefined && grant.client === client.id) {
    await services.grants.end(grant.id);
    if (grant.upstreamToken !== undefined) await services.upstream.revoke(grant.upstreamToken);
    log('grant_revoked', { client: client.id, user: grant.user, grant: grant.id, reason: 'client' });
  }
  return json(200, {});
}

async function grantOf(token: string, { grants, refreshHandles, verify }: Services) {
  const record = await refreshHandles.find(token);
  if (record !== undefined) {
    const grant = await grants.find(record.grant);
    return grant && { ...grant, upstreamToken: refreshHandles.open(token, record) };
  }
  const verified = await verify(token);
  const origin = verified.ok ? originOf(verified.value.claims) : undefined;
  const grant = origin === undefined ? undefined : await grants.find(origin);
  return grant && { ...grant, upstreamToken: undefined };
}
