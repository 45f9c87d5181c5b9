/** A guard that keeps sessions, in process; several of them on one table are several instances. */
import { createGuard, type GuardDependencies, type McpFetch } from '../../lambda/guard/guard';
import type { Session } from '../../lambda/guard/sessions/sessions';
import { signatureVerifier } from '../../lambda/guard/tokens/signature';
import { CONFIG, ISSUER, type Keys, RESOURCE } from './guard';

export const SESSION_SECONDS = 3_600;

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: { sampling: {} }, clientInfo: { name: 'v1', version: '1' } },
};

export interface SessionGuard {
  /** Sessions as the server behind the guard got them. */
  readonly seen: (Session | undefined)[];
  /** What the guard logged. */
  readonly records: Record<string, unknown>[];
  ask(method: string, body: unknown, options: { token: string; id?: string; headers?: object }): Promise<Response>;
  /** The id of a new session. */
  begin(token: string): Promise<string>;
}

export function sessionGuard(keys: Keys, dependencies: GuardDependencies, server?: McpFetch): SessionGuard {
  const seen: (Session | undefined)[] = [];
  const records: Record<string, unknown>[] = [];
  const policy = { ...CONFIG.policy, sessions: { seconds: SESSION_SECONDS } };
  const guard = createGuard(
    { ...CONFIG, policy },
    {
      verifySignature: signatureVerifier({ issuer: ISSUER, jwksUri: CONFIG.jwksUri }, keys.fetcher),
      log: (record) => records.push(record as unknown as Record<string, unknown>),
      ...dependencies,
    },
  );
  const answering: McpFetch = async (_request, { session }) => {
    const headers = session?.begun ? { 'mcp-session-id': session.id } : undefined;
    return Response.json({ jsonrpc: '2.0', id: 1, result: {} }, { headers });
  };
  const ask: SessionGuard['ask'] = (method, body, { token, id, headers }) => {
    const request = new Request(RESOURCE, {
      method,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
        ...(id !== undefined && { 'mcp-session-id': id }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const noting: McpFetch = (forwarded, given) => {
      seen.push(given.session);
      return (server ?? answering)(forwarded, given);
    };
    return guard.fetch(request, noting, { requestId: 'request-1', remainingMs: 20_000 });
  };
  return {
    seen,
    records,
    ask,
    async begin(token) {
      const response = await ask('POST', INITIALIZE, { token });
      await response.text();
      return response.headers.get('mcp-session-id') ?? '';
    },
  };
}
