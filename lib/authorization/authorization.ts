import type { Construct } from 'constructs';
import { BindOnce } from '../private/bind-once';
import type { AuthorizationBinding, AuthorizationContext } from '../private/bindings';
import { bindCognito } from './bind-cognito';
import type { CognitoAuthorizationProps } from './cognito-props';

/**
 * Who issues the tokens an MCP server accepts. There is no choice without tokens.
 */
export class McpAuthorization {
  /**
   * An Amazon Cognito user pool made for this server: Essentials plan, no self sign-up, sign-in by e-mail address,
   * an authenticator app for those who want it, deletion protection unless `removalPolicy` is DESTROY.
   * Its resource server is the MCP URL, so access tokens are bound to this server (RFC 8707).
   *
   * Throws, when a server uses it, for clients and lifetimes Cognito would refuse.
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

  private constructor(private readonly choice: BindOnce<AuthorizationContext, AuthorizationBinding>) {}

  /** @internal */
  public _bind(scope: Construct, context: AuthorizationContext): AuthorizationBinding {
    return this.choice.bind(scope, context);
  }
}
