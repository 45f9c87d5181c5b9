/**
 * What a token says of itself before anybody has verified it (RFC 7515 §4.1.11, RFC 8725 §3.11): a token of another
 * type is not an access token, and one that must not be read by who does not understand it is not understood.
 */
import { ok, type Result, refuse } from '../result';

/** Providers send one of these or nothing; Cognito sends nothing. */
const TYPES: ReadonlySet<unknown> = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt']);

/** One spelling of a token: decoders are lenient about padding. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function admitTokenHeader(token: string): Result<void> {
  if (!COMPACT.test(token)) return refuse({ reason: 'token_malformed' });
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'));
  } catch {
    return refuse({ reason: 'token_malformed' });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    return refuse({ reason: 'token_malformed' });
  }
  const { typ, crit, b64 } = header as Record<string, unknown>;
  const known = TYPES.has(typeof typ === 'string' ? typ.toLowerCase() : typ);
  return known && crit === undefined && b64 === undefined ? ok(undefined) : refuse({ reason: 'token_malformed' });
}
