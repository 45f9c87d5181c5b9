/**
 * Redirect URIs. A registered one must be given to the letter; of a loopback URI the port alone may differ,
 * because a native client takes whatever port is free (RFC 8252 §7.3). URIs are compared as they are written:
 * what a parser would make equal is not equal.
 */

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?((?:[/?].*)?)$/;
/** Visible ASCII, no fragment, none of the characters that parsers disagree about. */
const PLAIN = /^[a-z][a-z0-9+.-]*:[!$-;=?-[\]_a-z~%]+$/i;
const MAX_LENGTH = 2_000;

export function matchesRedirectUri(given: string, registered: readonly string[]): boolean {
  if (!isPlain(given)) return false;
  return registered.some((uri) => uri === given || sameLoopback(uri, given));
}

/**
 * Whether the URI leads to a program on the user's own machine: loopback by either scheme, or a scheme of the
 * program's own, which any other program could claim as well (RFC 8252 §8.6).
 */
export function leadsToThisMachine(uri: string): boolean {
  return !uri.startsWith('https://') || /^https:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/?]|$)/i.test(uri);
}

/** What people are shown: host and port, or the scheme of a private-use URI. */
export function displayHost(uri: string): string {
  if (!URL.canParse(uri)) return uri;
  const { host, protocol } = new URL(uri);
  return host === '' ? protocol : host;
}

function isPlain(uri: string): boolean {
  return uri.length <= MAX_LENGTH && PLAIN.test(uri);
}

function sameLoopback(registered: string, given: string): boolean {
  const [a, b] = [LOOPBACK.exec(registered), LOOPBACK.exec(given)];
  if (a === null || b === null) return false;
  const port = b[2] === undefined ? 80 : Number(b[2]);
  return a[1] === b[1] && a[3] === b[3] && port > 0 && port < 65_536;
}
