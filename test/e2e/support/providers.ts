/** Clients of one SDK that differ in how the broker comes to know them. */
import { type Decision, ScriptedBrowser } from '../../../local/demo/browser';
import { SignInProvider } from '../../../local/demo/sign-in-provider';
import type { PublicClient } from '../../../local/demo/stack';
import type { DemoUser, StackFile } from '../../../local/stack-file';
import type { Kind } from './sessions';

export interface ClientOptions {
  readonly user: DemoUser;
  readonly decision?: Decision;
  /** Where it waits for its answer. */
  readonly redirectUri?: string;
  /** The address of its metadata document. */
  readonly documentUrl?: string;
  /** Who it is, where it was registered before. */
  readonly client?: PublicClient;
  /** Keeps its refresh token to itself when it is refused for a scope; see `WithoutRefresh`. */
  readonly withholdsRefresh?: boolean;
}

/** What a host keeps for one server: it forgets its tokens when it is told they are worth nothing. */
export class HostProvider extends SignInProvider {
  readonly clientMetadataUrl?: string;
  private forgotten = false;
  private expired = false;

  constructor(
    stack: StackFile,
    readonly scripted: ScriptedBrowser,
    private readonly options: ClientOptions,
  ) {
    super('e2e client', options.client, stack.authorizationServer, scripted);
    this.clientMetadataUrl = options.documentUrl;
  }

  override get redirectUrl(): string {
    return this.options.redirectUri ?? super.redirectUrl;
  }

  override tokens() {
    const tokens = this.forgotten ? undefined : super.tokens();
    if (tokens === undefined) return undefined;
    return {
      ...tokens,
      access_token: this.expired ? 'expired' : tokens.access_token,
      refresh_token: this.options.withholdsRefresh ? undefined : tokens.refresh_token,
    };
  }

  override saveTokens(tokens: Parameters<SignInProvider['saveTokens']>[0]): void {
    this.forgotten = false;
    this.expired = false;
    super.saveTokens(tokens);
  }

  invalidateCredentials(what: string): void {
    if (what === 'all' || what === 'tokens') this.forgotten = true;
  }

  /** As if the access token's time were over. */
  expire(): void {
    this.expired = true;
  }
}

/** With a refresh token SDK v1 refreshes instead of asking for more scopes, so a host that steps up withholds it. */
export function hostOf(kind: Kind, stack: StackFile, options: ClientOptions): HostProvider {
  const browser = new ScriptedBrowser(options.user, options.decision);
  return new HostProvider(stack, browser, { withholdsRefresh: kind === 'v1', ...options });
}
