/** What the discovery document says, from the environment the constructs wrote; read once, at cold start. */
import { DocumentsVariable } from '../../lib/private/contract';
import { type Environment, list, optionalList, requireContract, required, url } from '../environment';

export interface DocumentsConfig {
  readonly resource: string;
  readonly resourceName: string;
  /** The authorization server's, to the letter. */
  readonly issuer: string;
  readonly scopePrefix: string;
  /** Unqualified. */
  readonly initialScopes: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Headers that pages may send; undefined: the endpoint answers for named origins. */
  readonly cors?: readonly string[];
}

/** @throws naming the variable that is missing or wrong. */
export function configFrom(environment: Environment): DocumentsConfig {
  requireContract(environment, DocumentsVariable.contract);
  return {
    resource: url(environment, DocumentsVariable.resource),
    resourceName: required(environment, DocumentsVariable.resourceName),
    issuer: url(environment, DocumentsVariable.authorizationServer),
    scopePrefix: environment[DocumentsVariable.scopePrefix] ?? '',
    initialScopes: required(environment, DocumentsVariable.initialScopes).split(' '),
    allowedOrigins: list(environment[DocumentsVariable.allowedOrigins]),
    cors: optionalList(environment[DocumentsVariable.cors]),
  };
}
