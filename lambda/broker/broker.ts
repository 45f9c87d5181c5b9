/**
 * The broker: discovery documents from memory, flows on demand. What breaks inside is an error id outside: a page
 * for a person, an OAuth error for a client.
 */
import { BrokerRoute, wellKnownPaths } from '../../lib/private/contract';
import type { BrokerConfig } from './config';
import { crossOrigin, isReadableAcrossOrigins, preflight, takesPreflight } from './cors';
import { authorizationServerMetadata, protectedResourceMetadata } from './documents';
import { type BrokerRequest, json, type Reply } from './http';
import { type BrokerLog, faultText, stdoutLog } from './log';
import type { Services } from './services';

/** Seconds that a client or a cache may keep a document. */
const MAX_AGE = 300;

/** Routes that answer a person. */
const PAGES: ReadonlySet<string> = new Set([BrokerRoute.authorize, BrokerRoute.consent, BrokerRoute.callback]);

export type Broker = (request: BrokerRequest) => Promise<Reply>;

export function createBroker(config: BrokerConfig, givenServices?: Services): Broker {
  const documents = documentsOf(config);
  let services = givenServices;

  async function flow(route: string, request: BrokerRequest, log: BrokerLog): Promise<Reply> {
    const { FLOWS, servicesFor } = await import('./flows');
    const run = FLOWS.get(route);
    if (run === undefined) return json(404, { error: 'not_found' });
    services ??= servicesFor(config);
    return run(request, services, log);
  }

  return async (request) => {
    const { origin } = request.headers;
    const headers = isReadableAcrossOrigins(request.path) ? crossOrigin(config, origin) : {};
    if (request.method === 'OPTIONS' && takesPreflight(request.path, config)) {
      return { status: 204, headers: preflight(config, origin) };
    }
    const document = documents.get(request.path);
    if (document !== undefined) {
      if (request.method !== 'GET') return { status: 405, headers: { Allow: 'GET, OPTIONS' } };
      const type = { 'Content-Type': 'application/json', 'Cache-Control': `public, max-age=${MAX_AGE}` };
      return { status: 200, headers: { ...type, ...headers }, body: document };
    }
    const route = `${request.method} ${request.path}`;
    const log = stdoutLog(config.server, request.requestId);
    // A page's script, of an origin that may call the server, is not a person who is shown a page.
    const mode = request.headers['sec-fetch-mode'];
    if (PAGES.has(route) && mode !== undefined && mode !== 'navigate') return json(403, { error: 'access_denied' });
    try {
      const reply = await flow(route, request, log);
      return { ...reply, headers: { ...reply.headers, ...headers } };
    } catch (fault) {
      log('failed', { fault: faultText(fault) });
      if (PAGES.has(route)) {
        const { errorReply } = await import('./pages/error-reply');
        return errorReply('unavailable', config, request.requestId);
      }
      const failed = {
        error: 'temporarily_unavailable',
        error_description: `try again; error id ${request.requestId}`,
      };
      return json(503, failed, { 'Retry-After': '5', ...headers });
    }
  };
}

function documentsOf(config: BrokerConfig): ReadonlyMap<string, string> {
  const paths = wellKnownPaths(new URL(config.resource).pathname);
  return new Map(
    paths.map((path) => {
      const ofResource = path.includes('protected-resource');
      return [
        path,
        JSON.stringify(ofResource ? protectedResourceMetadata(config) : authorizationServerMetadata(config)),
      ];
    }),
  );
}
