/** The guard's own table, embedded, for tests. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { dynamodbTable, type Table } from '../../lambda/guard/dynamodb';

export const STATE_TABLE = 'state';

export interface StateTable {
  readonly table: Table;
  /** What the variables of a function would say. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything in it, as DynamoDB's JSON. */
  dump(): Promise<string>;
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export async function startStateTable(): Promise<StateTable> {
  const server: Server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  };
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
  await client.send(
    new CreateTableCommand({
      TableName: STATE_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  const items = async () => (await client.send(new ScanCommand({ TableName: STATE_TABLE }))).Items ?? [];
  return {
    table: dynamodbTable(STATE_TABLE, environment),
    environment,
    dump: async () =>
      JSON.stringify(await items(), (_key, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
      ),
    async clear() {
      for (const { pk } of await items()) {
        await client.send(new DeleteItemCommand({ TableName: STATE_TABLE, Key: { pk: pk! } }));
      }
    },
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
