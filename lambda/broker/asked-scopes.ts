/**
 * An HTTP API's authorizer says `scope=""` when a token is over. The official SDKs take the quotes for a scope and ask
 * for it: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html
 */
const READ_FROM_AN_EMPTY_CHALLENGE = '""';

/** The scopes that a request names (RFC 6749 §3.3); none: it names none, and gets the usual ones. */
export function askedScopes(parameter: string | undefined): string[] {
  return (parameter ?? '').split(' ').filter((name) => name !== '' && name !== READ_FROM_AN_EMPTY_CHALLENGE);
}
