/** Requests and replies of the broker, apart from how they arrive. */

export interface BrokerRequest {
  readonly method: string;
  readonly path: string;
  /** As it came, undecoded. */
  readonly queryText: string;
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookies: readonly string[];
  /** Address the request came from, as the gateway saw it. */
  readonly source: string;
  /** Correlation id. */
  readonly requestId: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
}

/** Answers that carry codes or tokens, or depend on a cookie, must be kept by nobody (RFC 6749 §5.1). */
const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

export function json(status: number, value: object, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...NO_STORE, ...headers },
    body: JSON.stringify(value),
  };
}

export function page(
  status: number,
  html: string,
  headers: Readonly<Record<string, string>>,
  cookies?: string[],
): Reply {
  return { status, headers, cookies, body: html };
}

export function redirect(location: string): Reply {
  return { status: 303, headers: { Location: location, 'Referrer-Policy': 'no-referrer', ...NO_STORE } };
}

/** A redirect URI with parameters added to those it has (RFC 6749 §4.1.2). */
export function withParameters(uri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(given)}`;
}
