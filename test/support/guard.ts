/** A guard with keys of its own, for tests that go through the whole pipeline. */
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { AuditRecord, LogRecord } from '../../lambda/guard/audit';
import type { GuardConfig } from '../../lambda/guard/config';
import { createGuard, type Guard, type GuardDependencies, type McpFetch } from '../../lambda/guard/guard';
import type { Principal } from '../../lambda/guard/principal';
import { signatureVerifier } from '../../lambda/guard/tokens/signature';
import type { PolicyDocument } from '../../lib/private/contract';

export const RESOURCE = 'https://mcp.example.com/mcp';
export const ISSUER = 'https://issuer.example.com/pool';
export const USER_CLIENT = 'user-client';
export const MACHINE_CLIENT = 'machine-client';

export const CONFIG: GuardConfig = {
  server: 'notes',
  resource: RESOURCE,
  resourceMetadata: 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp',
  tokenIssuer: ISSUER,
  jwksUri: `${ISSUER}/jwks.json`,
  scopePrefix: `${RESOURCE}/`,
  userClients: [USER_CLIENT],
  machineClients: [MACHINE_CLIENT],
  allowedOrigins: ['https://app.example.com'],
  policy: {
    version: 1,
    scopes: ['notes:read', 'notes:write'],
    rules: [
      {
        tools: ['list_notes', 'read_*'],
        prompts: ['summarize'],
        resources: ['notes://note/*'],
        scopes: ['notes:read'],
      },
      { tools: ['add_note'], scopes: ['notes:write'] },
      { tools: ['delete_note'], scopes: ['notes:write'], groups: ['admins'] },
    ],
  },
};

export const read = `${RESOURCE}/notes:read`;
export const write = `${RESOURCE}/notes:write`;

export function userClaims(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: ISSUER,
    aud: RESOURCE,
    sub: 'user-1',
    username: 'ada',
    client_id: USER_CLIENT,
    token_use: 'access',
    scope: read,
    iat: now,
    exp: now + 900,
    ...overrides,
  };
}

export function machineClaims(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  const { aud: _aud, username: _username, ...claims } = userClaims();
  return { ...claims, sub: MACHINE_CLIENT, client_id: MACHINE_CLIENT, ...overrides };
}

export const USER: Principal = {
  kind: 'user',
  id: 'user-1',
  client: USER_CLIENT,
  groups: [],
  scopes: ['notes:read'],
  claims: {},
  context: {},
};
export const ADMIN: Principal = { ...USER, id: 'admin-1', groups: ['admins'], scopes: ['notes:read', 'notes:write'] };
export const MACHINE: Principal = { ...USER, kind: 'machine', id: MACHINE_CLIENT, client: MACHINE_CLIENT };

export interface Keys {
  readonly privateKey: CryptoKey;
  readonly jwks: { readonly keys: readonly object[] };
  /** Times the keys were fetched. */
  fetches(): number;
  readonly fetcher: typeof fetch;
}

export async function makeKeys(kid = 'key-1'): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] };
  let fetches = 0;
  return {
    privateKey,
    jwks,
    fetches: () => fetches,
    fetcher: async () => {
      fetches += 1;
      return Response.json(jwks);
    },
  };
}

export function sign(keys: Keys, claims: Record<string, unknown>, header: Record<string, unknown> = {}) {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-1', ...header }).sign(keys.privateKey);
}

export interface TestGuard {
  readonly guard: Guard;
  readonly records: LogRecord[];
  audits(): AuditRecord[];
  /** One POST of a JSON-RPC body, through the guard to `server`. */
  post(body: unknown, options?: PostOptions): Promise<Response>;
}

export interface PostOptions {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly url?: string;
  readonly remainingMs?: number;
  readonly disconnected?: AbortSignal;
}

/** With more than rules in its policy. */
export function testGuardWith(keys: Keys, server: McpFetch, more: Partial<PolicyDocument>): TestGuard {
  return testGuard(keys, server, {}, { policy: { ...CONFIG.policy, ...more } });
}

export function testGuard(
  keys: Keys,
  server: McpFetch,
  dependencies: GuardDependencies = {},
  config: Partial<GuardConfig> = {},
): TestGuard {
  const records: LogRecord[] = [];
  const settings = { ...CONFIG, ...config };
  const guard = createGuard(settings, {
    verifySignature: signatureVerifier({ issuer: ISSUER, jwksUri: CONFIG.jwksUri }, keys.fetcher),
    log: (record) => records.push(record),
    ...dependencies,
  });
  return {
    guard,
    records,
    audits: () => records.filter((record): record is AuditRecord => record.type === 'audit'),
    post(body, options = {}) {
      const method = options.method ?? 'POST';
      const request = new Request(options.url ?? RESOURCE, {
        method,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
          ...options.headers,
        },
        body: method === 'POST' ? (typeof body === 'string' ? body : JSON.stringify(body)) : undefined,
      });
      const { remainingMs, disconnected } = options;
      return guard.fetch(request, server, { requestId: 'request-1', remainingMs, disconnected });
    },
  };
}

export function toolCall(name: string, args: object = {}, id: string | number = 1): object {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } };
}

/** The headers and body of a request of protocol revision 2026-07-28. */
export function modern(method: string, params: Record<string, unknown> = {}, id: string | number = 1) {
  const name = method === 'resources/read' ? params.uri : params.name;
  return {
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
    },
    body: {
      jsonrpc: '2.0',
      id,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    },
  };
}

/** The JSON-RPC messages of a response, JSON or stream. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into results of every shape
export async function messagesFrom(response: Response): Promise<Record<string, any>[]> {
  const text = await response.text();
  if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) {
    const parsed = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [parsed];
  }
  return text
    .split('\n\n')
    .flatMap((event) => /(?:^|\n)data: ([^\r\n]+)/.exec(event)?.[1] ?? [])
    .map((data) => JSON.parse(data));
}
