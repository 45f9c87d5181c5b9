import { getDerivedToken } from './derived-token';
import { discoveryDocument, keySet } from './discovery';
import { logoutEndpoint } from './logout-endpoint';
import type { Pool } from './pool';
import { json } from './responses';
import { revokeEndpoint } from './revoke-endpoint';
import { authorizeEndpoint, errorPage, loginForm, loginSubmit } from './sign-in';
import { tokenEndpoint } from './token-endpoint';
import { userInfoEndpoint } from './user-info-endpoint';

export type Handler = (request: Request) => Promise<Response>;
type Route = (pool: Pool, request: Request) => Promise<Response>;

const DOMAIN_ROUTES: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  '/oauth2/authorize': { GET: authorizeEndpoint },
  '/login': { GET: loginForm, POST: loginSubmit },
  '/error': { GET: errorPage },
  '/logout': { GET: logoutEndpoint },
  '/oauth2/token': { POST: tokenEndpoint },
  '/oauth2/revoke': { POST: revokeEndpoint },
  '/oauth2/userInfo': { GET: userInfoEndpoint, POST: userInfoEndpoint },
};

/** Endpoints a browser application calls with fetch. */
const CROSS_ORIGIN = ['/oauth2/token', '/oauth2/revoke', '/oauth2/userInfo'];

/** The managed-login domain of one pool. */
export function domainRoutes(pool: Pool): Handler {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const methods = Object.hasOwn(DOMAIN_ROUTES, pathname) ? DOMAIN_ROUTES[pathname] : undefined;
    if (!methods) return json(404, { error: 'not_found' });
    const crossOrigin = CROSS_ORIGIN.includes(pathname);
    if (crossOrigin && request.method === 'OPTIONS') return shared(new Response(null, { status: 204 }));
    const route = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (!route) return json(405, { error: 'invalid_request' }, { allow: Object.keys(methods).join(', ') });
    const response = await route(pool, request);
    return crossOrigin ? shared(response) : response;
  };
}

/** The origin that stands for `cognito-idp.<region>.amazonaws.com`: public documents of every pool. */
export function issuerRoutes(pools: readonly Pool[], log: (line: string) => void): Handler {
  return async (request) => {
    const [, poolId, ...rest] = new URL(request.url).pathname.split('/');
    const operation = request.headers.get('x-amz-target')?.split('.').pop();
    if (operation === 'GetDerivedToken') return getDerivedToken(pools, request);
    if (operation !== undefined) {
      log(`cognito-idp operation ${operation} is not mimicked: add it to local/identity or call another`);
      return json(400, { __type: 'UnknownOperationException', message: `${operation} is not mimicked here` });
    }
    const pool = pools.find(({ config }) => config.poolId === poolId);
    const path = rest.join('/');
    if (!pool) return json(400, { code: 'ResourceNotFound', message: `User pool ${poolId} does not exist.` });
    if (request.method !== 'GET') return json(405, { message: 'method not allowed' }, { allow: 'GET' });
    if (path === '.well-known/openid-configuration') return shared(json(200, discoveryDocument(pool.config)));
    if (path === '.well-known/jwks.json') return shared(json(200, keySet(pool.keys)));
    return json(400, {
      code: 'BadRequest',
      message: 'The server did not understand the operation that was requested.',
    });
  };
}

function shared(response: Response): Response {
  response.headers.set('access-control-allow-origin', '*');
  response.headers.set('access-control-allow-headers', 'authorization, content-type');
  response.headers.set('access-control-allow-methods', 'GET, POST, OPTIONS');
  return response;
}
