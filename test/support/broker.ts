/**
 * A broker with everything real around it but Cognito and AWS: its table is DynamoDB in process, and behind it stands
 * a provider that can be told to fail. Requests go in as the handler makes them.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type Broker, createBroker } from '../../lambda/broker/broker';
import type { BrokerConfig } from '../../lambda/broker/config';
import type { BrokerRequest, Reply } from '../../lambda/broker/http';
import { type Services, servicesFor } from '../../lambda/broker/services';
import type { ClientRegistrations } from '../../lib/private/contract';

export const REDIRECT = 'https://client.example/callback';
export const LOOPBACK = 'http://127.0.0.1:3000/callback';
export const CLIENT = 'pre-registered';
export const CONFIDENTIAL = 'confidential';
export const SECRET = 'the-secret-of-the-confidential-client';
export const MACHINE = 'machine-client';
const TABLE = 'grants';
const UPSTREAM_CLIENT = 'upstream-client';

export type Mode =
  | 'ok'
  | 'error'
  | 'throttled'
  | 'malformed'
  | 'slow'
  | 'refused'
  | 'misconfigured'
  | 'reset'
  | 'no-audience'
  | 'no-origin'
  | 'no-scope';

/** Cognito's token endpoint, as far as the broker meets it. */
export class FakeProvider {
  mode: Mode = 'ok';
  user = 'user-1';
  /** Seconds that an access token lives. */
  lifetime = 900;
  /** Requests by kind of grant, and revocations. */
  readonly seen: { readonly path: string; readonly form: URLSearchParams; readonly authorization?: string }[] = [];
  readonly revoked = new Set<string>();
  origin = '';
  private server!: Server;
  private privateKey!: CryptoKey;
  private jwk!: object;
  private readonly origins = new Map<string, { origin: string; scope: string; aud: string }>();
  private readonly codes = new Map<string, { scope: string; aud: string; challenge: string }>();

  async start(): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    this.privateKey = privateKey;
    this.jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        void this.answer(request.url ?? '', form, request.headers.authorization).then(
          (answer) => {
            if (answer === undefined) response.destroy();
            else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
          },
          () => response.destroy(),
        );
      });
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** What Cognito does when a person signs in: a code for the request in this URL. */
  signIn(location: string): string {
    const asked = new URL(location).searchParams;
    const code = randomBytes(16).toString('hex');
    this.codes.set(code, {
      scope: asked.get('scope') ?? '',
      aud: asked.get('resource') ?? '',
      challenge: asked.get('code_challenge') ?? '',
    });
    return `state=${asked.get('state')}&code=${code}`;
  }

  token(claims: Record<string, unknown>): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: this.origin,
      iat: now,
      exp: now + this.lifetime,
      token_use: 'access',
      client_id: UPSTREAM_CLIENT,
      ...claims,
    };
    return new SignJWT(all).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(this.privateKey);
  }

  private async answer(path: string, form: URLSearchParams, authorization?: string) {
    if (path === '/jwks.json') return { status: 200, body: JSON.stringify({ keys: [this.jwk] }) };
    if (path.startsWith('/secret')) return { status: 200, body: JSON.stringify({ SecretString: 'upstream-secret' }) };
    this.seen.push({ path, form, authorization });
    if (this.mode === 'reset') return undefined;
    if (this.mode === 'error') return { status: 500, body: '{"error":"invalid_grant"}' };
    if (this.mode === 'throttled') return { status: 429, body: '{"error":"too_many_requests"}' };
    if (this.mode === 'malformed') return { status: 200, body: '<html>' };
    if (this.mode === 'slow') await new Promise((resolve) => setTimeout(resolve, 10_000).unref());
    if (path === '/revoke') {
      this.revoked.add(form.get('token') ?? '');
      return { status: 200, body: '' };
    }
    if (this.mode === 'misconfigured') return { status: 400, body: '{"error":"unauthorized_client"}' };
    if (this.mode === 'refused') return { status: 400, body: '{"error":"invalid_grant"}' };
    return { status: 200, body: JSON.stringify(await this.tokens(form)) };
  }

  private async tokens(form: URLSearchParams): Promise<object> {
    const grant = form.get('grant_type');
    if (grant === 'client_credentials') {
      return {
        access_token: await this.token({ client_id: MACHINE, sub: MACHINE, scope: form.get('scope') ?? '' }),
        expires_in: 900,
        token_type: 'Bearer',
      };
    }
    const code = this.codes.get(form.get('code') ?? '');
    this.codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (code !== undefined && code.challenge !== challenge) throw new Error('the upstream verifier does not match');
    const refreshed = this.origins.get(form.get('refresh_token') ?? '');
    if (code === undefined && (refreshed === undefined || this.revoked.has(form.get('refresh_token') ?? ''))) {
      return { error: 'invalid_grant' };
    }
    const session = refreshed ?? {
      origin: randomBytes(8).toString('hex'),
      scope: code?.scope ?? '',
      aud: code?.aud ?? '',
    };
    const refreshToken = refreshed === undefined ? randomBytes(16).toString('hex') : undefined;
    if (refreshToken !== undefined) this.origins.set(refreshToken, session);
    const access = await this.token({
      sub: this.user,
      username: this.user,
      scope: this.mode === 'no-scope' ? 'openid' : session.scope,
      ...(this.mode !== 'no-audience' && { aud: session.aud }),
      ...(this.mode !== 'no-origin' && { origin_jti: session.origin }),
    });
    return {
      access_token: access,
      id_token: undefined,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_in: 900,
    };
  }
}

export interface TestBroker {
  readonly provider: FakeProvider;
  readonly config: BrokerConfig;
  readonly services: Services;
  readonly broker: Broker;
  /** Seconds added to the clock. */
  ahead: number;
  stop(): Promise<void>;
  /** Every item of the table, as text: what a thief of the table would have. */
  stolenTable(): Promise<string>;
}

const CLIENTS: ClientRegistrations = {
  preRegistered: [
    { id: CLIENT, name: 'Notes app', redirectUris: [REDIRECT, LOOPBACK] },
    {
      id: CONFIDENTIAL,
      name: 'Server app',
      redirectUris: [REDIRECT],
      secretHash: createHash('sha256').update(SECRET).digest('hex'),
    },
  ],
  dynamic: { perSourcePerHour: 5, perDay: 20, unusedSeconds: 3_600 },
};

export function brokerConfig(provider: FakeProvider, overrides: Partial<BrokerConfig> = {}): BrokerConfig {
  return {
    server: 'notes',
    resource: 'https://mcp.example.com/mcp',
    resourceName: 'Notes',
    issuer: 'https://mcp.example.com',
    scopePrefix: 'https://mcp.example.com/mcp/',
    scopes: new Map([
      ['notes:read', 'Read your notes'],
      ['notes:write', 'Change your notes'],
    ]),
    initialScopes: ['notes:read'],
    machineClients: new Set([MACHINE]),
    clients: CLIENTS,
    upstream: {
      tokenIssuer: provider.origin,
      jwksUri: `${provider.origin}/jwks.json`,
      client: UPSTREAM_CLIENT,
      secretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:upstream',
      authorize: `${provider.origin}/authorize`,
      token: `${provider.origin}/token`,
      revoke: `${provider.origin}/revoke`,
    },
    table: TABLE,
    grantSeconds: 86_400,
    branding: {},
    allowedOrigins: [],
    ...overrides,
  };
}

export async function startBroker(overrides: Partial<BrokerConfig> = {}): Promise<TestBroker> {
  const provider = new FakeProvider();
  await provider.start();
  const tables = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => tables.listen(0, '127.0.0.1', () => resolve()));
  const endpoint = `http://127.0.0.1:${(tables.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `${provider.origin}/secret`,
  });
  const client = new DynamoDBClient({ endpoint });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  const config = brokerConfig(provider, overrides);
  const started = {
    provider,
    config,
    ahead: 0,
    stop: async () => {
      provider.stop();
      client.destroy();
      await new Promise((resolve) => tables.close(resolve));
    },
    stolenTable: async () => JSON.stringify((await client.send(new ScanCommand({ TableName: TABLE }))).Items),
  } as { -readonly [K in keyof TestBroker]: TestBroker[K] };
  started.services = servicesFor(config, {
    clock: () => Date.now() + started.ahead * 1000,
    // The provider of these tests answers on loopback without TLS; the configuration of a deployment cannot say so.
    plainHttpUpstream: true,
  });
  started.broker = createBroker(config, started.services);
  return started;
}

/** A browser that keeps the broker's cookie. */
export class Browser {
  cookie?: string;

  constructor(private readonly at: TestBroker) {}

  async get(path: string, query: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.keep(
      await this.at.broker(request('GET', path, { queryText: query, headers, cookies: this.cookies() })),
    );
  }

  async post(path: string, body: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.keep(await this.at.broker(request('POST', path, { body, headers, cookies: this.cookies() })));
  }

  private cookies(): string[] {
    return this.cookie === undefined ? [] : [this.cookie];
  }

  private keep(reply: Reply): Reply {
    const set = reply.cookies?.[0]?.split(';', 1)[0];
    if (set !== undefined) this.cookie = set;
    return reply;
  }
}

export function request(method: string, path: string, given: Partial<BrokerRequest> = {}): BrokerRequest {
  return {
    method,
    path,
    queryText: '',
    body: '',
    headers: {},
    cookies: [],
    source: '192.0.2.1',
    requestId: 'request-1',
    ...given,
  };
}

export interface Asked {
  readonly verifier: string;
  readonly query: Record<string, string>;
}

export function authorizationRequest(overrides: Record<string, string | undefined> = {}): Asked {
  const verifier = randomBytes(32).toString('base64url');
  const all = {
    response_type: 'code',
    client_id: CLIENT,
    redirect_uri: REDIRECT,
    state: 'client-state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    scope: 'https://mcp.example.com/mcp/notes:read',
    resource: 'https://mcp.example.com/mcp',
    ...overrides,
  };
  return {
    verifier,
    query: Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  };
}

/** The hidden fields of a consent page. */
export function formOf(html: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [tag] of html.matchAll(/<input\b[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1];
    if (name !== undefined) fields[name] = unescapeHtml(/value="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  return fields;
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replace(/&#(\d+);/g, (_all, code) => String.fromCodePoint(Number(code)))
    .replace(/&#x([0-9a-f]+);/gi, (_all, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&amp;', '&');
}

export const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
export const paramsOf = (reply: Reply) => new URL(reply.headers.Location ?? 'about:blank').searchParams;

/** Through consent and sign-in to the client's code. */
export async function approve(at: TestBroker, asked = authorizationRequest(), browser = new Browser(at)) {
  const shown = await browser.get('/oauth2/authorize', form(asked.query));
  const upstream = await browser.post('/oauth2/consent', form({ ...formOf(shown.body ?? ''), decision: 'approve' }));
  const location = upstream.headers.Location;
  if (location === undefined) throw new Error(`consent was answered ${upstream.status} ${upstream.body}`);
  const back = at.provider.signIn(location);
  const reply = await browser.get('/oauth2/callback', back);
  return { asked, browser, shown, upstream: location, back, reply, code: paramsOf(reply).get('code') ?? '' };
}

export function tokenRequest(at: TestBroker, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return at.broker(request('POST', '/oauth2/token', { body: form(fields), headers })).then((reply) => ({
    ...reply,
    json: JSON.parse(reply.body ?? '{}') as Record<string, string>,
  }));
}

/** Through everything to tokens. */
export async function grant(at: TestBroker, asked = authorizationRequest(), browser = new Browser(at)) {
  const approved = await approve(at, asked, browser);
  const fields = {
    grant_type: 'authorization_code',
    code: approved.code,
    redirect_uri: asked.query.redirect_uri ?? '',
    client_id: asked.query.client_id ?? '',
    code_verifier: asked.verifier,
  };
  const reply = await tokenRequest(at, fields);
  return { ...approved, fields, tokens: reply };
}

export function refresh(at: TestBroker, handle: string, fields: Record<string, string> = {}) {
  return tokenRequest(at, { grant_type: 'refresh_token', refresh_token: handle, client_id: CLIENT, ...fields });
}
