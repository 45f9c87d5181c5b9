/**
 * A plain OpenID provider, not shaped like Cognito: discovery under its issuer's path, code with PKCE for public
 * clients, client credentials, resource indicators (RFC 8707), `iss` in answers (RFC 9207).
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type Dialect, RFC_9068 } from './dialect';

export interface ProviderUser {
  readonly username: string;
  readonly password: string;
  readonly groups: readonly string[];
}

export interface ProviderOptions {
  readonly port: number;
  /** Path of the issuer. */
  readonly path?: string;
  readonly dialect?: Dialect;
  readonly users?: readonly ProviderUser[];
  /** Public clients, by their ids, and where each returns to. */
  readonly clients?: Readonly<Record<string, string>>;
  /** Machine clients, by their ids, and their secrets. */
  readonly machines?: Readonly<Record<string, string>>;
  /** What `aud` says instead of the resource that a client names. */
  readonly audience?: string;
  readonly scopes: readonly string[];
}

export interface TestProvider {
  readonly issuer: string;
  /** The requests for codes so far. */
  readonly requested: URLSearchParams[];
  /** An ID token as the provider would sign it. */
  idToken(client: string, claims?: Record<string, unknown>): Promise<string>;
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  stop(): Promise<void>;
}

interface Code {
  readonly query: URLSearchParams;
  readonly user: ProviderUser;
}

export async function startProvider(options: ProviderOptions): Promise<TestProvider> {
  const { port, path = '/tenant', dialect = RFC_9068, users = [], clients = {}, machines = {} } = options;
  const origin = `http://localhost:${port}`;
  const issuer = `${origin}${path}`;
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'provider-1', use: 'sig' }] };
  const codes = new Map<string, Code>();
  const sessions = new Map<string, ProviderUser>();
  const requested: URLSearchParams[] = [];

  const sign = (claims: Record<string, unknown>, header: Record<string, unknown> = dialect.header) =>
    signed(privateKey, claims, header);
  const token = async (asked: URLSearchParams, client: string, user?: ProviderUser) => {
    const scopes = (asked.get('scope') ?? '').split(' ').filter((scope) => options.scopes.includes(scope));
    const audience = options.audience ?? asked.get('resource') ?? origin;
    const access = await sign(dialect.claims({ issuer, audience, client, user, scopes }));
    return { access_token: access, token_type: 'Bearer', expires_in: 900, scope: scopes.join(' ') };
  };

  function authorize(query: URLSearchParams, cookie: string, response: ServerResponse): ServerResponse {
    const redirect = clients[query.get('client_id') ?? ''];
    if (redirect === undefined || redirect !== query.get('redirect_uri')) return text(response, 400, 'unknown client');
    if (query.get('code_challenge_method') !== 'S256') return text(response, 400, 'S256 is required');
    requested.push(query);
    const user = sessions.get(/session=([^;]+)/.exec(cookie)?.[1] ?? '');
    if (user !== undefined) return redirectWith(redirect, query, user, response);
    const page = `<form action="${path}/login?${String(query).replaceAll('&', '&amp;')}" method="post">
      <input name="username" value=""><input name="password" type="password" value=""></form>`;
    return text(response, 200, page, { 'content-type': 'text/html' });
  }

  function login(query: URLSearchParams, form: URLSearchParams, response: ServerResponse): ServerResponse {
    const redirect = clients[query.get('client_id') ?? ''] ?? '';
    const user = users.find((one) => one.username === form.get('username') && one.password === form.get('password'));
    if (user === undefined) return text(response, 403, 'wrong password');
    const session = randomUUID();
    sessions.set(session, user);
    response.setHeader('set-cookie', `session=${session}; HttpOnly; Path=/`);
    return redirectWith(redirect, query, user, response);
  }

  function redirectWith(
    redirect: string,
    query: URLSearchParams,
    user: ProviderUser,
    response: ServerResponse,
  ): ServerResponse {
    const code = randomUUID();
    codes.set(code, { query, user });
    const answer = new URLSearchParams({ code, state: query.get('state') ?? '', iss: issuer });
    return response.writeHead(303, { location: `${redirect}?${answer}` }).end();
  }

  async function grant(
    form: URLSearchParams,
    authorization: string,
    response: ServerResponse,
  ): Promise<ServerResponse> {
    if (form.get('grant_type') === 'client_credentials') {
      const [id = '', secret = ''] = credentials(form, authorization);
      if (machines[id] === undefined || machines[id] !== secret)
        return json(response, 401, { error: 'invalid_client' });
      return json(response, 200, await token(form, id));
    }
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (code === undefined || code.query.get('code_challenge') !== challenge) {
      return json(response, 400, { error: 'invalid_grant' });
    }
    return json(response, 200, await token(code.query, code.query.get('client_id') ?? '', code.user));
  }

  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'client_credentials'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: options.scopes,
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    authorization_response_iss_parameter_supported: true,
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<ServerResponse> {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    const { cookie = '', authorization = '' } = request.headers;
    switch (`${request.method} ${pathname}`) {
      case `GET ${path}/.well-known/openid-configuration`:
        return json(response, 200, metadata);
      case `GET ${path}/keys`:
        return json(response, 200, jwks);
      case `GET ${path}/authorize`:
        return authorize(searchParams, cookie, response);
      case `POST ${path}/login`:
        return login(searchParams, await formOf(request), response);
      case `POST ${path}/token`:
        return grant(await formOf(request), authorization, response);
      default:
        return text(response, 404, 'not found');
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => text(response, 500, String(error)));
  });
  await new Promise<void>((listening) => server.listen(port, 'localhost', listening));
  return {
    issuer,
    requested,
    sign,
    idToken: (client, claims = {}) =>
      sign({ iss: issuer, aud: client, sub: users[0]?.username, azp: client, at_hash: 'x', ...claims }, { typ: 'JWT' }),
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

function signed(key: CryptoKey, claims: Record<string, unknown>, header: Record<string, unknown>): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iat: now, exp: now + 900, jti: randomUUID(), ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'provider-1', ...header })
    .sign(key);
}

function credentials(form: URLSearchParams, authorization: string): string[] {
  const basic = /^Basic (.+)$/.exec(authorization)?.[1];
  if (basic === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  return Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function json(response: ServerResponse, status: number, body: object): ServerResponse {
  return text(response, status, JSON.stringify(body), {
    'content-type': 'application/json',
    'cache-control': 'no-store',
  });
}

function text(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): ServerResponse {
  return response.writeHead(status, headers).end(body);
}
