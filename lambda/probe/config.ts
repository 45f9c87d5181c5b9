/** What is asked, and as whom, from the environment the constructs wrote; read once, at cold start. */
import { ProbeVariable } from '../../lib/private/contract';
import { type Environment, requireContract, required, url } from '../environment';

export interface ProbeConfig {
  readonly server: string;
  readonly resource: string;
  readonly resourceMetadata: string;
  /** Host of this region's endpoint, where connections go. */
  readonly address: string;
  /** Undefined: there is no client to call as. */
  readonly caller?: ProbeCaller;
}

export interface ProbeCaller {
  readonly tokenEndpoint: string;
  readonly client: string;
  /** Name or ARN of the secret that holds the client's secret. */
  readonly secretId: string;
  readonly scope: string;
}

/** @throws naming the variable that is missing or wrong. */
export function configFrom(environment: Environment): ProbeConfig {
  requireContract(environment, ProbeVariable.contract);
  return {
    server: required(environment, ProbeVariable.server),
    resource: url(environment, ProbeVariable.resource),
    resourceMetadata: url(environment, ProbeVariable.resourceMetadata),
    address: required(environment, ProbeVariable.address),
    caller: environment[ProbeVariable.client] === undefined ? undefined : callerFrom(environment),
  };
}

function callerFrom(environment: Environment): ProbeCaller {
  return {
    tokenEndpoint: url(environment, ProbeVariable.tokenEndpoint),
    client: required(environment, ProbeVariable.client),
    secretId: required(environment, ProbeVariable.secret),
    scope: required(environment, ProbeVariable.scope),
  };
}
