import { Aws, Fn, Token } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { fail } from '../private/errors';
import type { CognitoAuthorizationProps } from './cognito-props';

/** The address of managed login; only the newer version binds tokens to an audience. */
export function createDomain(
  scope: Construct,
  userPool: cognito.UserPool,
  props: CognitoAuthorizationProps,
): cognito.UserPoolDomain {
  if (props.customDomain && props.domainPrefix !== undefined) {
    fail(scope, `domainPrefix '${props.domainPrefix}' and \`customDomain\` exclude each other: give one of them`);
  }
  const domainPrefix = props.domainPrefix ?? defaultDomainPrefix(scope);
  checkDomainPrefix(scope, props.domainPrefix);
  return new cognito.UserPoolDomain(scope, 'Domain', {
    userPool,
    managedLoginVersion: cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    ...(props.customDomain ? { customDomain: props.customDomain } : { cognitoDomain: { domainPrefix } }),
  });
}

/** Unique in a region without a name anyone must choose: the stack's UUID, and the path for its second server. */
function defaultDomainPrefix(scope: Construct): string {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return `mcp-${scope.node.addr.slice(-8)}-${stackUuid}`;
}

function checkDomainPrefix(scope: Construct, prefix: string | undefined): void {
  if (prefix === undefined || Token.isUnresolved(prefix)) return;
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(prefix)) {
    fail(scope, `domainPrefix '${prefix}' is not allowed: use 1 to 63 lower-case letters, digits and inner hyphens`);
  }
  const reserved = ['aws', 'amazon', 'cognito'].find((word) => prefix.includes(word));
  if (reserved) fail(scope, `domainPrefix '${prefix}' contains '${reserved}', which Cognito refuses: leave it out`);
}
