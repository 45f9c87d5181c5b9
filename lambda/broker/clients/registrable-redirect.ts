/**
 * Which redirect URIs a client may bring along by itself (RFC 8252, OAuth 2.1): https, or http on this computer's
 * loopback. Judged as written, since redirects are matched as written; private-use schemes are for pre-registered
 * clients alone.
 */
const LENGTH = 2000;
const HTTPS = /^https:\/\/(?=[a-z0-9])[a-z0-9.-]+(:\d{1,5})?([/?]|$)/;
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?([/?]|$)/;
/** Visible ASCII without what parsers disagree about, without a wildcard, and without a fragment to lose the code in. */
const PLAIN = /^[!$-)+-;=?-[\]_a-z~]*$/i;

export function isRegistrableRedirect(uri: unknown): uri is string {
  return (
    typeof uri === 'string' &&
    uri.length <= LENGTH &&
    PLAIN.test(uri) &&
    (HTTPS.test(uri) || LOOPBACK.test(uri)) &&
    URL.canParse(uri)
  );
}
