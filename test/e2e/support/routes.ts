/** One request for every route of the notes example. */
import { BrokerRoute, wellKnownPaths } from '../../../lib/private/contract';
import type { DescribedStack } from '../../support/stack';
import type { Probe } from './probe';
import { call } from './requests';
import { Forger } from './tokens';

const DOCUMENTS = wellKnownPaths('/mcp');
const MCP = ['POST /mcp', 'GET /mcp', 'DELETE /mcp'];

/** Routes of the broker that a person's browser comes to, and those that programs call. */
const PAGES = [BrokerRoute.authorize, BrokerRoute.consent, BrokerRoute.callback];
const CALLED = [BrokerRoute.token, BrokerRoute.revoke];

export const ROUTES: readonly string[] = [
  ...MCP,
  ...DOCUMENTS.flatMap((path) => [`GET ${path}`, `OPTIONS ${path}`]),
  ...PAGES,
  ...CALLED.flatMap((route) => [route, preflightOf(route)]),
];

export function preflightOf(route: string): string {
  return `OPTIONS ${route.split(' ')[1]}`;
}

/** A machine's token is used, which needs no grant and no sign-in. */
export async function routeProbes(stack: DescribedStack): Promise<readonly Probe[]> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${await new Forger(stack).machine('importer')}`,
  };
  return ROUTES.map((route): Probe => {
    const [method, path] = route.split(' ') as [string, string];
    const asked = { method, path };
    if (path === '/mcp') {
      return method === 'POST'
        ? { ...asked, headers, body: call('list_notes'), status: 200, text: '"notes":[]' }
        : { ...asked, headers, status: 405 };
    }
    if (method === 'OPTIONS') return { ...asked, status: 204 };
    // Whoever asks for nothing is told so, by the function.
    if (path.startsWith('/oauth2/'))
      return { ...asked, status: 400, text: PAGES.includes(route as never) ? '<' : '{"error"' };
    return { ...asked, status: 200, text: '{' };
  });
}

/** The probe of one route alone. */
export async function routeProbe(stack: DescribedStack, route: string): Promise<readonly Probe[]> {
  return (await routeProbes(stack)).filter(({ method, path }) => `${method} ${path}` === route);
}

/** Each machine client gets a token by its own means. */
export function machineProbes({ machineClients }: DescribedStack): readonly Probe[] {
  return ['reporting', 'importer'].map((name) => {
    const { clientId = 'nobody', clientSecret = '' } = machineClients[name] ?? {};
    const body = `${new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    })}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', path: '/oauth2/token', headers, body, status: 200, text: 'access_token' };
  });
}
