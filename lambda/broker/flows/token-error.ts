/** Errors of the token endpoint (RFC 6749 §5.2). */
import { json, type Reply } from '../http';

export type TokenError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable'
  | 'server_error';

const STATUS: Partial<Record<TokenError, number>> = {
  invalid_client: 401,
  temporarily_unavailable: 503,
  server_error: 500,
};

export function tokenError(error: TokenError, description: string): Reply {
  const headers: Record<string, string> =
    error === 'invalid_client'
      ? { 'WWW-Authenticate': 'Basic realm="token"' }
      : error === 'temporarily_unavailable'
        ? { 'Retry-After': '5' }
        : {};
  return json(STATUS[error] ?? 400, { error, error_description: description }, headers);
}
