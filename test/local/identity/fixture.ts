import { createHash, randomBytes } from 'node:crypto';
import type { AppClientConfig, PoolConfig } from '../../../local/identity/config';
import { createKeys, type PoolKeys } from '../../../local/identity/keys';
import type { Pool } from '../../../local/identity/pool';
import { domainRoutes, type Handler } from '../../../local/identity/routes';
import { createStore } from '../../../local/identity/store';

export const RESOURCE = 'http://localhost:3000/mcp';
export const READ = `${RESOURCE}/notes:read`;
export const WRITE = `${RESOURCE}/notes:write`;
export const CALLBACK = 'http://localhost:6274/callback';
export const ORIGIN = 'http://localhost:3002';

const lifetimes = { accessTokenSeconds: 900, idTokenSeconds: 900, refreshTokenSeconds: 7200 };

export const app: AppClientConfig = {
  clientId: 'app1234567890',
  clientName: 'local-dev',
  callbackUrls: [CALLBACK, 'http://127.0.0.1:6276/oauth/callback?kept=1'],
  flows: ['code'],
  scopes: ['openid', READ, WRITE],
  branded: true,
  ...lifetimes,
};

export const otherApp: AppClientConfig = {
  ...app,
  clientId: 'other1234567',
  clientSecret: 'other-secret',
  scopes: [READ],
};

export const machine: AppClientConfig = {
  clientId: 'machine123456',
  clientName: 'reporting',
  clientSecret: 'machine-secret',
  callbackUrls: [],
  flows: ['client_credentials'],
  scopes: [READ, WRITE],
  branded: false,
  ...lifetimes,
};

export const disabledApp: AppClientConfig = { ...app, clientId: 'disabled1234', flows: [] };

export const poolConfig: PoolConfig = {
  poolId: 'eu-central-1_Local0001',
  issuer: 'http://localhost:3001/eu-central-1_Local0001',
  featurePlan: 'ESSENTIALS',
  clients: [app, otherApp, machine, disabledApp],
  resourceServers: [{ identifier: RESOURCE, scopes: ['notes:read', 'notes:write'] }],
  groups: ['admins'],
  users: [
    { username: 'ada', password: 'ada-password', email: 'ada@example.com', groups: ['admins'] },
    { username: 'ben', password: 'ben-password', groups: [] },
  ],
  domain: { port: 3002, managedLoginVersion: 2 },
};

/** Made once: key generation is slow and no test depends on whose keys they are. */
let keys: Promise<PoolKeys> | undefined;

/** A pool, its routes called without a socket, and a clock that tests move. */
export class TestPool {
  milliseconds = Date.now();
  readonly cookies = new Map<string, string>();

  private constructor(
    readonly pool: Pool,
    private readonly handler: Handler,
  ) {}

  static async create(change: Partial<PoolConfig> = {}): Promise<TestPool> {
    let self: TestPool | undefined;
    const config = { ...poolConfig, ...change };
    const now = () => self?.milliseconds ?? Date.now();
    keys ??= createKeys();
    const pool: Pool = { config, keys: await keys, store: createStore(config, now), now };
    self = new TestPool(pool, domainRoutes(pool));
    return self;
  }

  pass(seconds: number): void {
    this.milliseconds += seconds * 1000;
  }

  /** A request of the browser, which keeps its cookies. */
  async browse(path: string, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const init = form ? { method: 'POST', body: new URLSearchParams(form) } : {};
    const response = await this.handler(new Request(`${ORIGIN}${path}`, { ...init, headers: { cookie } }));
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }

  async post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return this.handler(new Request(`${ORIGIN}${path}`, { method: 'POST', body: new URLSearchParams(form), headers }));
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.handler(new Request(`${ORIGIN}${path}`, { headers }));
  }

  async submitLogin(query: string, username: string, password: string): Promise<Response> {
    const page = await (await this.browse(`/login?${query}`)).text();
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    return this.browse(`/login?${query}`, { _csrf: csrf, username, password });
  }

  /** Signs in and answers with the tokens. */
  async tokens(username: string, change: Record<string, string | undefined> = {}): Promise<Record<string, string>> {
    const { verifier, challenge } = pkce();
    const query = authorizeQuery({ code_challenge: challenge, code_challenge_method: 'S256', ...change });
    const code = codeOf(await this.submitLogin(query, username, `${username}-password`));
    const response = await this.redeem(code, { code_verifier: verifier });
    return (await response.json()) as Record<string, string>;
  }

  redeem(code: string, change: Record<string, string> = {}): Promise<Response> {
    const form = { grant_type: 'authorization_code', client_id: app.clientId, redirect_uri: CALLBACK, code };
    return this.post('/oauth2/token', { ...form, ...change });
  }

  /** A code without PKCE. */
  async code(change: Record<string, string | undefined> = {}): Promise<string> {
    return codeOf(await this.submitLogin(authorizeQuery(change), 'ada', 'ada-password'));
  }
}

export function authorizeQuery(change: Record<string, string | undefined> = {}): string {
  const all = { response_type: 'code', client_id: app.clientId, redirect_uri: CALLBACK, state: 'state-1', ...change };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given).toString();
}

export function locationOf(response: Response): URL {
  return new URL(response.headers.get('location') ?? '', ORIGIN);
}

export function codeOf(response: Response): string {
  const code = locationOf(response).searchParams.get('code');
  if (code === null) throw new Error(`no code in ${response.status} ${response.headers.get('location')}`);
  return code;
}

export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export function basic(client: { clientId: string; clientSecret?: string }): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}` };
}

export function claimsOf(jwt: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt?.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}
