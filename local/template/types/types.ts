import { LocalFailure } from '../../failure';
import { API_GATEWAY_TYPES } from './api-gateway';
import { COGNITO_TYPES } from './cognito';
import { CONTAINER_TYPES } from './containers';
import { DYNAMODB_TYPES } from './dynamodb';
import { INERT_TYPES } from './inert';
import { LAMBDA_TYPES } from './lambda';
import { LOAD_BALANCER_TYPES } from './load-balancing';
import { NETWORK_TYPES } from './network';
import type { ResourceType } from './resource-type';
import { REST_API_TYPES } from './rest-api';
import { SECRETS_MANAGER_TYPES } from './secrets-manager';
import { WAF_TYPES } from './waf';

const TYPES: Readonly<Record<string, ResourceType>> = {
  ...API_GATEWAY_TYPES,
  ...COGNITO_TYPES,
  ...CONTAINER_TYPES,
  ...DYNAMODB_TYPES,
  ...INERT_TYPES,
  ...LAMBDA_TYPES,
  ...LOAD_BALANCER_TYPES,
  ...NETWORK_TYPES,
  ...REST_API_TYPES,
  ...SECRETS_MANAGER_TYPES,
  ...WAF_TYPES,
};

/** What is known about a type; an unknown one is refused, naming the resource that has it. */
export function typeOf(logicalId: string, type: string): ResourceType {
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known) return known;
  throw new LocalFailure(
    `resource ${logicalId} is an ${type}, which does not run here: leave it out with --app "<command>", or add the type to local/template/types`,
  );
}
