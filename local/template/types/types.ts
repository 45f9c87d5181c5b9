import { LocalFailure } from '../../failure';
import { API_GATEWAY_TYPES } from './api-gateway';
import { COGNITO_TYPES } from './cognito';
import { DYNAMODB_TYPES } from './dynamodb';
import { INERT_TYPES } from './inert';
import { LAMBDA_TYPES } from './lambda';
import type { ResourceType } from './resource-type';
import { SECRETS_MANAGER_TYPES } from './secrets-manager';

const TYPES: Readonly<Record<string, ResourceType>> = {
  ...API_GATEWAY_TYPES,
  ...COGNITO_TYPES,
  ...DYNAMODB_TYPES,
  ...INERT_TYPES,
  ...LAMBDA_TYPES,
  ...SECRETS_MANAGER_TYPES,
};

/** What is known about a type; an unknown one is refused, naming the resource that has it. */
export function typeOf(logicalId: string, type: string): ResourceType {
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known) return known;
  throw new LocalFailure(
    `resource ${logicalId} is an ${type}, which does not run here: leave it out with --app "<command>", or add the type to local/template/types`,
  );
}
