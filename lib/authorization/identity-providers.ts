import { Annotations, Lazy } from 'aws-cdk-lib';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type { IConstruct } from 'constructs';

/** The accounts of a pool itself. */
const OWN_ACCOUNTS = 'COGNITO';

/**
 * Names of the providers people may sign in with. Providers are made after the pool, and a name that refers to its
 * provider makes the app client wait for it, so both are settled at synth.
 */
export function signInProviders(
  userPool: cognito.IUserPool,
  chosen: readonly cognito.UserPoolClientIdentityProvider[] | undefined,
): string[] {
  const produce = () =>
    chosen
      ? chosen.map(({ name }) => findProvider(userPool, name)?.providerName ?? name)
      : [OWN_ACCOUNTS, ...userPool.identityProviders.map(({ providerName }) => providerName)];
  return Lazy.list({ produce });
}

/** Says which chosen providers nobody made; only where the pool is made here, so that its providers are known. */
export function warnOfUnknownProviders(
  scope: IConstruct,
  userPool: cognito.IUserPool,
  chosen: readonly cognito.UserPoolClientIdentityProvider[] = [],
): void {
  scope.node.addValidation({
    validate: () => {
      for (const { name } of chosen) {
        if (name === OWN_ACCOUNTS || findProvider(userPool, name)) continue;
        const text = `identity provider '${name}' is not in this app: make it with \`userPool: server.userPool\`, or the deployment fails`;
        Annotations.of(scope).addWarningV2(`cdk-mcp:unknownIdentityProvider:${name}`, text);
      }
      return [];
    },
  });
}

function findProvider(userPool: cognito.IUserPool, name: string): cognito.IUserPoolIdentityProvider | undefined {
  return userPool.identityProviders.find((provider) => {
    const resource = provider.node.defaultChild as cognito.CfnUserPoolIdentityProvider | undefined;
    return resource?.providerName === name;
  });
}
