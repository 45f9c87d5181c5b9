import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { EndpointTargets } from '../private/bindings';
import { AuthorizerVariable } from '../private/contract';
import { quoted } from '../private/errors';

/** Where the challenge of a 403 loses its name on the way, most clients cannot ask for a scope when they need it. */
export function warnOfLaterScopes(scope: IConstruct, { laterScopes, authorizerEnvironment }: EndpointTargets): void {
  if (laterScopes.length === 0 || authorizerEnvironment[AuthorizerVariable.userClients] === '') return;
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:laterScopes',
    `clients do not ask for ${quoted(laterScopes)} when they sign in, and behind a REST API most cannot later: it renames ` +
      'the header that says which scope a call lacks. Name in `initialScopes` what people need',
  );
}
