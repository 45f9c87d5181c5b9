import { randomUUID } from 'node:crypto';
import { basic, claimsOf, pkce } from '../identity/fixture';

/** One thing a broker must not do, so that the demonstration is seen to fail. */
export type Weakness = 'no consent' | 'no rotation' | 'no revocation' | 'deny approves';

export interface FakeBrokerOptions {
  readonly origin: string;
  readonly mcpUrl: string;
  readonly scopes: readonly string[];
  /** The managed-login domain. */
  readonly upstream: string;
  /** Redirect URIs by client id. */
  readonly clients: Readonly<Record<string, readonly string[]>>;
  readonly weakness?: Weakness;
  readonly registration: boolean;
}

interface Transaction {
  readonly redirectUri: string;
  readonly scope: string;
  readonly state: string;
  readonly verifier: string;
  readonly challenge: string;
}

interface Grant {
  tokens: Record<string, string>;
  readonly scope: string;
}

/** The shape of the broker without its checks: enough for clients that behave. */
export class FakeBroker {
  private readonly registered = new Map<string, readonly string[]>();
  private readonly transactions = new Map<string, Transaction>();
  private readonly grants = new Map<string, Grant>();
  private readonly ended = new Set<string>();

  constructor(private readonly options: FakeBrokerOptions) {}

  /** Whether the request's token is of a revoked grant. */
  hasEnded(request: Request): boolean {
    const token = request.headers.get('authorization')?.slice('Bearer '.length);
    return token !== undefined && this.ended.has(sessionOf(token));
  }

  async answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    switch (pathname) {
      case '/.well-known/oauth-protected-resource/mcp':
        return Response.json(this.resourceMetadata());
      case '/.well-known/oauth-authorization-server':
        return Response.json(this.metadata());
      case '/oauth2/register':
        return this.register(request);
      case '/oauth2/authorize':
        return this.authorize(searchParams);
      case '/oauth2/consent':
        return this.decide(new URLSearchParams(await request.text()));
      case '/oauth2/callback':
        return this.callback(searchParams);
      case '/oauth2/token':
        return this.token(request);
      case '/oauth2/revoke':
        return this.revoke(new URLSearchParams(await request.text()));
      default:
        return Response.json({ message: 'Not Found' }, { status: 404 });
    }
  }

  private resourceMetadata(): object {
    const { mcpUrl, origin, scopes } = this.options;
    return { resource: mcpUrl, authorization_servers: [origin], scopes_supported: scopes.slice(0, 1) };
  }

  private metadata(): object {
    const { origin, registration } = this.options;
    return {
      issuer: origin,
      authorization_endpoint: `${origin}/oauth2/authorize`,
      token_endpoint: `${origin}/oauth2/token`,
      revocation_endpoint: `${origin}/oauth2/revoke`,
      ...(registration ? { registration_endpoint: `${origin}/oauth2/register` } : {}),
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    };
  }

  private async register(request: Request): Promise<Response> {
    const metadata = (await request.json()) as { redirect_uris: string[] };
    const clientId = randomUUID();
    this.registered.set(clientId, metadata.redirect_uris);
    return Response.json({ ...metadata, client_id: clientId }, { status: 201 });
  }

  private authorize(query: URLSearchParams): Response {
    const clientId = query.get('client_id') ?? '';
    const redirectUri = query.get('redirect_uri') ?? '';
    const known = this.options.clients[clientId] ?? this.registered.get(clientId);
    if (!known?.includes(redirectUri)) return new Response('unknown client', { status: 400 });
    const id = randomUUID();
    const state = query.get('state') ?? '';
    this.transactions.set(id, { redirectUri, scope: query.get('scope') ?? '', state, ...pkce() });
    if (this.options.weakness === 'no consent') return this.decide(new URLSearchParams({ id, decision: 'approve' }));
    const page = `<form action="/oauth2/consent"><p>Leads to ${new URL(redirectUri).host}</p>
      <input type="hidden" name="id" value="${id}"><button name="decision" value="deny">Deny</button>
      <button name="decision" value="approve">Approve</button></form>`;
    return new Response(page, { headers: { 'content-type': 'text/html', 'referrer-policy': 'no-referrer' } });
  }

  private decide(form: URLSearchParams): Response {
    const id = form.get('id') ?? '';
    const transaction = this.transactions.get(id);
    if (!transaction) return new Response('unknown transaction', { status: 400 });
    if (form.get('decision') !== 'approve' && this.options.weakness !== 'deny approves') {
      return this.back(transaction, { error: 'access_denied' });
    }
    return redirect(`${this.options.upstream}/oauth2/authorize`, {
      response_type: 'code',
      client_id: 'app',
      redirect_uri: `${this.options.origin}/oauth2/callback`,
      scope: transaction.scope,
      state: id,
      resource: this.options.mcpUrl,
      code_challenge: transaction.challenge,
      code_challenge_method: 'S256',
    });
  }

  private async callback(query: URLSearchParams): Promise<Response> {
    const transaction = this.transactions.get(query.get('state') ?? '');
    if (!transaction) return new Response('unknown transaction', { status: 400 });
    const tokens = await this.upstreamToken({
      grant_type: 'authorization_code',
      code: query.get('code') ?? '',
      redirect_uri: `${this.options.origin}/oauth2/callback`,
      code_verifier: transaction.verifier,
    });
    return this.back(transaction, { code: this.keep({ tokens, scope: transaction.scope }) });
  }

  private async token(request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text());
    const type = form.get('grant_type');
    if (type === 'client_credentials') {
      const authorization = request.headers.get('authorization') ?? '';
      return fetch(`${this.options.upstream}/oauth2/token`, { method: 'POST', body: form, headers: { authorization } });
    }
    const handle = form.get(type === 'refresh_token' ? 'refresh_token' : 'code') ?? '';
    const grant = this.grants.get(handle);
    if (!grant) return Response.json({ error: 'invalid_grant' }, { status: 400 });
    if (type === 'refresh_token') {
      const refreshToken = grant.tokens.refresh_token ?? '';
      const fresh = await this.upstreamToken({ grant_type: 'refresh_token', refresh_token: refreshToken });
      grant.tokens = { ...grant.tokens, ...fresh };
    }
    const rotates = type !== 'refresh_token' || this.options.weakness !== 'no rotation';
    return Response.json({
      access_token: grant.tokens.access_token,
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: rotates ? this.keep(grant) : handle,
      scope: grant.scope,
    });
  }

  private revoke(form: URLSearchParams): Response {
    const grant = this.grants.get(form.get('token') ?? '');
    if (grant && this.options.weakness !== 'no revocation') {
      for (const [handle, other] of this.grants) if (other === grant) this.grants.delete(handle);
      this.ended.add(sessionOf(grant.tokens.access_token));
    }
    return new Response(null, { status: 200 });
  }

  private keep(grant: Grant): string {
    const handle = randomUUID();
    this.grants.set(handle, grant);
    return handle;
  }

  private back(transaction: Transaction, answer: Record<string, string>): Response {
    return redirect(transaction.redirectUri, { ...answer, state: transaction.state, iss: this.options.origin });
  }

  private async upstreamToken(form: Record<string, string>): Promise<Record<string, string>> {
    const response = await fetch(`${this.options.upstream}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: basic({ clientId: 'app', clientSecret: 's3cret' }),
    });
    return (await response.json()) as Record<string, string>;
  }
}

function redirect(address: string, parameters: Record<string, string>): Response {
  return new Response(null, { status: 302, headers: { location: `${address}?${new URLSearchParams(parameters)}` } });
}

/** What the tokens of one sign-in have in common. */
function sessionOf(accessToken: string | undefined): string {
  return String(claimsOf(accessToken).origin_jti);
}
