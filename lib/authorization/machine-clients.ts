import type { Duration } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct, IDependable } from 'constructs';
import { fail, failOnProblems } from '../private/errors';
import { MOST_CLIENT_SCOPES, scopeListProblems } from '../private/scopes';
import type { MachineClient, MachineClientOptions } from './machine-client';

/** API Gateway's 50 audiences of an authorizer, less the server's own URL. */
const MOST_CLIENTS = 49;

export interface MachineClientsOptions {
  readonly userPool: cognito.IUserPool;
  readonly resourceServer: IDependable;
  readonly scopePrefix: string;
  readonly declared: readonly string[];
  readonly accessLifetime: Duration;
}

/** The machine clients of one server; they may be added after everything else was built. */
export class MachineClients {
  private readonly ids = new Set<string>();

  public constructor(
    private readonly scope: Construct,
    private readonly options: MachineClientsOptions,
  ) {}

  public add(id: string, { scopes, clientId }: MachineClientOptions): MachineClient {
    if (clientId !== undefined) {
      fail(this.scope, `machine client '${id}' gets its id from the user pool: leave \`clientId\` out`);
    }
    this.check(id, scopes);
    this.ids.add(id);
    const userPoolClient = new cognito.UserPoolClient(this.scope, `Machine-${id}`, {
      userPool: this.options.userPool,
      userPoolClientName: id,
      generateSecret: true,
      oAuth: {
        flows: { clientCredentials: true },
        scopes: scopes.map((name) => cognito.OAuthScope.custom(`${this.options.scopePrefix}${name}`)),
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: this.options.accessLifetime,
    });
    // Left out, Cognito would allow the client to sign people in with their passwords.
    (userPoolClient.node.defaultChild as cognito.CfnUserPoolClient).explicitAuthFlows = ['ALLOW_REFRESH_TOKEN_AUTH'];
    userPoolClient.node.addDependency(this.options.resourceServer);
    return { clientId: userPoolClient.userPoolClientId, userPoolClient, scopes: [...scopes] };
  }

  private check(id: string, scopes: readonly string[]): void {
    if (!/^[\w+=,.@-]{1,128}$/.test(id)) {
      fail(this.scope, `machine client id '${id}' is not allowed: use 1 to 128 letters, digits and _+=,.@-`);
    }
    if (this.ids.has(id)) fail(this.scope, `machine client '${id}' exists already: use another id`);
    if (this.ids.size >= MOST_CLIENTS) {
      fail(
        this.scope,
        `machine client '${id}' is one too many, API Gateway allows ${MOST_CLIENTS}: share or remove one`,
      );
    }
    if (scopes.length > MOST_CLIENT_SCOPES) {
      fail(
        this.scope,
        `machine client '${id}' has ${scopes.length} scopes, Cognito allows ${MOST_CLIENT_SCOPES}: use two`,
      );
    }
    failOnProblems(
      this.scope,
      scopeListProblems(`\`scopes\` of machine client '${id}'`, scopes, this.options.declared),
    );
  }
}
