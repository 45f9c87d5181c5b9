import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { LocalFailure } from './failure';

export interface Tables {
  /** What `AWS_ENDPOINT_URL_DYNAMODB` becomes. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The embedded DynamoDB with the app's tables: in memory, gone at the end. */
export async function startTables(tables: readonly CreateTableCommandInput[], region: string): Promise<Tables> {
  const server: Server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => closeServer(server);
  try {
    for (const table of tables) await createTable(endpoint, region, table);
    return { endpoint, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One request of the wire protocol; the store looks at the form of a signature, not at what it signs. */
async function createTable(endpoint: string, region: string, table: CreateTableCommandInput): Promise<void> {
  const scope = `local/20260101/${region}/dynamodb/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.CreateTable',
      'x-amz-date': '20260101T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=local`,
    },
    body: JSON.stringify(table),
  });
  if (response.ok) return;
  const { message } = (await response.json()) as { message?: string };
  throw new LocalFailure(`the table ${table.TableName} cannot be created: ${message ?? response.status}`);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}
