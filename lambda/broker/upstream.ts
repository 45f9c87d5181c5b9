/**
 * The leg to Cognito: the broker is an ordinary confidential client there, with PKCE and state of its own. What
 * went wrong is either Cognito's word on this code or token (`refused`) or none (`unavailable`), after which
 * nothing here may change.
 */
import * as oauth from 'oauth4webapi';
import { fetchAgain } from '../fetch-again';
import type { Claims } from '../guard/tokens/authenticate';
import type { UpstreamConfig } from './config';

export interface UpstreamTokens {
  readonly accessToken: string;
  readonly expiresIn?: number;
  readonly refreshToken?: string;
  /** Scopes as on the wire; undefined: those that were asked for. */
  readonly scope?: string;
}

export type UpstreamAnswer =
  | { readonly kind: 'tokens'; readonly tokens: UpstreamTokens }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'unavailable'; readonly fault: unknown };

export interface SignInRequest {
  readonly state: string;
  readonly verifier: string;
  /** As on the wire. */
  readonly scopes: readonly string[];
  readonly resource: string;
}

const TIMEOUT_MS = 6_000;

export class Upstream {
  private readonly server: oauth.AuthorizationServer;
  private readonly client: oauth.Client;

  constructor(
    private readonly config: UpstreamConfig,
    /** The broker's callback, the only redirect URI of this client. */
    private readonly redirectUri: string,
    private readonly secret: () => Promise<string>,
    /** Plain http, for a stack on loopback. */
    private readonly insecure: boolean,
  ) {
    this.client = { client_id: config.client };
    this.server = {
      issuer: config.tokenIssuer,
      authorization_endpoint: config.authorize,
      token_endpoint: config.token,
      revocation_endpoint: config.revoke,
    };
  }

  async signInUrl({ state, verifier, scopes, resource }: SignInRequest): Promise<string> {
    const url = new URL(this.config.authorize);
    const parameters = {
      response_type: 'code',
      client_id: this.config.client,
      redirect_uri: this.redirectUri,
      state,
      scope: scopes.join(' '),
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // Cognito makes this the token's audience.
      resource,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  redeem(code: string, state: string, verifier: string): Promise<UpstreamAnswer> {
    return this.tokens(async () => {
      const callback = oauth.validateAuthResponse(
        this.server,
        this.client,
        new URLSearchParams({ code, state }),
        state,
      );
      const response = await oauth.authorizationCodeGrantRequest(
        this.server,
        this.client,
        oauth.ClientSecretBasic(await this.secret()),
        callback,
        this.redirectUri,
        verifier,
        this.options({ once: true }),
      );
      return refuseServerErrors(response, (checked) =>
        oauth.processAuthorizationCodeResponse(this.server, this.client, checked),
      );
    });
  }

  refresh(refreshToken: string): Promise<UpstreamAnswer> {
    return this.tokens(async () => {
      const authentication = oauth.ClientSecretBasic(await this.secret());
      const response = await oauth.refreshTokenGrantRequest(
        this.server,
        this.client,
        authentication,
        refreshToken,
        this.options(),
      );
      return refuseServerErrors(response, (checked) =>
        oauth.processRefreshTokenResponse(this.server, this.client, checked),
      );
    });
  }

  /** Whether the provider took it; a grant that ended here stays ended either way. */
  async revoke(refreshToken: string): Promise<boolean> {
    try {
      const authentication = oauth.ClientSecretBasic(await this.secret());
      const response = await oauth.revocationRequest(
        this.server,
        this.client,
        authentication,
        refreshToken,
        this.options(),
      );
      return response.ok;
    } catch {
      return false;
    }
  }

  /** `once`: a code that was sent twice ends what it was good for (RFC 6749 §4.1.2). */
  private options({ once = false } = {}) {
    return {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      [oauth.allowInsecureRequests]: this.insecure,
      ...(once ? {} : { [oauth.customFetch]: fetchAgain() }),
    };
  }

  private async tokens(request: () => Promise<oauth.TokenEndpointResponse>): Promise<UpstreamAnswer> {
    try {
      const answer = await request();
      return {
        kind: 'tokens',
        tokens: {
          accessToken: answer.access_token,
          expiresIn: answer.expires_in,
          refreshToken: answer.refresh_token,
          scope: answer.scope,
        },
      };
    } catch (fault) {
      // Any other error is a word on this broker, such as a wrong setting: it must not end what people allowed.
      return fault instanceof oauth.ResponseBodyError && fault.error === 'invalid_grant'
        ? { kind: 'refused', error: fault.error }
        : { kind: 'unavailable', fault };
    }
  }
}

/** A 5xx, or a throttle, says nothing of the request, whatever its body says. */
export function saysNothing(status: number): boolean {
  return status >= 500 || status === 429;
}

function refuseServerErrors<T>(response: Response, process: (response: Response) => Promise<T>): Promise<T> {
  if (saysNothing(response.status)) throw new Error(`the provider answered ${response.status}`);
  return process(response);
}

/** The key under which the tokens of one sign-in are known, through every refresh. */
export function originOf(claims: Claims): string | undefined {
  return typeof claims.origin_jti === 'string' && claims.origin_jti !== '' ? claims.origin_jti : undefined;
}
