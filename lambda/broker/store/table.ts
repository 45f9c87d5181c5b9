/**
 * The broker's table: items by key, each with an end that is compared on every read, because the table's own
 * time-to-live is late by up to days. The AWS client is loaded with this file and not before.
 */
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { TableKey } from '../../../lib/private/contract';
import type { Replicas } from './replicas';

export type Attributes = Readonly<Record<string, unknown>>;

export interface Update {
  readonly set?: Attributes;
  readonly add?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
  /** Condition in the table's own language, over names `#x` and values `:x` of `names` and `values`. */
  readonly condition?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Attributes;
}

export interface Table {
  /** The item, unless its end has come. */
  get(key: string): Promise<Attributes | undefined>;
  /** Writes a whole item; false: `ifAbsent` and there is one whose end has not come. */
  put(
    key: string,
    item: Attributes & { readonly expires: number },
    options?: { readonly ifAbsent?: boolean },
  ): Promise<boolean>;
  /** The item as it is after the update; undefined: the condition does not hold. */
  update(key: string, update: Update): Promise<Attributes | undefined>;
  /** Removes the item and hands it out, once, unless its end has come. */
  take(key: string): Promise<Attributes | undefined>;
  /** Where there are replicas in other regions. */
  readonly replicas?: Replicas;
}

const EXPIRES = TableKey.expires;

export function dynamoTable(TableName: string, now: () => number, client = new DynamoDBClient(SETTINGS)): Table {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const keyOf = (key: string) => ({ [TableKey.attribute]: key });
  const alive = (item: Attributes | undefined) =>
    item !== undefined && typeof item[EXPIRES] === 'number' && item[EXPIRES] > now() ? item : undefined;

  return {
    async get(key) {
      const { Item } = await documents.send(new GetCommand({ TableName, Key: keyOf(key), ConsistentRead: true }));
      return alive(Item);
    },

    async put(key, item, { ifAbsent = false } = {}) {
      const absent = {
        ConditionExpression: 'attribute_not_exists(#key) OR #expires <= :now',
        ExpressionAttributeNames: { '#key': TableKey.attribute, '#expires': EXPIRES },
        ExpressionAttributeValues: { ':now': now() },
      };
      return holds(
        documents.send(new PutCommand({ TableName, Item: { ...keyOf(key), ...item }, ...(ifAbsent && absent) })),
      );
    },

    async update(key, { set = {}, add = {}, remove = [], condition, names, values }) {
      const clauses = [
        clause(
          'SET',
          Object.keys(set).map((name) => `#${name} = :${name}`),
        ),
        clause(
          'ADD',
          Object.keys(add).map((name) => `#${name} :${name}`),
        ),
        clause(
          'REMOVE',
          remove.map((name) => `#${name}`),
        ),
      ];
      const touched = [...Object.keys(set), ...Object.keys(add), ...remove];
      const bound = { ...prefixed(':', { ...set, ...add }), ...values };
      const command = new UpdateCommand({
        TableName,
        Key: keyOf(key),
        UpdateExpression: clauses.filter((text) => text !== '').join(' '),
        ConditionExpression: condition,
        ExpressionAttributeNames: { ...Object.fromEntries(touched.map((name) => [`#${name}`, name])), ...names },
        ExpressionAttributeValues: Object.keys(bound).length === 0 ? undefined : bound,
        ReturnValues: 'ALL_NEW',
      });
      try {
        return (await documents.send(command)).Attributes;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },

    async take(key) {
      const command = new DeleteCommand({ TableName, Key: keyOf(key), ReturnValues: 'ALL_OLD' });
      return alive((await documents.send(command)).Attributes);
    },
  };
}

/** A person waits for the answer: a table that does not answer in time is as good as none. */
const SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function clause(word: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `${word} ${parts.join(', ')}`;
}

function prefixed(prefix: string, values: Attributes): Attributes {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}
