/** What the authorizer knows of the server, from the environment the constructs wrote; read once, at cold start. */
import { AuthorizerVariable } from '../../lib/private/contract';
import { type Environment, list, requireContract, required, url } from '../environment';
import type { TokenFacts } from '../guard/tokens/authenticate';
import { profileFrom } from '../guard/tokens/token-profile';

export interface AuthorizerConfig {
  readonly server: string;
  readonly jwksUri: string;
  readonly tokens: TokenFacts;
}

/** @throws naming the variable that is missing or wrong. */
export function configFrom(environment: Environment): AuthorizerConfig {
  requireContract(environment, AuthorizerVariable.contract);
  return {
    server: required(environment, AuthorizerVariable.server),
    jwksUri: url(environment, AuthorizerVariable.jwksUri),
    tokens: {
      issuer: url(environment, AuthorizerVariable.tokenIssuer),
      resource: url(environment, AuthorizerVariable.resource),
      scopePrefix: environment[AuthorizerVariable.scopePrefix] ?? '',
      scopes: new Set(required(environment, AuthorizerVariable.scopes).split(' ')),
      userClients: new Set(list(environment[AuthorizerVariable.userClients])),
      machineClients: new Set(list(environment[AuthorizerVariable.machineClients])),
      profile: profileFrom(environment),
    },
  };
}
