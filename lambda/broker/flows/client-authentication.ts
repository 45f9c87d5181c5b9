/**
 * Who asks at the token and revocation endpoints (RFC 6749 §2.3, RFC 7523). A client uses the one method it is
 * registered with; a secret from a public client, or none from a confidential one, is refused alike.
 */
import { createHash } from 'node:crypto';
import type { Client } from '../clients/client';
import type { Asker } from '../clients/metadata-documents';
import type { BrokerRequest } from '../http';
import type { Parameters } from '../parameters';
import { sameText } from '../seal';
import type { Services } from '../services';
import { ASSERTION_TYPE, assertsClient } from './client-assertion';

export interface Credentials {
  readonly id: string;
  readonly secret?: string;
  readonly assertion?: string;
}

/** What the request brings; undefined: nothing, or more than one kind. */
export function credentialsOf(request: Pick<BrokerRequest, 'headers'>, form: Parameters): Credentials | undefined {
  const inForm = form.get('client_id');
  const basic = basicCredentials(request.headers.authorization);
  if (request.headers.authorization !== undefined) {
    const alone = !form.has('client_secret') && !form.has('client_assertion');
    return basic !== undefined && alone && (inForm === undefined || inForm === basic.id) ? basic : undefined;
  }
  const assertion = form.get('client_assertion');
  if (assertion !== undefined) {
    if (form.get('client_assertion_type') !== ASSERTION_TYPE || form.has('client_secret')) return undefined;
    const id = inForm ?? subjectOf(assertion);
    return id === undefined ? undefined : { id, assertion };
  }
  return inForm === undefined ? undefined : { id: inForm, secret: form.get('client_secret') };
}

/** The client that these credentials prove. */
export async function authenticateClient(
  credentials: Credentials | undefined,
  request: Asker,
  services: Services,
): Promise<Client | undefined> {
  if (credentials === undefined) return undefined;
  const client = await services.findClient(credentials.id, request);
  if (client === undefined) return undefined;
  return (await proves(credentials, client, request, services)) ? client : undefined;
}

async function proves(
  { secret, assertion }: Credentials,
  client: Client,
  asker: Asker,
  services: Services,
): Promise<boolean> {
  const { authentication } = client;
  switch (authentication.method) {
    case 'none':
      return secret === undefined && assertion === undefined;
    case 'client_secret': {
      if (secret === undefined) return false;
      return sameText(createHash('sha256').update(secret).digest('hex'), authentication.secretHash.toLowerCase());
    }
    case 'private_key_jwt':
      return assertion !== undefined && assertsClient(assertion, client, authentication, asker, services);
  }
}

function basicCredentials(authorization: string | undefined): Credentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  try {
    const [id, secret] = [text.slice(0, colon), text.slice(colon + 1)].map(formDecoded);
    return { id: id ?? '', secret };
  } catch {
    return undefined;
  }
}

/** Id and secret are form-encoded before they are base64-encoded (RFC 6749 §2.3.1). */
function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

function subjectOf(assertion: string): string | undefined {
  try {
    const claims = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims?.sub === 'string' ? claims.sub : undefined;
  } catch {
    return undefined;
  }
}
