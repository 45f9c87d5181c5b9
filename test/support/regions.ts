/** Two brokers of one server, each in a region of its own, over one replicated table and one user pool. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createBroker } from '../../lambda/broker/broker';
import { servicesFor } from '../../lambda/broker/services';
import { dynamoTable } from '../../lambda/broker/store/table';
import type { Regions } from '../../lambda/regions';
import { brokerConfig, FakeProvider, type TestBroker } from './broker';
import { keyedTable, type ReplicatedTables, startReplicatedTables } from './replicated-tables';

export const PRIMARY = 'eu-central-1';
export const SECOND = 'us-east-1';
const TABLE = 'grants';

export interface TwoRegions {
  readonly tables: ReplicatedTables;
  readonly provider: FakeProvider;
  /** In the primary region. */
  readonly here: TestBroker;
  /** In the second one. */
  readonly there: TestBroker;
  stop(): Promise<void>;
}

export function regionsOf(own: string, tables: ReplicatedTables): Regions {
  const others = [PRIMARY, SECOND].filter((name) => name !== own);
  return { own, primary: PRIMARY, others: others.map((name) => ({ name, endpoint: tables.endpointOf(name) })) };
}

export async function startTwoRegions(): Promise<TwoRegions> {
  const provider = new FakeProvider();
  await provider.start();
  const tables = await startReplicatedTables([PRIMARY, SECOND], [keyedTable(TABLE)]);
  Object.assign(process.env, {
    AWS_REGION: PRIMARY,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `${provider.origin}/secret`,
  });
  const brokerIn = (region: string): TestBroker => {
    const config = brokerConfig(provider, { regions: regionsOf(region, tables) });
    const started = { provider, config, ahead: 0 } as { -readonly [K in keyof TestBroker]: TestBroker[K] };
    const clock = () => Date.now() + started.ahead * 1000;
    const client = new DynamoDBClient({ region, endpoint: tables.endpointOf(region), maxAttempts: 1 });
    const table = dynamoTable(TABLE, () => Math.floor(clock() / 1000), client);
    started.services = servicesFor(config, { clock, plainHttpUpstream: true, table });
    started.broker = createBroker(config, started.services);
    return started;
  };
  return {
    tables,
    provider,
    here: brokerIn(PRIMARY),
    there: brokerIn(SECOND),
    async stop() {
      provider.stop();
      await tables.stop();
    },
  };
}
