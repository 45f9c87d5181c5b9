const NO_STORE = { 'cache-control': 'no-cache, no-store, max-age=0, must-revalidate', pragma: 'no-cache' };

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...NO_STORE, ...headers },
  });
}

/** Errors of the token and revocation endpoints: 400 and a code, `invalid_client` included. */
export function oauthError(error: string): Response {
  return json(400, { error });
}

/** A redirect; `cookies` are whole `Set-Cookie` values. */
export function redirect(location: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ location, ...NO_STORE });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return new Response(null, { status: 302, headers });
}

export function html(status: number, body: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({
    'content-type': 'text/html;charset=UTF-8',
    // No `form-action`: browsers apply it to the redirect that follows the form, and that goes to the client.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...NO_STORE,
  });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return new Response(body, { status, headers });
}

/** The redirect URI with response parameters added; its own query stays. */
export function withParameters(uri: string, parameters: Record<string, string | undefined>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}
