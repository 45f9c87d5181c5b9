/** Grants in the table of a running stack, written by the broker's own code. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Grants } from '../../../lambda/broker/store/grants';
import { dynamoTable } from '../../../lambda/broker/store/table';

/** Where the grants of a stack are, and who may have one. */
export interface GrantsPlace {
  readonly region: string;
  readonly tablesEndpoint?: string;
  readonly grantsTable?: string;
  /** Clients people sign in with, by their ids. */
  readonly clients: Readonly<Record<string, unknown>>;
}

const HOUR = 3600;

/** Writes a grant of the first pre-registered client; its id is the `origin_jti` of its tokens. */
export async function writeGrant(place: GrantsPlace, state: 'alive' | 'revoked' | 'expired'): Promise<string> {
  const { region, tablesEndpoint: endpoint, grantsTable, clients } = place;
  const [client] = Object.keys(clients);
  if (endpoint === undefined || grantsTable === undefined || client === undefined) {
    throw new Error('the stack has no grants table, or no client that could have a grant');
  }
  const credentials = { accessKeyId: 'forger', secretAccessKey: 'secret' };
  const dynamo = new DynamoDBClient({ endpoint, region, credentials });
  const now = () => Math.floor(Date.now() / 1000);
  const grants = new Grants(dynamoTable(grantsTable, now, dynamo), now);
  const id = randomUUID();
  const created = now() - 2 * HOUR;
  try {
    const expires = state === 'expired' ? created + HOUR : now() + HOUR;
    await grants.open({ id, user: 'forged-user', client, clientName: 'Forged', scopes: ['use'], created, expires });
    if (state === 'revoked') await grants.end(id);
  } finally {
    dynamo.destroy();
  }
  return id;
}
