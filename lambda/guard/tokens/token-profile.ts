/** The token profile from its variable; what it lacks fails at cold start, not at the first token. */
import { GuardVariable, type TokenProfile } from '../../../lib/private/contract';
import { type Environment, object } from '../../environment';

export function profileFrom(environment: Environment): TokenProfile | undefined {
  if (environment[GuardVariable.tokenProfile] === undefined) return undefined;
  const profile = object<Partial<TokenProfile>>(environment, GuardVariable.tokenProfile);
  const complete =
    isList(profile.types) &&
    isList(profile.algorithms) &&
    isName(profile.clientClaim) &&
    isName(profile.scopeClaim) &&
    typeof profile.machineScopes === 'object';
  if (!complete) throw new Error(`${GuardVariable.tokenProfile} is not a token profile: synthesise it with cdk-mcp`);
  return profile as TokenProfile;
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
