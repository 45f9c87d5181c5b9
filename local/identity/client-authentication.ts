import type { AppClientConfig } from './config';
import { clientOf, type Pool } from './pool';

/**
 * The client that sends this form: `client_secret_basic` or `client_secret_post` for one that has a secret,
 * `client_id` alone for one that has none. Undefined is `invalid_client`.
 */
export function authenticateClient(pool: Pool, request: Request, form: URLSearchParams): AppClientConfig | undefined {
  const basic = basicCredentials(request.headers.get('authorization'));
  if (basic === 'malformed') return undefined;
  const bodyId = form.get('client_id') ?? undefined;
  if (basic && bodyId !== undefined && bodyId !== basic.id) return undefined;
  const client = clientOf(pool.config, basic?.id ?? bodyId ?? null);
  const secret = basic?.secret ?? form.get('client_secret') ?? undefined;
  return client && secret === client.clientSecret ? client : undefined;
}

function basicCredentials(header: string | null): { id: string; secret: string } | 'malformed' | undefined {
  if (header === null) return undefined;
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header)?.[1];
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 1 ? 'malformed' : { id: decoded.slice(0, colon), secret: decoded.slice(colon + 1) };
}
