import { Annotations, CfnResource, Token } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct, IConstruct } from 'constructs';
import { fail } from '../private/errors';
import type { UserPoolAuthorizationProps } from './user-pool-props';

/** Refuses a pool whose tokens are known to be bound to no server, and warns where that cannot be known. */
export function checkExistingPool(
  scope: Construct,
  userPool: cognito.IUserPool,
  { domain }: UserPoolAuthorizationProps,
): void {
  const plan = propertyOf(userPool, 'AWS::Cognito::UserPool', (pool: cognito.CfnUserPool) => pool.userPoolTier);
  if (plan.value === cognito.FeaturePlan.LITE) {
    fail(
      scope,
      "the user pool is on the 'LITE' plan, which binds no token to a server: use `featurePlan: FeaturePlan.ESSENTIALS` or PLUS",
    );
  }
  const login = propertyOf(
    domain,
    'AWS::Cognito::UserPoolDomain',
    (made: cognito.CfnUserPoolDomain) => made.managedLoginVersion,
  );
  if (login.known && login.value !== cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN) {
    fail(
      scope,
      'the domain of the user pool has the classic login page, which binds no token to a server: ' +
        'use `managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN`',
    );
  }
  if (plan.known && login.known) return;
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:unknownPlan',
    'whether the user pool binds tokens to a server cannot be seen from here: it must be on the Essentials or Plus plan, ' +
      'its domain with the newer managed login, or the guard refuses every user',
  );
}

/** The address of the login page, no trailing slash. */
export function loginUrlOf(
  scope: Construct,
  userPool: cognito.IUserPool,
  { domain, loginUrl }: UserPoolAuthorizationProps,
): string {
  if ((domain === undefined) === (loginUrl === undefined)) {
    fail(scope, 'the login page of the user pool must be named once: give either `domain` or `loginUrl`');
  }
  if (loginUrl !== undefined) return checkedLoginUrl(scope, loginUrl);
  if (hasBaseUrl(domain)) return domain.baseUrl();
  const name = domain!.domainName;
  if (Token.isUnresolved(name)) {
    fail(scope, 'the name of `domain` is known only at deploy time, and with it its kind: give `loginUrl` instead');
  }
  return name.includes('.') ? `https://${name}` : `https://${name}.auth.${userPool.env.region}.amazoncognito.com`;
}

/** Not by class: another copy of the CDK's library has another one of the same shape. */
function hasBaseUrl(domain: cognito.IUserPoolDomain | undefined): domain is cognito.UserPoolDomain {
  return typeof (domain as Partial<cognito.UserPoolDomain> | undefined)?.baseUrl === 'function';
}

function checkedLoginUrl(scope: Construct, loginUrl: string): string {
  if (Token.isUnresolved(loginUrl)) return loginUrl;
  if (!URL.canParse(loginUrl) || !loginUrl.startsWith('https://') || new URL(loginUrl).origin !== loginUrl) {
    fail(scope, `loginUrl '${loginUrl}' is not an https origin: write scheme and host in lower case without a path`);
  }
  return loginUrl;
}

interface Known<T> {
  /** Whether the construct is made in this app, and the property is no token. */
  readonly known: boolean;
  readonly value?: T;
}

function propertyOf<R extends CfnResource, T>(
  construct: IConstruct | undefined,
  type: string,
  read: (resource: R) => T,
): Known<T> {
  const resource = construct?.node.defaultChild;
  if (!resource || !CfnResource.isCfnResource(resource) || resource.cfnResourceType !== type) return { known: false };
  const value = read(resource as R);
  return Token.isUnresolved(value) ? { known: false } : { known: true, value };
}
