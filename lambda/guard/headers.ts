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

/**
 * What the server sees of the request: no credential, no address but the configured one, and a signal that ends with
 * the work. The signal is put on the finished request, because one that is given to the constructor is followed through
 * a weak reference and a finalizer, which cost more than all the rest of the request.
 */
export function forwardedRequest(resource: string, received: Request, signal: AbortSignal): Request {
  const headers: [string, string][] = [];
  for (const header of received.headers) if (!WITHHELD.has(header[0])) headers.push(header);
  const request = new Request(resource, { method: received.method, headers });
  return Object.defineProperty(request, 'signal', { value: signal });
}

const WITHHELD: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'content-length',
  'host',
  'forwarded',
  'x-forwarded-host',
]);

export function answerHeaders(headers: Headers): Headers {
  const kept = new Headers();
  for (const name of ANSWER_HEADERS) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept;
}
