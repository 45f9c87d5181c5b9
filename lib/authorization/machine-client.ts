import type * as cognito from 'aws-cdk-lib/aws-cognito';

/** What a machine client may ask for. */
export interface MachineClientOptions {
  /**
   * The scopes of this client, as they are named in the server's `scopes`. It can obtain no others, and has no
   * groups: a rule with groups is out of its reach.
   */
  readonly scopes: string[];

  /**
   * The id that the provider gave the client, with `McpAuthorization.oidc` and `oauth`, where clients are registered at
   * the provider. A user pool chooses the id itself.
   *
   * @default - the first argument of `addMachineClient`
   */
  readonly clientId?: string;
}

/** A client that signs in as itself with the client credentials grant (RFC 6749 §4.4). */
export interface MachineClient {
  /** The `client_id`, known at deploy time. */
  readonly clientId: string;

  /**
   * The app client in the user pool; `undefined` where there is none. Its secret is read with `DescribeUserPoolClient`; reading
   * `userPoolClientSecret` in an app adds a custom resource that does so at every deployment.
   */
  readonly userPoolClient?: cognito.UserPoolClient;

  /** The scopes it may ask for, unqualified. */
  readonly scopes: string[];
}
