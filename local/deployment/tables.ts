import type { CreateTableCommandInput, GlobalSecondaryIndex, LocalSecondaryIndex } from '@aws-sdk/client-dynamodb';
import type { Stack } from '../template/stack';
import { type Resource, resourcesOf } from './reader';

/** The tables of the app as the request that creates each: keys and indexes, always on demand. */
export function readTables(stacks: readonly Stack[]): CreateTableCommandInput[] {
  return ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'].flatMap((type) =>
    resourcesOf(stacks, type).map(readTable),
  );
}

function readTable(resource: Resource): CreateTableCommandInput {
  return {
    TableName: resource.id,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: resource.required('KeySchema'),
    AttributeDefinitions: resource.required('AttributeDefinitions'),
    GlobalSecondaryIndexes: indexes<GlobalSecondaryIndex>(resource.property('GlobalSecondaryIndexes')),
    LocalSecondaryIndexes: indexes<LocalSecondaryIndex>(resource.property('LocalSecondaryIndexes')),
  };
}

/** Capacity and insights belong to the account; what decides a query is name, key and projection. */
function indexes<T extends GlobalSecondaryIndex | LocalSecondaryIndex>(given: T[] | undefined): T[] | undefined {
  return given?.map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }) as T);
}
