/** What the embedded identity provider is started with: the pools of a synthesised stack, addresses already local. */
export interface IdentityConfig {
  /** The origin that stands for `https://cognito-idp.<region>.amazonaws.com`. */
  readonly origin: { port: number };
  readonly pools: readonly PoolConfig[];
  readonly region: string;
  /**
   * Folder that receives `<poolId>.jwk.json`, the private key of each local pool (mode 0600), so that tests in
   * another process can forge tokens of this pool. The keys are made anew at every start.
   * @default - no key is written
   */
  readonly keyDir?: string;
}

export interface PoolConfig {
  readonly poolId: string;
  /** The local issuer: `http://localhost:<idp port>/<poolId>`. */
  readonly issuer: string;
  readonly featurePlan: 'LITE' | 'ESSENTIALS' | 'PLUS';
  readonly clients: readonly AppClientConfig[];
  readonly resourceServers: readonly { identifier: string; scopes: readonly string[] }[];
  readonly groups: readonly string[];
  /**
   * `UsernameAttributes`; with `email`, people sign in with their address and Cognito makes the username, a UUID.
   * @default - people sign in with their username
   */
  readonly usernameAttributes?: readonly string[];
  readonly users: readonly { username: string; password: string; email?: string; groups: readonly string[] }[];
  /** The managed-login domain; 2 is managed login, 1 the classic hosted UI. Without it a pool has no OAuth endpoints. */
  readonly domain?: { port: number; managedLoginVersion: 1 | 2 };
}

export interface AppClientConfig {
  readonly clientId: string;
  readonly clientName?: string;
  readonly clientSecret?: string;
  readonly callbackUrls: readonly string[];
  /**
   * `LogoutURLs`.
   * @default - `/logout` accepts no `logout_uri`
   */
  readonly logoutUrls?: readonly string[];
  /** `AllowedOAuthFlows`: `code`, `client_credentials`; empty: no OAuth for this client. */
  readonly flows: readonly string[];
  /** `AllowedOAuthScopes`, custom scopes as `<identifier>/<name>`. */
  readonly scopes: readonly string[];
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  /**
   * `ALLOW_TOKEN_EXCHANGE_IMPERSONATION` among its `ExplicitAuthFlows`.
   * @default - the client exchanges no tokens
   */
  readonly tokenExchange?: boolean;
  /** Whether a managed-login style is assigned; without one, managed login has no page to show. */
  readonly branded: boolean;
}

/** A running identity provider. Its methods beside `close` exist in-process alone; nothing reaches them over HTTP. */
export interface Identity {
  close(): Promise<void>;
  /** Disables a user or moves it between groups while running; takes effect where Cognito's would: at the next token. */
  setUser(poolId: string, username: string, change: UserChange): void;
  /** Signs any claims with the pool's access token key, for tests that need a forged token. */
  mint(poolId: string, claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

export interface UserChange {
  readonly enabled?: boolean;
  readonly groups?: readonly string[];
}
