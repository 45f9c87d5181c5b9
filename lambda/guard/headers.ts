/** Headers on their way in and out: neither side sees more of the other than it needs. */

/** Headers of a server's answer that go on; the rest (Server, X-Powered-By, …) says more than it needs to. */
const ANSWER_HEADERS = [
  'content-type',
  'cache-control',
  'mcp-session-id',
  'mcp-protocol-version',
  'allow',
  'retry-after',
];

/** What the server sees of the request: no credential, and no address but the configured one. */
export function forwardedHeaders(headers: Headers): Headers {
  const forwarded = new Headers(headers);
  for (const name of WITHHELD) forwarded.delete(name);
  return forwarded;
}

const WITHHELD = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'content-length',
  'host',
  'forwarded',
  'x-forwarded-host',
];

export function answerHeaders(headers: Headers): Headers {
  const kept = new Headers();
  for (const name of ANSWER_HEADERS) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept;
}
