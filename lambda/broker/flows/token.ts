/** `POST /oauth2/token`: by the kind of grant. */
import type { BrokerRequest, Reply } from '../http';
import type { BrokerLog } from '../log';
import { parametersOf } from '../parameters';
import type { Services } from '../services';
import { authenticateClient, credentialsOf } from './client-authentication';
import { redeemCode } from './code-grant';
import { machineToken } from './machine-grant';
import { refreshGrant } from './refresh-grant';
import { tokenError } from './token-error';

export async function token(request: BrokerRequest, services: Services, log: BrokerLog): Promise<Reply> {
  const form = parametersOf(request.body);
  if (form === undefined)
    return tokenError('invalid_request', 'a parameter is given twice, or the request is too long');
  const credentials = credentialsOf(request, form);
  const grantType = form.get('grant_type');
  if (grantType === 'client_credentials') return machineToken(credentials, form, services, log);
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    return tokenError(grantType === undefined ? 'invalid_request' : 'unsupported_grant_type', 'unknown grant_type');
  }
  const client = await authenticateClient(credentials, request, services);
  if (client === undefined) {
    log('token_refused', { reason: 'client' });
    return tokenError('invalid_client', 'unknown client, or not authenticated as it is registered');
  }
  if ((form.get('resource') ?? services.config.resource) !== services.config.resource) {
    return tokenError('invalid_target', `resource must be ${services.config.resource}`);
  }
  return grantType === 'authorization_code'
    ? redeemCode(form, client, services, log)
    : refreshGrant(form, client, services, log);
}
