/** The guard's own table; where the server stands in several regions, each item at its home. */
import type { Environment } from '../environment';
import { environmentOf } from '../regions';
import type { GuardConfig } from './config';
import { dynamodbTable, type Table } from './dynamodb';
import { regionalTable } from './regional-table';

export function stateTableOf({ state, regions }: GuardConfig, environment: Environment): Table | undefined {
  if (state === undefined) return undefined;
  const own = dynamodbTable(state, environment);
  if (regions === undefined) return own;
  const others = regions.others.map(
    (region) => [region.name, dynamodbTable(state, environmentOf(environment, region))] as const,
  );
  return regionalTable(own, new Map(others), regions);
}
