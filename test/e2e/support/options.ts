/** What shows that the choices of the fixture with two servers are honoured. */
import { BrokerRoute } from '../../../lib/private/contract';
import type { Deployment } from '../../../local/deployment/deployment';
import type { DescribedStack } from '../../support/stack';
import { ALLOWED_ORIGIN, REMEMBERED_SECONDS, SERVICE_NAME } from '../fixtures/choices';
import type { Probe } from './probe';
import { legacy } from './requests';
import { preflightOf } from './routes';
import { Forger } from './tokens';
import { neighbourOf } from './two-servers';

export const REGISTRATION_ROUTES: readonly string[] = [BrokerRoute.register, preflightOf(BrokerRoute.register)];

const REDIRECT_URI = 'http://localhost:8765/callback';
const AUTHORIZE = new URLSearchParams({
  response_type: 'code',
  client_id: 'local-dev',
  redirect_uri: REDIRECT_URI,
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
});

/** Branding, remembered consent, and browser origins, of whichever server has them. */
export async function optionalProbes(faults: DescribedStack, deployment: Deployment): Promise<readonly Probe[]> {
  const neighbour = neighbourOf(faults, deployment);
  const { headers, body } = legacy(['tools/list', {}]);
  const token = await new Forger(neighbour).machine('neighbour-machine');
  const page = { path: `/oauth2/authorize?${AUTHORIZE}`, status: 200 };
  const document = { origin: neighbour.mcpUrl, path: '/.well-known/oauth-protected-resource', status: 200 };
  return [
    { ...page, text: SERVICE_NAME },
    { ...page, header: ['set-cookie', new RegExp(`Max-Age=${REMEMBERED_SECONDS}\\b`)] },
    {
      origin: neighbour.mcpUrl,
      path: '/mcp',
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
        origin: ALLOWED_ORIGIN,
        ...headers,
      },
      body,
      status: 200,
      header: ['access-control-allow-origin', new RegExp(`^${ALLOWED_ORIGIN}$`)],
    },
    {
      ...document,
      headers: { origin: ALLOWED_ORIGIN },
      header: ['access-control-allow-origin', new RegExp(`^${ALLOWED_ORIGIN}$`)],
    },
    { ...document, headers: { origin: 'https://evil.example.com' }, header: ['access-control-allow-origin', /^$/] },
  ];
}

export async function optionalRouteProbes(): Promise<readonly Probe[]> {
  return REGISTRATION_ROUTES.map((route): Probe => {
    const [method, path] = route.split(' ') as [string, string];
    if (method === 'OPTIONS') return { method, path, status: 204 };
    const body = { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none' };
    return { method, path, headers: { 'content-type': 'application/json' }, body, status: 201, text: 'client_id' };
  });
}
