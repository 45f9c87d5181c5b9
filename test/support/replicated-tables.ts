/**
 * A global table in process: a store for each region, and what DynamoDB does between them. A write reaches the other
 * regions after a lag, as the item is then; of two writes of one item the later one wins everywhere; a condition is
 * judged by the region it is put to. A region can be away (nobody reaches it, nothing leaves it) and come back.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

type Key = Readonly<Record<string, { readonly S?: string }>>;

interface Write {
  readonly table: string;
  readonly key: Key;
  readonly at: number;
}

interface Store {
  readonly name: string;
  readonly front: Server;
  readonly endpoint: string;
  readonly stored: Server;
  readonly storeEndpoint: string;
  away: boolean;
  /** When each item was last written, as far as this region knows. */
  readonly written: Map<string, number>;
  /** What has not left yet. */
  readonly outgoing: Write[];
  /** Actions it was asked for, with the key. */
  readonly asked: string[];
}

export interface ReplicatedTables {
  endpointOf(region: string): string;
  /** Actions that a region was asked for since the last question. */
  asked(region: string): string[];
  setAway(region: string, away: boolean): void;
  /** Milliseconds until a write is seen elsewhere; `Infinity` holds everything back. */
  lag: number;
  /** Carries everything that waits. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem'];

export async function startReplicatedTables(
  regions: readonly string[],
  tables: readonly CreateTableCommandInput[],
): Promise<ReplicatedTables> {
  const cluster = { lag: 0 };
  const keys = new Map(
    tables.map(({ TableName, KeySchema }) => [TableName, KeySchema?.map((key) => key.AttributeName)]),
  );
  let clock = 0;
  const stores = await Promise.all(regions.map((name) => startStore(name, tables, handle)));
  const storeOf = (region: string) => stores.find(({ name }) => name === region) as Store;

  async function handle(store: Store, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (store.away) return void incoming.socket.destroy();
    const body = await textOf(incoming);
    const action = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const input = JSON.parse(body || '{}');
    const names = keys.get(input.TableName) ?? [];
    const from = input.Key ?? input.Item ?? {};
    const key = Object.fromEntries(names.map((name) => [name, from[name as string]])) as Key;
    store.asked.push(`${action} ${Object.values(key)[0]?.S}`);
    const answer = await call(store.storeEndpoint, incoming.headers, body);
    if (answer.status === 200 && WRITES.includes(action)) {
      const write = { table: input.TableName as string, key, at: ++clock };
      store.written.set(idOf(write), write.at);
      store.outgoing.push(write);
      if (cluster.lag < Number.POSITIVE_INFINITY) setTimeout(() => void carry(store), cluster.lag).unref();
    }
    outgoing.writeHead(answer.status, answer.headers).end(answer.text);
  }

  /** One after the other, and none after the end. */
  let carrying: Promise<void> = Promise.resolve();
  let stopped = false;

  function carry(store: Store): Promise<void> {
    carrying = carrying.then(() => (stopped || store.away ? undefined : carryAll(store))).catch(() => undefined);
    return carrying;
  }

  async function carryAll(store: Store): Promise<void> {
    for (const write of store.outgoing.splice(0)) {
      const { Item } = (await ask(store, 'GetItem', {
        TableName: write.table,
        Key: write.key,
        ConsistentRead: true,
      })) as {
        Item?: object;
      };
      for (const other of stores) {
        if (other === store || (other.written.get(idOf(write)) ?? 0) > write.at) continue;
        other.written.set(idOf(write), write.at);
        if (Item === undefined) await ask(other, 'DeleteItem', { TableName: write.table, Key: write.key });
        else await ask(other, 'PutItem', { TableName: write.table, Item });
      }
    }
  }

  return Object.assign(cluster, {
    endpointOf: (region: string) => storeOf(region).endpoint,
    asked: (region: string) => storeOf(region).asked.splice(0),
    setAway(region: string, away: boolean) {
      storeOf(region).away = away;
    },
    async settle() {
      await sleep(5);
      for (const store of stores) await carry(store);
    },
    async stop() {
      stopped = true;
      await carrying;
      for (const { front, stored } of stores) for (const server of [front, stored]) await closed(server);
    },
  });
}

async function startStore(
  name: string,
  tables: readonly CreateTableCommandInput[],
  handle: (store: Store, incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
): Promise<Store> {
  const stored: Server = dynalite({ createTableMs: 0 });
  const storeEndpoint = await listening(stored);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: storeEndpoint, region: name, credentials });
  for (const table of tables) await client.send(new CreateTableCommand(table));
  client.destroy();
  const front = createServer((incoming, outgoing) => {
    handle(store, incoming, outgoing).catch(() => outgoing.destroy());
  });
  const endpoint = await listening(front);
  const store: Store = {
    name,
    front,
    endpoint,
    stored,
    storeEndpoint,
    away: false,
    written: new Map(),
    outgoing: [],
    asked: [],
  };
  return store;
}

function idOf({ table, key }: Pick<Write, 'table' | 'key'>): string {
  return `${table} ${JSON.stringify(key)}`;
}

async function ask({ name, storeEndpoint }: Store, action: string, input: object): Promise<unknown> {
  const scope = `test/20260101/${name}/dynamodb/aws4_request`;
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${action}`,
    'x-amz-date': '20260101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=test`,
  };
  return JSON.parse((await call(storeEndpoint, headers, JSON.stringify(input))).text);
}

async function call(endpoint: string, given: IncomingMessage['headers'], body: string) {
  const headers = Object.fromEntries(
    Object.entries(given).filter(
      ([name]) => name.startsWith('x-amz') || ['content-type', 'authorization'].includes(name),
    ),
  ) as Record<string, string>;
  const response = await fetch(endpoint, { method: 'POST', headers, body });
  const type = response.headers.get('content-type') ?? 'application/x-amz-json-1.0';
  const checksum = response.headers.get('x-amz-crc32');
  return {
    status: response.status,
    headers: { 'content-type': type, ...(checksum !== null && { 'x-amz-crc32': checksum }) },
    text: await response.text(),
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** A table of items by one key. */
export function keyedTable(TableName: string): CreateTableCommandInput {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  };
}
