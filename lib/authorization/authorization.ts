import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { BindOnce } from '../private/bind-once';
import type { AuthorizationBinding, AuthorizationContext } from '../private/bindings';
import { bindCognito } from './bind-cognito';
import { bindProvider } from './bind-provider';
import { bindUserPool } from './bind-user-pool';
import type { CognitoAuthorizationProps } from './cognito-props';
import type { ProviderAuthorizationProps } from './provider-props';
import type { UserPoolAuthorizationProps } from './user-pool-props';

/**
 * Who issues the tokens an MCP server accepts. There is no choice without tokens.
 */
export class McpAuthorization {
  /**
   * An Amazon Cognito user pool made for this server: Essentials plan, no self sign-up, sign-in by e-mail address,
   * an authenticator app for those who want it, deletion protection unless `removalPolicy` is DESTROY.
   * Its resource server is the MCP URL, so access tokens are bound to this server (RFC 8707). It gets the groups
   * that rules name.
   *
   * MCP clients do not talk to it, but to the server's own authorization server in front of it, the broker: it asks
   * people for consent, enforces PKCE, and is the only app client with which people sign in.
   *
   * Throws, when a server uses it, for clients and lifetimes that could not work.
   *
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
   */
  public static cognito(props: CognitoAuthorizationProps = {}): McpAuthorization {
    return new McpAuthorization(
      new BindOnce('McpAuthorization.cognito', (scope, context: AuthorizationContext) =>
        bindCognito(scope, props, context),
      ),
    );
  }

  /**
   * An Amazon Cognito user pool that exists, made elsewhere in this app or imported, with the broker in front of it as
   * `cognito` describes. In the pool this server makes a resource server and app clients, nothing else: its settings
   * and triggers stay as they are, and groups that rules name must exist in it. A pool takes 25 resource servers,
   * which is one for each MCP server.
   *
   * The pool must be on the Essentials or Plus plan, its domain with the newer managed login; otherwise tokens are
   * bound to no server and the guard refuses them. This is verified for a pool and domain made in this app, where an
   * imported one adds a warning at synth. **Not** verified: that domain and pool belong together.
   *
   * Throws, when a server uses it, for a pool or domain that binds no tokens, and unless the login page is named once.
   */
  public static userPool(userPool: IUserPool, props: UserPoolAuthorizationProps): McpAuthorization {
    return new McpAuthorization(
      new BindOnce('McpAuthorization.userPool', (scope, context: AuthorizationContext) =>
        bindUserPool(scope, userPool, props, context),
      ),
    );
  }

  /**
   * An OpenID provider that exists: Okta, Auth0, Entra ID, Keycloak, Ping or another. MCP clients talk to it, not to a
   * broker: it registers them, asks people for consent, and issues access tokens for this server. Discovery of this
   * server names it.
   *
   * **Not** there: a broker and its consent page, grants, and their revocation: a token is accepted until it expires.
   * **Not** verified: whether the provider offers what MCP clients need; `npx cdk-mcp check-provider <issuer>` does.
   *
   * Throws, when a server uses it, for a description that could not work.
   *
   * @see https://openid.net/specs/openid-connect-discovery-1_0.html
   */
  public static oidc(props: ProviderAuthorizationProps): McpAuthorization {
    return new McpAuthorization(
      new BindOnce('McpAuthorization.oidc', (scope, context: AuthorizationContext) =>
        bindProvider(scope, props, 'openid', context),
      ),
    );
  }

  /**
   * An OAuth authorization server that exists and is no OpenID provider: it has metadata of RFC 8414 alone. Otherwise
   * as `oidc`.
   *
   * Throws, when a server uses it, behind an endpoint that needs OpenID discovery, as `McpEndpoint.httpApi` does.
   *
   * @see https://www.rfc-editor.org/rfc/rfc8414
   */
  public static oauth(props: ProviderAuthorizationProps): McpAuthorization {
    return new McpAuthorization(
      new BindOnce('McpAuthorization.oauth', (scope, context: AuthorizationContext) =>
        bindProvider(scope, props, 'oauth', context),
      ),
    );
  }

  private constructor(private readonly choice: BindOnce<AuthorizationContext, AuthorizationBinding>) {}

  /** @internal */
  public _bind(scope: Construct, context: AuthorizationContext): AuthorizationBinding {
    return this.choice.bind(scope, context);
  }
}
