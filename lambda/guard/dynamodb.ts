/** DynamoDB's calls on single items, by table and key. */
import { TableKey } from '../../lib/private/contract';
import type { Environment } from '../environment';
import { AwsError, awsCaller } from './aws';

export type Item = Readonly<Record<string, AttributeValue | undefined>>;

export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
}

export interface Table {
  /** @param input further parameters of GetItem */
  get(key: string, input?: object): Promise<Item | undefined>;
  /** False when the condition does not hold. */
  put(key: string, attributes: Item, input?: object): Promise<boolean>;
  /** The attributes that `ReturnValues` asks for; undefined when the condition does not hold. */
  update(key: string, input: object): Promise<Item | undefined>;
  /** False when the condition does not hold. */
  delete(key: string, input?: object): Promise<boolean>;
}

/** @throws when the table cannot be asked. */
export function dynamodbTable(TableName: string, environment: Environment, fetcher: typeof fetch = fetch): Table {
  const aws = awsCaller(environment, fetcher);
  const call = (action: string, input: object) =>
    aws({
      service: 'dynamodb',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${action}` },
      body: JSON.stringify({ TableName, ...input }),
    }) as Promise<{ Item?: Item; Attributes?: Item }>;
  const keyOf = (key: string) => ({ [TableKey.attribute]: { S: key } });

  return {
    // What is read here was often written a moment ago, by another instance.
    get: async (key, input) => (await call('GetItem', { Key: keyOf(key), ConsistentRead: true, ...input })).Item,
    put: async (key, attributes, input) =>
      (await unlessFailed(call('PutItem', { Item: { ...keyOf(key), ...attributes }, ...input }))) !== undefined,
    update: async (key, input) => (await unlessFailed(call('UpdateItem', { Key: keyOf(key), ...input })))?.Attributes,
    delete: async (key, input) => (await unlessFailed(call('DeleteItem', { Key: keyOf(key), ...input }))) !== undefined,
  };
}

async function unlessFailed<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AwsError && error.type === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
}
