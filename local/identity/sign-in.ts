import { randomBytes, randomUUID } from 'node:crypto';
import { type AuthorizationRequest, decideAuthorization } from './authorize';
import { csrfCookieName, readCookie, SIGN_IN_SECONDS, setCookie, signInCookieName } from './cookies';
import { renderErrorPage, renderLoginPage } from './login-page';
import { enabledUser, type Pool, secondsOf, userBySignInName } from './pool';
import { html, redirect, withParameters } from './responses';
import type { SignIn } from './store';
import { formOf } from './token-endpoint';

/** Codes live five minutes at Cognito. */
const CODE_SECONDS = 300;

/**
 * `GET /oauth2/authorize`: whoever signed in to any client of this pool within the hour gets a code without a
 * prompt and without a consent page; everybody else goes to `/login` with the same parameters.
 */
export async function authorizeEndpoint(pool: Pool, request: Request): Promise<Response> {
  const { search, searchParams } = new URL(request.url);
  return whenAccepted(pool, searchParams, (accepted) => {
    const signIn = currentSignIn(pool, request);
    if (signIn && accepted.prompt !== 'login') return redirectWithCode(pool, accepted, signIn);
    if (accepted.prompt === 'none') return redirectWithError(accepted, 'login_required');
    return redirect(`/login${search}`);
  });
}

/** `GET /login`: the form. https://docs.aws.amazon.com/cognito/latest/developerguide/login-endpoint.html */
export async function loginForm(pool: Pool, request: Request): Promise<Response> {
  const { search, searchParams } = new URL(request.url);
  return whenAccepted(pool, searchParams, (accepted) => showForm(pool, accepted, search, 200));
}

/** `POST /login`: checks the password, remembers the browser for an hour and goes back to the client. */
export async function loginSubmit(pool: Pool, request: Request): Promise<Response> {
  const { search, searchParams } = new URL(request.url);
  const form = await formOf(request);
  return whenAccepted(pool, searchParams, (accepted) => {
    const csrf = readCookie(request, csrfCookieName(pool));
    if (!csrf || form?.get('_csrf') !== csrf) {
      return showForm(pool, accepted, search, 403, { error: 'The form was too old. Please sign in again.' });
    }
    const username = form.get('username') ?? '';
    const user = userBySignInName(pool, username);
    if (!user || user.password !== form.get('password')) {
      return showForm(pool, accepted, search, 400, { username, error: 'Incorrect user name or password.' });
    }
    if (!user.enabled) return showForm(pool, accepted, search, 400, { username, error: 'This user is disabled.' });
    const signIn = { username: user.username, authTime: secondsOf(pool) };
    const cookie = setCookie(signInCookieName(pool), pool.store.signIns.add(signIn, SIGN_IN_SECONDS), SIGN_IN_SECONDS);
    return redirectWithCode(pool, accepted, signIn, [cookie]);
  });
}

/** `GET /error`: where the domain shows what it may not tell a client. */
export async function errorPage(_pool: Pool, request: Request): Promise<Response> {
  const error = new URL(request.url).searchParams.get('error') ?? 'invalid_request';
  return html(400, renderErrorPage(`An error was encountered with the requested page: ${error}.`));
}

function whenAccepted(
  pool: Pool,
  parameters: URLSearchParams,
  next: (request: AuthorizationRequest) => Response,
): Response {
  const decision = decideAuthorization(pool.config, parameters);
  switch (decision.kind) {
    case 'refused':
      return redirect(`/error?${new URLSearchParams({ error: decision.error })}`);
    case 'rejected':
      return redirect(decision.location);
    case 'accepted':
      return next(decision.request);
  }
}

function currentSignIn(pool: Pool, request: Request): SignIn | undefined {
  const signIn = pool.store.signIns.get(readCookie(request, signInCookieName(pool)));
  return signIn && enabledUser(pool, signIn.username) ? signIn : undefined;
}

function showForm(
  pool: Pool,
  request: AuthorizationRequest,
  search: string,
  status: number,
  details: { username?: string; error?: string } = {},
): Response {
  if (pool.config.domain?.managedLoginVersion === 2 && !request.client.branded) {
    // Managed login shows nothing for a client without a style; the classic hosted UI needs none.
    return html(403, renderErrorPage('Login pages unavailable: assign a managed login style to this app client.'));
  }
  const csrf = randomBytes(16).toString('base64url');
  const clientName = request.client.clientName ?? request.client.clientId;
  const body = renderLoginPage({ clientName, action: `/login${search}`, csrf, ...details });
  return html(status, body, [setCookie(csrfCookieName(pool), csrf)]);
}

function redirectWithCode(
  pool: Pool,
  request: AuthorizationRequest,
  signIn: SignIn,
  cookies: readonly string[] = [],
): Response {
  const session = {
    clientId: request.client.clientId,
    username: signIn.username,
    scopes: request.scopes,
    audience: request.audience,
    nonce: request.nonce,
    authTime: signIn.authTime,
    originJti: randomUUID(),
    eventId: randomUUID(),
  };
  const { redirectUri, codeChallenge, state } = request;
  const code = pool.store.codes.add({ session, redirectUri, codeChallenge }, CODE_SECONDS);
  return redirect(withParameters(redirectUri, { code, state }), cookies);
}

function redirectWithError(request: AuthorizationRequest, error: string): Response {
  return redirect(withParameters(request.redirectUri, { error, state: request.state }));
}
