import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConditionalCheckFailedException, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { TableKey } from '../../lib/private/contract';
import { CliFailure } from './failure';
import type { GrantSelection } from './options';

/** A grant, as far as an operator is concerned; see `lambda/broker/store/grants.ts`. */
export interface GrantRow {
  readonly id: string;
  readonly user: string;
  readonly client: string;
  readonly scopes: readonly string[];
  /** Seconds since the epoch. */
  readonly created: number;
  readonly expires: number;
  readonly revoked?: number;
}

export interface GrantsTable {
  /** Grants whose end has not come, the newest first. */
  list(selection: Pick<GrantSelection, 'user' | 'client'>): Promise<GrantRow[]>;
  /** Ends grants; returns the ids of which there is no grant. */
  revoke(ids: readonly string[]): Promise<string[]>;
}

export function openGrants(selection: GrantSelection): GrantsTable {
  const { TableName, config } = selection.local === undefined ? deployed(selection) : local(selection.local);
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const now = () => Math.floor(Date.now() / 1000);

  async function list({ user, client }: Pick<GrantSelection, 'user' | 'client'>): Promise<GrantRow[]> {
    const rows: GrantRow[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new ScanCommand({
          TableName,
          // Marks of ended grants have no user.
          FilterExpression: 'begins_with(#key, :grant) AND #expires > :now AND attribute_exists(#user)',
          ExpressionAttributeNames: { '#key': TableKey.attribute, '#expires': TableKey.expires, '#user': 'user' },
          ExpressionAttributeValues: { ':grant': TableKey.grant, ':now': now() },
          ExclusiveStartKey: from,
        }),
      );
      rows.push(...(page.Items ?? []).map(rowFrom));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return rows
      .filter((row) => (user === undefined || row.user === user) && (client === undefined || row.client === client))
      .sort((a, b) => b.created - a.created);
  }

  async function end(id: string): Promise<boolean> {
    const update = new UpdateCommand({
      TableName,
      Key: { [TableKey.attribute]: `${TableKey.grant}${id}` },
      UpdateExpression: 'SET #revoked = if_not_exists(#revoked, :now)',
      ConditionExpression: 'attribute_exists(#key)',
      ExpressionAttributeNames: { '#revoked': 'revoked', '#key': TableKey.attribute },
      ExpressionAttributeValues: { ':now': now() },
      ReturnValues: 'ALL_NEW',
    });
    try {
      const { Attributes: grant = {} } = await documents.send(update);
      // In several regions another may write to the grant at this moment, and its write would be the last.
      const Item = { [TableKey.attribute]: `${TableKey.ended}${id}`, revoked: grant.revoked, expires: grant.expires };
      await documents.send(new PutCommand({ TableName, Item }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  return {
    list: (filter) => explained(TableName, () => list(filter)),
    revoke: (ids) =>
      explained(TableName, async () => {
        const unknown: string[] = [];
        for (const id of ids) if (!(await end(id))) unknown.push(id);
        return unknown;
      }),
  };
}

interface Target {
  readonly TableName: string;
  readonly config: DynamoDBClientConfig;
}

function deployed({ table = '' }: GrantSelection): Target {
  return { TableName: table, config: {} };
}

function local(folder: string): Target {
  const file = join(folder, 'stack.json');
  try {
    const { grantsTable, tablesEndpoint, region } = JSON.parse(readFileSync(file, 'utf8'));
    if (grantsTable === undefined) throw new Error('it has no broker');
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    return { TableName: grantsTable, config: { endpoint: tablesEndpoint, region, credentials } };
  } catch (error) {
    throw new CliFailure(`no stack runs from '${folder}' (${(error as Error).message}): start one with \`npm start\``);
  }
}

async function explained<T>(table: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new CliFailure(
      `table '${table}' cannot be used (${(error as Error).message}): check name, region and credentials`,
    );
  }
}

function rowFrom(item: Record<string, unknown>): GrantRow {
  return { ...item, id: String(item[TableKey.attribute]).slice(TableKey.grant.length) } as unknown as GrantRow;
}
