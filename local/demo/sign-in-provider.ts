import { randomUUID } from 'node:crypto';
import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import type { ScriptedBrowser } from './browser';
import { must } from './report';
import type { PublicClient } from './stack';

/** Where a client that registers itself waits for its answer. Nothing listens there: the browser stops before. */
const REDIRECT_URI = 'http://127.0.0.1:8765/callback';

/** A client of the SDK whose user sits at a scripted browser: a pre-registered one, or one that registers itself. */
export class SignInProvider implements OAuthClientProvider {
  /** Parameters of the answer at the redirect URI, for `finishAuth`. */
  callback?: URLSearchParams;
  /** The scopes asked for at each sign-in. */
  readonly requested: string[] = [];
  private readonly expectedState = new Set<string>();
  private verifier = '';
  private stored?: StoredOAuthTokens;
  private discovered?: OAuthDiscoveryState;
  private registered?: StoredOAuthClientInformation;

  constructor(
    private readonly name: string,
    private readonly client: PublicClient | undefined,
    private readonly issuer: string,
    private readonly browser: ScriptedBrowser,
  ) {}

  get redirectUrl(): string {
    if (this.client === undefined) return REDIRECT_URI;
    const [first] = this.client.redirectUris;
    must(first !== undefined, `client '${this.name}' has no redirect URI`);
    return first;
  }

  get clientMetadata(): OAuthClientMetadata {
    return { client_name: this.name, redirect_uris: [this.redirectUrl], token_endpoint_auth_method: 'none' };
  }

  clientInformation(): StoredOAuthClientInformation | undefined {
    if (this.client === undefined) return this.registered;
    return { client_id: this.client.clientId, client_secret: this.client.clientSecret, issuer: this.issuer };
  }

  saveClientInformation(information: StoredOAuthClientInformation): void {
    must(this.client === undefined, `client '${this.name}' is registered and must not register again`);
    this.registered = information;
  }

  state(): string {
    const state = randomUUID();
    this.expectedState.add(state);
    return state;
  }

  async redirectToAuthorization(address: URL): Promise<void> {
    this.requested.push(address.searchParams.get('scope') ?? '');
    const { searchParams } = await this.browser.open(address, this.redirectUrl);
    must(this.expectedState.delete(searchParams.get('state') ?? ''), 'the answer carries a state nobody sent');
    const error = searchParams.get('error');
    must(error === null, `authorization answered ${error}`);
    this.callback = searchParams;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.stored;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.stored = tokens;
  }

  saveCodeVerifier(verifier: string): void {
    this.verifier = verifier;
  }

  codeVerifier(): string {
    return this.verifier;
  }

  /** Kept so that the code goes back to the authorization server that was asked for it. */
  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.discovered = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.discovered;
  }

  /** `sub` of the access token, for people who read the audit log. */
  get subject(): string | undefined {
    const payload = this.stored?.access_token.split('.')[1];
    if (payload === undefined) return undefined;
    return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub?: string }).sub;
  }
}
