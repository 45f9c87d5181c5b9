/** The broker's configuration from the environment the constructs wrote; read once, at cold start. */
import { BrokerVariable } from '../../lib/private/contract';
import { type Environment, list, requireContract, required, url } from '../environment';

export interface BrokerConfig {
  readonly resource: string;
  readonly resourceName: string;
  readonly issuer: string;
  readonly initialScopes: readonly string[];
  readonly scopes: readonly string[];
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string;
  readonly allowedOrigins: readonly string[];
}

/** @throws naming the variable that is missing or wrong. */
export function configFrom(environment: Environment): BrokerConfig {
  requireContract(environment, BrokerVariable.contract);
  return {
    resource: url(environment, BrokerVariable.resource),
    resourceName: required(environment, BrokerVariable.resourceName),
    issuer: url(environment, BrokerVariable.issuer),
    initialScopes: required(environment, BrokerVariable.initialScopes).split(' '),
    scopes: required(environment, BrokerVariable.scopes).split(' '),
    authorizationEndpoint: url(environment, BrokerVariable.authorizationEndpoint),
    tokenEndpoint: url(environment, BrokerVariable.tokenEndpoint),
    revocationEndpoint: url(environment, BrokerVariable.revocationEndpoint),
    allowedOrigins: list(environment[BrokerVariable.allowedOrigins]),
  };
}
