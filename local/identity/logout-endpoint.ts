import { readCookie, setCookie, signInCookieName } from './cookies';
import { renderErrorPage } from './login-page';
import { clientOf, type Pool } from './pool';
import { html, redirect } from './responses';

/**
 * `GET /logout`: forgets the browser, then goes to a registered `logout_uri`, or to the sign-in page when the
 * parameters of one are given. https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
export async function logoutEndpoint(pool: Pool, request: Request): Promise<Response> {
  const { search, searchParams } = new URL(request.url);
  const client = clientOf(pool.config, searchParams.get('client_id'));
  const logoutUri = searchParams.get('logout_uri');
  const target = logoutUri ?? (searchParams.has('redirect_uri') ? `/login${search}` : null);
  if (!client || target === null || (logoutUri !== null && !client.logoutUrls?.includes(logoutUri))) {
    return html(400, renderErrorPage('Unknown client or sign-out URL.'));
  }
  pool.store.signIns.remove(readCookie(request, signInCookieName(pool)));
  return redirect(target, [setCookie(signInCookieName(pool), '', 0)]);
}
